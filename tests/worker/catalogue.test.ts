// Tables in parts: the KV reads of a page, and the answers when a part is missing or damaged.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CARDS_PER_PAGE } from '../../src/records.ts'
import { partOf, partsOf } from '../../src/tables.ts'
import { addressesOf } from '../harness/addresses.ts'
import { articleFile, manyArticles, SITE_FILES } from '../harness/content.ts'
import { type Site, startSite } from '../harness/site.ts'

const T0 = Date.UTC(2026, 10, 22, 12)
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const ENDS = T0 + 2 * HOUR_MS
const iso = (instant: number): string => new Date(instant).toISOString()

/** So many articles, and tags with names so long, that the tables of articles, of tags and of pages are all cut. */
const STORIES = Math.max(400, 24 * CARDS_PER_PAGE)
const NAMES = Array.from(
  { length: 100 },
  (_, index) => `Number ${index} of the many tags that the articles of this newspaper have`,
)
/** When a story began that stands on full pages. */
const BEGINS = T0 - (STORIES - 100) * DAY_MS - 1000
const tagPath = (index: number): string =>
  `/tags/number-${index}-of-the-many-tags-that-the-articles-of-this-newspaper-have`

let site: Site
/** Isolate 0 stays warm; every test has a cold one of its own. */
let isolate = 0
beforeAll(async () => {
  site = await startSite({
    time: T0,
    isolates: 75,
    files: {
      ...SITE_FILES,
      'site.yaml': `${SITE_FILES['site.yaml']}gone: [long-gone]\n`,
      ...manyArticles(STORIES, { last: T0 - HOUR_MS, tags: NAMES, each: 15 }),
      'articles/constructor.md': articleFile({
        title: 'Constructor',
        date: iso(T0 - 90 * DAY_MS),
        tags: ['__proto__'],
        aliases: ['/old-constructor'],
      }),
      // It stands on full pages, whose entries name no instant but its end.
      'articles/ending.md': articleFile({
        title: 'The ending story',
        date: iso(BEGINS),
        expires: iso(ENDS),
        tags: NAMES.slice(3, 4),
      }),
      'articles/ahead.md': articleFile({ title: 'Ahead', date: iso(T0 + DAY_MS), tags: NAMES.slice(5, 6) }),
    },
  })
})
afterAll(() => site.stop())
beforeEach(() => {
  isolate += 1
})

const get = (path: string, wish: Parameters<Site['get']>[1] = {}) =>
  site.get(path, { now: T0, isolate, ...wish })

describe('A cold isolate', () => {
  test('reads a catalogue whose large tables are all in parts', async () => {
    const { articles, tags, pages } = (await site.current()).body
    for (const table of [articles, tags, pages]) {
      expect('parts' in table ? partsOf(table.parts).length : 0).toBeGreaterThan(1)
    }
  })

  test.each([
    ['/', 200, ['current', 'list']],
    ['/page/1', 200, ['current', 'part', 'list']],
    ['/articles/story-7', 200, ['current', 'part', 'article']],
    ['/articles/constructor', 200, ['current', 'part', 'article']],
    [tagPath(3), 200, ['current', 'part', 'list']],
    ['/tags/__proto__', 200, ['current', 'part', 'list']],
    [`${tagPath(3)}/page/1`, 200, ['current', 'part', 'list']],
    ['/articles/long-gone', 410, ['current', 'part']],
    ['/old-constructor', 301, ['current', 'part']],
    ['/sitemap.xml', 200, ['current']],
    ['/sitemap/1.xml', 200, ['current', 'part']],
  ])('pays for %s, which answers %i, one read each of %j', async (path, status, kinds) => {
    const answer = await get(path)
    expect([answer.status, answer.reads.map((key) => key.split('/')[0])]).toEqual([status, kinds])
    expect(answer.operations).toBe(kinds.length)
  })

  test.each(['/articles/none', '/tags/none', '/nothing', `${tagPath(3)}/page/9`, '/page/999'])(
    'pays for %s, where there is no page, no more than five reads, and none of a record',
    async (path) => {
      const { status, reads } = await get(path)
      expect(status).toBe(404)
      // Two of them look for what was perhaps meant.
      expect(reads.length, reads.join()).toBeLessThanOrEqual(5)
      expect(reads.filter((key) => !/^(?:current$|part\/)/.test(key))).toEqual([])
    },
  )

  test('pays for the tags index one read, and one of all parts of its table', async () => {
    const { status, reads, operations, body } = await get('/tags')
    const { tags } = (await site.current()).body
    const parts = 'parts' in tags ? partsOf(tags.parts).map((hash) => `part/${hash}`) : []
    expect([status, operations, reads]).toEqual([200, 2, ['current', ...parts]])
    // What is used most stands there twice.
    const index = body.slice(body.indexOf('<section class="letter"'))
    expect(index.match(/class="count"/g)).toHaveLength((await site.tables()).tags.size)
  })
})

describe('A warm isolate', () => {
  test('pays for any address one read of a record at most', async () => {
    const paths = await addressesOf(site.store, await site.current())
    const wish = { isolate: 0, vars: { PAGE_MEMORY_BYTES: '0' } }
    const some = paths.filter((_, index) => index % 9 === 0)
    for (const path of some) await get(path, wish)
    for (const path of some) {
      const { status, reads } = await get(path, wish)
      expect(status, path).not.toBe(503)
      expect(reads.length, `${path} answered ${status} after reading ${reads}`).toBeLessThanOrEqual(1)
      expect(reads.filter((key) => key.startsWith('part/'))).toEqual([])
    }
  })

  test('pays nothing for a page that it has rendered, nor for a 304', async () => {
    for (const path of ['/', '/page/1', '/articles/story-7', '/tags', tagPath(3), `${tagPath(3)}/page/1`]) {
      const first = await get(path)
      const second = await get(path)
      expect([second.operations, second.body === first.body], path).toEqual([0, true])
      const etag = first.headers.get('etag') ?? ''
      const known = await get(path, { headers: { 'if-none-match': etag } })
      expect([known.status, known.operations], path).toEqual([304, 0])
    }
  })

  test('pays nothing for a 304 of a page that it never rendered, where it knows the part', async () => {
    const { body } = await site.current()
    const parts = 'parts' in body.articles ? body.articles.parts : ''
    const etags = new Map<string, string>()
    for (const slug of ['story-1', 'story-2', 'story-3', 'story-4']) {
      const { headers } = await get(`/articles/${slug}`, { isolate: 0 })
      etags.set(slug, headers.get('etag') ?? '')
    }
    // All parts, by the sitemaps that are made of them.
    for (const number of partsOf(parts).keys()) await get(`/sitemap/${number + 1}.xml`)
    for (const [slug, etag] of etags) {
      const known = await get(`/articles/${slug}`, { headers: { 'if-none-match': etag } })
      expect([known.status, known.reads], slug).toEqual([304, []])
    }
  })
})

describe('A full page of which the catalogue names only the last instant', () => {
  const edge = 'cloudflare-cdn-cache-control'
  const pageOf = async (list: string): Promise<string> => {
    for (let number = 1; number < 60; number += 1) {
      const path = `${list}/page/${number}`
      if ((await get(path, { isolate: 0 })).body.includes('The ending story')) return path
    }
    throw new Error(`No full page of ${list} shows the story`)
  }

  test.each(['', tagPath(3)])(
    'of %j has one ETag up to that instant, and another from it on',
    async (list) => {
      const path = await pageOf(list)
      const before = await get(path)
      expect(before.headers.get(edge)).toBe('max-age=300, stale-while-revalidate=60, stale-if-error=3300')
      const last = await get(path, { now: ENDS - 1 })
      expect(last.headers.get('etag')).toBe(before.headers.get('etag'))
      expect(last.headers.get(edge)).toBe('no-store')
      const after = await get(path, { now: ENDS })
      expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'))
      expect(after.body.includes('The ending story')).toBe(false)
      expect(after.headers.get(edge)).toBe('max-age=300, stale-while-revalidate=60, stale-if-error=864000')
      expect(await get(path, { now: ENDS - 60_000 })).toMatchObject({ status: 200, body: before.body })
    },
  )

  test('gives one ETag whether the record was read for it or not', async () => {
    const path = await pageOf(tagPath(3))
    const etag = (await get(path)).headers.get('etag') ?? ''
    const warm = await get(path, { headers: { 'if-none-match': etag } })
    expect([warm.status, warm.operations]).toEqual([304, 0])
    const cold = await get(path, { isolate: isolate + 1, headers: { 'if-none-match': etag } })
    expect([cold.status, cold.operations]).toEqual([304, 3])
    isolate += 1
  })

  test('differs at every instant that only its record knows', async () => {
    const path = await pageOf(tagPath(3))
    const {
      from,
      instants = [],
      more,
    } = [...(await site.tables()).pages].find(
      ([key]) => `/tags/${key.replace('/', '/page/')}` === path,
    )?.[1] ?? { from: 0 }
    expect([instants, more]).toEqual([[ENDS], true])
    expect(from).toBeLessThan(BEGINS)
    const [before, at] = [await get(path, { now: BEGINS - 1 }), await get(path, { now: BEGINS })]
    expect(before.body.includes('The ending story')).toBe(false)
    expect(at.body.includes('The ending story')).toBe(true)
    expect(before.headers.get('etag')).not.toBe(at.headers.get('etag'))
    expect(before.headers.get(edge)).toBe('no-store')
  })
})

describe('A part', () => {
  const PATHS = ['/articles/story-7', tagPath(3), `${tagPath(3)}/page/1`, '/page/1', '/sitemap/1.xml']

  test.each(['missed', 'garbled'])(
    'that KV first answers as %s is asked for once more, past the cache',
    async (how) => {
      for (const path of PATHS) {
        isolate += 1
        await site.takeLog()
        const { status } = await get(path, { kv: { [how]: 'part/' } })
        expect(status, path).toBe(200)
        const reads = (await site.takeLog()).filter(({ key }) => key.startsWith('part/'))
        expect(reads.map(({ cacheTtl }) => cacheTtl)).toEqual([86_400, 30])
        expect(new Set(reads.map(({ key }) => key)).size).toBe(1)
      }
    },
  )

  test.each(['missed', 'garbled'])(
    'of the tags index that KV answers as %s likewise, each once',
    async (how) => {
      const { tags } = (await site.current()).body
      const parts = 'parts' in tags ? partsOf(tags.parts) : []
      await site.takeLog()
      expect((await get('/tags', { kv: { [how]: 'part/' } })).status).toBe(200)
      const reads = (await site.takeLog()).filter(({ key }) => key.startsWith('part/'))
      for (const hash of parts) {
        const own = reads.filter(({ key }) => key === `part/${hash}`)
        expect(own.map(({ cacheTtl }) => cacheTtl)).toEqual([86_400, 30])
      }
    },
  )

  test('that cannot be read gives a 503, never a 404 or a 410, and is not memoized', async () => {
    for (const path of [...PATHS, '/tags', '/articles/none', '/articles/long-gone', '/nothing']) {
      const { status, headers } = await get(path, { kv: { hide: 'part/' } })
      expect([status, headers.get('cache-control')], path).toEqual([503, 'no-store'])
    }
    expect((await get('/', { kv: { hide: 'part/' } })).status).toBe(200)
    for (const path of [...PATHS, '/tags']) expect((await get(path)).status, path).toBe(200)
    expect((await get('/articles/long-gone')).status).toBe(410)
  })

  test.each(['', '{', 'null', '{}', '[]', '{"rows":{"story-7":{"record":"x"}}}'])(
    'that reads %j is a 503',
    async (text) => {
      const { reads } = await get('/articles/story-7')
      const part = reads.find((key) => key.startsWith('part/')) ?? ''
      const wish = { isolate: isolate + 1, kv: { put: { [part]: text } } }
      expect((await get('/articles/story-7', wish)).status).toBe(503)
      isolate += 1
    },
  )
})

describe('A part with one damaged row', () => {
  /** The part that holds an article's row, and its text with that row as it must not be. */
  async function spoiled(
    slug: string,
  ): Promise<{ key: string; put: Record<string, string>; others: string[] }> {
    const { articles } = (await site.current()).body
    const key = `part/${('parts' in articles && partOf(articles.parts, slug)) || ''}`
    const { rows } = JSON.parse((await site.store.get(key)) ?? '{}') as { rows: Record<string, unknown> }
    const others = Object.keys(rows).filter((other) => other !== slug)
    const put = { [key]: JSON.stringify({ rows: { ...rows, [slug]: { record: 'x' } } }) }
    return { key, put, others }
  }

  const lifetimesOf = async (key: string): Promise<(number | undefined)[]> =>
    (await site.takeLog()).filter((read) => read.key === key).map(({ cacheTtl }) => cacheTtl)

  const numberOf = async (key: string): Promise<number> => {
    const { articles } = (await site.current()).body
    return ('parts' in articles ? partsOf(articles.parts) : []).indexOf(key.slice('part/'.length)) + 1
  }

  test('serves its other rows, and is read again past the cache for the damaged row', async () => {
    const { key, put, others } = await spoiled('story-7')
    expect((await get(`/articles/${others[0]}`, { kv: { put } })).status).toBe(200)
    await site.takeLog()
    expect((await get('/articles/story-7')).status).toBe(200)
    expect(await lifetimesOf(key)).toEqual([30])
    for (const slug of ['story-7', others[1]]) expect((await get(`/articles/${slug}`)).status).toBe(200)
    expect(await lifetimesOf(key)).toEqual([])
  })

  test('gives an uncached 503 for the damaged row alone while KV holds no better value, and is not memoized', async () => {
    const { key, put, others } = await spoiled('story-7')
    expect((await get(`/articles/${others[0]}`, { kv: { put } })).status).toBe(200)
    await site.takeLog()
    for (let count = 0; count < 2; count += 1) {
      const { status, headers } = await get('/articles/story-7', { kv: { put } })
      expect([status, headers.get('cache-control')]).toEqual([503, 'no-store'])
      expect(await lifetimesOf(key)).toEqual([30])
      expect((await get(`/articles/${others[count + 1]}`, { kv: { put } })).status).toBe(200)
      expect(await lifetimesOf(key)).toEqual([])
    }
    expect((await get('/articles/story-7')).status).toBe(200)
  })

  test('is read once more where it is the first that is wanted of it', async () => {
    const { key, put } = await spoiled('story-7')
    const wish = { kv: { location: 'one' } }
    expect((await get('/articles/story-7', { kv: { ...wish.kv, put } })).status).toBe(503)
    await site.takeLog()
    // The location still has what it read; only a short lifetime gets past that.
    expect((await get('/articles/story-7', { ...wish, now: T0 + 31_000 })).status).toBe(200)
    expect(await lifetimesOf(key)).toEqual([86_400, 30])
  })

  test('likewise where all its rows are wanted', async () => {
    const { key, put, others } = await spoiled('story-7')
    const path = `/sitemap/${await numberOf(key)}.xml`
    expect((await get(`/articles/${others[0]}`, { kv: { put } })).status).toBe(200)
    expect((await get(path, { kv: { put } })).status).toBe(503)
    await site.takeLog()
    const { status, body } = await get(path)
    expect([status, body.includes('/articles/story-7<')]).toEqual([200, true])
    expect(await lifetimesOf(key)).toEqual([30])
  })

  test('likewise where all rows of a table are wanted', async () => {
    const { tags } = (await site.current()).body
    const slug = tagPath(3).slice('/tags/'.length)
    const hash = ('parts' in tags && partOf(tags.parts, slug)) || ''
    const key = `part/${hash}`
    const { rows } = JSON.parse((await site.store.get(key)) ?? '{}') as { rows: Record<string, unknown> }
    const other = Object.keys(rows).find((name) => name !== slug && name.startsWith('number-'))
    const put = { [key]: JSON.stringify({ rows: { ...rows, [slug]: null } }) }
    expect((await get(`/tags/${other}`, { kv: { put } })).status).toBe(200)
    expect((await get('/tags', { kv: { put } })).status).toBe(503)
    await site.takeLog()
    const { status, body } = await get('/tags')
    expect([status, body.includes(`"${tagPath(3)}"`)]).toEqual([200, true])
    expect(await lifetimesOf(key)).toEqual([30])
  })
})

describe('Takedowns over an edition in parts', () => {
  test('hide the address of the article and its tag, and lower the counts of its tags', async () => {
    const current = await site.current()
    const count = (body: string, name: string): string =>
      new RegExp(`<bdi>${name}</bdi></a> <span class="count">([^<]*)`).exec(body)?.[1] ?? 'none'
    const before = (await get('/tags', { isolate: 0 })).body
    const takedowns = [
      { slug: 'constructor', counted: { from: T0 - 90 * DAY_MS, lists: ['__proto__'] } },
      {
        slug: 'story-7',
        counted: { from: T0 - (STORIES - 7) * DAY_MS, lists: [tagPath(7).slice('/tags/'.length)] },
      },
      // Still to come, and over: neither is counted now.
      { slug: 'ahead', counted: { from: T0 + DAY_MS, lists: [tagPath(5).slice('/tags/'.length)] } },
      { slug: 'over', counted: { from: T0 - 2, until: T0 - 1, lists: [tagPath(6).slice('/tags/'.length)] } },
    ]
    const kv = { put: { current: JSON.stringify({ ...current, takedowns }) } }
    expect((await get('/articles/constructor', { kv })).status).toBe(410)
    expect((await get('/tags/__proto__', { kv })).status).toBe(404)
    expect((await get('/articles/ahead', { kv })).status).toBe(404)
    const { body } = await get('/tags', { kv })
    expect([count(before, '__proto__'), count(body, '__proto__')]).toEqual(['1 article', 'none'])
    const number = (text: string, tag: number): number => Number.parseInt(count(text, NAMES[tag] ?? ''), 10)
    expect(number(body, 7)).toBe(number(before, 7) - 1)
    for (const tag of [5, 6, 8]) expect(number(body, tag)).toBe(number(before, tag))
    expect((await get(tagPath(5), { kv })).status).toBe(200)
  })

  test('leave no page that shows the article, whether it was taken down or stays gone', async () => {
    const current = await site.current()
    const newest = `story-${STORIES - 1}`
    const shows = async (path: string, wish: object): Promise<boolean> =>
      (await get(path, wish)).body.includes(`/articles/${newest}"`)
    const record = (await site.tables()).articles.get(newest)
    const { tags } = JSON.parse((await site.store.get(`article/${record?.record}`)) ?? '{}')
    const paths = ['/', `/tags/${tags[0].slug}`, `/articles/story-${STORIES - 2}`, '/articles/ahead']
    const now = T0 + DAY_MS
    for (const path of paths) expect(await shows(path, { isolate: 0, now }), path).toBe(true)
    for (const over of [
      { takedowns: [{ slug: newest, from: T0 - HOUR_MS, tags: [], passing: true }] },
      { takedowns: [{ slug: newest, from: T0 - HOUR_MS, tags: [] }] },
    ]) {
      isolate += 1
      const kv = { put: { current: JSON.stringify({ ...current, ...over }) } }
      for (const path of paths) expect(await shows(path, { kv, now }), path).toBe(false)
      expect((await get(`/articles/${newest}`, { kv, now })).status).toBe(410)
    }
  })
})
