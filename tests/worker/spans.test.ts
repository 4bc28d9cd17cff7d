// Time spans on a small site whose rows compete for the places on its pages.
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { articleFile, SITE_FILES } from '../harness/content.ts'
import { type Site, startSite } from '../harness/site.ts'

const T0 = Date.UTC(2026, 10, 22, 12)
const minutes = (count: number): number => T0 + count * 60_000
const iso = (instant: number): string => new Date(instant).toISOString()
const picture = (background: string): Promise<Buffer> =>
  sharp({ create: { width: 9, height: 6, channels: 3, background } })
    .png()
    .toBuffer()

/** More instants ahead than a catalogue entry holds. */
const COMING = Array.from({ length: 12 }, (_, index) => minutes(100 + index * 10))

let site: Site
beforeAll(async () => {
  const coming = COMING.map((at, index) => [
    `articles/coming-${index}.md`,
    articleFile({ title: `Coming ${index}`, date: iso(at), tags: ['Series'] }),
  ])
  site = await startSite({
    time: T0,
    isolates: 13,
    files: {
      ...SITE_FILES,
      'site.yaml': `${SITE_FILES['site.yaml']}gone: [long-gone]\n`,
      'images/soon.png': await picture('#111111'),
      'images/late.png': await picture('#222222'),
      'articles/old.md': articleFile({ title: 'Old', date: '2026-01-01' }),
      'articles/soon.md': articleFile({
        title: 'Soon',
        date: iso(minutes(10)),
        aliases: ['/soon-alias'],
        image: { src: 'soon.png', alt: 'Soon.' },
      }),
      'articles/late.md': articleFile({
        title: 'Late',
        date: '2026-02-01',
        expires: iso(minutes(20)),
        aliases: ['/late-alias'],
        image: { src: 'late.png', alt: 'Late.' },
      }),
      'articles/lead-old.md': articleFile({ title: 'The lasting lead', date: '2026-03-05', lead: true }),
      'articles/lead-new.md': articleFile({
        title: 'The short lead',
        date: '2026-04-05',
        lead: true,
        expires: iso(minutes(30)),
      }),
      ...Object.fromEntries(coming),
    },
  })
})
afterAll(() => site.stop())

const at = (path: string, now: number, isolate = 0) => site.get(path, { now, isolate })
const edge = async (path: string, now: number): Promise<string | null> =>
  (await at(path, now)).headers.get('cloudflare-cdn-cache-control')

describe('An alias', () => {
  test('of an embargoed article is a 404 like any other until the article appears', async () => {
    const before = await at('/soon-alias', minutes(10) - 1)
    const other = await at('/no-alias', minutes(10) - 1)
    expect([before.status, before.body, [...before.headers]]).toEqual([404, other.body, [...other.headers]])
    expect((await at('/soon-alias', minutes(10))).headers.get('location')).toBe('/articles/soon')
  })

  test('of an expiring article answers 410 from its end on, and is not kept beyond', async () => {
    expect((await at('/late-alias', minutes(20) - 1)).status).toBe(301)
    expect((await at('/late-alias', minutes(20))).status).toBe(410)
    expect(await edge('/late-alias', minutes(20) - 60_000)).toBe('max-age=30, stale-if-error=0')
  })
})

describe('A picture', () => {
  const pathOf = async (slug: string): Promise<string> => {
    const now = slug === 'soon' ? minutes(10) : T0
    return /\/media\/[^"]+/.exec((await at(`/articles/${slug}`, now)).body)?.[0] ?? ''
  }

  test('answers 404 before the article that shows it appears', async () => {
    const path = await pathOf('soon')
    expect((await at(path, minutes(10) - 1)).status).toBe(404)
    expect((await at(path, minutes(10))).status).toBe(200)
  })

  test('goes with the article that shows it, and is not kept at the edge beyond', async () => {
    const path = await pathOf('late')
    expect((await at(path, minutes(20) - 1)).status).toBe(200)
    expect((await at(path, minutes(20))).status).toBe(404)
    expect(await edge(path, minutes(20) - 60_000)).toBe('max-age=30, stale-if-error=0')
  })

  test('of an article that was taken down is gone with it', async () => {
    const path = await pathOf('late')
    const put = {
      current: JSON.stringify({
        ...(await site.current()),
        sequence: 9,
        takedowns: [{ slug: 'late', from: T0, tags: [] }],
      }),
    }
    expect((await site.get(path, { now: T0, isolate: 12, kv: { put } })).status).toBe(404)
  })
})

describe('A future article', () => {
  test('is not betrayed by a takedown or a gone entry', async () => {
    const current = await site.current()
    const gone = { rows: { soon: true } }
    for (const [isolate, change] of [
      { takedowns: [{ slug: 'soon', from: minutes(10), tags: [] }] },
      { takedowns: [{ slug: 'soon', from: minutes(10), tags: [], passing: true }] },
      { body: { ...current.body, gone } },
    ].entries()) {
      const put = { current: JSON.stringify({ ...current, sequence: 9, ...change }) }
      expect((await site.get('/articles/soon', { now: T0, isolate: 9 + isolate, kv: { put } })).status).toBe(
        404,
      )
    }
    expect((await at('/articles/long-gone', T0)).status).toBe(410)
  })

  test('appears on time however much of it there is, each with an ETag of its own', async () => {
    const etags = new Set<string | null>()
    for (const [index, instant] of COMING.entries()) {
      for (const path of ['/tags/series', '/', '/tags']) {
        const before = await at(path, instant - 1, 1)
        const after = await at(path, instant, 1)
        if (path === '/tags/series' && index === 0) expect(before.status).toBe(404)
        else expect(before.headers.get('etag')).not.toBe(after.headers.get('etag'))
        if (path !== '/tags') expect(before.body).not.toContain(`Coming ${index}<`)
        if (path !== '/tags') expect(after.body).toContain(`Coming ${index}<`)
        if (path === '/tags') expect(after.body).toContain(`>${index + 1} article`)
        if (path === '/') etags.add(after.headers.get('etag'))
      }
    }
    expect(etags.size).toBe(COMING.length)
  })

  test('cuts a lifetime before an instant that only the record knows', async () => {
    const { newest } = (await site.tables()).tags.get('series') ?? {}
    expect(newest).toMatchObject({ instants: COMING.slice(4), more: true })
    for (const path of ['/', '/tags/series', '/tags']) {
      for (const instant of COMING.slice(1, 4)) {
        expect(await edge(path, instant - 40_000), path).toBe('max-age=20, stale-if-error=864000')
        expect(await edge(path, instant - 2_000), path).toBe('no-store')
      }
    }
  })

  test('costs a warm page no read when the instants of the catalogue are used up', async () => {
    const now = (COMING.at(-1) ?? 0) + 1000
    const first = await at('/', now, 2)
    const second = await at('/', now, 2)
    expect([first.reads.length, second.reads.length]).toEqual([2, 0])
    const broken = await site.get('/', { now, isolate: 2, kv: { fail: '' } })
    expect([broken.status, broken.body]).toEqual([200, first.body])
  })
})

describe('The pinned story', () => {
  test('gives way to the next when it expires, which keeps its own date', async () => {
    const before = await at('/', minutes(30) - 1)
    expect(before.body).toMatch(/<article class="card lead">[\s\S]*?The short lead/)
    const after = await at('/', minutes(30))
    const lead = /<article class="card lead">[\s\S]*?<\/article>/.exec(after.body)?.[0] ?? ''
    expect(lead).toContain('The lasting lead')
    expect(lead).toContain('March\u00a05, 2026')
    expect(after.body).not.toContain('The short lead')
  })
})

describe('A 404 that leads to an expiring article', () => {
  test('is not kept beyond its end', async () => {
    expect((await at('/late.html', minutes(20) - 10_000)).body).toContain('/articles/late')
    expect(await edge('/late.html', minutes(20) - 10_000)).toBe('max-age=5, stale-if-error=0')
    expect((await at('/late.html', minutes(20))).body).not.toContain('/articles/late')
  })
})
