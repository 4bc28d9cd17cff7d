// The answers of the Worker when KV fails, returns damaged values, hangs or lags.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { articleFile, SITE_FILES } from '../harness/content.ts'
import { type Site, startSite } from '../harness/site.ts'

const T0 = Date.UTC(2026, 10, 22, 12)
const seconds = (count: number): number => T0 + count * 1000
const OPENS = seconds(400)
const CLOSES = seconds(420)

let site: Site
let isolate = 0
beforeAll(async () => {
  site = await startSite({
    files: {
      ...SITE_FILES,
      'articles/plain.md': articleFile({ title: 'Plain', date: '2026-01-01' }),
      'articles/coming.md': articleFile({ title: 'Coming', date: new Date(OPENS).toISOString() }),
      'articles/going.md': articleFile({
        title: 'Going',
        date: '2026-01-02',
        expires: new Date(CLOSES).toISOString(),
      }),
    },
    time: T0,
    isolates: 70,
  })
})
afterAll(() => site.stop())
beforeEach(() => {
  isolate += 1
})

describe('A reader, while KV fails', () => {
  test('gets warm pages and 304s from a warm isolate', async () => {
    const warm = await site.get('/articles/plain', { isolate, now: T0 })
    for (const now of [seconds(20), seconds(80), seconds(120), seconds(380)]) {
      const { status, body } = await site.get('/articles/plain', { isolate, now, kv: { fail: '' } })
      expect([status, body]).toEqual([200, warm.body])
    }
    const etag = warm.headers.get('etag') ?? ''
    const known = await site.get('/articles/plain', {
      isolate,
      now: T0,
      kv: { fail: '' },
      headers: { 'if-none-match': etag },
    })
    expect(known.status).toBe(304)
  })

  test('gets the live edition from its copy in a cold isolate', async () => {
    const { status, headers, body } = await site.get('/articles/plain', { isolate, kv: { fail: 'current' } })
    expect(status).toBe(200)
    expect(body).toContain('Plain')
    expect(headers.get('cloudflare-cdn-cache-control')).toBe('max-age=10, stale-if-error=864000')
  })

  test('gets a page that says so, and nothing that a cache would keep, when there is no other way', async () => {
    const { status, headers, body } = await site.get('/articles/plain', { isolate, kv: { fail: '' } })
    expect(status).toBe(503)
    expect(headers.get('retry-after')).toBe('30')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('cloudflare-cdn-cache-control')).toBe('no-store')
    expect(headers.get('content-security-policy')).toMatch(/style-src 'sha256-/)
    expect(body).toContain('<h1>')
    expect(body).not.toMatch(/Error|main\.js|KV GET/)
  })

  test('is not kept waiting for longer than 2 s by a KV that hangs', async () => {
    await site.get('/articles/plain', { isolate, now: T0 })
    const started = performance.now()
    const { status, headers } = await site.get('/articles/plain', {
      isolate,
      now: seconds(100),
      kv: { delay: 8000 },
    })
    expect(performance.now() - started).toBeLessThan(4000)
    expect(status).toBe(200)
    expect(headers.get('cloudflare-cdn-cache-control')).toMatch(/^max-age=10, /)
  })
})

describe('A reader in a cold isolate', () => {
  test('is not kept waiting by a KV that hangs while there is a copy of the live edition', async () => {
    await site.get('/', { isolate: 0 })
    const started = performance.now()
    const { status } = await site.get('/favicon.svg', { isolate })
    expect(status).toBe(200)
    const { headers } = await site.get('/none', { isolate, kv: { delay: 20_000 } })
    expect(performance.now() - started).toBeLessThan(8_000)
    expect(headers.get('cloudflare-cdn-cache-control')).toMatch(/max-age=10/)
  })

  test('finds a copy that tells when the edition was last confirmed, not when it was first read', async () => {
    await site.get('/', { isolate, now: OPENS - 3_600_000 })
    for (let now = OPENS - 3_600_000; now <= OPENS + 10_000; now += 80_000)
      await site.get('/', { isolate, now })
    await site.get('/', { isolate, now: OPENS + 20_000 })
    const cold = isolate + 20
    const { status } = await site.get('/articles/coming', {
      isolate: cold,
      now: OPENS + 60_000,
      kv: { fail: 'current' },
    })
    expect(status).toBe(200)
  })
})

describe('A record', () => {
  const record = async (): Promise<string> => {
    const entry = (await site.tables()).articles.get('plain')
    return `article/${entry?.record}`
  }

  test('that KV does not show yet is asked for again, past the cached miss', async () => {
    const key = await record()
    const { status, reads } = await site.get('/articles/plain', { isolate, kv: { missed: key } })
    expect([status, reads]).toEqual([200, ['current', key, key]])
    const log = await site.takeLog()
    expect(
      log
        .filter((read) => read.key === key)
        .map(({ cacheTtl }) => cacheTtl)
        .slice(-2),
    ).toEqual([86_400, 30])
  })

  test('that is absent is a 503, never a 404, and is not memoize', async () => {
    const { status, headers } = await site.get('/articles/plain', { isolate, kv: { hide: 'article/' } })
    expect([status, headers.get('cache-control')]).toEqual([503, 'no-store'])
    expect((await site.get('/articles/plain', { isolate })).status).toBe(200)
  })

  test.each(['', '{', '{}', 'null', '{"from":"x"}'])('that reads %j is a 503', async (text) => {
    const key = await record()
    expect((await site.get('/articles/plain', { isolate, kv: { put: { [key]: text } } })).status).toBe(503)
  })

  test('that is broken at first and whole at the second read is served', async () => {
    const key = await record()
    const { status, reads } = await site.get('/articles/plain', { isolate, kv: { garbled: key } })
    expect([status, reads.filter((read) => read === key).length]).toEqual([200, 2])
  })

  test('that does not come is given up after a while', async () => {
    await site.get('/', { isolate })
    const started = performance.now()
    const { status } = await site.get('/articles/plain', { isolate, kv: { delay: 20_000 } })
    expect(status).toBe(503)
    expect(performance.now() - started).toBeLessThan(15_000)
  })
})

describe('The live edition', () => {
  const readsOfCurrent = async (): Promise<number> =>
    (await site.takeLog()).filter((read) => read.isolate === isolate && read.key === 'current').length

  test('is used for 30 s, refreshed behind the reader up to 90 s, and waited for after that', async () => {
    await site.get('/', { isolate, now: T0 })
    await site.takeLog()
    await site.get('/', { isolate, now: seconds(29) })
    expect(await readsOfCurrent()).toBe(0)
    const behind = await site.get('/', { isolate, now: seconds(31) })
    expect(behind.status).toBe(200)
    await expect.poll(readsOfCurrent).toBe(1)
    await site.get('/', { isolate, now: seconds(31 + 91) })
    expect(await readsOfCurrent()).toBe(1)
  })

  test('is read for every request at the desk', async () => {
    const vars = { DEV: '1' }
    await site.get('/', { isolate, vars })
    await site.takeLog()
    await site.get('/', { isolate, vars })
    await site.get('/', { isolate, vars })
    expect(await readsOfCurrent()).toBe(2)
  })

  test('is read again before a 404 when it is older than 5 s, but only once in 5 s', async () => {
    await site.get('/', { isolate, now: T0 })
    await site.takeLog()
    await site.get('/none', { isolate, now: seconds(4) })
    expect(await readsOfCurrent()).toBe(0)
    await site.get('/none', { isolate, now: seconds(6) })
    expect(await readsOfCurrent()).toBe(1)
    await site.get('/none', { isolate, now: seconds(9) })
    expect(await readsOfCurrent()).toBe(0)
  })

  test('is never replaced by one with a lower sequence number', async () => {
    const current = await site.current()
    const newer = JSON.stringify({
      ...current,
      sequence: current.sequence + 1,
      takedowns: [{ slug: 'plain', from: 0, tags: [] }],
    })
    expect(
      (await site.get('/articles/plain', { isolate, now: T0, kv: { put: { current: newer } } })).status,
    ).toBe(410)
    expect((await site.get('/articles/plain', { isolate, now: seconds(100) })).status).toBe(410)
  })

  const without = async (slug: string, more: object): Promise<string> => {
    const current = await site.current()
    return JSON.stringify({
      ...current,
      takedowns: [{ slug, from: 0, tags: [] }],
      ...more,
    })
  }

  test('of a newer format is not taken; what was there stays', async () => {
    const put = { current: await without('plain', { format: 2, sequence: 99 }) }
    await site.get('/', { isolate, now: T0 })
    expect((await site.get('/articles/plain', { isolate, now: seconds(100), kv: { put } })).status).toBe(200)
  })

  test('with an equal sequence number and another body is taken', async () => {
    const put = { current: await without('plain', {}) }
    await site.get('/', { isolate, now: T0 })
    expect((await site.get('/articles/plain', { isolate, now: seconds(100), kv: { put } })).status).toBe(410)
  })

  test("is not confirmed by KV's past: an embargo does not lift on it", async () => {
    const { sequence } = await site.current()
    const newer = JSON.stringify({ ...(await site.current()), sequence: sequence + 1 })
    await site.get('/', { isolate, now: T0, kv: { put: { current: newer } } })
    for (let now = seconds(35); now < OPENS; now += 30_000) await site.get('/', { isolate, now })
    const { status, headers } = await site.get('/articles/coming', { isolate, now: OPENS + 1000 })
    expect(status).toBe(404)
    expect(headers.get('cloudflare-cdn-cache-control')).toMatch(
      /^(?:no-store|max-age=\d+, stale-if-error=0)$/,
    )
  })

  test('whose page changed while it was not confirmed is a fresh page when it is', async () => {
    const page = (now: number, kv = {}) => site.get('/', { isolate, now, kv })
    await page(T0)
    const lagging = await page(CLOSES, { fail: 'current' })
    const confirmed = await page(CLOSES + 6000)
    expect(lagging.body).not.toContain('Coming')
    expect(confirmed.body).toContain('Coming')
    expect(confirmed.headers.get('etag')).not.toBe(lagging.headers.get('etag'))
  })

  test('that KV has not confirmed for 5 minutes lifts no embargo, but lets what expires expire', async () => {
    const kv = { fail: 'current' }
    await site.get('/', { isolate, now: T0 })
    const coming = (now: number) => site.get('/articles/coming', { isolate, now, kv })
    expect((await coming(OPENS - 1)).status).toBe(404)
    expect((await coming(OPENS + 1000)).status).toBe(404)
    expect((await site.get('/', { isolate, now: OPENS + 1000, kv })).body).not.toContain('Coming')
    expect((await site.get('/articles/going', { isolate, now: CLOSES - 1, kv })).status).toBe(200)
    expect((await site.get('/articles/going', { isolate, now: CLOSES, kv })).status).toBe(410)
    expect((await site.get('/', { isolate, now: CLOSES, kv })).body).not.toContain('Going')
    expect((await site.get('/articles/coming', { isolate, now: CLOSES + 6000 })).status).toBe(200)
  })

  test('opens an embargo on time while it is confirmed', async () => {
    await site.get('/', { isolate, now: OPENS - 10_000 })
    expect((await site.get('/articles/coming', { isolate, now: OPENS - 1, kv: { fail: '' } })).status).toBe(
      404,
    )
    expect((await site.get('/articles/coming', { isolate, now: OPENS })).status).toBe(200)
  })
})
