// Hostile Markdown: small sources that take time or space out of all proportion are refused, and in time.
import { expect, test } from 'vitest'
import { checkSources } from '../../src/publish/check.ts'
import { formatProblem } from '../../src/publish/problem.ts'
import { articleFile, SITE_FILES } from '../harness/content.ts'

const bytes = (text: string | undefined): Buffer => Buffer.from(text ?? '')

async function check(
  bodies: Record<string, string>,
): Promise<{ lines: string[]; ms: number; known: number }> {
  const started = performance.now()
  const { content, problems } = await checkSources({
    site: { path: 'content/site.yaml', bytes: bytes(SITE_FILES['site.yaml']) },
    authors: null,
    tags: null,
    pictures: new Map(),
    problems: [],
    articles: Object.entries(bodies).map(([name, body]) => ({
      path: `content/articles/${name}.md`,
      bytes: bytes(articleFile({ title: 'Storm', date: '2026-02-16', body })),
    })),
  })
  return {
    lines: problems.map(formatProblem),
    ms: performance.now() - started,
    known: content?.articles.length ?? 0,
  }
}

const IN_TIME_MS = 3_000
const SIMPLER = 'Nest less deeply, and look for long runs of one sign or very large tables'
const HOSTILE: Record<string, string> = {
  'deeply nested quotes': `${'>'.repeat(2_500)} text`,
  'absurdly nested quotes': `${'>'.repeat(20_000)} text`,
  'deeply nested lists': `${'- '.repeat(2_500)}text`,
  'a table of bars': `${'|a'.repeat(2_000)}|\n${'|-'.repeat(2_000)}|\n${'|\n'.repeat(8_000)}`,
  'nested emphasis': '*a'.repeat(30_000),
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
