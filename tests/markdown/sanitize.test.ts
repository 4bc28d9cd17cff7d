// Raw HTML: the elements that are kept, the marks of the renderer that no author can forge, and blocks that give the
// same HTML cleaned one by one or together.
import fc from 'fast-check'
import { parse, parseFragment } from 'parse5'
import { describe, expect, test } from 'vitest'
import { BRIDGE, render } from '../harness/markdown.ts'
import { ATTACKS, BROKEN, CLEAN, SCRAPS, WHOLE } from '../harness/markdown-samples.ts'
import { attribute, domOf, elementsIn, expectSafe } from '../harness/safe-html.ts'

describe('renderMarkdown, raw HTML', () => {
  test.each([
    [
      '<kbd>Esc</kbd> <abbr title="x">y</abbr> H<sub>2</sub>O<sup>3</sup> <mark lang=fr dir=ltr>z</mark>',
      '<p><kbd>Esc</kbd> <abbr title="x">y</abbr> H<sub>2</sub>O<sup>3</sup> <mark lang="fr" dir="ltr">z</mark></p>\n',
    ],
    [
      '<details open>\n<summary>S</summary>\n\n**b**\n\n</details>\n\nc',
      '<details open>\n<summary>S</summary><p><strong>b</strong></p>\n</details><p>c</p>\n',
    ],
    ['<dl><dt>a<dd>b</dl>', '<dl><dt>a</dt><dd>b</dd></dl>'],
    [
      '<time datetime="2026-01-02">x</time><ins cite="/a">b</ins><del cite="javascript:x">c</del><q cite="//x.org">d</q>',
      '<p><time datetime="2026-01-02">x</time><ins cite="/a">b</ins><del>c</del><q cite="https://x.org">d</q></p>\n',
    ],
    [
      '<table><tr><th scope=col colspan=2 align=RIGHT style=x>a<td rowspan=x align="left onload">b</table>',
      '<table><tr><th scope="col" colspan="2" class="align-right">a</th><td>b</td></tr></table>',
    ],
    ['a<br/>b<wbr>c', '<p>a<br>b<wbr>c</p>\n'],
    [
      '<div class="alert note" style="x" id=nav role=main tabindex=0 aria-label=x hidden onclick=x>a</div>',
      '<div id="h-nav">a</div>',
    ],
    ['<pre class="x">a  b</pre>', '<pre tabindex="0">a  b</pre>'],
    ['<center><font color=red>a</font> <strike>b</strike></center>', 'a <s>b</s>'],
    [
      '<section>a</section><label>b</label><aside>c</aside><input name=x autofocus>d',
      '<div>a</div><span>b</span><div>c</div><span></span>d',
    ],
    ['<form action=/x><button formaction=javascript:x>a</button></form>', 'a'],
    [
      '<a href="https://x.org" target=_blank rel=opener download ping=/x>a</a>',
      '<p><a href="https://x.org" rel="external noopener">a</a></p>\n',
    ],
    [
      '<ol start=3 reversed type=a><li value=7>x</ol>',
      '<ol start="3" reversed type="a"><li value="7">x</li></ol>',
    ],
    ['a <script>b</script><style>c</style> d', '<p>a  d</p>'],
    ['<kbd>a <b c</kbd>', '<p><kbd>a &lt;b c</kbd></p>'],
    ['<kbd>a < b &lt; "c" &amp; d</kbd>', '<p><kbd>a &lt; b &lt; &quot;c&quot; &amp; d</kbd></p>\n'],
    [
      '<figure><img src="images/bridge.jpg" alt="x"><figcaption>a <cite>b</cite></figcaption></figure>',
      `<figure><img ${BRIDGE} alt="x"><figcaption>a <cite>b</cite></figcaption></figure>`,
    ],
  ])('cleans %s', (markdown, html) => expect(render(markdown).trimEnd()).toBe(html.trimEnd()))

  // Cleaning shows by the quotation marks, which it does not escape.
  test.each([
    ['blocks that are whole in themselves alone', '"-" <b>x</b>"+" "-" <i>y</i>"+" "-"'],
    ['from a tag to its end tag', '"-" <div> "+" <b>x</b>"+" </div> "-" <i>y</i>"+"'],
    ['from a tag of Markdown to its end tag', '"-" <b>x "+" y</b> "-"'],
    ['as often as a tag is open', '<div> "+" <div> "+" </div> "+" </div> "-"'],
    ['from a tag without an end to the last', '<i>x</i> "-" <div> "+" <b>x</b>"+" </p> "-"'],
    ['to the last where tags overlap', '<div> "+" <section> "+" </div> "+" <b>y</b> "-"'],
    ['on after an end tag without a beginning', '</div> "-" <div> "+" </div> "-"'],
    ['to the last after what it cannot follow', '<svg></svg> "+" <b>x</b> "-"'],
    ['to the last after a script', 'a<script>b</script>c "+" <b>x</b> "-"'],
    ['to the last after a declaration', '<!x> "+" <b>x</b> "-"'],
    ['no comment', '<!-- a --> "-" x<!-- b --> "-"'],
    ['to the last after a comment that ends early', '<div><!--a--!>--></div> "+" <b>x</b> "-"'],
    ['past the words of a picture', '<div> ![</div>](images/bridge.jpg) "+" </div> "-"'],
  ])('renderMarkdown cleans %s', (_, blocks) => {
    // Cleaning turns this reference into its character, and Markdown leaves it.
    const html = render(
      blocks.replaceAll(' ', '\n\n').replaceAll('"+"', 'clean&nbsp;').replaceAll('"-"', 'not&nbsp;'),
    )
    const shown = html.match(/(?:clean|not)(?:&nbsp;|\u00a0)/g)
    const wanted = blocks.match(/"[+-]"/g)?.map((mark) => (mark === '"+"' ? 'clean\u00a0' : 'not&nbsp;'))
    expect(shown).toEqual(wanted)
  })

  test('renderMarkdown cleans whole blocks apart as it would clean them together', () => {
    const block = fc.oneof(fc.constantFrom(...WHOLE), fc.constantFrom(...CLEAN))
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 7 }), (blocks) => {
        const markdown = blocks.join('\n\n')
        expect(withoutIds(domOf(render(markdown)))).toBe(withoutIds(domOf(renderCleaned(markdown))))
        expectSafe(render(markdown))
      }),
      { numRuns: 400, seed: 13 },
    )
  })

  test('renderMarkdown cleans any blocks apart as it would clean them together', () => {
    const block = fc.oneof(
      ...[WHOLE, WHOLE, CLEAN, BROKEN, ATTACKS].map((blocks) => fc.constantFrom(...blocks)),
      fc.array(fc.constantFrom(...SCRAPS), { maxLength: 4 }).map((scraps) => scraps.join('')),
    )
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 6 }), (blocks) => {
        const markdown = blocks.join('\n\n')
        const together = render(`<script></script>\n\n${markdown}`)
        expect(withoutIds(domOf(render(markdown)))).toBe(withoutIds(domOf(together)))
        expectSafe(render(markdown))
      }),
      { numRuns: 500, seed: 17 },
    )
  })

  test('renderMarkdown gives ids in the order of the text, in raw HTML and in headings', () => {
    expect(render('<b id=a>x</b>\n\n## A\n\n<i id=a>y</i>').match(/ id="[^"]+"/g)).toEqual([
      ' id="h-a"',
      ' id="h-a-1"',
      ' id="h-a-2"',
    ])
  })

  test.each([
    '<p id=a \n\n# H',
    '<p class="task" id="b\n\n# H\n\n">',
    "<p class='task' id='b\n\n# It's\n\n'>",
    '<a id=x class=note <iframe src="https://x.org">',
    '<p class=task\n\n```js\nlet a\n```\n\n>',
    '<p \x01 class=task id=z>',
    '<p &#1; class=task id=z>',
    '<p\x01class=task>',
    '<P/\x01/CLASS=task>',
  ])('lets no author pass for the renderer by %s', (markdown) => {
    // The second piece of raw HTML makes one stretch of all that stands between.
    for (const element of elementsIn(parseFragment(render(`${markdown}\n\n<b>c</b>`)))) {
      const names = element.attrs.map(({ name }) => name)
      if (names.includes('id')) expect(attribute(element, 'id')).toMatch(/^h-/)
      if (!['pre', 'code', 'span'].includes(element.tagName)) expect(names).not.toContain('class')
    }
  })

  test('renderMarkdown closes tags by their own names after tags that were dropped or renamed', () => {
    for (const tag of [
      'section',
      'label',
      'aside',
      'svg',
      'form',
      'h1',
      'iframe',
      'img',
      'input',
      'x-y',
      'template',
      'select',
    ])
      expect(render(`<div><${tag}>a</${tag}><b>c</b></div><i>d</i>`)).toContain('<b>c</b></div><i>d</i>')
  })

  test.each(CLEAN)('renders %j alike with cleaning and without', (markdown) => {
    expect(domOf(renderCleaned(markdown))).toBe(domOf(render(markdown)))
  })

  test('renderMarkdown renders any mix without raw HTML alike with cleaning and without, and validly', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...CLEAN), { minLength: 1, maxLength: 6 }), (blocks) => {
        const markdown = blocks.join('\n\n')
        const html = render(markdown)
        expect(domOf(renderCleaned(markdown))).toBe(domOf(html))
        expect(parseErrors(html)).toEqual([])
        expectSafe(html)
      }),
      { numRuns: 300, seed: 7 },
    )
  })
})

/** The same article with raw HTML at both ends, so that all between is cleaned. */
function renderCleaned(markdown: string): string {
  return render(`<script></script>\n\n${markdown}\n\n<script></script>`)
}

/** Without the ids of an author's names and headings, which are given in the order of cleaning. */
function withoutIds(html: string): string {
  return html.replace(/ id="h-[^"]*"/g, ' id')
}

function parseErrors(html: string): string[] {
  const errors: string[] = []
  parse(`<!doctype html><main><div>${html}</div></main>`, { onParseError: ({ code }) => errors.push(code) })
  return errors
}
