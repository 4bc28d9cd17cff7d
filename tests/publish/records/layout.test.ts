// Time in an edition: counts, the instants of a page, and the appearances of a site.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { countOf, type Moment, type Span } from '../../../src/projection.ts'
import { appearancesOf, countSpans, pageEntry } from '../../../src/publish/records/numbering.ts'

const NOW = Date.UTC(2026, 5, 1)
const MINUTE_MS = 60_000
const DAY_MINUTES = 1_440

const at = (now: number): Moment => ({ embargoNow: now, expiryNow: now, takedowns: new Set() })

/** Where a desk's clock that is a little off would matter. */
const near = fc.integer({ min: -3, max: 3 })
/** Spans around the instant of the build, in minutes of it. */
const span = fc
  .record({
    from: fc.oneof(near, fc.integer({ min: -3 * DAY_MINUTES, max: 3 * DAY_MINUTES })),
    length: fc.option(fc.integer({ min: 1, max: 4 * DAY_MINUTES })),
  })
  .map(({ from, length }): Span => {
    const start = NOW + from * MINUTE_MS
    return length === null ? { from: start } : { from: start, until: start + length * MINUTE_MS }
  })
const spans = fc.array(span, { maxLength: 30 }).map((rows) => rows.sort((a, b) => a.from - b.from))
/** A moment at the edge: no earlier than a minute before the build, because desk clocks may be off. */
const moment = fc
  .oneof(fc.integer({ min: -1, max: 3 }), fc.integer({ min: -1, max: 8 * DAY_MINUTES }))
  .map((minutes) => NOW + minutes * MINUTE_MS)

describe('countSpans', () => {
  test('counts at every moment to come what the rows themselves would', () => {
    fc.assert(
      fc.property(spans, moment, (rows, now) => {
        const shown = rows.filter(({ from, until }) => from <= now && (until === undefined || until > now))
        expect(countOf(countSpans(rows, NOW), at(now))).toBe(shown.length)
      }),
      { numRuns: 500 },
    )
  })

  test('keeps no span for rows that appeared long ago and stay, but for the newest four', () => {
    const rows = Array.from({ length: 20 }, (_, index) => ({ from: NOW - (30 - index) * 86_400_000 }))
    expect(countSpans(rows, NOW)).toEqual({ settled: 16, spans: rows.slice(-4) })
  })

  test('is the same a day later when nothing came or went, so that a line is not written again', () => {
    const rows = Array.from({ length: 20 }, (_, index) => ({ from: NOW - (30 - index) * 86_400_000 }))
    expect(countSpans(rows, NOW + 86_400_000)).toEqual(countSpans(rows, NOW))
  })
})

describe('pageEntry', () => {
  const record = 'a'.repeat(32)

  test('names all instants of a page that has few, and nothing of one that has none', () => {
    expect(pageEntry(record, { instants: [], untils: [] })).toEqual({ record })
    expect(pageEntry(record, { instants: [1, 2], untils: [2] })).toEqual({
      record,
      instants: [1, 2],
      untils: [2],
    })
  })

  test('names the last eight of many, those of them that are expiries, and that there are more', () => {
    const instants = Array.from({ length: 12 }, (_, index) => index)
    expect(pageEntry(record, { instants, untils: [1, 3, 4, 11] })).toEqual({
      record,
      instants: instants.slice(4),
      untils: [4, 11],
      more: true,
    })
  })
})

describe('appearancesOf', () => {
  test('names at every moment to come the next appearance, or says that it may lie further', () => {
    const many = fc
      .array(fc.integer({ min: -200, max: 200 }), { maxLength: 250, size: 'max' })
      .map((minutes) => minutes.sort((a, b) => a - b).map((minute) => ({ from: NOW + minute * MINUTE_MS })))
    let cut = 0
    fc.assert(
      fc.property(many, fc.integer({ min: -1, max: 220 }), (rows, minutes) => {
        const now = NOW + minutes * MINUTE_MS
        const { instants, more } = appearancesOf(rows, NOW)
        expect(instants.length).toBeLessThanOrEqual(64)
        const next = rows.find(({ from }) => from > now)?.from
        const named = instants.find((instant) => instant > now)
        if (named === undefined && more) cut += 1
        else expect(named).toBe(next)
      }),
      { numRuns: 400 },
    )
    expect(cut).toBeGreaterThan(0)
  })

  test('is the same a day later when nothing came, so that an edition does not change by itself', () => {
    const rows = Array.from({ length: 100 }, (_, index) => ({ from: NOW - (200 - index) * 86_400_000 }))
    expect(appearancesOf(rows, NOW + 86_400_000)).toEqual(appearancesOf(rows, NOW))
  })
})
