// Moves the clock over the instants of the real content and requests every address that the edition names.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addressesOf } from '../harness/addresses.ts'
import { PROJECT, type Site, startSite } from '../harness/site.ts'

const EMBARGO = Date.UTC(2099, 0, 1)
/** The end of 1 March 2026 in Berlin. */
const EXPIRY = Date.UTC(2026, 2, 1, 23)
const EMBARGOED = { word: 'Perihelion', path: '/articles/the-last-printed-page', tag: '/tags/far-future' }
const EXPIRED = { word: 'Candlewick', path: '/articles/open-day-in-the-press-hall', tag: '/tags/notices' }
const DRAFT_WORD = 'Marginalium'

/** The edition is laid out when most of its articles are still to come, so that its whole future is tried. */
const LAID_OUT = Date.UTC(2026, 1, 25)

let site: Site
let paths: string[]
beforeAll(async () => {
  site = await startSite({ content: join(PROJECT, 'content'), time: LAID_OUT })
  paths = [...(await addressesOf(site.store, await site.current())), '/nothing', '/the-last-printed-page']
})
afterAll(() => site.stop())

/** Paths whose answer at a moment has a word anywhere, headers included. */
async function pathsWith(words: string[], now: number): Promise<string[]> {
  const found: string[] = []
  for (const path of paths) {
    const { body, headers, status } = await site.get(path, { now })
    const all = `${body} ${[...headers].join(' ')}`.toLowerCase()
    expect(status, path).toBeLessThan(500)
    if (words.some((word) => all.includes(word.toLowerCase()))) found.push(path)
  }
  return found
}

describe('An embargoed article', () => {
  const traces = [EMBARGOED.word, 'the-last-printed-page', 'far-future', 'Far future', 'empty newsstand']

  test('leaves no trace at any address until its date', async () => {
    for (const now of [Date.now(), EMBARGO - 1000, EMBARGO - 1])
      expect(await pathsWith(traces, now)).toEqual([])
    expect((await site.get(EMBARGOED.path, { now: EMBARGO - 1 })).status).toBe(404)
    expect((await site.get(EMBARGOED.tag, { now: EMBARGO - 1 })).status).toBe(404)
  })

  test('appears on all its pages from its date on', async () => {
    expect((await site.get(EMBARGOED.path, { now: EMBARGO })).status).toBe(200)
    const found = await pathsWith([EMBARGOED.word, 'far-future'], EMBARGO)
    expect(found).toEqual(
      expect.arrayContaining(['/', '/tags', '/tags/embargo', EMBARGOED.path, EMBARGOED.tag]),
    )
  })

  test('changes the ETags of the pages that show it, and of no other', async () => {
    const changed: string[] = []
    const textChanged: string[] = []
    for (const path of paths.filter((path) => path !== EMBARGOED.path && path !== EMBARGOED.tag)) {
      const before = await site.get(path, { now: EMBARGO - 1 })
      const after = await site.get(path, { now: EMBARGO })
      if (before.status !== 200) continue
      if (before.headers.get('etag') !== after.headers.get('etag')) changed.push(path)
      if (before.body !== after.body) textChanged.push(path)
    }
    expect(changed).toEqual(textChanged)
    expect(changed).toEqual(expect.arrayContaining(['/', '/tags', '/tags/embargo', '/tags/history']))
    expect(changed).not.toContain('/articles/wire-copy')
  })

  test('shortens the lifetimes of the pages that change with it, and of no others', async () => {
    const edge = async (path: string, before: number) =>
      (await site.get(path, { now: EMBARGO - before })).headers.get('cloudflare-cdn-cache-control')
    for (const path of ['/', '/tags', '/tags/embargo']) {
      expect(await edge(path, 40_000)).toBe('max-age=20, stale-if-error=864000')
      expect(await edge(path, 3_000)).toBe('no-store')
    }
    expect(await edge('/articles/wire-copy', 40_000)).toBe(
      'max-age=300, stale-while-revalidate=60, stale-if-error=864000',
    )
    expect(await edge('/articles/the-pigeons-of-aachen', 40_000)).toBe(
      'max-age=300, stale-while-revalidate=60, stale-if-error=864000',
    )
  })

  test('answers a 404 with the same lifetime as any other 404', async () => {
    for (const before of [1000, 5000, 12_000, 60_000]) {
      const now = EMBARGO - before
      const own = await site.get(EMBARGOED.path, { now })
      const other = await site.get('/articles/there-is-none', { now })
      expect([...own.headers]).toEqual([...other.headers])
      expect(own.body).toBe(other.body)
    }
    const own = await site.get(EMBARGOED.path, { now: EMBARGO - 12_000 })
    expect(own.headers.get('cloudflare-cdn-cache-control')).toBe('max-age=6, stale-if-error=0')
  })
})

describe('An expired article', () => {
  test('is visible until its last second', async () => {
    const now = EXPIRY - 1
    expect((await site.get(EXPIRED.path, { now })).status).toBe(200)
    expect(await pathsWith([EXPIRED.word], now)).toEqual(expect.arrayContaining([EXPIRED.path, EXPIRED.tag]))
  })

  test('answers 410 from then on and has left every other page', async () => {
    for (const now of [EXPIRY, Date.now()]) {
      expect((await site.get(EXPIRED.path, { now })).status).toBe(410)
      expect((await site.get(EXPIRED.tag, { now })).status).toBe(404)
      expect(await pathsWith([EXPIRED.word, 'open-day-in-the-press-hall'], now)).toEqual([])
    }
  })

  test('is not served stale beyond its end', async () => {
    const { headers } = await site.get(EXPIRED.path, { now: EXPIRY - 100_000 })
    expect(headers.get('cloudflare-cdn-cache-control')).toBe('max-age=50, stale-if-error=0')
  })
})

describe('A draft', () => {
  test('appears at no address at any time', async () => {
    for (const now of [EXPIRY - 1, Date.now(), EMBARGO]) {
      expect(await pathsWith([DRAFT_WORD, 'a-tour-of-the-desk'], now)).toEqual([])
    }
    expect((await site.get('/articles/a-tour-of-the-desk')).status).toBe(404)
  })

  test('is not in the store', async () => {
    const blobs = join(site.root, '.wrangler', 'state', 'v3')
    const files = (await readdir(blobs, { recursive: true, withFileTypes: true })).filter((file) =>
      file.isFile(),
    )
    const texts = await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'latin1')))
    expect(texts.some((text) => text.includes(EMBARGOED.word))).toBe(true)
    expect(texts.filter((text) => text.includes(DRAFT_WORD) || text.includes('a-tour-of-the-desk'))).toEqual(
      [],
    )
  })
})
