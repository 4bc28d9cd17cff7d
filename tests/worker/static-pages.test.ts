// Static pages, from content/pages/ to the reader.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { preview } from '../../src/publish/commands/preview.ts'
import { articleFile, SITE_FILES } from '../harness/content.ts'
import { type Site, startSite } from '../harness/site.ts'

const page = (fields: string, body = 'Words.'): string => `---\n${fields}\n---\n\n${body}\n`
const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>'

let site: Site
beforeAll(async () => {
  site = await startSite({
    isolates: 3,
    files: {
      ...SITE_FILES,
      'articles/a.md': articleFile({ title: 'A', date: '2026-02-16' }),
      'images/map.svg': SVG,
      'pages/imprint.md': page(
        'title: Imprint & law\nstandfirst: Who we are.\nupdated: 2026-01-02\naliases: [/legal/notice]\norder: 2',
        'See the map[^1].\n\n![A map](../images/map.svg "The way | Desk")\n\n<script>alert(1)</script>\n\n[^1]: Below.',
      ),
      'pages/about.md': page('title: Zed\norder: 1'),
      'pages/عن.md': page('title: من نحن\nlang: ar\nslug: عن-الصحيفة'),
      'pages/draft.md': page('title: Not yet\ndraft: true'),
    },
  })
})
afterAll(() => site.stop())

describe('a static page', () => {
  test('shows its title, its words and its pictures, rendered like an article’s', async () => {
    const { status, body, headers, reads } = await site.get('/imprint', { isolate: 1 })
    expect(status).toBe(200)
    expect(body).toContain('<h1>Imprint &amp; law</h1>')
    expect(body).toContain('<title>Imprint &amp; law | The Test Sheet</title>')
    expect(body).toContain('<link rel="canonical" href="https://sheet.example/imprint">')
    expect(body).toContain('<meta name="description" content="Who we are.">')
    expect(body).toContain('datetime="2026-01-01T23:00:00Z"')
    expect(body).toContain('class="footnotes"')
    expect(body).not.toContain('<script')
    expect(headers.get('cloudflare-cdn-cache-control')).toContain('max-age=300')
    expect(reads).toHaveLength(2)
    const picture = /src="(\/media\/[^"]+)"/.exec(body)?.[1] ?? ''
    expect((await site.get(picture)).body).toBe(SVG)
  })

  test('answers 304 to who has it, and 404 where there is none', async () => {
    const { headers } = await site.get('/imprint')
    const known = { 'if-none-match': headers.get('etag') ?? '' }
    expect((await site.get('/imprint', { headers: known })).status).toBe(304)
    for (const path of ['/draft', '/none']) expect((await site.get(path)).status).toBe(404)
  })

  test('is found under its old address, and suggested for one like it', async () => {
    const { status, headers } = await site.get('/legal/notice')
    expect([status, headers.get('location')]).toEqual([301, '/imprint'])
    expect((await site.get('/pages/imprint.html')).body).toContain(
      '<a href="/imprint"><bdi>/imprint</bdi></a>',
    )
  })

  test('has its language and its script, in its address too', async () => {
    const { body } = await site.get(encodeURI('/عن-الصحيفة'))
    expect(body).toContain('lang="ar" dir="rtl">\n<header class="story-head">\n<h1>من نحن</h1>')
  })

  test('stands at the foot of every page, in the order of its number, and in the sitemap', async () => {
    for (const path of ['/', '/articles/a', '/imprint', '/none']) {
      const footer = /<p class="label">About<\/p>.*?<\/div>/s.exec((await site.get(path)).body)?.[0] ?? ''
      const titles = [...footer.matchAll(/<li><a href="[^"]+"[^>]*>([^<]+)</g)].map(([, title]) => title)
      expect(titles).toEqual(['Zed', 'Imprint &amp; law', 'من نحن'])
    }
    const { body } = await site.get('/sitemap.xml')
    expect(body).toContain('<url><loc>https://sheet.example/about</loc></url>')
    expect(body).toContain('/imprint</loc><lastmod>2026-01-01T23:00:00.000Z</lastmod>')
    expect(body).not.toContain('/draft')
  })

  test('that is a draft is shown by a preview alone, whose links stay inside', async () => {
    const { root, store } = site
    const outcome = await preview({ root, store, time: Date.now(), drafts: true, note: { author: 'Ann' } })
    if (outcome.state !== 'previewed') throw new Error('There are problems')
    expect(outcome.drafts).toBe(1)
    const base = new URL(outcome.address).pathname.replace(/\/$/, '')
    const { status, body } = await site.get(`${base}/draft`, { isolate: 2 })
    expect(status).toBe(200)
    expect(body).toContain(`<a href="${base}/imprint">`)
    expect((await site.get('/draft')).status).toBe(404)
  })
})
