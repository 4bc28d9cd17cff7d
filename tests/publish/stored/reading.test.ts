// The live edition, read back from whole tables or from parts, equals the edition that was built.
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../../../src/canonical.ts'
import { type Built, build } from '../../../src/publish/build.ts'
import { lackingKeys } from '../../../src/publish/plan/lacking.ts'
import {
  compareTables,
  readCurrent,
  readEdition,
  readRow,
  readTables,
} from '../../../src/publish/stored/reading.ts'
import { FORMAT, keys, TABLE_NAMES } from '../../../src/records.ts'
import { contentOf } from '../../harness/content.ts'
import { memoryStore, type Values } from '../../harness/memory-store.ts'
import { namedKeys } from '../../harness/named-keys.ts'

const NOW = Date.UTC(2026, 5, 1)
const HOUR_MS = 3_600_000

type Story = { slug: string; date: number; tags: string[]; title?: string; expires?: number }

/** So many that articles, tags and pages are in parts. */
const stories = (count: number): Story[] =>
  Array.from({ length: count }, (_, index) => ({
    slug: `story-${index}`,
    date: NOW - (count - index) * HOUR_MS,
    tags: [0, 1, 2, 3, 4, 5].map((own) => `tag ${(index + own * 17) % 110}`),
  }))

const small = stories(30)
const large = stories(700)
const of = (list: readonly Story[]): Built => build(contentOf(list), NOW)

async function stored(built: Built): Promise<Values> {
  const values: Values = new Map()
  const made = built.stages.flatMap((stage) => [...stage.values()].map((make) => make()))
  for (const { key, value } of await Promise.all(made)) values.set(key, value)
  return values
}

/** A store that tells which keys were read. */
function watched(values: Values) {
  const read: string[] = []
  const store = memoryStore(values)
  return {
    read,
    store: {
      ...store,
      getMany: (wanted: readonly string[]) => {
        read.push(...wanted)
        return store.getMany(wanted)
      },
    },
  }
}

/** What an editor may do to a large site, by what it is called. */
const EDITS: [string, (list: Story[]) => Story[]][] = [
  ['nothing', (list) => list],
  ['a new article', (list) => [...list, { slug: 'new', date: NOW - 1, tags: ['tag 3', 'tag new'] }]],
  ['an article fewer', (list) => list.filter(({ slug }) => slug !== 'story-333')],
  ['a new headline', (list) => list.map((one) => (one.slug === 'story-5' ? { ...one, title: 'Ah' } : one))],
  ['an expiry', (list) => list.map((one) => (one.slug === 'story-9' ? { ...one, expires: NOW + 1 } : one))],
  ['thirty scheduled', (list) => [...list, ...scheduled(30)]],
  ['a site that is small again', () => small],
]
const scheduled = (count: number): Story[] =>
  Array.from({ length: count }, (_, index) => ({
    slug: `ahead-${index}`,
    date: NOW + (index + 1) * HOUR_MS,
    tags: ['tag 1'],
  }))

describe('readTables', () => {
  test('answers the rows that were built, in parts or whole', async () => {
    for (const list of [small, large]) {
      const built = of(list)
      expect('parts' in built.body.articles).toBe(list === large)
      const tables = await readTables(memoryStore(await stored(built)), built.body)
      for (const name of TABLE_NAMES) {
        const sorted = (rows: Iterable<[string, unknown]>) => [...rows].sort(([a], [b]) => (a < b ? -1 : 1))
        expect(canonicalJson(sorted(tables[name])), name).toBe(canonicalJson(sorted(built.tables[name])))
      }
    }
  })

  test('throws, and names the part, when the store lacks one', async () => {
    const built = of(large)
    const values = await stored(built)
    const lost = [...(built.stages[1]?.keys() ?? [])][0] ?? ''
    values.delete(lost)
    await expect(readTables(memoryStore(values), built.body)).rejects.toThrow(lost)
  })
})

describe('readRow', () => {
  test('answers one row for one read at most, or null', async () => {
    for (const list of [small, large]) {
      const built = of(list)
      const { store, read } = watched(await stored(built))
      const row = (key: string) => readRow(store, built.body, { name: 'articles', key })
      expect(await row('story-7')).toEqual(built.tables.articles.get('story-7'))
      expect(read.length).toBe(list === large ? 1 : 0)
      expect([await row('none'), await row('constructor'), await row('__proto__')]).toEqual([
        null,
        null,
        null,
      ])
    }
  })
})

describe('compareTables', () => {
  test.each(EDITS)(
    'of %s: exactly the rows that differ, and no part that is shared is read',
    async (_, edit) => {
      const [live, next] = [of(large), of(edit(large))]
      const { store, read } = watched(await stored(live))
      const changes = await compareTables(store, live.body, next)
      for (const name of TABLE_NAMES) {
        const differing = (rows: ReadonlyMap<string, unknown>, others: ReadonlyMap<string, unknown>) =>
          [...rows].filter(([key, row]) => canonicalJson([row]) !== canonicalJson([others.get(key)]))
        const text = (rows: Iterable<[string, unknown]>) => canonicalJson(Object.fromEntries(rows))
        expect(text(changes[name].before)).toBe(text(differing(live.tables[name], next.tables[name])))
        expect(text(changes[name].after)).toBe(text(differing(next.tables[name], live.tables[name])))
      }
      const shared = new Set(next.stages[1]?.keys())
      expect(read.filter((key) => shared.has(key))).toEqual([])
    },
  )

  test('of nothing live: all rows', async () => {
    const next = of(large)
    const changes = await compareTables(memoryStore(), null, next)
    expect(changes.articles.before.size).toBe(0)
    expect(changes.articles.after.size).toBe(large.length)
  })
})

describe('lackingKeys', () => {
  test.each(EDITS)('of %s: what the next edition names and the live one does not', async (_, edit) => {
    const [live, next] = [of(large), of(edit(large))]
    const store = memoryStore(await stored(live))
    const changes = await compareTables(store, live.body, next)
    const lacking = lackingKeys(
      { edition: live.hash, body: live.body, takedowns: [] },
      { built: next, changes, takedowns: [] },
    )
    const named = (built: Built) => namedKeys(built.hash, built.body, built.tables)
    expect(lacking.flat().sort()).toEqual([...named(next).difference(named(live))].sort())
    lacking.forEach((stage, index) => {
      for (const key of stage) expect(next.stages[index]?.has(key), key).toBe(true)
    })
  })

  test('of a first edition: everything, in the order in which it must be written', () => {
    const built = of(large)
    const lacking = lackingKeys(null, { built, changes: {} as never, takedowns: [] })
    expect(new Set(lacking.flat())).toEqual(namedKeys(built.hash, built.body, built.tables))
    const kinds = lacking.map((stage) => [...new Set(stage.map((key) => key.split('/')[0]))].sort())
    expect(kinds).toEqual([['article', 'list', 'month', 'site'], ['part'], ['edition']])
  })
})

describe('what is live', () => {
  test('is null before the first push', async () => {
    expect(await readCurrent(memoryStore())).toBeNull()
  })

  test('of a newer format is refused, with what to do', async () => {
    const values: Values = new Map([['current', JSON.stringify({ format: FORMAT + 1, sequence: 3 })]])
    await expect(readCurrent(memoryStore(values))).rejects.toThrow(
      /has format 2, and this Dateline knows 1: update the checkout, run npm ci/,
    )
  })

  test('that cannot be read is refused, with what to do', async () => {
    const values: Values = new Map([['current', JSON.stringify({ format: FORMAT, sequence: 3 })]])
    await expect(readCurrent(memoryStore(values))).rejects.toThrow(
      /cannot be read: .*remove \.wrangler\/state/,
    )
  })

  test.each(['<h1>Sign in</h1>', '', 'null', '"yes"'])(
    'that is no edition at all is refused, with what was found and what to do: %s',
    async (text) => {
      await expect(readCurrent(memoryStore(new Map([['current', text]])))).rejects.toThrow(
        `The live edition cannot be read: the store answered ${JSON.stringify(text)}. With Cloudflare, check whether this ` +
          'network asks you to sign in, and CLOUDFLARE_API_BASE_URL; if it is the local store, remove .wrangler/state',
      )
    },
  )

  test('was an edition that is read back by its hash, or was collected', async () => {
    const built = of(large)
    const values = await stored(built)
    expect(await readEdition(memoryStore(values), built.hash)).toEqual(built.body)
    values.delete(keys.edition(built.hash))
    await expect(readEdition(memoryStore(values), built.hash)).rejects.toThrow(/gc has removed it/)
  })
})
