// Hostile Markdown: small sources that take time or space out of all proportion are refused, and in time.
import { expect, test } from 'vitest'
import { checkSources } from '../../../src/publish/check.ts'
import { formatProblem } from '../../../src/publish/sources/problem.ts'
import { articleFile, SITE_FILES } from '../../harness/content.ts'

const bytes = (text: string | undefined): Buffer => Buffer.from(text ?? '')

async function check(
  bodies: Record<string, string>,
): Promise<{ lines: string[]; ms: number; known: number }> {
  const files = Object.entries(bodies).map(([name, body]) => {
    return [name, articleFile({ title: 'Storm', date: '2026-02-16', body })]
  })
  return checkFiles(Object.fromEntries(files))
}

async function checkFiles(
  files: Record<string, string>,
): Promise<{ lines: string[]; ms: number; known: number }> {
  const started = performance.now()
  const { content, problems } = await checkSources({
    site: { path: 'content/site.yaml', bytes: bytes(SITE_FILES['site.yaml']) },
    authors: null,
    tags: null,
    pages: [],
    pictures: new Map(),
    problems: [],
    articles: Object.entries(files).map(([name, text]) => ({
      path: `content/articles/${name}.md`,
      bytes: bytes(text),
    })),
  })
  return {
    lines: problems.map(formatProblem),
    ms: performance.now() - started,
    known: content?.articles.length ?? 0,
  }
}

// A second of the processor's, which a busy machine takes three to give, and the start of two threads.
const IN_TIME_MS = 8_000
const SIMPLER = 'Nest less deeply, and look for long runs of one sign or very large tables'
const HOSTILE: Record<string, string> = {
  'deeply nested quotes': `${'>'.repeat(2_500)} text`,
  'absurdly nested quotes': `${'>'.repeat(20_000)} text`,
  'deeply nested lists': `${'- '.repeat(2_500)}text`,
  'a table of bars': `${'|a'.repeat(2_000)}|\n${'|-'.repeat(2_000)}|\n${'|\n'.repeat(8_000)}`,
  'nested emphasis': '*a'.repeat(60_000),
  'emphasis in emphasis': `${'**a *b '.repeat(4_000)}${'c* d**'.repeat(4_000)}`,
}

test.each(Object.entries(HOSTILE))('%s: refused in time', async (name, body) => {
  const { lines, ms } = await check({ a: body })
  expect(lines, name).toHaveLength(1)
  expect(lines[0]).toMatch(/^content\/articles\/a\.md:5:1 (?:must|cannot) /)
  expect(lines[0]).toContain(SIMPLER)
  expect(ms).toBeLessThan(IN_TIME_MS)
})

test('articles after a hostile one are proved all the same', async () => {
  const { lines } = await check({
    a: HOSTILE['nested emphasis'] ?? '',
    b: '![x](none.png)',
    c: 'An honest paragraph.',
  })
  expect(lines).toEqual([
    `content/articles/a.md:5:1 must render within 1 s and 512 MB. ${SIMPLER}`,
    'content/articles/b.md:6:6 a picture must be a file in content/images/: found "none.png". Put the file there',
  ])
})

test('an honest article of 90 KB passes', async () => {
  const paragraph =
    'The [storm](https://example.com) closed **the harbour** on Monday, and `nobody` sailed.\n\n'
  expect(await check({ a: paragraph.repeat(1_000) })).toMatchObject({ lines: [], known: 1 })
})

test('front matter of absurd length is refused in time, and the articles beside it are proved', async () => {
  const fields = Array.from({ length: 60_000 }, (_, index) => `field${index}: x\n`)
  const { lines, ms, known } = await checkFiles({
    a: articleFile({ title: 'Storm', date: '2026-02-16', body: '![x](none.png)' }),
    b: `---\n${fields.join('')}---\n\nText.\n`,
    c: 'No front matter.',
  })
  expect(lines).toEqual([
    'content/articles/a.md:6:6 a picture must be a file in content/images/: found "none.png". Put the file there',
    'content/articles/b.md:1:1 must be read within 1 s and 512 MB. Look for very long or deeply nested front matter',
    'content/articles/c.md:1:1 must begin with front matter: a line ---, then title: and date:, then ---',
  ])
  expect(known).toBe(0)
  expect(ms).toBeLessThan(IN_TIME_MS)
})

test('of many articles those that are hostile are named, and all the others are proved', async () => {
  // The last one comes when its thread has answered others.
  const hostile = [5, 6, 131]
  const files = Array.from({ length: 160 }, (_, index) => {
    const body = hostile.includes(index) ? (HOSTILE['nested emphasis'] ?? '') : '![x](none.png)'
    return [
      String(index),
      articleFile({ title: hostile.includes(index) ? '' : 'Storm', date: '2026-02-16', body }),
    ]
  })
  const { lines } = await checkFiles(Object.fromEntries(files))
  const named = (text: string) =>
    lines.filter((line) => line.includes(text)).map((line) => Number(/(\d+)\.md/.exec(line)?.[1]))
  expect(named('must render within').sort((a, b) => a - b)).toEqual(hostile)
  // Whatever else is wrong with them is said as well.
  expect(named('title must be').sort((a, b) => a - b)).toEqual(hostile)
  expect(named('a picture must be')).toHaveLength(157)
  expect(lines).toHaveLength(163)
}, 60_000)
