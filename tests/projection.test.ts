// The projection: which parts of a record may be seen at a moment.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  changesOf,
  countOf,
  isVisible,
  type Moment,
  oneAtATime,
  project,
  type Span,
} from '../src/projection.ts'

const at = (now: number, takedowns: string[] = []): Moment => ({
  embargoNow: now,
  expiryNow: now,
  takedowns: new Set(takedowns),
})

describe('project', () => {
  test('shows a row from its from on, and until just before its until', () => {
    const row = { slug: 'a', from: 10, until: 20 }
    const seen = [9, 10, 19, 20].map((now) => project(row, at(now)) !== null)
    expect(seen).toEqual([false, true, true, false])
    expect(project({ slug: 'a', from: 10 }, at(Number.MAX_SAFE_INTEGER))).not.toBeNull()
  })

  test('shows no later row of an old edition, and still hides its expired rows', () => {
    const moment: Moment = { embargoNow: 5, expiryNow: 100, takedowns: new Set() }
    expect(project([{ from: 10 }, { from: 1, until: 50 }, { from: 1 }], moment)).toEqual([{ from: 1 }])
  })

  test('hides every row that names an article that was taken down, at any moment', () => {
    const record = {
      cards: [
        { slug: 'a', from: 1 },
        { slug: 'b', from: 1, related: [{ slug: 'a', from: 1 }] },
      ],
    }
    expect(project(record, at(10, ['a']))).toEqual({ cards: [{ slug: 'b', from: 1, related: [] }] })
  })

  test('hides rows in rows, and a field that is a row', () => {
    const record = {
      lead: { slug: 'a', from: 30 },
      pages: [
        {
          cards: [
            { slug: 'b', from: 5 },
            { slug: 'c', from: 30 },
          ],
        },
      ],
    }
    expect(project(record, at(10))).toEqual({ pages: [{ cards: [{ slug: 'b', from: 5 }] }] })
  })

  test('hides a whole record by its own span', () => {
    expect(project({ slug: 'a', from: 30, body: 'secret' }, at(10))).toBeNull()
  })

  test('omits counts whose articles are all hidden, and changes no input', () => {
    const record = {
      tags: [
        { name: 'a', settled: 0, spans: [{ from: 30 }] },
        { name: 'b', settled: 1, spans: [] },
      ],
    }
    const before = structuredClone(record)
    expect(project(record, at(10))).toEqual({ tags: [{ name: 'b', settled: 1, spans: [] }] })
    expect(record).toEqual(before)
  })

  test('keeps values without a span: text, numbers, false and empty lists', () => {
    const record = { a: '', b: 0, c: false, d: [], e: { f: 'x' } }
    expect(project(record, at(10))).toEqual(record)
  })
})

describe('countOf', () => {
  test('adds the settled count and the spans that contain the moment', () => {
    const counted = { settled: 3, spans: [{ from: 5 }, { from: 15 }, { from: 1, until: 10 }] }
    expect([4, 5, 10, 15].map((now) => countOf(counted, at(now)))).toEqual([4, 5, 4, 5])
  })
})

describe('changesOf', () => {
  test('lists what changes inside a record, sorted, each once, without its own span', () => {
    const record = {
      from: 99,
      until: 100,
      cards: [
        { from: 7, until: 30 },
        { from: 3, inner: [{ from: 7 }, { from: 1 }] },
      ],
      count: { settled: 1, spans: [{ from: 4 }] },
    }
    expect(changesOf(record)).toEqual({ instants: [1, 3, 4, 7, 30], untils: [30] })
  })

  const span = fc
    .record({ from: fc.integer({ min: 0, max: 20 }), length: fc.option(fc.integer({ min: 0, max: 10 })) })
    .map(({ from, length }): Span => (length === null ? { from } : { from, until: from + length }))

  test('between two of them nothing changes', () => {
    fc.assert(
      fc.property(fc.array(span), fc.integer({ min: 0, max: 32 }), (rows, now) => {
        const record = { rows }
        if (changesOf(record).instants.includes(now)) return
        expect(project(record, at(now))).toEqual(project(record, at(now - 1)))
      }),
    )
  })
})

describe('oneAtATime', () => {
  const row = fc
    .record({ from: fc.integer({ min: 0, max: 20 }), length: fc.option(fc.integer({ min: 1, max: 12 })) })
    .map(({ from, length }): Span => (length === null ? { from } : { from, until: from + length }))
  const rows = fc
    .array(row, { maxLength: 6 })
    .map((spans) => spans.map((span, index) => ({ ...span, slug: `${index}` })))

  test('shows at every moment only the most preferred row that may be seen', () => {
    fc.assert(
      fc.property(rows, (preferred) => {
        const chosen = oneAtATime(preferred)
        for (let now = -1; now <= 34; now += 1) {
          const best = preferred.find((row) => isVisible(row, at(now)))?.slug
          const shown = (project(chosen, at(now)) ?? []).map(({ slug }) => slug)
          expect({ now, shown }).toEqual({ now, shown: best === undefined ? [] : [best] })
        }
      }),
      { numRuns: 500 },
    )
  })

  test('gives a row two spans where a more preferred one comes and goes in between', () => {
    const chosen = oneAtATime([
      { slug: 'a', from: 10, until: 20 },
      { slug: 'b', from: 1 },
    ])
    expect(chosen).toEqual([
      { slug: 'a', from: 10, until: 20 },
      { slug: 'b', from: 1, until: 10 },
      { slug: 'b', from: 20 },
    ])
  })
})
