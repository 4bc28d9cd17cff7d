// Tables in parts: every key leads to its row, and one more row changes one part.
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cutTable, type PartTree, partOf, partsOf, type Table } from '../src/tables.ts'

type Part = Record<string, unknown>

/** A cut table with its parts by their hashes. */
function cut<T>(rows: Iterable<[string, T]>): { table: Table<T>; parts: Map<string, Part> } {
  const parts = new Map<string, Part>()
  const keep = (part: Part): string => {
    // Neither the order of a part's rows nor any prototype may tell two parts apart, or make two alike.
    const text = JSON.stringify(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
    const hash = createHash('sha256').update(text).digest('hex').slice(0, 32)
    expect(parts.has(hash), 'a part is kept once').toBe(false)
    parts.set(hash, part)
    return hash
  }
  return { table: cutTable(new Map(rows), keep), parts }
}

const treeOf = (table: Table<unknown>): PartTree => ('parts' in table ? table.parts : '')

/** The keys of a table by the part that holds them. */
const holding = (parts: ReadonlyMap<string, Part>, key: string): string[] =>
  [...parts].filter(([, part]) => Object.hasOwn(part, key)).map(([hash]) => hash)

const words = [
  'constructor',
  'prototype',
  '__proto__',
  'hasOwnProperty',
  'toString',
  '',
  ' ',
  '0',
  '-1',
  '😀',
]
const key = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom(...words) },
)
/** Long rows, so that few of them make many parts. */
const row = fc.integer({ min: 0, max: 20 }).map((length) => 'x'.repeat(length * 500))
const rows = fc.uniqueArray(fc.tuple(key, row), { selector: ([own]) => own, maxLength: 40, size: 'max' })

/** Rows as an archive has them: `count` of about a hundred characters. */
const archive = (count: number): [string, string][] =>
  Array.from({ length: count }, (_, index) => [`story-${index}`, 'x'.repeat(80 + (index % 40))])

describe('a table', () => {
  test('is whole while it is small, and cut into parts when it is large', () => {
    const small = archive(250)
    const { table, parts } = cut(small)
    expect(table).toEqual({ rows: Object.fromEntries(small) })
    expect(parts.size).toBe(0)
    expect(cut(archive(500)).table).toHaveProperty('parts')
  })

  test('without rows is whole', () => {
    expect(cut([]).table).toEqual({ rows: {} })
  })

  test('has each row in the part that its key leads to, and in no other', () => {
    let inParts = 0
    fc.assert(
      fc.property(rows, (all) => {
        const { table, parts } = cut(all)
        if ('rows' in table) {
          expect(Object.entries(table.rows).sort()).toEqual(all.toSorted())
          return
        }
        inParts += 1
        for (const [own, value] of all) {
          const hash = partOf(table.parts, own)
          expect(holding(parts, own)).toEqual([hash])
          expect(parts.get(hash ?? '')?.[own]).toBe(value)
        }
        expect(partsOf(table.parts).sort()).toEqual([...parts.keys()].sort())
        const kept = [...parts.values()].flatMap((part) => Object.keys(part))
        expect(kept.sort()).toEqual(all.map(([own]) => own).sort())
      }),
      { numRuns: 200 },
    )
    expect(inParts).toBeGreaterThan(50)
  })

  test('does not depend on the order of its rows', () => {
    const shuffled = rows.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    )
    fc.assert(
      fc.property(shuffled, ([all, other]) => {
        expect(cut(other).table).toEqual(cut(all).table)
      }),
      { numRuns: 100 },
    )
  })

  test('leads to null where there can be no row, and else to one part that may lack it', () => {
    const { table, parts } = cut(archive(2_000))
    for (let index = 0; index < 500; index += 1) {
      const hash = partOf(treeOf(table), `none-${index}`)
      expect(hash === null || parts.has(hash)).toBe(true)
      expect(holding(parts, `none-${index}`)).toEqual([])
    }
    expect(partOf('', 'any')).toBeNull()
    expect(partOf(['', ['', '']], 'any')).toBeNull()
  })
})

describe('one more row', () => {
  const rowsIn = (parts: ReadonlyMap<string, Part>, hashes: ReadonlySet<string>): [string, unknown][] =>
    [...hashes].flatMap((hash) => Object.entries(parts.get(hash) ?? {})).sort()

  test('replaces at most one part, by parts that hold the rows of that part and the new row', () => {
    let inParts = 0
    fc.assert(
      fc.property(rows, key, row, (all, more, value) => {
        fc.pre(all.every(([own]) => own !== more))
        const [before, after] = [cut(all), cut([...all, [more, value]])]
        if ('rows' in before.table) return
        inParts += 1
        const [old, next] = [new Set(before.parts.keys()), new Set(after.parts.keys())]
        const lost = old.difference(next)
        expect(lost.size).toBeLessThanOrEqual(1)
        expect(rowsIn(after.parts, next.difference(old))).toEqual(
          [...rowsIn(before.parts, lost), [more, value] as [string, unknown]].sort(),
        )
      }),
      { numRuns: 200 },
    )
    expect(inParts).toBeGreaterThan(50)
  })

  test('of an archive changes one part, or splits one into two', () => {
    const all = archive(1_500)
    const start = new Set(cut(all).parts.keys())
    let splits = 0
    for (let index = 0; index < 40; index += 1) {
      const next = new Set(cut([...all, [`news-${index}`, 'y'.repeat(100)]]).parts.keys())
      const written = next.difference(start).size
      if (next.size > start.size) splits += 1
      expect([start.difference(next).size, written]).toEqual([1, next.size > start.size ? 2 : 1])
    }
    expect(splits).toBeLessThan(20)
  })

  test('splits a part in two when it has grown too large', () => {
    let before = new Set(cut(archive(400)).parts.keys())
    let splits = 0
    for (let count = 401; count < 1_200; count += 7) {
      const after = new Set(cut(archive(count)).parts.keys())
      if (after.size > before.size) splits += 1
      expect(after.size).toBeGreaterThanOrEqual(before.size)
      before = after
    }
    expect(splits).toBeGreaterThanOrEqual(2)
  })
})

describe('parts', () => {
  const lengthOf = (part: Part): number => JSON.stringify(part).length

  test.each([
    [1, 0, 0],
    [1_000, 4, 8],
    [60_000, 200, 512],
    [200_000, 200, 512],
  ])('of %i rows are %i to %i', (count, least, most) => {
    const { table, parts } = cut(archive(count))
    expect(partsOf(treeOf(table)).length).toBe(parts.size)
    expect(parts.size).toBeGreaterThanOrEqual(least)
    expect(parts.size).toBeLessThanOrEqual(most)
    const lengths = [...parts.values()].map(lengthOf)
    // Beyond 512 parts they grow by doubling, and none is larger than what that gave.
    if (count <= 60_000) expect(Math.max(0, ...lengths)).toBeLessThanOrEqual(33 * 1024)
    else expect(Math.max(...lengths)).toBeLessThanOrEqual(129 * 1024)
  })

  test('hold a row that is larger than a part alone', () => {
    const huge: [string, string] = ['huge', 'h'.repeat(100_000)]
    const { table, parts } = cut([...archive(20), huge])
    const hash = partOf(treeOf(table), 'huge')
    expect(Object.keys(parts.get(hash ?? '') ?? {})).toEqual(['huge'])
  })
})

describe('two keys of one hash', () => {
  // Found by trying: all 32 bits that choose a part are the same.
  const [one, other] = ['a-story-of-t356ni-and-more-jg44', 'a-story-of-mbjj1rc-and-more-h3eg'] as const

  test('stand in one part, however large', () => {
    const { table, parts } = cut([[one, 'x'.repeat(20_000)], [other, 'y'.repeat(20_000)], ...archive(50)])
    const hash = partOf(treeOf(table), one)
    expect(partOf(treeOf(table), other)).toBe(hash)
    expect(Object.keys(parts.get(hash ?? '') ?? {}).sort()).toEqual([other, one].sort())
  })

  test('make a table that is one part at the end of a tree', () => {
    const { table, parts } = cut([
      [one, 'x'.repeat(20_000)],
      [other, 'y'.repeat(20_000)],
    ])
    expect(partsOf(treeOf(table))).toEqual([...parts.keys()])
    expect(parts.size).toBe(1)
    let depth = 0
    for (let node = treeOf(table); typeof node !== 'string'; depth += 1)
      node = node[0] === '' ? node[1] : node[0]
    expect(depth).toBe(32)
  })
})
