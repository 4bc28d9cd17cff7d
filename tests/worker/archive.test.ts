// The archive and the pages of authors, requested from the built Worker.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { planTakedown, takeDown } from '../../src/publish/commands/takedown.ts'
import type { Current } from '../../src/records.ts'
import { articleFile, SITE_FILES } from '../harness/content.ts'
import { type Files, type Site, startSite } from '../harness/site.ts'

const NOW = Date.UTC(2026, 3, 2, 12)
const DAY_MS = 86_400_000
/** In one month of 2025, so that its page is as long as a busy newsroom makes it. */
const MANY = 3_000

const at = (instant: number): string => new Date(instant).toISOString()

const files: Files = {
  ...SITE_FILES,
  'authors.yaml':
    'desk:\n  name: The desk\namira:\n  name: Amira <Haddad>\n  role: Harbour correspondent\n' +
    '  description: Amira has written of piers since 2010.\nnobody:\n  name: Nobody\n',
}
for (let index = 0; index < MANY; index += 1) {
  const date = at(Date.UTC(2025, 5, 1) + Math.floor((index * 29 * DAY_MS) / MANY))
  files[`articles/busy-${index}.md`] = articleFile({ title: `Busy ${index}`, date, kicker: 'City' })
}
const later = { expires: at(NOW + 5 * DAY_MS), authors: ['amira', 'desk'] }
Object.assign(files, {
  'articles/new-year.md': articleFile({
    title: 'New year',
    date: '2025-12-31T23:30:00Z',
    authors: ['amira', 'amira'],
    translations: { ar: 'sana' },
  }),
  'articles/sana.md': articleFile({
    title: 'سنة جديدة',
    date: '2026-01-01T12:00',
    lang: 'ar',
    translations: { en: 'new-year' },
  }),
  'articles/old.md': articleFile({ title: 'Old', date: '2020-05-05' }),
  'articles/passing.md': articleFile({ title: 'Passing', date: '2026-03-03', ...later }),
  'articles/today.md': articleFile({ title: 'Today', date: '2026-04-02T09:00', authors: ['desk'] }),
  'articles/ahead.md': articleFile({ title: 'Ahead', date: '2026-05-01T09:00', authors: ['desk'] }),
})

let site: Site
beforeAll(async () => {
  site = await startSite({ files, time: NOW, isolates: 8 })
}, 120_000)
afterAll(() => site.stop())

const get = (path: string, now = NOW, isolate = 0) => site.get(path, { now, isolate })

describe('GET /archive', () => {
  test('names years and months with their counts, the newest first', async () => {
    const { status, body } = await get('/archive')
    expect(status).toBe(200)
    const lines = [...body.matchAll(/href="(\/archive\/[\d/]+)">([^<]+)<\/a> <span class="count">([^<]+)</g)]
    expect(lines.map(([, ...line]) => line)).toEqual([
      ['/archive/2026/04', 'April', '1 article'],
      ['/archive/2026/03', 'March', '1 article'],
      ['/archive/2026/01', 'January', '2 articles'],
      ['/archive/2025/06', 'June', '3,000 articles'],
      ['/archive/2020/05', 'May', '1 article'],
    ])
  })

  test('and its months change when an article appears or expires', async () => {
    expect((await get('/archive', Date.parse('2026-05-01T07:00:00Z'))).body).toContain('/archive/2026/05')
    expect((await get('/archive', NOW + 5 * DAY_MS)).body).not.toContain('/archive/2026/03')
  })
})

describe('GET /archive/:yyyy/:mm', () => {
  test('names all headlines by day, in the zone of the site', async () => {
    const { body } = await get('/archive/2026/01')
    expect(body).toContain('<h1>January 2026</h1>')
    expect(body.match(/<h2 id="d\d\d">/g)).toEqual(['<h2 id="d01">'])
    expect(body).toContain('<li lang="ar" dir="rtl"><a href="/articles/sana">سنة جديدة</a></li>')
    expect(body).toContain('<a href="/articles/new-year">New year</a>')
  })

  test('links to the nearest months that have a visible article', async () => {
    const ways = async (path: string, now = NOW) =>
      [...(await get(path, now)).body.matchAll(/rel="(prev|next)"[^>]*href="(\/archive[^"]+)"/g)].map(
        ([, rel, href]) => `${rel} ${href}`,
      )
    expect(await ways('/archive/2026/01')).toEqual(['next /archive/2025/06', 'prev /archive/2026/03'])
    expect(await ways('/archive/2026/01', NOW + 5 * DAY_MS)).toEqual([
      'next /archive/2025/06',
      'prev /archive/2026/04',
    ])
    expect(await ways('/archive/2026/04')).toEqual(['next /archive/2026/03'])
    expect(await ways('/archive/2026/04', Date.parse('2026-05-01T07:00:00Z'))).toEqual([
      'next /archive/2026/01',
      'prev /archive/2026/05',
    ])
    expect(await ways('/archive/2020/05')).toEqual(['prev /archive/2025/06'])
  })

  test.each([
    ...['/archive/2026/02', '/archive/2026/05', '/archive/2026/2', '/archive/2026/13', '/archive/2026/00'],
    ...['/archive/2026', '/archive/26/01', '/archive/2026/01/02', '/archive/abcd/01'],
  ])('%s answers 404, and leads to the archive or to the month that was meant', async (path) => {
    const { status, body } = await get(path)
    expect(status).toBe(404)
    expect(body).toMatch(/href="\/archive(?:\/2026\/01)?"><bdi>/)
  })

  test('answers a mistaken month with a suggestion', async () => {
    expect((await get('/archive/2026/1')).body).toContain('<a href="/archive/2026/01"><bdi>')
  })

  test('of 3,000 articles costs a cold isolate one KV operation besides current', async () => {
    const { body, operations } = await get('/archive/2025/06', NOW, 1)
    expect(body.match(/href="\/articles\/busy-/g)).toHaveLength(MANY)
    expect(operations).toBe(2)
    const { reads } = await get('/archive/2025/06', NOW, 1)
    expect(reads).toEqual([])
  })

  test('costs one record, also while the month is not over', async () => {
    const { body, reads } = await get('/archive/2026/04', NOW, 2)
    expect(body).toContain('/articles/today')
    expect(reads.map((key) => key.split('/')[0])).toEqual(['current', 'month'])
  })

  test('may be cached for seconds if it is the newest month, else for minutes', async () => {
    const age = async (path: string, now = NOW) =>
      (await get(path, now)).headers.get('cloudflare-cdn-cache-control')?.split(',')[0]
    expect(await age('/archive/2026/04')).toBe('max-age=30')
    expect(await age('/archive/2020/05')).toBe('max-age=300')
    // March expires, and April stands beside January from then on.
    expect(await age('/archive/2026/01', NOW + 5 * DAY_MS - 40_000)).toBe('max-age=20')
    expect(await age('/archive/2026/03', NOW + 5 * DAY_MS - 40_000)).toBe('max-age=20')
  })
})

describe('authors', () => {
  test('GET /authors lists every author with a visible article, with counts', async () => {
    const lines = (body: string) =>
      [...body.matchAll(/href="\/authors\/([^"]+)".*?<span class="count">([^<]+)</gs)].map(
        ([, slug, count]) => `${slug} ${count}`,
      )
    const { body } = await get('/authors')
    expect(lines(body)).toEqual(['amira 2 articles', 'desk 2 articles'])
    expect(body).toContain('Amira &lt;Haddad&gt;')
    expect(body).toContain('Harbour correspondent')
    expect(lines((await get('/authors', NOW + 5 * DAY_MS)).body)).toEqual([
      'amira 1 article',
      'desk 1 article',
    ])
  })

  test('GET /authors/:slug shows the author and the articles', async () => {
    const { status, body } = await get('/authors/amira')
    expect(status).toBe(200)
    expect(body).toContain('<p class="role">Harbour correspondent</p>')
    expect(body).toContain('Amira has written of piers since 2010.')
    expect(body.match(/href="\/articles\/new-year"/g)).toHaveLength(1)
    expect(body).toContain('href="/articles/passing"')
  })

  test.each(['/authors/nobody', '/authors/amira/page/2', '/authors/amira/page/0'])(
    '%s answers 404',
    async (path) => {
      expect((await get(path)).status).toBe(404)
    },
  )

  test('the number of the newest page leads to the bare address', async () => {
    const { status, headers } = await get('/authors/amira/page/1')
    expect([status, headers.get('location')]).toEqual([302, '/authors/amira'])
  })

  test('a byline names each author once, and leads to their pages', async () => {
    expect((await get('/articles/passing')).body).toContain(
      '<p class="byline">By <a rel="author" href="/authors/amira"><bdi>Amira &lt;Haddad&gt;</bdi></a> and ' +
        '<a rel="author" href="/authors/desk"><bdi>The desk</bdi></a></p>',
    )
    expect((await get('/articles/new-year')).body.match(/rel="author"/g)).toHaveLength(1)
  })

  test('a mistaken address leads to the author that is meant', async () => {
    expect((await get('/author/amira')).body).toContain('<a href="/authors/amira"><bdi>')
  })
})

describe('translations', () => {
  test('are named in the head, the article itself among them, and lead readers there', async () => {
    const { body } = await get('/articles/new-year')
    const url = 'https://sheet.example/articles/'
    expect(body).toContain(`<link rel="alternate" hreflang="en" href="${url}new-year">`)
    expect(body).toContain(`<link rel="alternate" hreflang="ar" href="${url}sana">`)
    expect(body).toContain(
      '<a rel="alternate" hreflang="ar" href="/articles/sana" lang="ar" dir="rtl">العربية</a>',
    )
    const { body: arabic } = await get('/articles/sana')
    expect(arabic).toContain(`<link rel="alternate" hreflang="ar" href="${url}sana">`)
    expect((await get('/articles/today')).body).not.toContain('hreflang')
  })
})

test('a takedown lowers every count, and a month without other articles answers 404', async () => {
  const note = { author: 'tests', message: '', time: NOW }
  const ask = (path: string, isolate: number) => site.get(path, { now: NOW, isolate })
  const before = await ask('/archive', 5)
  for (const slug of ['passing', 'sana'])
    await takeDown(site.store, await planTakedown(site.root, site.store, slug), note)
  const taken: Current = await site.current()
  expect(taken.takedowns.map(({ counted }) => counted?.lists)).toEqual([['author amira', 'author desk'], []])
  for (const isolate of [6, 7]) {
    // Before the next push, and after it.
    if (isolate === 7) expect((await site.publish()).state).toBe('pushed')
    const archive = await ask('/archive', isolate)
    expect(archive.headers.get('etag')).not.toBe(before.headers.get('etag'))
    expect(archive.body).not.toContain('/archive/2026/03')
    expect(archive.body).toMatch(/2026\/01">January<\/a> <span class="count">1 article</)
    expect((await ask('/archive/2026/03', isolate)).status).toBe(404)
    const january = (await ask('/archive/2026/01', isolate)).body
    expect(january).not.toContain('sana')
    expect(january).toContain('rel="prev" href="/archive/2026/04"')
    const authors = (await ask('/authors', isolate)).body
    expect(authors.match(/<span class="count">1 article</g)).toHaveLength(2)
    expect((await ask('/articles/new-year', isolate)).body).not.toContain('hreflang')
  }
}, 60_000)
