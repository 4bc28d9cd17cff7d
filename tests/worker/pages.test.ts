// The content of the pages: article, tags, front page, pictures and takedowns.
import { parse } from 'parse5'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { articleFile, SITE_FILES } from '../harness/content.ts'
import { type Site, startSite } from '../harness/site.ts'

let site: Site
beforeAll(async () => {
  const boat = sharp({ create: { width: 30, height: 20, channels: 3, background: '#123456' } })
  site = await startSite({
    isolates: 3,
    files: {
      ...SITE_FILES,
      'images/boat.png': await boat.png().toBuffer(),
      'tags.yaml': '- name: Harbours\n  description: Where ships are.\n  aliases: [Ports]\n',
      'articles/full.md': articleFile({
        title: 'A <b>full</b> & "quoted" headline',
        kicker: 'Transport',
        standfirst: 'The first boat leaves at dawn.',
        dateline: 'ROTTERDAM',
        date: '2026-03-28T23:30',
        updated: '2026-03-29T12:00',
        authors: ['desk'],
        tags: ['harbours', 'C++', 'AC/DC', 'وسم'],
        image: { src: 'boat.png', alt: 'A boat.', caption: 'The boat | at dawn', credit: 'Desk & Sons' },
        corrections: [{ date: '2026-03-30', text: 'An earlier version named another pier.' }],
        body: '## The pier\n\nText with <kbd>Ctrl&hellip;&#33;</kbd> and a [link](https://example.org/).\n\n![Plan](boat.png "The plan | The harbour")',
      }),
      'articles/bare.md': articleFile({ title: 'Bare', date: '2026-03-01' }),
      'images/plan.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="60"/>',
      'articles/drawn.md': articleFile({
        title: 'Drawn',
        date: '2026-02-20',
        image: { src: 'plan.svg', alt: 'A plan' },
        body: 'First words.\n\n![The plan](plan.svg)',
      }),
      'articles/wordless.md': articleFile({
        title: 'Wordless',
        date: '2026-02-01',
        tags: [],
        image: { caption: 'Kept', credit: 'Kept' },
      }),
      'articles/arabic.md': articleFile({ title: 'خبر', date: '2026-01-01', lang: 'ar', tags: ['وسم'] }),
    },
  })
})
afterAll(() => site.stop())

describe('An article page', () => {
  test('shows all that the article has, escaped', async () => {
    const { body } = await site.get('/articles/full')
    expect(body).toContain('<p class="kicker">Transport</p>')
    expect(body).toContain('<h1>A &lt;b&gt;full&lt;/b&gt; &amp; &quot;quoted&quot; headline</h1>')
    expect(body).toContain('<p class="standfirst">The first boat leaves at dawn.</p>')
    expect(body).toContain(
      '<p class="byline">By <a rel="author" href="/authors/desk"><bdi>The desk</bdi></a></p>',
    )
    expect(body).toContain('<span class="dateline">ROTTERDAM</span>')
    expect(body).toContain('<span class="caption">The boat | at dawn</span>')
    expect(body).toContain('<bdi>Desk &amp; Sons</bdi>')
    expect(body).toMatch(
      /<img src="\/media\/[0-9a-f]{32}\/30\.jpg" width="30" height="20" alt="A boat\." fetchpriority="high" decoding="async">/,
    )
    expect(body).toContain('<kbd>Ctrl&hellip;!</kbd>')
    expect(body).toContain('rel="external noopener"')
    expect(body).toMatch(
      /<figcaption><span class="caption">The plan<\/span>\s*<span class="credit">Picture: <bdi>The harbour<\/bdi><\/span>/,
    )
    expect(body).toContain('An earlier version named another pier.')
    expect(body).toContain('<link rel="canonical" href="https://sheet.example/articles/full">')
  })

  test("shows dates in the site's zone, across a change of its clocks", async () => {
    const { body } = await site.get('/articles/full')
    expect(body).toMatch(/<time datetime="2026-03-28T22:30:00Z">March\u00a028, 2026 at 11:30\sPM<\/time>/)
    expect(body).toMatch(/<time datetime="2026-03-29T10:00:00Z">March\u00a029, 2026 at 12:00\sPM<\/time>/)
  })

  test('leads to its tags under their one address, in their first spelling', async () => {
    const { body } = await site.get('/articles/full')
    const tags = /<nav class="tags"[\s\S]*?<\/nav>/.exec(body)?.[0] ?? ''
    expect(
      [...tags.matchAll(/href="([^"]*)"[^>]*><bdi>([^<]*)/g)].map(([, href, name]) => [href, name]),
    ).toEqual([
      ['/tags/harbours', 'Harbours'],
      ['/tags/c++', 'C++'],
      ['/tags/ac%2Fdc', 'AC/DC'],
      ['/tags/%D9%88%D8%B3%D9%85', 'وسم'],
    ])
    for (const path of ['/tags/harbours', '/tags/c++', '/tags/ac%2Fdc', '/tags/%D9%88%D8%B3%D9%85']) {
      expect((await site.get(path)).status, path).toBe(200)
    }
  })

  test.each(['bare', 'wordless'])('of "%s" has no element for what it does not have', async (slug) => {
    const { body } = await site.get(`/articles/${slug}`)
    const story = /<article class="story"[\s\S]*?<\/article>/.exec(body)?.[0] ?? ''
    expect(story).not.toMatch(/kicker|standfirst|byline|dateline|figure|<img|tags|corrections|Updated/)
    expect(story).not.toMatch(/<(\w+)[^>]*>\s*<\/\1>/)
    expect(body).not.toContain('Kept')
  })

  test("is in the article's language and direction", async () => {
    const { body } = await site.get('/articles/arabic')
    expect(body).toContain('<html lang="en" dir="ltr">')
    expect(body).toContain('<article class="story" lang="ar" dir="rtl">')
  })

  test('is well-formed HTML', async () => {
    for (const path of ['/articles/full', '/articles/bare', '/', '/tags', '/tags/harbours', '/none']) {
      const errors: string[] = []
      parse((await site.get(path)).body, { onParseError: ({ code }) => errors.push(code) })
      expect(errors, path).toEqual([])
    }
  })
})

describe('A page without a standfirst, with a drawing', () => {
  test('is described by its first words, to search engines and to those who show a link', async () => {
    const { body } = await site.get('/articles/drawn')
    expect(body).toContain('<meta name="description" content="First words.">')
    expect(body).toContain('<meta property="og:description" content="First words.">')
    // None of them shows SVG.
    expect(body).not.toContain('og:image')
  })

  test('lets the drawing in its text be moved to and fro, by keyboard too', async () => {
    const { body } = await site.get('/articles/drawn')
    expect(body).toContain(
      '<div class="drawing" role="group" tabindex="0" aria-label="The plan"><img src="/media/',
    )
  })

  test('shows a small picture at the top as it is, and an upright one in the width of the text', async () => {
    expect((await site.get('/articles/full')).body).toContain('<figure class="lead-photo small">')
    expect((await site.get('/articles/drawn')).body).toContain('<figure class="lead-photo">')
  })
})

describe('The tags index', () => {
  test('has every tag with its count, A to Z', async () => {
    const { body } = await site.get('/tags')
    const rows = [...body.matchAll(/<bdi>([^<]*)<\/bdi><\/a> <span class="count">([^<]*)/g)].map(
      ([, name, count]) => [name, count],
    )
    expect(rows).toEqual([
      ['AC/DC', '1 article'],
      ['C++', '1 article'],
      ['Harbours', '1 article'],
      ['وسم', '2 articles'],
    ])
  })
})

describe('A tag page', () => {
  test("has the tag's name, its description and its articles, the newest first", async () => {
    const { body } = await site.get('/tags/harbours')
    expect(body).toContain('<bdi>Harbours</bdi>')
    expect(body).toContain('Where ships are.')
    const { body: arabic } = await site.get('/tags/%D9%88%D8%B3%D9%85')
    expect(arabic.indexOf('/articles/full')).toBeLessThan(arabic.indexOf('/articles/arabic'))
  })

  test('answers to its other names with a redirect', async () => {
    expect((await site.get('/tags/ports')).headers.get('location')).toBe('/tags/harbours')
  })
})

describe('The front page', () => {
  test('shows the newest article first, with a date that is no clock', async () => {
    const { body } = await site.get('/')
    expect(body).toMatch(/<article class="card lead"[\s\S]*?\/articles\/full/)
    expect(body).toContain(
      '<p class="day"><time datetime="2026-03-28T22:30:00Z">Saturday, March\u00a028, 2026</time></p>',
    )
  })

  test('shows a pinned article first, until it expires, and does not repeat it', async () => {
    await site.write({
      'articles/pinned.md': articleFile({
        title: 'Pinned',
        date: '2026-01-15',
        lead: true,
        expires: '2100-01-01',
      }),
    })
    await site.publish()
    const vars = { DEV: '1' }
    const { body } = await site.get('/', { vars })
    expect(body).toMatch(/<article class="card lead"[\s\S]*?\/articles\/pinned/)
    expect(body.match(/href="\/articles\/pinned"/g)).toHaveLength(1)
    const after = await site.get('/', { vars, now: Date.UTC(2100, 0, 2) })
    expect(after.body).toMatch(/<article class="card lead"[\s\S]*?\/articles\/full/)
    expect(after.body).not.toContain('pinned')
  })
})

describe('A picture', () => {
  test('may be cached for a year, with its exact type and a policy that allows no script', async () => {
    const { body: page } = await site.get('/articles/full')
    const path = /\/media\/[^"]+30\.jpg/.exec(page)?.[0] ?? ''
    const { status, headers } = await site.get(path)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('image/jpeg')
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox; frame-ancestors 'none'")
    expect(Number(headers.get('content-length'))).toBeGreaterThan(50)
    const etag = headers.get('etag') ?? ''
    expect((await site.get(path, { headers: { 'if-none-match': etag } })).status).toBe(304)
    const other = await site.get(path, { vars: { VERSION: { id: 'another' } } })
    expect(other.headers.get('etag')).toBe(etag)
  })
})

describe('A takedown', () => {
  test('hides the article on every page of any live edition', async () => {
    const current = await site.current()
    const put = {
      current: JSON.stringify({
        ...current,
        sequence: 99,
        takedowns: [{ slug: 'full', counted: { from: 0, lists: [] } }],
      }),
    }
    const wish = { isolate: 1, kv: { put } }
    expect((await site.get('/articles/full', wish)).status).toBe(410)
    for (const path of ['/', '/tags/harbours', '/articles/bare', '/tags/%D9%88%D8%B3%D9%85']) {
      expect((await site.get(path, wish)).body, path).not.toContain('/articles/full')
    }
  })

  test('lowers the counts of the tags, and removes a tag without other articles', async () => {
    const { from } = (await site.tables()).articles.get('full') ?? { from: 0 }
    const takedowns = [{ slug: 'full', counted: { from, lists: ['harbours', 'c++', 'وسم'] } }]
    const put = { current: JSON.stringify({ ...(await site.current()), sequence: 99, takedowns }) }
    const wish = { isolate: 2, kv: { put } }
    const { body } = await site.get('/tags', wish)
    const rows = [...body.matchAll(/<bdi>([^<]*)<\/bdi><\/a> <span class="count">([^<]*)/g)]
    expect(rows.map(([, name, count]) => [name, count])).toEqual([
      ['AC/DC', '1 article'],
      ['وسم', '1 article'],
    ])
    expect((await site.get('/tags/harbours', wish)).status).toBe(404)
    expect((await site.get('/tags/ports', wish)).status).toBe(404)
    expect((await site.get('/tags/%D9%88%D8%B3%D9%85', wish)).status).toBe(200)
  })
})
