// The HTML that an article's Markdown becomes: text, headings, links, blocks and pull quotations, in whatever language.
import { parseFragment } from 'parse5'
import { describe, expect, test } from 'vitest'
import { renderMarkdown } from '../src/markdown.ts'
import { AR } from '../src/words/ar.ts'
import { OPTIONS, render } from './harness/markdown.ts'
import type { Element } from './harness/safe-html.ts'

describe('renderMarkdown, text', () => {
  test.each([
    [
      'emphasis',
      'a *b* **c** ~~d~~ `e<`',
      '<p>a <em>b</em> <strong>c</strong> <del>d</del> <code>e&lt;</code></p>\n',
    ],
    ['bare characters', `1 < 2 & "3" 'x'`, '<p>1 &lt; 2 &amp; &quot;3&quot; &#39;x&#39;</p>\n'],
    ['references', '&eacute; &amp; &#233; &copy &bogus', '<p>&eacute; &amp; é &amp;copy &amp;bogus</p>\n'],
    ['escapes', '\\*a\\* \\<b> \\&amp;', '<p>*a* &lt;b&gt; &amp;amp;</p>\n'],
    ['lists', '3. a\n4. b', '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>\n'],
    ['quotes', '> a', '<blockquote>\n<p>a</p>\n</blockquote>\n'],
    ['breaks and rules', 'a  \nb\n\n---', '<p>a<br>b</p>\n<hr>\n'],
    ['nothing', '', ''],
    ['comments', 'a\n\n<!-- more -->\n\nb <!-- c --> d', '<p>a</p>\n<p>b  d</p>\n'],
  ])('renders %s', (_, markdown, html) => expect(render(markdown)).toBe(html))

  test('renderMarkdown keeps entities in code as written', () => {
    expect(render('`&amp;`\n\n    &lt;b>')).toBe(
      '<p><code>&amp;amp;</code></p>\n<pre tabindex="0"><code>&amp;lt;b&gt;\n</code></pre>\n',
    )
  })

  test('renderMarkdown shows NUL and lone surrogates and drops what HTML forbids', () => {
    expect(render('a\0b\ud800c\udc00 d\x0be\x1f\x7f\x85f\ufffe')).toBe('<p>a\ufffdb\ufffdc\ufffd def</p>\n')
    expect(render('&#0; &#xD800; &#1;x &#x110000; [a](/&#1;&#xDFFF;) `a\x02`')).toBe(
      '<p>\ufffd \ufffd x \ufffd <a href="/%01%EF%BF%BD">a</a> <code>a</code></p>\n',
    )
  })

  test('renderMarkdown reads CRLF, CR and LF alike', () => {
    expect(render('a\r\n\r\n- b\r\n')).toBe(render('a\n\n- b\n'))
    expect(render('a\r\r- b\r')).toBe(render('a\n\n- b\n'))
  })
})

describe('renderMarkdown, headings', () => {
  test('renderMarkdown leaves h1 to the page: all headings move down if one is of the first level', () => {
    expect(render('# A\n\n## B\n\n###### C')).toBe(
      '<h2 id="h-a">A</h2>\n<h3 id="h-b">B</h3>\n<h6 id="h-c">C</h6>\n',
    )
    expect(render('## A\n\n### B')).toBe('<h2 id="h-a">A</h2>\n<h3 id="h-b">B</h3>\n')
    expect(render('## A\n\n> # B')).toContain('<h3 id="h-a">')
    expect(render('<h1>A</h1>')).toBe('<h2>A</h2>')
  })

  test.each([
    ['Été à l’Élysée', 'été-à-lélysée'],
    ["What's *new*, `x`?", 'whats-new-x'],
    ['東京 2026', '東京-2026'],
    ['नमस्ते', 'नमस्ते'],
    ['Q&amp;A & more', 'q-a-more'],
    ['[A](/x) ![b](images/bridge.jpg)', 'a-b'],
    ['!!!', 'section'],
    ['e\u0301', 'é'],
  ])('gives the heading %s the id h-%s', (heading, id) => {
    expect(render(`## ${heading}`)).toContain(`<h2 id="h-${id}">`)
  })

  test('renderMarkdown gives no id twice, whatever headings and authors choose', () => {
    const html = render(
      '## A\n\n## A\n\n## A-1\n\n<b id="a">x</b><i id="a-1">y</i>\n\n## A\n\n## Constructor\n\n## proto',
    )
    expect([...html.matchAll(/ id="([^"]+)"/g)].map((match) => match[1])).toEqual([
      'h-a',
      'h-a-1',
      'h-a-1-1',
      'h-a-2',
      'h-a-1-2',
      'h-a-3',
      'h-constructor',
      'h-proto',
    ])
  })

  test('renderMarkdown leads links within the article to its prefixed ids', () => {
    expect(render('[a](#the-vote) [b](#) [c](#top) [d](#été)')).toBe(
      '<p><a href="#h-the-vote">a</a> <a href="#">b</a> <a href="#top">c</a> <a href="#h-%C3%A9t%C3%A9">d</a></p>\n',
    )
    expect(render('<a href="#x">a</a> <a name="x">b</a>')).toBe(
      '<p><a href="#h-x">a</a> <a id="h-x">b</a></p>\n',
    )
  })
})

describe('renderMarkdown, links', () => {
  const OUT = ' rel="external noopener"'
  test.each([
    [
      'another site',
      '[a](https://x.org/?b=1&c=2 "T &amp; U")',
      `<a href="https://x.org/?b=1&amp;c=2"${OUT} title="T &amp; U">a</a>`,
    ],
    ['this site', '[a](https://dateline.example/x)', '<a href="https://dateline.example/x">a</a>'],
    [
      'this site in capitals',
      '[a](HTTPS://DATELINE.example?x)',
      '<a href="HTTPS://DATELINE.example?x">a</a>',
    ],
    [
      'a site that looks like this one',
      '[a](https://dateline.example.org)',
      `<a href="https://dateline.example.org"${OUT}>a</a>`,
    ],
    [
      'a user that looks like this site',
      '[a](https://dateline.example@x.org)',
      `<a href="https://dateline.example@x.org"${OUT}>a</a>`,
    ],
    ['a path', '[a](/tags/x?y#z)', '<a href="/tags/x?y#z">a</a>'],
    ['a relative path', '[a](b%20c/ä)', '<a href="b%20c/%C3%A4">a</a>'],
    ['mail', '<jo@x.org>', '<a href="mailto:jo@x.org">jo@x.org</a>'],
    ['a telephone', '[a](tel:+123)', '<a href="tel:+123">a</a>'],
    ['a bare address', 'www.x.org', `<a href="http://www.x.org"${OUT}>www.x.org</a>`],
    ['no scheme but two slashes', '[a](//x.org/b)', `<a href="https://x.org/b"${OUT}>a</a>`],
    ['no scheme but backslashes', '[a](</\\x.org>)', `<a href="https://x.org"${OUT}>a</a>`],
    ['entities', '[a](/b?c=1&amp;d=&lt;)', '<a href="/b?c=1&amp;d=%3C">a</a>'],
    ['an unknown entity', '[a](javascript&colon;alert)', '<a href="javascript&amp;colon;alert">a</a>'],
    ['another scheme', '[a **b**](javascript:alert(1))', 'a <strong>b</strong>'],
    ['a scheme in capitals', '[a](JaVaScRiPt:x)', 'a'],
    ['a scheme with references', '[a](&#x6A;avascript&#58;x)', 'a'],
    ['a scheme with a tab', '[a](java&#9;script:x)', 'a'],
    ['a scheme after a control', '[a](&#1;javascript:x)', 'a'],
    ['ftp', '<ftp://x.org/>', 'ftp://x.org/'],
    ['data', '[a](data:text/html,x)', 'a'],
  ])('renders a link to %s', (_, markdown, html) => {
    expect(render(markdown)).toBe(`<p>${html}</p>\n`)
  })

  test.each([
    '[a](javascript:x)',
    '[a](JAVA&#10;SCRIPT:x)',
    '[a](vbscript:x)',
    '[a](blob:https://x.org/1)',
    '[a](file:///x)',
    '[a](x-y+z.1:q)',
    '[a](https://x.org/)',
    '[a](mailto:x@y.z)',
    '[a](tel:1)',
    '[a](/x)',
    '[a](//x.org)',
    '[a](#b)',
    '[a](?b)',
    '[a](sms:1)',
    '[a](ftp:x)',
  ])('judges %s alike in Markdown and in raw HTML', (markdown) => {
    const written = /\((.*)\)/.exec(markdown)?.[1] ?? ''
    const href = (html: string) =>
      (parseFragment(html).childNodes[0] as Element).childNodes
        .flatMap((node) => ('attrs' in node ? node.attrs : []))
        .filter(({ name }) => name !== 'title')
    expect(href(render(`<p><a href="${written}">a</a></p>`))).toEqual(href(render(markdown)))
  })
})

describe('renderMarkdown, blocks', () => {
  test('renderMarkdown puts a table into a named region and aligns without styles', () => {
    expect(
      render('| City & x | `n` |\n|:-|-:|\n| a | 1 |'),
    ).toBe(`<div class="table" role="region" tabindex="0" aria-label="City &amp; x, n">
<table>
<thead>
<tr>
<th class="align-left">City &amp; x</th>
<th class="align-right"><code>n</code></th>
</tr>
</thead>
<tbody>
<tr>
<td class="align-left">a</td>
<td class="align-right">1</td>
</tr>
</tbody>
</table>
</div>
`)
    const labels = render('|a|\n|-|\n\nx\n\n|a|\n|-|\n\nx\n\n| |\n|-|\n').match(/aria-label="[^"]*"/g)
    expect(labels).toEqual(['aria-label="a"', 'aria-label="a (2)"', 'aria-label="Table"'])
  })

  test('renderMarkdown labels the boxes of a task list with the words beside them', () => {
    expect(render('- [x] a *b*\n  - [ ] c\n- d')).toBe(`<ul>
<li class="task"><label><input type="checkbox" checked disabled> a <em>b</em></label><ul>
<li class="task"><label><input type="checkbox" disabled> c</label></li>
</ul>
</li>
<li>d</li>
</ul>
`)
    expect(render('- [ ] a\n\n  b')).toBe(
      '<ul>\n<li class="task"><p><label><input type="checkbox" disabled> a</label></p>\n<p>b</p>\n</li>\n</ul>\n',
    )
  })

  test.each(['note', 'tip', 'important', 'warning', 'caution'])('renders the alert %s', (kind) => {
    const title = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`
    const alert = (content: string) =>
      `<aside class="alert ${kind}">\n<p class="alert-title">${title}</p>\n${content}</aside>\n`
    expect(render(`> [!${kind.toUpperCase()}]\n> a *b*\n>\n> c`)).toBe(
      alert('<p>a <em>b</em></p>\n<p>c</p>\n'),
    )
    expect(render(`> [!${kind}]  \n> a`)).toBe(alert('<p>a</p>\n'))
    expect(render(`> [!${kind}]`)).toBe(alert(''))
    expect(render(`> [!${kind}] a`)).not.toContain('<aside')
  })

  test('renderMarkdown leaves quotes of other kinds alone', () => {
    expect(render('> [!"><script>]\n> a')).toContain('<blockquote>')
    expect(render('> a\n> [!NOTE]')).toContain('<blockquote>')
  })

  test.each([
    ['https://www.youtube.com/watch?v=dQw4w9WgXcQ', 'YouTube'],
    ['https://m.youtube.com/watch?t=1&v=dQw4w9WgXcQ', 'YouTube'],
    ['https://youtu.be/dQw4w9WgXcQ?t=3', 'YouTube'],
    ['https://www.youtube.com/shorts/dQw4w9WgXcQ', 'YouTube'],
    ['<https://vimeo.com/123456789>', 'Vimeo'],
  ])('makes %s alone in a paragraph a link to watch', (address, service) => {
    const href = address.replace(/[<>]/g, '').replaceAll('&', '&amp;')
    expect(render(address)).toBe(
      `<p class="embed"><a rel="external noopener" href="${href}">Watch the video on ${service}</a></p>\n`,
    )
  })

  test.each([
    'See https://youtu.be/dQw4w9WgXcQ',
    '[Film](https://youtu.be/dQw4w9WgXcQ)',
    'https://www.youtube.com/@x',
    'https://x.org/youtu.be/dQw4w9WgXcQ',
    'https://youtube.com.x.org/watch?v=dQw4w9WgXcQ',
  ])('leaves %s as it is', (markdown) => expect(render(markdown)).not.toContain('embed'))

  test('renderMarkdown makes links of frames', () => {
    const link = (href: string, label: string) => `<a rel="external noopener" href="${href}">${label}</a>`
    expect(
      render(
        '<iframe width="5" src="https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?x" allowfullscreen></iframe>',
      ),
    ).toBe(
      `<p class="embed">${link('https://www.youtube.com/watch?v=dQw4w9WgXcQ', 'Watch the video on YouTube')}</p>\n`,
    )
    expect(render(`<iframe title='A "map"' src=https://x.org/a?b=1&amp;c></iframe>`)).toBe(
      `<p class="embed">${link('https://x.org/a?b=1&amp;c', 'A &quot;map&quot; (x.org)')}</p>\n`,
    )
    expect(
      render('<iframe src="javascript:alert(1)"></iframe><iframe srcdoc="<script>1</script>"></iframe>'),
    ).not.toMatch(/iframe|script/)
    expect(render('<div><iframe src="//player.vimeo.com/video/12345"><p>old</p></iframe> b</div>')).toBe(
      '<div><a href="https://vimeo.com/12345" rel="external noopener">Watch the video on Vimeo</a> b</div>',
    )
  })
})

describe('renderMarkdown, pull quotations', () => {
  const quote = '<blockquote>\n<p>Words <em>lifted</em> out.</p>\n</blockquote>'

  test.each([
    ['> [!PULL]\n> Words *lifted* out.', quote],
    [
      '> [!pull]\n> Words *lifted* out.\n>\n> — **Ada**, pilot',
      `${quote}<figcaption><strong>Ada</strong>, pilot</figcaption>`,
    ],
    ['> [!pull]\n> Words *lifted* out.\n>\n> -- Ada', `${quote}<figcaption>Ada</figcaption>`],
  ])('renders %j', (markdown, html) => {
    expect(render(markdown)).toBe(`<figure class="pull">${html}</figure>\n`)
  })

  test('renderMarkdown takes a lone line with a dash for the quotation, and not for its source', () => {
    expect(render('> [!pull]\n> — no one')).toContain('<p>— no one</p>')
  })
})

describe('renderMarkdown, in another language', () => {
  const inArabic = (markdown: string): string =>
    renderMarkdown(markdown, {
      ...OPTIONS,
      words: AR,
      digits: (number) => number.toLocaleString('ar-EG'),
    })

  test("renderMarkdown speaks the article's language beside its text, and counts in its digits", () => {
    const html = inArabic('a[^1] b[^1]\n\n[^1]: note\n\n> [!NOTE]\n> c\n\nhttps://youtu.be/abcdefgh')
    expect(html).toContain(`<h2 id="fn-heading">${AR.footnotes}</h2>`)
    expect(html).toContain('role="doc-noteref">١</a>')
    expect(html).toContain(`aria-label="${AR.backToReference('١-٢')}"`)
    expect(html).toContain(`<p class="alert-title">${AR.note}</p>`)
    expect(html).toContain(`>${AR.watch('YouTube')}</a>`)
  })

  test('renderMarkdown says where a frame in raw HTML leads in that language', () => {
    expect(inArabic('<div><iframe src="https://maps.example/x"></iframe></div>')).toContain(
      `>${AR.open('maps.example')}</a>`,
    )
  })
})
