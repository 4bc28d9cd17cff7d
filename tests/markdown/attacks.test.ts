// Hostile articles: none may harm its page, change the next article or make rendering slow.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseMarkdown, renderMarkdown } from '../../src/markdown.ts'
import { render } from '../harness/markdown.ts'
import { ATTACKS, CLEAN, SCRAPS } from '../harness/markdown-samples.ts'
import { expectSafe } from '../harness/safe-html.ts'

describe('renderMarkdown, attacks', () => {
  test('the corpus has at least 150 attacks, each once', () => {
    expect(new Set(ATTACKS).size).toBe(ATTACKS.length)
    expect(ATTACKS.length).toBeGreaterThanOrEqual(150)
  })

  test.each(ATTACKS)('renders nothing but an article from %j', (attack) => {
    expectSafe(render(attack))
    expectSafe(
      render(
        `a\n\n${attack}\n\n# b\n\n[c](/d) ![e](images/bridge.jpg) <kbd>f</kbd>\n\n\`\`\`js\nlet g\n\`\`\``,
      ),
    )
    for (const prefix of ['> ', '- ', '| ', '# ', '    ', '[^1]\n\n[^1]: '])
      expectSafe(render(prefix + attack.replaceAll('\n', `\n${prefix}`)))
  })

  test('renderMarkdown renders nothing but an article from any mix of attacks', () => {
    const piece = fc.oneof(
      fc.constantFrom(...ATTACKS),
      fc.constantFrom(...CLEAN),
      fc.constantFrom(...SCRAPS),
      fc.constantFrom(...SCRAPS),
      fc.string({ maxLength: 4, unit: 'binary' }),
    )
    const glue = fc.constantFrom('', '', ' ', '\n', '\n\n', '\n> ', '\n- ', '\n\n    ', '|', '"', "'")
    fc.assert(
      fc.property(fc.array(fc.tuple(piece, glue), { minLength: 1, maxLength: 9 }), (pieces) => {
        expectSafe(render(pieces.flat().join('')))
      }),
      { numRuns: 500, seed: 11 },
    )
  })

  test('renderMarkdown answers any characters with an article', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => expectSafe(render(text))),
      { numRuns: 400, seed: 3 },
    )
  })
})

describe('renderMarkdown, robustness', () => {
  test('renderMarkdown keeps nothing from one article to the next, whatever the first did', () => {
    const markdown = '# A\n\na[^1]\n\n|a|\n|-|\n\n<b id=a>x</b>\n\n[^1]: b'
    const fresh = render(markdown)
    expect(render(markdown)).toBe(fresh)
    render('# A\n\n# A\n\nx[^1][^2] <a href=x>[^1]: [\n\n[^1]: c\n\n[^2]: <pre><script>')
    parseMarkdown('x[^1] ![a](b)\n\n[^1]: c').pictures()
    expect(() => render(`[^1] <script>\n\n[^1]: a\n\n${'>'.repeat(20_000)} a`)).toThrow(RangeError)
    expect(render(markdown)).toBe(fresh)
    expect(render('a[^1]')).toBe('<p>a[^1]</p>\n')
  })

  test('renderMarkdown bounds how deep raw HTML may nest, and keeps its words', () => {
    const html = render(`${'<div>'.repeat(300)}a`)
    expect([html.split('<div>').length - 1, html.includes('a')]).toEqual([250, true])
  })

  test('renderMarkdown does not change its options', () => {
    const pictures = Object.freeze({ 'a.jpg': Object.freeze({ address: '/m', width: 1, height: 2 }) })
    expect(renderMarkdown('![x](a.jpg)', Object.freeze({ origin: 'https://x.org/', pictures }))).toContain(
      '<figure>',
    )
    expect(renderMarkdown('[a](https://x.org/b)', { origin: 'https://x.org/', pictures })).not.toContain(
      'rel',
    )
  })

  test.each([
    ['open tags', '<div>'.repeat(2000)],
    ['closing tags', '</div>'.repeat(2000)],
    ['brackets', '[^'.repeat(2000)],
    ['backticks', '`'.repeat(5000)],
    ['comments', '<!--'.repeat(2000)],
    ['dashes in a comment', `<!--${' -'.repeat(5000)}`],
    ['attributes of a frame', `<iframe${' a'.repeat(3000)}`],
    ['a definition before blank lines', `[^1]\n\n[^1]: a${'\n    '.repeat(3000)}`],
    ['frames', '<iframe>'.repeat(500)],
    ['ampersands', '&'.repeat(5000)],
    ['spaces', `a${' '.repeat(5000)}b`],
    ['blocks without blank lines', 'a\n***\n'.repeat(3000)],
    ['blocks with raw HTML', 'a <b>b</b>\n\n'.repeat(1000)],
    ['attributes without an end', `<p${' a=b'.repeat(3000)}`],
  ])('renders many %s in time', (_, markdown) => {
    const start = performance.now()
    expectSafe(render(markdown))
    expect(performance.now() - start).toBeLessThan(3000)
  })
})
