// Hostile Markdown: small sources that would take excessive time or memory are refused quickly.
import { expect, test } from 'vitest'
import { checkSources } from '../../../src/publish/check-sources.ts'
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

// The clock is not needed for these. A busy machine takes some seconds to start the threads.
const IN_TIME_MS = 8_000
const MARKS = 'must have at most 4000 marks such as * or [ in one paragraph: found more'
const CELLS = 'must have at most 100000 table cells: found more'
const DEEP = 'must nest at most 300 levels deep: found more'
const HOSTILE: [name: string, body: string, message: string][] = [
  ['quotes that nest deeper than an article may', `${'> '.repeat(400)}text`, DEEP],
  ['quotes that nest deeper than the stack', `${'>'.repeat(20_000)} text`, DEEP],
  ['deeply nested lists', `${'- '.repeat(2_500)}text`, DEEP],
  ['emphasis in emphasis', `${'**a '.repeat(1_500)}${'b** '.repeat(1_500)}`, DEEP],
  ['a table of bars', `${'|a'.repeat(2_000)}|\n${'|-'.repeat(2_000)}|\n${'|\n'.repeat(8_000)}`, CELLS],
  ['a quoted table of bars', `> ${'|a'.repeat(900)}|\n> ${'|-'.repeat(900)}|\n${'> |\n'.repeat(300)}`, CELLS],
  ['emphasis without an end', '*a'.repeat(60_000), MARKS],
  ['long emphasis in emphasis', `${'**a *b '.repeat(4_000)}${'c* d**'.repeat(4_000)}`, MARKS],
  ['backticks', '`a'.repeat(15_000), MARKS],
  ['a word', 'a.'.repeat(15_000), 'must have no word of more than 2000 letters: found one'],
]

test.each(HOSTILE)('%s: refused by a count', async (_, body, message) => {
  const { lines, ms } = await check({ a: body })
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(/^content\/articles\/a\.md:[56]:1 /)
  expect(lines[0]).toContain(message)
  expect(ms).toBeLessThan(IN_TIME_MS)
})

test('the place of a count is that of the paragraph or table', async () => {
  const [, body = ''] = HOSTILE[6] ?? []
  const { lines } = await check({ a: `One.\n\nTwo.\n\n${body}\n\nThree.` })
  expect(lines).toEqual([`content/articles/a.md:10:1 ${MARKS}. Remove them, or split the paragraph`])
})

// Marked takes more than ten seconds for this, and no count refuses it.
const SLOW = Array.from({ length: 1_000 }, (_, index) => `${'  '.repeat(index)}- a`).join('\n')

test('what no count refuses is stopped by the clock, and every other article is checked', async () => {
  const slow = [5, 6]
  const files = Array.from({ length: 40 }, (_, index) => {
    const body = slow.includes(index) ? SLOW : '![x](none.png)'
    return [
      String(index),
      articleFile({ title: slow.includes(index) ? '' : 'Storm', date: '2026-02-16', body }),
    ]
  })
  const { lines } = await checkFiles(Object.fromEntries(files))
  const named = (text: string) =>
    lines.filter((line) => line.includes(text)).map((line) => Number(/(\d+)\.md/.exec(line)?.[1]))
  const stopped = 'must render within 10 s and 512 MB on this machine: it was stopped.'
  expect(named(stopped).sort((a, b) => a - b)).toEqual(slow)
  // Whatever else is wrong with them is said as well.
  expect(named('title must be').sort((a, b) => a - b)).toEqual(slow)
  expect(named('a picture must be')).toHaveLength(38)
  expect(lines).toHaveLength(42)
  expect((await check({ a: 'An honest paragraph.' })).known).toBe(1)
}, 60_000)

test('an honest article of 90 KB passes', async () => {
  const paragraph =
    'The [storm](https://example.com) closed **the harbour** on Monday, and `nobody` sailed.\n\n'
  expect(await check({ a: paragraph.repeat(1_000) })).toMatchObject({ lines: [], known: 1 })
})

// Each is far larger than what editors write, and near what a count would refuse.
test.each([
  ['a table of 80,000 cells', `|a|b|c|d|\n|-|-|-|-|\n${'|x|*y*|`z`|[w](/w)|\n'.repeat(20_000)}`],
  ['a list of 5,000 items with marks', '- **a** *b* `c` [d](/e)\n'.repeat(5_000)],
  ['code of 5,000 lines', `\`\`\`c\n${'int *p = a[i] * b_ * _c;\n'.repeat(5_000)}\`\`\``],
  ['code that looks like a table', `~~~\n|a|b|\n|-|-|\n${'|\n'.repeat(100_000)}~~~`],
  ['HTML tables', '<table><tr><td>a</td></tr></table>\n'.repeat(2_000)],
  ['names with underscores', 'snake_case_name '.repeat(10_000)],
  ['a text in Chinese without blanks', '风暴关闭了港口。'.repeat(5_000)],
  ['quotes and lists of 50 levels', `${'> '.repeat(50)}a\n\n${'- '.repeat(50)}a`],
])('%s: passes', async (_, body) => {
  expect(await check({ a: body })).toMatchObject({ lines: [], known: 1 })
})

test('front matter of absurd length is refused, and the articles beside it are checked', async () => {
  const fields = Array.from({ length: 60_000 }, (_, index) => `field${index}: x\n`)
  const { lines, ms, known } = await checkFiles({
    a: articleFile({ title: 'Storm', date: '2026-02-16', body: '![x](none.png)' }),
    b: `---\n${fields.join('')}---\n\n${'*a'.repeat(60_000)}\n`,
    c: 'No front matter.',
  })
  expect(lines).toEqual([
    'content/articles/a.md:6:6 a picture must be a file in content/images/: found "none.png". Put the file there',
    'content/articles/b.md:1:1 front matter must have at most 20000 letters: found 828890. Move long texts below it',
    `content/articles/b.md:60004:1 ${MARKS}. Remove them, or split the paragraph`,
    'content/articles/c.md:1:1 must begin with front matter: a line ---, then title: and date:, then ---',
  ])
  expect(known).toBe(0)
  expect(ms).toBeLessThan(IN_TIME_MS)
})
