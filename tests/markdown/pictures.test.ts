// The pictures of an article: their markup, no source of an author's choice, and the place in the text of every
// picture that is shown.
import fc from 'fast-check'
import { parseFragment } from 'parse5'
import { describe, expect, test } from 'vitest'
import { parseMarkdown, renderMarkdown } from '../../src/markdown.ts'
import { BRIDGE, OPTIONS, render } from '../harness/markdown.ts'
import { ATTACKS, CLEAN } from '../harness/markdown-samples.ts'
import { attribute, elementsIn } from '../harness/safe-html.ts'

/** The bridge where Markdown shows it; the words are attributes. */
const bridge = (words: string) =>
  `<img src="/media/b1/original.jpg" width="1200" height="800" ${words} loading="lazy" decoding="async">`

describe('renderMarkdown, pictures', () => {
  test('renderMarkdown makes a figure of a picture alone, with caption and credit', () => {
    expect(render('![Old *bridge* & "river"](images/bridge.jpg "A | B & C | Jo")')).toBe(
      `<figure>${bridge('alt="Old bridge &amp; &quot;river&quot;"')}<figcaption><span class="caption">A | B &amp; C</span> <span class="credit">Picture: <bdi>Jo</bdi></span></figcaption></figure>\n`,
    )
  })

  test.each([
    ['"Caption"', '<figcaption><span class="caption">Caption</span></figcaption>'],
    ['"| Credit"', '<figcaption><span class="credit">Picture: <bdi>Credit</bdi></span></figcaption>'],
    ['"Caption |"', '<figcaption><span class="caption">Caption</span></figcaption>'],
    ['"a|b"', '<figcaption><span class="caption">a|b</span></figcaption>'],
    ['" | "', ''],
    ['', ''],
  ])('renders the title %s of a figure', (title, html) => {
    expect(render(`![x](images/bridge.jpg ${title})`)).toBe(`<figure>${bridge('alt="x"')}${html}</figure>\n`)
  })

  test('renderMarkdown keeps a picture between words in the line', () => {
    expect(render('a ![x](images/bridge.jpg "T") b')).toBe(`<p>a ${bridge('alt="x" title="T"')} b</p>\n`)
  })

  test('renderMarkdown shows the alt text of a picture that the record does not have', () => {
    expect(render('a ![*x* & y](gone.jpg) b')).toBe('<p>a x &amp; y b</p>\n')
    expect(render('![x](gone.jpg "A | B")\n\n![](gone.jpg)')).toBe('<p>x</p>\n')
    expect(render('![x](constructor) ![y](__proto__) ![z](/media/b1/original.jpg)')).toBe('<p>x y z</p>\n')
    expect(render('<img src="gone.jpg" alt="x <b>"> <img src=toString alt=y>')).toBe(
      '<p><span>x &lt;b&gt;</span> <span>y</span></p>\n',
    )
  })

  /** A picture that has variants of several sizes. */
  const wide = (words: string) => {
    const source = (ending: string) =>
      `<source type="image/${ending}" sizes="(min-width: 42rem) 38rem, 100vw" srcset="/media/b4/320.${ending} 320w, /media/b4/640.${ending} 640w">`
    const image = `<img src="/media/b4/1200.jpg" width="1200" height="800" ${words} loading="lazy" decoding="async">`
    return `<picture>${source('avif')}${source('webp')}${image}</picture>`
  }

  test('renderMarkdown offers every size of a picture, alone and in a line', () => {
    expect(render('![x](wide.jpg)')).toBe(`<figure>${wide('alt="x"')}</figure>\n`)
    expect(render('a ![x](wide.jpg "T") b')).toBe(`<p>a ${wide('alt="x" title="T"')} b</p>\n`)
  })

  test('renderMarkdown offers every size beside raw HTML, too, whatever element is open', () => {
    const html = render('<div>\n\n![x](wide.jpg)\n\n<kbd>a</kbd> ![y](wide.jpg)\n\n</div>')
    expect(html).toContain(`<figure>${wide('alt="x"')}</figure>`)
    expect(html).toContain(wide('alt="y"'))
    expect(render('<b>a</b> ![x](moving.gif)')).toContain(
      '<picture><source media="(prefers-reduced-motion: reduce)" srcset="/media/b5/960.jpg"><img src="/media/b5/960.webp"',
    )
  })

  test.each([
    '<picture><source srcset="https://evil.example/x.avif"><img src="wide.jpg"></picture>',
    '<picture><source type="image/avif" srcset="//evil.example/x.avif 1w" sizes="1px"><img src="wide.jpg" srcset="https://evil.example/y 2x"></picture>',
    '<picture \x01><source \x01 \x01srcset="https://evil.example/x"><img src="wide.jpg"></picture>',
    '<picture &#1;><source &#1; &#1;srcset="https://evil.example/x"><img src="wide.jpg"></picture>',
    '<source data-x="\x01" srcset="https://evil.example/x">',
    '<img src="wide.jpg" sizes="1px" srcset="https://evil.example/x 1w" imagesrcset="https://evil.example/x 1w">',
    '<video poster="https://evil.example/x"><source src="https://evil.example/x"></video>',
    '<b title="\n\n![x](wide.jpg)\n\n"><source srcset="https://evil.example/x"></b>',
  ])('renderMarkdown takes no source from an author: %s', (raw) => {
    for (const markdown of [raw, `a ${raw} ![x](wide.jpg)`, `<div>\n\n![x](wide.jpg)\n\n${raw}\n\n</div>`]) {
      const html = render(markdown)
      const nodes = elementsIn(parseFragment(html)).filter(({ tagName }) =>
        /^(?:source|img|picture|video)$/.test(tagName),
      )
      for (const { tagName, attrs } of nodes) {
        expect(tagName !== 'source' || attrs.some(({ name }) => name === 'srcset'), html).toBe(true)
        for (const { name, value } of attrs) {
          expect(value, `${tagName} ${name} in ${html}`).not.toContain('evil')
          if (name === 'srcset' || name === 'src') expect(value).toMatch(/^\/media\/b4\//)
        }
      }
    }
  })

  test('renderMarkdown finds a picture by its src as written, also in raw HTML and by reference', () => {
    expect(render('![x][b]\n\n[b]: <a b.png>')).toContain(
      '<figure><img src="/media/b2/original.png" width="40"',
    )
    expect(render('a <img alt=x src="images/bridge.jpg" onerror=x width=9 class=y>')).toBe(
      `<p>a <img ${BRIDGE} alt="x"></p>\n`,
    )
    expect(render('![x](q.jpg?a=1&b=2)')).toContain('src="/media/b3/original.jpg?&quot;&lt;&gt;"')
    expect(render('<img src="q.jpg?a=1&amp;b=2">')).toContain('src="/media/b3/original.jpg?&quot;&lt;&gt;"')
  })
})

describe('the pictures of a text', () => {
  const picturesIn = (markdown: string) =>
    parseMarkdown(markdown)
      .pictures()
      .map(({ isBare: _, ...picture }) => picture)
  const found = (markdown: string) =>
    picturesIn(markdown).map(({ src, offset }) => [src, markdown.slice(offset, offset + src.length)])
  const alike = (...sources: string[]) => sources.map((src) => [src, src])

  test('are found in order, each at its place', () => {
    expect(picturesIn('![a](b.jpg)')).toEqual([{ src: 'b.jpg', alt: 'a', offset: 5 }])
    expect(
      found('![a.jpg](a.jpg "a.jpg") *![b](<b c.jpg>)*\n\n[![c](c.jpg)](d.jpg)\n\n# ![e](e.jpg)'),
    ).toEqual(alike('a.jpg', 'b c.jpg', 'c.jpg', 'e.jpg'))
  })

  test('are found in quotes, lists, tables and notes', () => {
    const markdown =
      '> a\n> > b ![c](c.jpg)\n\n- a\n  - ![d](d.jpg)\n\n|a|\n|-|\n|![e](e.jpg)|\n\n[^1]\n\n[^1]: x\n    ![f](f.jpg)'
    expect(found(markdown)).toEqual(alike('c.jpg', 'd.jpg', 'e.jpg', 'f.jpg'))
    expect(picturesIn(markdown).map(({ offset }) => offset)).toEqual(
      ['c.jpg', 'd.jpg', 'e.jpg', 'f.jpg'].map((src) => markdown.indexOf(src)),
    )
  })

  test('are not found in code, comments and escapes', () => {
    const markdown =
      '```\n![a](a.jpg)\n```\n\n    ![a](a.jpg)\n\n`![a](a.jpg)` \\![a](a.jpg) <!-- ![a](a.jpg) <img src=a.jpg> -->\n\n> ~~~\n> ![a](a.jpg)\n> x\n> ~~~\n> `![a](a.jpg)` ![a](a.jpg)'
    expect(picturesIn(markdown)).toEqual([{ src: 'a.jpg', alt: 'a', offset: markdown.lastIndexOf('a.jpg') }])
  })

  test("have the src of the reference's definition", () => {
    const markdown = 'b.jpg ![a][x] ![x] ![b](c.jpg)\n\n`[x]: b.jpg`\n\n[x]: b.jpg "T"'
    const defined = markdown.lastIndexOf('b.jpg')
    expect(picturesIn(markdown)).toEqual([
      { src: 'b.jpg', alt: 'a', offset: defined },
      { src: 'b.jpg', alt: 'x', offset: defined },
      { src: 'c.jpg', alt: 'b', offset: markdown.indexOf('c.jpg') },
    ])
  })

  test('are found in raw HTML by the src that rendering looks up', () => {
    const markdown =
      'x <IMG alt="a>b" src = \'b.jpg\'>\n\n<figure title="c.jpg"><img src=c.jpg><img src="d&amp;e.jpg"></figure>\n\n<script><img src=f.jpg></script><img>'
    expect(picturesIn(markdown).map(({ src }) => src)).toEqual(['b.jpg', 'c.jpg', 'd&e.jpg'])
    expect(found('<img src=c.jpg> ![a](c.jpg)')).toEqual(alike('c.jpg', 'c.jpg'))
    const pictures = { 'd&e.jpg': { address: '/m', width: 1, height: 1 } }
    expect(renderMarkdown(markdown, { ...OPTIONS, pictures })).toContain('src="/m"')
  })

  test.each([
    ['![A *b* `c` & &quot;d&quot;](e.jpg)', 'A b c & "d"'],
    ['![](e.jpg)', ''],
    ['![ ](e.jpg)', ''],
    ['![a][b]\n\n[b]: e.jpg', 'a'],
    ['<img src=e.jpg alt="a &lt; b">', 'a < b'],
    ['<img src=e.jpg alt>', ''],
    ['<img src=e.jpg>', ''],
  ])('have the words of %s', (markdown, alt) => {
    expect(picturesIn(markdown).map((picture) => picture.alt)).toEqual([alt])
  })

  test('have offsets in the original text', () => {
    for (const markdown of [
      'a\r\nb\r\n\r\n![c](c.jpg)\r\n',
      '\x02a\x03 ![c](c.jpg)',
      'a\rb 😀 ![c](c.jpg)',
      '\0\ud800 ![c](c.jpg)',
      '# a\n\n\tb\n\n-\tx\n\n\t![c](c.jpg)',
    ])
      expect(picturesIn(markdown)).toEqual([{ src: 'c.jpg', alt: 'c', offset: markdown.indexOf('c.jpg') }])
  })

  test('are found with any text between their characters', () => {
    const parts = [
      '!',
      '[',
      'a',
      ']',
      '(',
      'x.png',
      ')',
      '[a]: x.png',
      '<img',
      '<IMG',
      ' src="x.png">',
      '<',
      'img',
    ]
    const signs = [
      '\n',
      '\r',
      '\t',
      '> ',
      '- ',
      '|',
      '`',
      '\\',
      '&#33;',
      '\0',
      '\x01',
      '\ufdd0',
      '\ud800',
      '    ',
    ]
    const text = fc.array(fc.constantFrom(...parts, ...signs), { maxLength: 12 }).map((all) => all.join(''))
    const examples: [string][] = [
      ['!\x01[a](x.png)'],
      ['<i\ufdd0mg src="x.png">'],
      ['> !\x7f[a]\n\n[a]: x.png'],
    ]
    const pictures = { 'x.png': { address: '/m', width: 1, height: 1 } }
    const isShown = (markdown: string) =>
      renderMarkdown(markdown, { ...OPTIONS, pictures }).includes('src="/m"')
    for (const [markdown] of examples) expect(isShown(markdown), JSON.stringify(markdown)).toBe(true)
    fc.assert(
      fc.property(text, (markdown) => {
        const isFound = picturesIn(markdown).length > 0
        expect(isShown(markdown) && !isFound, JSON.stringify(markdown)).toBe(false)
      }),
      { numRuns: 3_000, examples },
    )
  })

  test('are all pictures that rendering shows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...CLEAN, ...ATTACKS), { minLength: 1, maxLength: 5 }),
        (blocks) => {
          const markdown = blocks.join('\n\n')
          const known = new Set(picturesIn(markdown).map(({ src }) => src))
          const shown = elementsIn(parseFragment(render(markdown))).filter(({ tagName }) => tagName === 'img')
          for (const image of shown) {
            const src =
              Object.keys(OPTIONS.pictures).find(
                (key) => OPTIONS.pictures[key]?.address === attribute(image, 'src'),
              ) ?? 'none'
            expect(known).toContain(src)
          }
        },
      ),
      { numRuns: 300, seed: 5 },
    )
  })
})
