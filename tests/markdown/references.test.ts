// Character references inside raw HTML: a browser reads the output as it would have read the source.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BRIDGE, render } from '../harness/markdown.ts'
import { domOf, expectSafe } from '../harness/safe-html.ts'

describe('renderMarkdown, references in raw HTML', () => {
  test.each([
    [
      'in the text, by name',
      '<kbd>&hellip;&eacute;&NotEqualTilde;</kbd>',
      '<kbd>&hellip;é&NotEqualTilde;</kbd>',
    ],
    ['in the text, by number', '<kbd>&#233;&#x2026;&#60;&#38;lt;</kbd>', '<kbd>é…&lt;&amp;lt;</kbd>'],
    [
      'without an end',
      '<kbd>&lt &copy &#60 a & b &; &amp</kbd>',
      '<kbd>&amp;lt &amp;copy &amp;#60 a &amp; b &amp;; &amp;amp</kbd>',
    ],
    ['that no document may hold', '<kbd>a&#1;&#2;&#0;b</kbd>', '<kbd>a\ufffdb</kbd>'],
    [
      'in a title',
      '<abbr title="caf&hellip; &amp; &quot;bar&quot;&#33;">x</abbr>',
      '<abbr title="caf&hellip; &amp; &quot;bar&quot;!">x</abbr>',
    ],
    [
      'in an address',
      '<a href="/a?b=1&amp;c=2&d=3&hellip;=4">x</a>',
      '<a href="/a?b=1&amp;c=2&amp;d=3&amp;hellip;=4">x</a>',
    ],
    ['in a name', '<i id="a&hellip;">x</i><i id="b&#233;">x</i>', '<i>x</i><i id="h-bé">x</i>'],
    ['of old text from Windows', '<kbd>don&#146;t &#150; &#x80;5</kbd>', '<kbd>don’t – €5</kbd>'],
    ['by name in an address', '<a href="/caf&eacute;">x</a>', '<a href="/caf%C3%A9">x</a>'],
    [
      'as text where the sign that hides them is forged',
      '<kbd>a</kbd> &#2;lt;b&#x2;gt;',
      '<kbd>a</kbd> lt;bgt;',
    ],
    [
      'as text where it is forged in an attribute',
      '<data value="&#2;lt;b">a</data> <b title="&#2;quot;">c</b>',
      '<data value="lt;b">a</data> <b title="quot;">c</b>',
    ],
    [
      'in words of Markdown beside it',
      '<kbd>a</kbd> &hellip; `&hellip;` [b](/c?d&amp;e)',
      '<kbd>a</kbd> &hellip; <code>&amp;hellip;</code> <a href="/c?d&amp;e">b</a>',
    ],
  ])('renderMarkdown keeps references %s', (_, markdown, html) => {
    expect(render(markdown)).toBe(`<p>${html}</p>\n`)
    expectSafe(render(markdown))
  })

  test('renderMarkdown makes no reference of what stands apart in a block', () => {
    const html = render('<div>&<!-- c -->lt;b&<font>gt;</font> & &lt &copy; &#60</div>')
    expect(html).toBe('<div>&amp;lt;b&amp;gt; &amp; &amp;lt © &amp;#60</div>')
    expectSafe(html)
  })

  test('renderMarkdown keeps a reference in the words of a picture', () => {
    const html = render('<p><img src="images/bridge.jpg" alt="A caf&hellip; &amp; &lt;bridge&gt;"></p>')
    expect(html).toContain('alt="A caf&hellip; &amp; &lt;bridge&gt;"')
    expect(html).toContain(BRIDGE)
    expect(render('<p><img src="gone.jpg" alt="A caf&hellip; &amp; &lt;bridge&gt;"></p>')).toContain(
      '<span>A caf&hellip; &amp; &lt;bridge&gt;</span>',
    )
  })

  test('renderMarkdown shows every reference as a browser reads it', () => {
    const name = fc.constantFrom(
      'amp',
      'lt',
      'gt',
      'quot',
      'apos',
      'nbsp',
      'eacute',
      'colon',
      'Tab',
      'NotEqualTilde',
    )
    const reference = fc.oneof(
      name.map((name) => `&${name};`),
      fc.integer({ min: 0x20, max: 0x7e }).map((code) => `&#${code};`),
      fc
        .integer({ min: 0x80, max: 0xd7ff })
        .filter((code) => ![0x81, 0x8d, 0x8f, 0x90, 0x9d].includes(code))
        .map((code) => `&#x${code.toString(16)};`),
      fc.constantFrom('a', 'é', ' b ', 'amp;', '#38;', '&amp;lt;', '&amp;#38;'),
    )
    fc.assert(
      fc.property(fc.array(reference, { minLength: 1, maxLength: 12 }), (references) => {
        const written = references.join('')
        const html = render(`<kbd title="${written}">${written}</kbd>`)
        expect(domOf(html)).toBe(domOf(`<p><kbd title="${written}">${written}</kbd></p>`))
        expectSafe(html)
      }),
      { numRuns: 400, seed: 17 },
    )
  })
})
