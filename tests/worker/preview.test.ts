// Previews in the Worker: the whole site under a secret address, which no cache keeps and no link leaks.
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canonicalJson } from '../../src/canonical.ts'
import { FORMAT, HASH_LENGTH, keys } from '../../src/records.ts'
import { articleFile, SITE_FILES } from '../harness/content.ts'
import { type Site, startSite } from '../harness/site.ts'

const TOKEN = 'k3jx9w2m5q8r7t6y4u1i0opa'
const NOW = Date.UTC(2026, 5, 1)
const DAY_MS = 86_400_000
const WISH = { now: NOW }
const PREVIEW = `/preview/${TOKEN}`

let site: Site

beforeAll(async () => {
  const live = articleFile({ title: 'What is live', date: '2026-02-16', slug: 'live', tags: ['Docks'] })
  site = await startSite({ files: { ...SITE_FILES, 'articles/live.md': live }, time: NOW })
  // The next edition is pushed and the old one put back over it, so that KV holds both.
  const before = await site.current()
  await site.write({
    'articles/next.md': articleFile({
      title: 'What is next',
      date: '2026-05-01',
      slug: 'next',
      aliases: ['/soon'],
      tags: ['Docks'],
      body: 'See [the other](/articles/live), [a page](https://elsewhere.example/) and [below](#end).',
    }),
    'articles/later.md': articleFile({ title: 'What is later', date: '2026-08-01', slug: 'later' }),
  })
  await site.publish()
  const next = await site.current()
  await site.store.put([
    { key: keys.current, value: canonicalJson({ ...before, sequence: next.sequence + 1 }) },
    { key: keys.preview(hashOf(TOKEN)), value: canonicalJson({ format: FORMAT, body: next.body }) },
    {
      key: keys.preview(hashOf(`${TOKEN}-later`)),
      value: canonicalJson({ format: FORMAT, body: next.body, at: NOW + 100 * DAY_MS }),
    },
  ])
})
afterAll(() => site.stop())

const hashOf = (token: string): string =>
  createHash('sha256').update(token).digest('hex').slice(0, HASH_LENGTH)

describe('GET /preview/:token', () => {
  test('shows the edition that is not live, under its own address alone', async () => {
    expect((await site.get('/', WISH)).body).not.toContain('What is next')
    expect((await site.get('/articles/next', WISH)).status).toBe(404)
    for (const path of [PREVIEW, `${PREVIEW}/`, `${PREVIEW}/tags/docks`, `${PREVIEW}/articles/next`]) {
      const answer = await site.get(path, WISH)
      expect([path, answer.status]).toEqual([path, 200])
      expect(answer.body).toContain('What is next')
    }
  })

  test('has every link of its pages lead back into it, and none of those that lead elsewhere', async () => {
    for (const path of ['/', '/articles/next', '/tags', '/articles/none']) {
      const { body } = await site.get(PREVIEW + path, WISH)
      const links = [...body.matchAll(/ (?:href|src)="([^"]*)"/g)].map(([, to]) => to ?? '')
      expect(links.length).toBeGreaterThan(3)
      for (const link of links)
        expect(link).toMatch(/^(?:\/preview\/k3jx9w2m5q8r7t6y4u1i0opa(?:$|\/)|https:\/\/|mailto:|#)/)
    }
    const { body } = await site.get(`${PREVIEW}/articles/next`, WISH)
    expect(body).toContain(`href="${PREVIEW}/articles/live"`)
    expect(body).toContain('href="https://elsewhere.example/"')
  })

  test('redirects inside itself', async () => {
    const old = await site.get(`${PREVIEW}/soon`, WISH)
    expect([old.status, old.headers.get('location')]).toEqual([301, `${PREVIEW}/articles/next`])
    const spelled = await site.get(`${PREVIEW}/articles/NEXT/`, WISH)
    expect([spelled.status, spelled.headers.get('location')]).toEqual([301, `${PREVIEW}/articles/next`])
  })

  test('is not cached, not indexed by search engines, and sent to no other site as referrer', async () => {
    for (const path of ['', '/articles/next', '/articles/none', '/soon', '/sitemap.xml', '/favicon.svg']) {
      const { headers } = await site.get(PREVIEW + path, WISH)
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('cloudflare-cdn-cache-control')).toBe('no-store')
      expect(headers.get('x-robots-tag')).toBe('noindex, nofollow')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('etag')).toBeNull()
    }
  })

  test('shows the site as of its instant', async () => {
    expect((await site.get(`${PREVIEW}/articles/later`, WISH)).status).toBe(404)
    const later = await site.get(`${PREVIEW}-later/articles/later`, WISH)
    expect(later.status).toBe(200)
    expect(later.body).toContain('The site as it will be on September\u00a09, 2026')
  })

  test('says on every page that it is a preview', async () => {
    expect((await site.get(`${PREVIEW}/tags`, WISH)).body).toContain('Preview, not published.')
    expect((await site.get('/tags', WISH)).body).not.toContain('Preview, not published.')
  })

  test('of an unknown token answers like any missing page, without further KV reads', async () => {
    for (const token of ['unknown-unknown-unknown-unknown', 'short', `${TOKEN}x`]) {
      const answer = await site.get(`/preview/${token}/articles/next`, { ...WISH, isolate: 0 })
      expect(answer.status).toBe(404)
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(answer.body).not.toContain('What is next')
      expect(answer.body).not.toContain(`href="/preview`)
      expect(answer.reads.filter((key) => !key.startsWith('preview/') && key !== 'current')).toEqual([])
    }
  })

  test('does not show what was taken down', async () => {
    const current = await site.current()
    const takedowns = [{ slug: 'next', counted: { from: 0, lists: ['docks'] } }]
    const value = canonicalJson({ ...current, sequence: current.sequence + 1, takedowns })
    await site.store.put([{ key: keys.current, value }])
    const wish = { ...WISH, vars: { DEV: '1' } }
    expect((await site.get(`${PREVIEW}/articles/next`, wish)).status).toBe(410)
    expect((await site.get(PREVIEW, wish)).body).not.toContain('What is next')
  })
})
