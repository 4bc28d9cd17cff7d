import { describe, expect, test } from 'vitest'
import {
  cacheHeaders,
  matchesEtag,
  NO_STORE,
  POLICIES,
  type Policy,
  pageEtag,
} from '../../src/worker/caching.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const inSeconds = (seconds: number): number => NOW + seconds * 1000

describe('cacheHeaders', () => {
  test.each([
    ['young', 'max-age=30, stale-while-revalidate=30, stale-if-error=864000', 'no-cache'],
    ['settled', 'max-age=300, stale-while-revalidate=60, stale-if-error=864000', 'no-cache'],
    [
      'media',
      'max-age=3600, stale-while-revalidate=60, stale-if-error=86400',
      'public, max-age=31536000, immutable',
    ],
    ['permanent', 'max-age=300, stale-if-error=0', 'max-age=60'],
    ['absent', 'max-age=10, stale-if-error=0', 'no-cache'],
  ] as const)('sends the whole policy "%s" where nothing is to come', (name, edge, browser) => {
    expect(cacheHeaders(POLICIES[name], { now: NOW })).toEqual({ edge, browser })
  })

  test('gives a page that changes half the way to its change, and nothing stale beyond', () => {
    const cut = (seconds: number) =>
      cacheHeaders(POLICIES.young, { now: NOW, change: inSeconds(seconds) }).edge
    expect(cut(120)).toBe('max-age=30, stale-while-revalidate=30, stale-if-error=864000')
    expect(cut(119)).toBe('max-age=30, stale-if-error=864000')
    expect(cut(60)).toBe('max-age=30, stale-if-error=864000')
    expect(cut(59)).toBe('max-age=29, stale-if-error=864000')
    expect(cut(4)).toBe('max-age=2, stale-if-error=864000')
    expect(cut(3.9)).toBe('no-store')
    expect(cut(1)).toBe('no-store')
  })

  test('ends stale-if-error before what the page shows expires', () => {
    const cut = (seconds: number) =>
      cacheHeaders(POLICIES.settled, { now: NOW, change: inSeconds(seconds), expiry: inSeconds(seconds) })
        .edge
    expect(cut(3_000_000)).toBe('max-age=300, stale-while-revalidate=60, stale-if-error=864000')
    expect(cut(86_400)).toBe('max-age=300, stale-while-revalidate=60, stale-if-error=42900')
    expect(cut(60)).toBe('max-age=30, stale-if-error=0')
  })

  test('never lets two tiers pass an instant, whatever the policy and the distance', () => {
    for (const policy of Object.values(POLICIES) as Policy[]) {
      for (let seconds = 0.5; seconds < 20_000; seconds = seconds * 1.07 + 0.3) {
        const at = inSeconds(seconds)
        const { edge } = cacheHeaders(policy, { now: NOW, change: at, expiry: at })
        if (edge === 'no-store') continue
        const number = (name: string): number => Number(new RegExp(`${name}=(\\d+)`).exec(edge)?.[1] ?? 0)
        const oldest =
          number('max-age') + Math.max(number('stale-while-revalidate'), number('stale-if-error'))
        expect(2 * oldest, `${edge} ${seconds} s ahead`).toBeLessThanOrEqual(seconds)
      }
    }
  })

  test('lets nothing live longer than 10 s that KV did not confirm', () => {
    expect(cacheHeaders(POLICIES.settled, { now: NOW, unconfirmed: true }).edge).toBe(
      'max-age=10, stale-if-error=864000',
    )
  })

  test('keeps the headers of an uncut policy as one object', () => {
    expect(cacheHeaders(POLICIES.young, { now: NOW })).toBe(cacheHeaders(POLICIES.young, { now: NOW + 1 }))
    expect(cacheHeaders(POLICIES.young, { now: NOW, change: NOW })).toBe(NO_STORE)
  })
})

describe('pageEtag', () => {
  const entry = { record: 'r'.repeat(32), instants: [100, 200, 300] }

  test('changes when an instant of the page passes, and at no other time', () => {
    const at = (now: number): string => pageEtag(entry, { base: 'base', embargoNow: now, expiryNow: now })
    expect(at(99)).not.toBe(at(100))
    expect(at(100)).toBe(at(199))
    expect(at(199)).not.toBe(at(200))
    expect(at(300)).toBe(at(9_000_000))
  })

  test('differs for another record and for another base', () => {
    const of = { base: 'a', embargoNow: 1, expiryNow: 1 }
    expect(pageEtag(entry, of)).not.toBe(pageEtag(entry, { ...of, base: 'b' }))
    expect(pageEtag(entry, of)).not.toBe(pageEtag({ record: 's'.repeat(32) }, of))
  })

  test('changes when a row expires although nothing opens any more', () => {
    const expiring = { ...entry, untils: [200] }
    const at = (expiryNow: number): string => pageEtag(expiring, { base: 'base', embargoNow: 150, expiryNow })
    expect(at(199)).not.toBe(at(200))
    expect(at(200)).toBe(at(300))
  })
})

describe('matchesEtag', () => {
  test.each([
    ['"a"', true],
    ['W/"a"', true],
    ['*', true],
    [' * ', true],
    ['"b", "a"', true],
    ['"b",W/"a" , "c"', true],
    ['"x,y", "a"', true],
    ['"b"', false],
    ['a', false],
    ['"A"', false],
    ['"ba"', false],
    ['"a', false],
    ['', false],
    ['"*"', false],
  ])('of %s and "a" is %s', (header, expected) => {
    expect(matchesEtag(header, '"a"')).toBe(expected)
  })
})
