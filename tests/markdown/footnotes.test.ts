// Footnotes: numbers, links back, the end of a definition, and safe HTML inside notes.
import { describe, expect, test } from 'vitest'
import { render } from '../harness/markdown.ts'
import { expectSafe } from '../harness/safe-html.ts'

describe('renderMarkdown, footnotes', () => {
  test('renderMarkdown numbers notes by their first reference and leads back from each', () => {
    expect(
      render('a[^x] b[^"y] c[^X]\n\n[^"y]: Y\n[^x]: X *x*\n\n    more'),
    ).toBe(`<p>a<sup class="note-ref"><a id="fnref-1" href="#fn-1" role="doc-noteref">1</a></sup> b<sup class="note-ref"><a id="fnref-2" href="#fn-2" role="doc-noteref">2</a></sup> c<sup class="note-ref"><a id="fnref-1-2" href="#fn-1" role="doc-noteref">1</a></sup></p>
<section class="footnotes" role="doc-endnotes" aria-labelledby="fn-heading">
<h2 id="fn-heading">Footnotes</h2>
<ol>
<li id="fn-1"><p>X <em>x</em></p>
<p>more\u00a0<a href="#fnref-1" role="doc-backlink" aria-label="Back to reference 1">↩\ufe0e</a>\u00a0<a href="#fnref-1-2" role="doc-backlink" aria-label="Back to reference 1-2">↩\ufe0e<sup>2</sup></a></p></li>
<li id="fn-2"><p>Y\u00a0<a href="#fnref-2" role="doc-backlink" aria-label="Back to reference 2">↩\ufe0e</a></p></li>
</ol>
</section>
`)
  })

  test('renderMarkdown finds notes that only notes refer to, and leads back to references in notes', () => {
    const html = render('a[^1]\n\n[^1]: b[^2]\n\n[^2]: c[^1]\n\n[^3]: unused')
    expect(html).not.toContain('unused')
    for (const id of ['fnref-1', 'fnref-1-2', 'fnref-2', 'fn-1', 'fn-2'])
      expect([html.split(`id="${id}"`).length, html.includes(`href="#${id}"`)]).toEqual([2, true])
  })

  test('renderMarkdown leaves references without a definition as written', () => {
    expect(render('a[^1] [^b c]: d')).toBe('<p>a[^1] [^b c]: d</p>\n')
  })

  test('renderMarkdown ends a definition where another block begins', () => {
    const notes = (rest: string) => render(`a[^1]\n\n[^1]: b\n${rest}`).split('<ol>\n')[1]
    expect(notes('c')).toContain('<p>b\nc\u00a0<a')
    for (const block of ['- c', '# c', '> c', '[^2]: c', '```\nc\n```', '\nc', '<p>c', '***'])
      expect(notes(block)).toContain('<p>b\u00a0<a')
  })

  test('renderMarkdown takes the first of two definitions', () => {
    expect(render('a[^1]\n\n[^1]: b\n\n[^1]: c')).toContain('<li id="fn-1"><p>b\u00a0<a')
  })

  test('renderMarkdown puts no link of a note into a link', () => {
    expect(render('[a[^1]](/x)\n\n[^1]: b')).toContain('<p><a href="/x">a<sup>1</sup></a></p>')
  })

  test('renderMarkdown cleans raw HTML in notes, and only there', () => {
    const html = render('a[^1] "b"\n\n[^1]: x</li></ol></section><script>1</script><kbd id=y>k')
    expect(html).toContain('&quot;b&quot;')
    expect(html).toContain('<kbd id="h-y">k</kbd>')
    expect(html).not.toContain('script')
    expectSafe(html)
  })

  test('renderMarkdown shows no label of a note', () => {
    expect(render('a[^"><b onclick=x>]\n\n[^"><b onclick=x>]: c')).not.toContain('onclick')
  })
})
