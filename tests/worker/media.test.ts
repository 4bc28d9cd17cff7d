// Pictures through the built Worker: every variant, ranges, and the time in which an article shows the picture.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { variantsOf } from '../../src/pictures.ts'
import { type ArticleRecord, keys } from '../../src/records.ts'
import { articleFile, SITE_FILES } from '../harness/content.ts'
import { animation, cutOut, photograph } from '../harness/picture-files.ts'
import { type Site, startSite } from '../harness/site.ts'

const T0 = Date.UTC(2026, 10, 22, 12)
const minutes = (count: number): number => T0 + count * 60_000
const iso = (instant: number): string => new Date(instant).toISOString()
const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><style>rect{fill:red}</style><rect width="9" height="9"/></svg>'

let site: Site
beforeAll(async () => {
  site = await startSite({
    time: T0,
    isolates: 5,
    files: {
      ...SITE_FILES,
      'images/pier.jpg': await photograph({ width: 1500, height: 1000 }),
      'images/soon.jpg': await photograph({ width: 700, height: 400 }),
      'images/cut.png': await cutOut({ width: 60, height: 40 }),
      'images/moving.gif': await animation({ width: 40, height: 30 }, 'gif'),
      'images/plan.svg': SVG,
      'articles/pier.md': articleFile({
        title: 'Pier',
        date: '2026-01-01',
        image: { src: 'pier.jpg', alt: 'The "pier"' },
        body: '![Cut](cut.png)\n\n![Plan](plan.svg)\n\n![Moving](moving.gif)',
      }),
      'articles/soon.md': articleFile({
        title: 'Soon',
        date: iso(minutes(10)),
        expires: iso(minutes(20)),
        image: { src: 'soon.jpg', alt: 'Soon.' },
      }),
    },
  })
})
afterAll(() => site.stop())

/** All paths of the pictures of an article. */
async function pathsOf(slug: string): Promise<string[]> {
  const { record } = (await site.tables()).articles.get(slug) ?? {}
  const article = JSON.parse((await site.store.get(keys.article(record ?? ''))) ?? '') as ArticleRecord
  const pictures = [
    ...(article.photo?.picture ? [article.photo.picture] : []),
    ...Object.values(article.pictures),
  ]
  return pictures.flatMap((picture) => {
    const { hash, variants } = variantsOf(picture)
    return variants.map((variant) => `/media/${hash}/${variant}`)
  })
}

const pathTo = async (ending: string): Promise<string> =>
  (await pathsOf('pier')).find((path) => path.endsWith(ending)) ?? ''

/** The bytes that the store holds for a path. */
async function stored(path: string): Promise<Buffer> {
  return Buffer.from((await site.store.getBytes(path.slice(1))) ?? [])
}

const ask = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> =>
  fetch(new URL(path, site.url), { method, headers: { 'accept-encoding': 'identity', ...headers } })

const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer())

describe('A variant', () => {
  test('is served byte for byte with its type, its length and a year to be kept', async () => {
    const paths = await pathsOf('pier')
    expect(paths.map((path) => path.slice(40)).sort()).toEqual(
      [
        ...['320.avif', '320.webp', '640.avif', '640.webp', '960.avif', '960.webp', '1440.avif', '1440.webp'],
        ...['1200.jpg', '60.avif', '60.webp', '60.png', 'original.svg', '40.webp', '40.png'],
      ].sort(),
    )
    for (const path of paths) {
      const response = await ask(path)
      const ending = path.slice(path.lastIndexOf('.') + 1)
      const type = { jpg: 'image/jpeg', svg: 'image/svg+xml' }[ending] ?? `image/${ending}`
      const whole = await stored(path)
      expect(whole.length, path).toBeGreaterThan(50)
      expect(response.status, path).toBe(200)
      expect(Object.fromEntries(response.headers), path).toMatchObject({
        'content-type': type,
        'content-length': String(whole.length),
        'cache-control': 'public, max-age=31536000, immutable',
        'x-content-type-options': 'nosniff',
        'accept-ranges': 'bytes',
      })
      expect((await bytesOf(response)).equals(whole), path).toBe(true)
      const etag = response.headers.get('etag') ?? ''
      expect(etag).toBe(`"${path.slice(7).replace('/', '-')}"`)
      const known = await ask(path, { 'if-none-match': etag, range: 'bytes=0-1' })
      expect([known.status, await known.text()]).toEqual([304, ''])
    }
  })

  test('that the edition does not name answers 404 without a KV read', async () => {
    const hash = (await pathTo('1200.jpg')).split('/')[2]
    for (const name of [
      '1280.avif',
      '320.png',
      'original.jpg',
      'original.svg',
      '320.avif.bak',
      'constructor',
    ]) {
      const { status, reads } = await site.get(`/media/${hash}/${name}`, { now: minutes(0) })
      expect([name, status, reads.filter((key) => key.startsWith('media/'))]).toEqual([name, 404, []])
    }
  })

  test('costs one read, and a 304 none', async () => {
    const path = await pathTo('640.avif')
    await site.get('/', { isolate: 1 })
    expect((await site.get(path, { isolate: 1 })).reads).toEqual([path.slice(1)])
    const etag = (await ask(path)).headers.get('etag') ?? ''
    expect((await site.get(path, { isolate: 1, headers: { 'if-none-match': etag } })).reads).toEqual([])
  })

  test('answers HEAD like GET, without the bytes, and whatever range it asks for', async () => {
    const path = await pathTo('1200.jpg')
    const [get, head] = [await ask(path), await ask(path, { range: 'bytes=0-4' }, 'HEAD')]
    expect(head.status).toBe(200)
    for (const name of ['content-type', 'content-length', 'etag', 'accept-ranges', 'cache-control']) {
      expect(head.headers.get(name), name).toBe(get.headers.get(name))
    }
    expect(await head.text()).toBe('')
  })
})

describe('A range', () => {
  let path: string
  let whole: Buffer
  let etag: string
  beforeAll(async () => {
    path = await pathTo('1440.webp')
    whole = await stored(path)
    etag = (await ask(path, {}, 'HEAD')).headers.get('etag') ?? ''
    expect(whole.length).toBeGreaterThan(100_000)
  })

  test.each([
    ['bytes=0-0', 0, 1],
    ['bytes=0-99', 0, 100],
    ['bytes=70000-80000', 70_000, 80_001],
    ['bytes=100-', 100, null],
    ['bytes=-7', -7, null],
    ['bytes=0-', 0, null],
    ['bytes=5-99999999999999999999', 5, null],
    ['bytes=-99999999999999999999', 0, null],
    ['BYTES= 3-4 ', 3, 5],
  ])('%s is answered with its stretch', async (range, from, to) => {
    const response = await ask(path, { range })
    const part = whole.subarray(from, to ?? undefined)
    const first = whole.length - (to === null ? part.length : whole.length - from)
    expect(response.status).toBe(206)
    expect(response.headers.get('content-range')).toBe(
      `bytes ${first}-${first + part.length - 1}/${whole.length}`,
    )
    expect(response.headers.get('content-length')).toBe(String(part.length))
    expect(response.headers.get('content-type')).toBe('image/webp')
    expect(response.headers.get('etag')).toBe(etag)
    expect((await bytesOf(response)).equals(part)).toBe(true)
  })

  test.each(['bytes=999999999-', 'bytes=999999999-1000000000', 'bytes=-0'])(
    '%s cannot be answered',
    async (range) => {
      const response = await ask(path, { range })
      expect(response.status).toBe(416)
      expect(response.headers.get('content-range')).toBe(`bytes */${whole.length}`)
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(await response.text()).toBe('')
    },
  )

  test.each([
    ...[
      'bytes=0-1,5-6',
      'bytes=5-2',
      'bytes=-',
      'bytes=a-b',
      'bytes=1',
      'bytes 0-1',
      'lines=0-1',
      'bytes=0x1-2',
      '',
    ],
  ])('%j is no range of one stretch: the whole is sent', async (range) => {
    const response = await ask(path, { range })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-range')).toBeNull()
    expect((await bytesOf(response)).equals(whole)).toBe(true)
  })

  test('holds only if what it is a part of is the same', async () => {
    const range = 'bytes=0-9'
    expect((await ask(path, { range, 'if-range': etag })).status).toBe(206)
    for (const other of [`W/${etag}`, '"another"', 'Sun, 22 Nov 2026 12:00:00 GMT', '*']) {
      const response = await ask(path, { range, 'if-range': other })
      expect([other, response.status, (await bytesOf(response)).length]).toEqual([other, 200, whole.length])
    }
  })
})

test('A drawing may use its own styles, and run no script', async () => {
  const { headers } = await ask(await pathTo('original.svg'))
  expect(headers.get('content-security-policy')).toBe(
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox; frame-ancestors 'none'",
  )
})

describe('An article', () => {
  test('offers its picture in all sizes, at once, and to those who show a link to it', async () => {
    const { body } = await site.get('/articles/pier', { now: T0 })
    const [hash] = (await pathTo('1200.jpg')).split('/').slice(2)
    expect(body).toContain(
      `<picture><source type="image/avif" sizes="(min-width: 64rem) 58rem, 92vw" srcset="/media/${hash}/320.avif 320w, /media/${hash}/640.avif 640w, /media/${hash}/960.avif 960w, /media/${hash}/1440.avif 1440w">`,
    )
    expect(body).toContain(
      `<img src="/media/${hash}/1200.jpg" width="1200" height="800" alt="The &quot;pier&quot;" fetchpriority="high" decoding="async"></picture>`,
    )
    expect(body).toContain(
      `<meta property="og:image" content="https://sheet.example/media/${hash}/1200.jpg">`,
    )
    expect(body).toContain(
      '<meta property="og:image:width" content="1200">\n<meta property="og:image:height" content="800">\n<meta property="og:image:alt" content="The &quot;pier&quot;">',
    )
    expect(body.match(/fetchpriority/g)).toHaveLength(1)
    expect(body).toContain('<source media="(prefers-reduced-motion: reduce)" srcset=')
  })

  test('takes all variants of its pictures with it, before it appears and after it is gone', async () => {
    const paths = await pathsOf('soon')
    expect(paths).toHaveLength(7)
    const seen = async (now: number) =>
      (await site.getAll(paths, { now, isolate: 2 })).map(({ status }) => status)
    expect(new Set(await seen(minutes(10) - 1))).toEqual(new Set([404]))
    expect(new Set(await seen(minutes(10)))).toEqual(new Set([200]))
    expect(new Set(await seen(minutes(20) - 1))).toEqual(new Set([200]))
    expect(new Set(await seen(minutes(20)))).toEqual(new Set([404]))
    const put = {
      current: JSON.stringify({
        ...(await site.current()),
        sequence: 99,
        takedowns: [{ slug: 'soon', counted: { from: 0, lists: [] } }],
      }),
    }
    for (const path of paths) {
      expect((await site.get(path, { now: minutes(10), isolate: 3, kv: { put } })).status, path).toBe(404)
    }
  })
})
