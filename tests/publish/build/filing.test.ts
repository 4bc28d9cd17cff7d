// What a push files and archives: whatever comes in whatever order, no article is lost from the archive or named twice,
// and an ordinary new article pays for one thing only.
import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { monthOf } from '../../../src/calendar.ts'
import { type Built, build } from '../../../src/publish/build.ts'
import { readLayout } from '../../../src/publish/live.ts'
import { CARDS_PER_PAGE, keys, ListRecord, MonthRecord, pageKey } from '../../../src/records.ts'
import { contentOf } from '../../harness/content.ts'
import { memoryStore } from '../../harness/memory-store.ts'

const NOW = Date.UTC(2026, 2, 31, 12)
const HOUR_MS = 3_600_000
const ZONE = 'Europe/Berlin'
const N = CARDS_PER_PAGE

type Told = { slug: string; date: number; tags: string[] }

const story = (slug: string, date: number): Told => ({ slug, date, tags: [`tag-${slug.length}`] })
const series = (count: number, step = 9 * HOUR_MS): Told[] =>
  Array.from({ length: count }, (_, index) => story(`story-${index}`, NOW - (count - index) * step))

/** Everything that was written, and the layout that the next push finds. */
async function press(): Promise<{
  push: (stories: readonly Told[], now: number) => Promise<Built>
  read: (key: string) => string
}> {
  const store = memoryStore()
  const values = new Map<string, string>()
  let live: Built | null = null
  return {
    push: async (stories, now) => {
      live = build(contentOf(stories), now, live && (await readLayout(store, live.body)))
      for (const stage of live.stages)
        for (const make of stage.values()) {
          const { key, value } = await make()
          values.set(key, String(value))
          await store.put([{ key, value: String(value) }])
        }
      return live
    },
    read: (key) => values.get(key) ?? '',
  }
}

/** The slugs of a month as a page of it would collect them. */
function slugsOf(built: Built, month: string, read: (key: string) => string): string[] {
  const { tables, body } = built
  const row = tables.running.get(month) ?? tables.months.get(month)
  if (!row) return []
  const headlines = (hash: string) => v.parse(MonthRecord, JSON.parse(read(keys.month(hash)))).headlines
  if (!row.running) return headlines(row.record).map(({ slug }) => slug)
  const lists = [body.front.newest.record]
  for (let number = body.front.full; number > (body.archived ?? 0); number -= 1) {
    lists.push(tables.recent.get(pageKey('', number))?.record ?? '')
  }
  const cards = lists.flatMap((hash) => v.parse(ListRecord, JSON.parse(read(keys.list(hash)))).cards)
  return [
    ...cards.filter(({ from }) => monthOf(from, ZONE) === month),
    ...(row.running.archived === undefined ? [] : headlines(row.running.archived)),
  ].map(({ slug }) => slug)
}

function expectWhole(built: Built, stories: readonly Told[], read: (key: string) => string): void {
  const months = new Set(stories.map(({ date }) => monthOf(date, ZONE)))
  expect([...built.tables.months.keys(), ...built.tables.running.keys()].sort()).toEqual([...months].sort())
  for (const month of months) {
    const own = stories.filter(({ date }) => monthOf(date, ZONE) === month)
    own.sort((a, b) => b.date - a.date || (a.slug < b.slug ? 1 : -1))
    expect(slugsOf(built, month, read)).toEqual(own.map(({ slug }) => slug))
  }
  const { pages, recent } = built.tables
  const filed = [...pages.keys()].filter((key) => recent.has(key))
  expect(filed).toEqual([])
}

describe('pages and months', () => {
  test('are filed one thing a push, and nothing when a push moves cards', async () => {
    const { push, read } = await press()
    const stories = series(4 * N)
    let last = await push(stories, NOW)
    expect(last.tables.recent.size).toBe(0)
    expect(last.body.archived).toBe(last.body.front.full)
    const seen = { moved: 0, filed: 0, archived: 0 }
    for (let index = 0; index < 4 * N; index += 1) {
      const now = NOW + index * HOUR_MS
      stories.push({ slug: `new-${index}`, date: now, tags: ['a', index % 2 === 0 ? 'even' : 'odd'] })
      const next = await push(stories, now)
      expectWhole(next, stories, read)
      const count = ({ tables }: Built) => tables.pages.size + tables.recent.size
      const moved = count(next) - count(last)
      const filed = next.tables.pages.size - last.tables.pages.size
      const archived = (next.body.archived ?? 0) - (last.body.archived ?? 0)
      expect(moved + filed + archived).toBeLessThanOrEqual(1)
      expect(next.body.front.full - (next.body.archived ?? 0)).toBeLessThanOrEqual(3)
      seen.moved += moved
      seen.filed += filed
      seen.archived += archived
      last = next
    }
    expect(seen.moved).toBeGreaterThanOrEqual(7)
    expect(seen.archived).toBeGreaterThanOrEqual(3)
    expect(seen.filed).toBeGreaterThanOrEqual(5)
  })

  test('are whole after any edits, and the same when nothing changed', async () => {
    const edit = fc.oneof(
      fc.record({ kind: fc.constant('new' as const), count: fc.integer({ min: 1, max: 60 }) }),
      fc.record({ kind: fc.constant('old' as const), place: fc.nat(4_000) }),
      fc.record({
        kind: fc.constant('remove' as const),
        place: fc.nat(4_000),
        count: fc.integer({ min: 1, max: 40 }),
      }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 130 }),
        fc.array(edit, { maxLength: 7 }),
        async (count, edits) => {
          const { push, read } = await press()
          let stories = series(count)
          let now = NOW
          let number = 0
          expectWhole(await push(stories, now), stories, read)
          for (const edit of edits) {
            now += HOUR_MS
            number += 1
            if (edit.kind === 'new')
              for (let index = 0; index < edit.count; index += 1)
                stories.push(story(`new-${number}-${index}`, now + (index - 10) * HOUR_MS))
            else if (edit.kind === 'old') stories.push(story(`old-${number}`, NOW - edit.place * HOUR_MS))
            else stories = stories.toSpliced(edit.place % (stories.length + 1), edit.count)
            const built = await push(stories, now)
            expectWhole(built, stories, read)
            expect((await push(stories, now + 60_000)).body).toEqual({
              ...built.body,
              appearances: expect.anything(),
            })
          }
        },
      ),
      { numRuns: 30 },
    )
  })

  test('over an edition of before are filed and archived at once', async () => {
    const stories = series(4 * N)
    const first = build(contentOf(stories), NOW)
    const { body } = first
    const layout = await readLayout(memoryStore(), { ...body, months: { rows: {} }, running: { rows: {} } })
    const over = build(contentOf(stories), NOW, { ...layout, archived: null })
    expect(over.hash).toBe(first.hash)
  })
})

describe('a month', () => {
  test('keeps its name and its instants when it is over, so that its page keeps its ETag', async () => {
    const { push } = await press()
    const stories = series(2 * N, 20 * HOUR_MS)
    const month = monthOf(stories[N + 2]?.date ?? 0, ZONE)
    const before = (await push(stories, NOW)).tables.running.get(month)
    let over: Built | null = null
    for (let index = 0; index < 4 * N && !over?.tables.months.has(month); index += 1) {
      const now = NOW + (index + 40) * HOUR_MS
      stories.push({ slug: `later-${index}`, date: now, tags: [] })
      over = await push(stories, now)
    }
    const after = over?.tables.months.get(month)
    expect(before?.running).toBeDefined()
    expect(after?.record).toBe(before?.record)
    expect(after?.instants).toEqual(before?.instants?.slice(-1))
    expect(after?.spans).toEqual([])
  })

  test('is that of the zone', () => {
    const late = { slug: 'late', date: Date.UTC(2026, 0, 31, 23, 30), tags: [] }
    const { tables } = build(contentOf([late]), NOW)
    expect([...tables.running.keys(), ...tables.months.keys()]).toEqual(['2026-02'])
  })
})
