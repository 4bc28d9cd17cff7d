// Sitemaps and robots.txt: every address that may be seen and no other, in one document or in many.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { articlePath } from '../../src/addresses.ts'
import { readTables } from '../../src/publish/stored/reading.ts'
import { articleFile, SITE_FILES } from '../harness/content.ts'
import { type Site, startSite } from '../harness/site.ts'

const NOW = Date.UTC(2026, 5, 1)
const HOUR_MS = 3_600_000
const iso = (time: number): string => new Date(time).toISOString()
const locations = (xml: string): string[] =>
  [...xml.matchAll(/<loc>([^<]*)<\/loc>/g)].map(([, to]) => to ?? '')

describe('GET /sitemap.xml of a small site', () => {
  let site: Site
  beforeAll(async () => {
    site = await startSite({
      files: {
        ...SITE_FILES,
        'articles/plain.md': articleFile({ title: 'Plain', date: '2026-02-16' }),
        'articles/updated.md': articleFile({
          title: 'Updated',
          date: '2026-02-17',
          updated: '2026-03-01T12:00:00Z',
        }),
        'articles/أخبار.md': articleFile({ title: 'News', date: '2026-02-18', lang: 'ar' }),
        'articles/ahead.md': articleFile({ title: 'Ahead', date: iso(NOW + HOUR_MS) }),
        'articles/over.md': articleFile({ title: 'Over', date: '2026-02-19', expires: iso(NOW - HOUR_MS) }),
        'articles/ending.md': articleFile({
          title: 'Ending',
          date: '2026-02-20',
          expires: iso(NOW + 2 * HOUR_MS),
        }),
      },
      time: NOW,
    })
  })
  afterAll(() => site.stop())

  test('names what may be seen, with the day it last changed, and follows the clock', async () => {
    const slugs = async (now: number): Promise<string[]> => {
      const { status, headers, body } = await site.get('/sitemap.xml', { now })
      expect(status).toBe(200)
      expect(headers.get('content-type')).toBe('application/xml')
      return locations(body).sort()
    }
    const at = (...names: string[]): string[] =>
      names.map((name) => `https://sheet.example${articlePath(name)}`).sort()
    expect(await slugs(NOW)).toEqual(at('plain', 'updated', 'أخبار', 'ending'))
    expect(await slugs(NOW + HOUR_MS)).toEqual(at('plain', 'updated', 'أخبار', 'ending', 'ahead'))
    expect(await slugs(NOW + 2 * HOUR_MS)).toEqual(at('plain', 'updated', 'أخبار', 'ahead'))
    const { body } = await site.get('/sitemap.xml', { now: NOW })
    expect(body).toContain('<lastmod>2026-03-01T12:00:00.000Z</lastmod>')
  })

  test('has an ETag that changes where it does, and a lifetime that ends there', async () => {
    const before = await site.get('/sitemap.xml', { now: NOW + HOUR_MS - 1000 })
    const after = await site.get('/sitemap.xml', { now: NOW + HOUR_MS })
    expect(before.headers.get('etag')).not.toBe(after.headers.get('etag'))
    expect(before.headers.get('cloudflare-cdn-cache-control')).toBe('no-store')
    const etag = after.headers.get('etag') ?? ''
    const again = await site.get('/sitemap.xml', { now: NOW + HOUR_MS, headers: { 'if-none-match': etag } })
    expect([again.status, again.reads]).toEqual([304, []])
  })

  test('has no numbered sitemaps', async () => {
    expect((await site.get('/sitemap/1.xml', { now: NOW })).status).toBe(404)
  })

  test('is named in robots.txt', async () => {
    const { status, body } = await site.get('/robots.txt', { now: NOW })
    expect(status).toBe(200)
    expect(body).toBe('User-agent: *\nDisallow: /preview/\n\nSitemap: https://sheet.example/sitemap.xml\n')
  })
})

describe('GET /sitemap.xml of a large site', () => {
  let site: Site
  const COUNT = 700
  beforeAll(async () => {
    const files: Record<string, string> = { ...SITE_FILES }
    for (let number = 0; number < COUNT; number += 1) {
      const date = iso(NOW - (number + 1) * HOUR_MS)
      files[`articles/story-${number}.md`] = articleFile({ title: `Story ${number}`, date })
    }
    site = await startSite({ files, time: NOW })
  })
  afterAll(() => site.stop())

  test('lists sitemaps, which name every article once between them', async () => {
    const index = await site.get('/sitemap.xml', { now: NOW })
    expect(index.body).toContain('<sitemapindex')
    const parts = locations(index.body)
    expect(parts.length).toBeGreaterThan(1)
    const all: string[] = []
    for (const part of parts) {
      const { status, body } = await site.get(new URL(part).pathname, { now: NOW })
      expect(status).toBe(200)
      all.push(...locations(body))
    }
    const { articles } = await readTables(site.store, (await site.current()).body)
    expect(articles.size).toBe(COUNT)
    expect(all.sort()).toEqual(
      [...articles.keys()].map((slug) => `https://sheet.example${articlePath(slug)}`).sort(),
    )
    expect((await site.get(`/sitemap/${parts.length + 1}.xml`, { now: NOW })).status).toBe(404)
  })
})
