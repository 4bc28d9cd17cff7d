// KV's cache: a location keeps what it has read for a while, misses too, so two locations can serve different editions.
// Each must stay whole, and a record that arrives late must not be lost.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addressesOf } from '../harness/addresses.ts'
import { type Site, startSite, type Wish } from '../harness/site.ts'
import { marked, marksIn, NOW } from './marked.ts'

let site: Site
beforeAll(async () => {
  site = await startSite({ files: marked('edition-one'), time: NOW, isolates: 6 })
})
afterAll(() => site.stop())

const paths = async (): Promise<string[]> =>
  (await addressesOf(site.store, await site.current())).filter((path) => !/\.(?:svg|xml|txt)$/.test(path))

/** All pages at a location, by address. */
async function crawl(
  wish: Wish,
  addresses: readonly string[],
): Promise<Map<string, { status: number; body: string }>> {
  const answers = await site.getAll(addresses, wish)
  return new Map(answers.map(({ status, body }, index) => [addresses[index] ?? '', { status, body }]))
}

describe('Two locations on different editions', () => {
  test('each serve one whole edition, and the same one when their reads have expired', async () => {
    const at = (location: string, isolate: number, seconds: number): Wish => ({
      now: NOW + seconds * 1000,
      isolate,
      kv: { location },
    })
    const old = await paths()
    const before = await crawl(at('berlin', 0, 0), old)
    await site.write(marked('edition-two', 1))
    expect((await site.publish()).state).toBe('pushed')
    const now = await paths()

    for (const seconds of [1, 15, 29]) {
      expect(await crawl(at('berlin', 0, seconds), old)).toEqual(before)
      const lima = await crawl(at('lima', 1, seconds), now)
      for (const [path, { status, body }] of lima) {
        expect([200, 301, 302]).toContain(status)
        if (status === 200) expect([path, marksIn({ body })]).toEqual([path, ['edition-two']])
      }
    }
    // A new isolate of a location that keeps the old `current` is on the old edition as well, and as whole.
    expect(await crawl(at('berlin', 2, 29), old)).toEqual(before)
    for (const [isolate, seconds] of [
      [0, 31],
      [0, 62],
      [2, 95],
    ] as const) {
      const pages = await crawl(at('berlin', isolate, seconds), now)
      for (const { body } of pages.values()) expect(marksIn({ body }).length).toBeLessThanOrEqual(1)
    }
    const last = await crawl(at('berlin', 0, 130), now)
    for (const [path, { status, body }] of last)
      if (status === 200) expect([path, marksIn({ body })]).toEqual([path, ['edition-two']])
  })
})

describe('A record that arrives at a location later than its edition', () => {
  test.each([
    ['article/', '/articles/story-3', 3],
    ['list/', '/tags/odd', 4],
  ] as const)(
    'gives an uncached 503, and is served within half a minute of its arrival: %s',
    async (prefix, path, isolate) => {
      const arrives = NOW + 1_000_000
      const ask = (now: number) =>
        site.get(path, { now, isolate, kv: { location: prefix, late: [prefix, arrives] } })
      for (const now of [arrives - 40_000, arrives - 5_000]) {
        const early = await ask(now)
        expect(early.status).toBe(503)
        expect(early.headers.get('cloudflare-cdn-cache-control')).toBe('no-store')
      }
      const after = await ask(arrives + 30_000)
      expect(after.status).toBe(200)
      expect(marksIn(after)).toEqual(['edition-two'])
    },
  )
})
