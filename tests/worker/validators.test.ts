// An ETag changes with all that a page depends on, and a policy follows a page's age.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CARDS_PER_PAGE } from '../../src/records.ts'
import { articleFile, SITE_FILES } from '../harness/content.ts'
import { type Site, startSite } from '../harness/site.ts'

const T0 = Date.UTC(2026, 10, 22, 12)
const DAY = 86_400_000

let site: Site
let isolate = 0
beforeAll(async () => {
  const many = Array.from({ length: 2 * CARDS_PER_PAGE + 5 }, (_, index) => [
    `articles/story-${index}.md`,
    articleFile({
      title: `Story ${index}`,
      date: new Date(T0 - (index + 2) * DAY).toISOString(),
      tags: ['All'],
    }),
  ])
  site = await startSite({
    time: T0,
    isolates: 12,
    files: {
      ...SITE_FILES,
      ...Object.fromEntries(many),
      'articles/today.md': articleFile({
        title: 'Today',
        date: new Date(T0 - 3_600_000).toISOString(),
        authors: ['desk'],
      }),
    },
  })
})
afterAll(() => site.stop())

describe('An ETag', () => {
  const etagWith = async (change: object, vars = {}): Promise<string | null> => {
    isolate += 1
    const put = { current: JSON.stringify({ ...(await site.current()), ...change }) }
    return (await site.get('/articles/today', { isolate, now: T0, kv: { put }, vars })).headers.get('etag')
  }

  test('is the same in every isolate', async () => {
    expect(await etagWith({})).toBe(await etagWith({}))
  })

  test("changes with the site's settings, with a takedown and with the Worker's version", async () => {
    const { body } = await site.current()
    const plain = await etagWith({})
    const settings = { ...body.settings, tagline: 'Another' }
    expect(await etagWith({ body: { ...body, settings } })).not.toBe(plain)
    expect(await etagWith({ takedowns: [{ slug: 'story-1', counted: { from: T0, lists: [] } }] })).not.toBe(
      plain,
    )
    const version = { VERSION: { id: 'another', tag: '', timestamp: '' } }
    expect(await etagWith({}, version)).not.toBe(plain)
  })
})

describe('The edge keeps', () => {
  const YOUNG = 'max-age=30, stale-while-revalidate=30, stale-if-error=864000'
  const SETTLED = 'max-age=300, stale-while-revalidate=60, stale-if-error=864000'

  test.each([
    ['the front page', '/', T0, YOUNG],
    ['the tags index', '/tags', T0, YOUNG],
    ['the newest page of a tag', '/tags/all', T0, YOUNG],
    ['a full page', '/page/1', T0, SETTLED],
    ['a full page of a tag', '/tags/all/page/1', T0, SETTLED],
    ['an article younger than a day', '/articles/today', T0 - 3_600_000 + DAY - 1, YOUNG],
    ['an article older than a day', '/articles/today', T0 - 3_600_000 + DAY, SETTLED],
  ])('%s as long as its policy says', async (_, path, now, expected) => {
    const { headers } = await site.get(path, { now })
    expect(headers.get('cloudflare-cdn-cache-control')).toBe(expected)
    expect(headers.get('cache-control')).toBe('no-cache')
  })
})

describe("An isolate's memory", () => {
  test('of pages is bounded: what was used longest ago goes first', async () => {
    const vars = { PAGE_MEMORY_BYTES: '120000' }
    const ask = (path: string) => site.get(path, { now: T0, isolate: 0, vars })
    await ask('/articles/story-1')
    expect((await ask('/articles/story-1')).reads).toEqual([])
    for (let index = 2; index < 22; index += 1) await ask(`/articles/story-${index}`)
    expect((await ask('/articles/story-21')).reads).toEqual([])
    expect((await ask('/articles/story-1')).reads).toHaveLength(1)
  })
})
