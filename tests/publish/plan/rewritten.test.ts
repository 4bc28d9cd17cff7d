// The articles that count as changed: those whose own text differs, within the limit of records that are read.
import { describe, expect, test } from 'vitest'
import { build } from '../../../src/publish/build.ts'
import { readRecords, rewrittenArticles } from '../../../src/publish/plan/rewritten.ts'
import { keys } from '../../../src/records.ts'
import { contentOf } from '../../harness/content.ts'
import { memoryStore, type Values } from '../../harness/memory-store.ts'

const NOW = Date.UTC(2026, 5, 1)
const values: Values = new Map()
const asked: string[] = []

/** The rows of an edition whose records are in the store. */
async function rowsOf(titles: readonly string[]) {
  const articles = titles.map((title, index) => ({
    slug: `story-${index}`,
    title,
    date: NOW - index * 3_600_000,
  }))
  const built = build(contentOf(articles), NOW)
  for (const [key, make] of built.stages[0] ?? []) values.set(key, (await make()).value)
  return built.tables.articles
}

const compare = async (before: readonly string[], after: readonly string[]) =>
  rewrittenArticles({ before: await rowsOf(before), after: await rowsOf(after) }, (hashes) => {
    asked.push(...hashes)
    return readRecords(memoryStore(values), hashes)
  })

describe('articles that were rewritten', () => {
  test('are told with their newer records, and those that name them are not', async () => {
    const rewritten = await compare(['One', 'Two', 'Three'], ['One', 'Zwei', 'Three'])
    expect([...rewritten].map(([slug, record]) => [slug, record?.title])).toEqual([['story-1', 'Zwei']])
  })

  test('are all whose words cannot be compared, because a record is gone', async () => {
    const after = await rowsOf(['Eins', 'Two'])
    values.delete(keys.article(after.get('story-0')?.record ?? ''))
    const rewritten = await rewrittenArticles({ before: await rowsOf(['One', 'Two']), after }, (hashes) =>
      readRecords(memoryStore(values), hashes),
    )
    expect([...rewritten]).toEqual([['story-0', null]])
  })

  test('are looked at up to a number of them; the rest counts as rewritten', async () => {
    const titles = Array.from({ length: 510 }, (_, index) => `Story ${index}`)
    asked.length = 0
    const same = titles.map((title, index) => (index % 2 === 0 ? title : `${title} again`))
    const rewritten = await compare(titles, same)
    expect(asked).toHaveLength(1_000)
    expect(rewritten.size).toBe(250 + 10)
    expect([...rewritten.values()].filter((record) => record === null)).toHaveLength(10)
  })
})
