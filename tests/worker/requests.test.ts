// Any path, query, header and method: one address per page, no open redirect, no 5xx, no echo.

import { join } from 'node:path'
import fc from 'fast-check'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addressesOf } from '../harness/addresses.ts'
import { FULL_PAGE } from '../harness/content.ts'
import { PROJECT, type Site, startSite } from '../harness/site.ts'

const SECURITY = {
  'strict-transport-security': 'max-age=63072000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'cross-origin-opener-policy': 'same-origin',
}

let site: Site
beforeAll(async () => {
  site = await startSite({ content: join(PROJECT, 'content'), files: FULL_PAGE })
})
afterAll(() => site.stop())

describe('Addresses', () => {
  test.each([
    ['/tags/', '/tags'],
    ['/Tags', '/tags'],
    ['//tags', '/tags'],
    ['/articles//wire-copy/', '/articles/wire-copy'],
    ['/articles/Wire-Copy', '/articles/wire-copy'],
    ['/articles/%77ire-copy', '/articles/wire-copy'],
    ['/tags/c%2b%2B', '/tags/c++'],
    ['/tags/%E4%B8%AD%e6%96%87', '/tags/%E4%B8%AD%E6%96%87'],
    ['//evil.example', '/evil.example'],
    ['//evil.example/%2e%2e', '/'],
    ['/\\evil.example', '/evil.example'],
    ['/%2F%2Fevil.example', null],
    ['/%5Cevil.example', null],
    ['/%09/evil.example', null],
    ['///', '/'],
  ])('%s leads to %s with a 301, and to no other host', async (target, expected) => {
    const { status, headers } = await site.raw(target)
    const location = headers.get('location')
    if (expected === null) expect([301, 404]).toContain(status)
    else expect([status, location]).toEqual([301, expected])
    if (location !== null) {
      expect(location).toMatch(/^\/(?![/\\])/)
      expect(new URL(location, 'https://dateline.example').host).toBe('dateline.example')
    }
  })

  test('every page answers at its own spelling, the same whatever the query and the host', async () => {
    for (const path of await addressesOf(site.store, await site.current())) {
      const plain = await site.raw(path)
      const odd = await site.raw(`${path}?utm_source=x&page=2`, { headers: { host: 'other.example' } })
      expect([odd.status, odd.headers.get('etag'), odd.body]).toEqual([
        plain.status,
        plain.headers.get('etag'),
        plain.body,
      ])
      expect(plain.headers.get('vary')).toBeNull()
      expect(plain.headers.get('set-cookie')).toBeNull()
    }
  })

  test('old paths lead to what replaced them', async () => {
    const moved = await site.get('/features/dateline')
    expect([moved.status, moved.headers.get('location')]).toEqual([
      301,
      '/articles/the-place-before-the-dash',
    ])
    const tag = await site.get('/tags/manual')
    expect([tag.status, tag.headers.get('location')]).toEqual([301, '/tags/handbook'])
  })

  test("the newest page's number leads to the bare address, which nobody may remember", async () => {
    const { full } = (await site.current()).body.front
    expect(full).toBeGreaterThan(0)
    const { status, headers } = await site.get(`/page/${full + 1}`)
    expect([status, headers.get('location')]).toEqual([302, '/'])
    expect(headers.get('cache-control')).toBe('no-store')
    expect((await site.get(`/page/${full + 2}`)).status).toBe(404)
    expect((await site.get('/page/0')).status).toBe(404)
    expect((await site.get('/page/01')).status).toBe(404)
  })
})

describe('Methods', () => {
  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
    '%s answers 405 and says what is allowed',
    async (method) => {
      for (const path of ['/', '/articles/wire-copy', '/nothing', '/Tags/']) {
        const { status, headers } = await site.raw(path, { method })
        expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD'])
        expect(headers.get('cloudflare-cdn-cache-control')).toBe('max-age=10, stale-if-error=0')
      }
    },
  )

  test('HEAD answers as GET does, without a body', async () => {
    for (const path of [
      '/',
      '/articles/wire-copy',
      '/nothing',
      '/features/dateline',
      '/articles/open-day-in-the-press-hall',
    ]) {
      const [get, head] = [await site.raw(path), await site.raw(path, { method: 'HEAD' })]
      expect([head.status, head.body]).toEqual([get.status, ''])
      const comparable = (headers: Headers) =>
        [...headers].filter(
          ([name]) => !['content-length', 'transfer-encoding', 'connection', 'date'].includes(name),
        )
      expect(comparable(head.headers)).toEqual(comparable(get.headers))
    }
  })
})

describe('If-None-Match', () => {
  test('a match answers 304 with the headers that a 200 would have had, and no body', async () => {
    for (const path of ['/', '/articles/wire-copy', '/tags', '/tags/handbook', '/page/1']) {
      const full = await site.get(path)
      const etag = full.headers.get('etag') ?? ''
      for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const { status, headers, body } = await site.get(path, { headers: { 'if-none-match': known } })
        expect([status, body]).toEqual([304, ''])
        for (const name of [
          'etag',
          'cache-control',
          'cloudflare-cdn-cache-control',
          'content-security-policy',
        ]) {
          expect(headers.get(name), name).toBe(full.headers.get(name))
        }
        expect(headers.get('content-type')).toBeNull()
      }
      expect((await site.get(path, { headers: { 'if-none-match': '"other"' } })).status).toBe(200)
    }
  })

  test('"*" does not turn a 404 into a 304', async () => {
    expect((await site.get('/nothing', { headers: { 'if-none-match': '*' } })).status).toBe(404)
  })
})

describe('Every answer', () => {
  const paths = [
    '/',
    '/page/1',
    '/page/2',
    '/articles/wire-copy',
    '/tags',
    '/tags/c++',
    '/nothing',
    '/Tags',
    '/favicon.svg',
    '/apple-touch-icon.png',
    '/favicon.ico',
  ]

  test.each([...paths, '/articles/open-day-in-the-press-hall'])(
    'GET %s has the security headers',
    async (path) => {
      const { headers, body } = await site.get(path)
      for (const [name, value] of Object.entries(SECURITY)) expect(headers.get(name), name).toBe(value)
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toMatch(/default-src 'none'/)
      expect(policy).toMatch(/frame-ancestors 'none'/)
      expect(policy).not.toMatch(/unsafe/)
      expect(body).not.toMatch(/<script|\sstyle=|\son\w+=/i)
    },
  )

  test('the icons are of their types, and the touch icon as large as home screens want it', async () => {
    const svg = await site.get('/favicon.svg')
    expect([svg.status, svg.headers.get('content-type')]).toEqual([200, 'image/svg+xml'])
    const png = await fetch(new URL('/apple-touch-icon.png', site.url))
    expect([png.status, png.headers.get('content-type')]).toEqual([200, 'image/png'])
    const { width, height, format } = await sharp(await png.arrayBuffer()).metadata()
    expect([width, height, format]).toEqual([180, 180, 'png'])
    const old = await site.get('/favicon.ico')
    expect([old.status, old.headers.get('location')]).toEqual([301, '/favicon.svg'])
  })

  test('the page policy allows the one style sheet by its hash', async () => {
    const { headers, body } = await site.get('/')
    const style = /<style>([\s\S]*?)<\/style>/.exec(body)?.[1] ?? ''
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style))
    const hash = Buffer.from(digest).toString('base64')
    expect(headers.get('content-security-policy')).toContain(`style-src 'sha256-${hash}'`)
    expect(body.match(/<style/g)).toHaveLength(1)
  })

  test('says its lifetimes in headers that do not switch stale answers off', async () => {
    for (const path of paths) {
      const { headers } = await site.get(path)
      const all = `${headers.get('cache-control')} ${headers.get('cloudflare-cdn-cache-control')}`
      expect(all).not.toMatch(/s-maxage|must-revalidate|proxy-revalidate|null/)
      expect(headers.get('cloudflare-cdn-cache-control')).toMatch(/no-store|stale-if-error=\d+/)
    }
  })

  test('is never a 5xx, a stack trace or an echo, for any request', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '/',
        '//',
        '\\',
        '..',
        '%2e%2e',
        '%00',
        '%zz',
        '%',
        '%F0%9F',
        '%u0041',
        ';',
        '@',
        ':',
        '?',
        '&',
        '=',
        '+',
      ),
      fc.constantFrom(
        'articles',
        'tags',
        'page',
        'media',
        'constructor',
        '__proto__',
        'toString',
        'preview',
        'c++',
        'wire-copy',
      ),
      fc.constantFrom(
        '%3Cscript%3Ealert(1)%3C/script%3E',
        '"><img src=x onerror=alert(1)>',
        '<svg/onload=x>',
        '{{7*7}}',
        '9999999999',
      ),
      fc.string({ maxLength: 12 }).map(encodeURI),
    )
    const target = fc
      .array(piece, { maxLength: 7 })
      .map((parts) => `/${parts.join('')}`.replace(/[\s#\u0000-\u001f\u007f-\uffff]/g, ''))
    const headers = fc.record({
      'if-none-match': fc.constantFrom('', '*', '"', 'W/', '"a", "b', '\u00e9', ','.repeat(200)),
      range: fc.constantFrom('bytes=0-1', 'bytes=-', 'x'),
      accept: fc.constantFrom('*/*', 'text/markdown', 'image/*;q=0'),
    })
    await fc.assert(
      fc.asyncProperty(target, headers, async (path, some) => {
        const { status, body, headers: answered } = await site.raw(path, { headers: some })
        expect(status, `${path} ${JSON.stringify(some)}`).toBeLessThan(500)
        expect(body).not.toMatch(/alert\(1\)|onerror|onload=x|\bat .*main\.js/)
        const location = answered.get('location')
        if (location !== null) expect(location).toMatch(/^\/(?![/\\])/)
      }),
      { numRuns: 400, seed: 20261122 },
    )
  })

  test('a 404 helps: it leads to the front page, the tags, and the page that was perhaps meant', async () => {
    const { status, body } = await site.get('/wire-copy.html')
    expect(status).toBe(404)
    expect(body).toContain('href="/articles/wire-copy"')
    const { body: lost } = await site.get('/articles/q9q9')
    expect(lost).toContain('href="/tags"')
    expect(lost).not.toContain('q9q9')
    expect(lost).toContain('name="robots" content="noindex"')
  })
})
