// KV reads per page are a budget: a page that costs more than it should fails here.
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addressesOf } from '../harness/addresses.ts'
import { FULL_PAGE } from '../harness/content.ts'
import { PROJECT, type Site, startSite } from '../harness/site.ts'

const KINDS = [
  ...['/', '/page/1', '/page/2', '/tags', '/tags/handbook', '/tags/nothing', '/nothing', '/manual'],
  ...['/articles/wire-copy', '/articles/the-last-printed-page', '/articles/open-day-in-the-press-hall'],
  ...['/articles/how-to-write-an-article', '/features/dateline', '/Tags'],
]

describe('KV reads', () => {
  let site: Site
  beforeAll(async () => {
    site = await startSite({
      content: join(PROJECT, 'content'),
      files: FULL_PAGE,
      isolates: KINDS.length + 3,
    })
  })
  afterAll(() => site.stop())

  test.each(KINDS.map((path, index) => ({ path, isolate: index + 3 })))(
    'GET $path in a cold isolate costs at most two',
    async ({ path, isolate }) => {
      const { reads } = await site.get(path, { isolate })
      expect(reads.length, reads.join()).toBeLessThanOrEqual(2)
      expect(reads.slice(0, 1)).toEqual(path === '/Tags' ? [] : ['current'])
    },
  )

  test('any address costs at most one more once the isolate holds the edition', async () => {
    const paths = await addressesOf(site.store, await site.current())
    expect(paths.length).toBeGreaterThan(60)
    await site.get('/', { isolate: 0 })
    for (const path of paths) {
      const wish = { isolate: 0, vars: { PAGE_MEMORY_BYTES: '0' } }
      const { status, reads, operations } = await site.get(path, wish)
      expect(operations, `${path} answered ${status} after reading ${reads}`).toBeLessThanOrEqual(1)
    }
  })

  test('a warm page costs none, and neither does its 304 where the page was never rendered', async () => {
    for (const path of ['/', '/page/1', '/tags', '/tags/history', '/articles/wire-copy']) {
      const first = await site.get(path, { isolate: 1 })
      const second = await site.get(path, { isolate: 1 })
      expect(second.reads).toEqual([])
      expect(second.body).toBe(first.body)
      await site.get('/favicon.svg', { isolate: 2 })
      const etag = first.headers.get('etag') ?? ''
      const unchanged = await site.get(path, { isolate: 2, headers: { 'if-none-match': etag } })
      expect(unchanged.status).toBe(304)
      expect(unchanged.reads.filter((key) => key !== 'current')).toEqual([])
    }
    const { reads } = await site.get('/', { isolate: 2, headers: { 'if-none-match': '*' } })
    expect(reads).toEqual([])
  })

  test('keys that the catalogue does not name are never asked for', async () => {
    await site.takeLog()
    for (const path of [
      '/articles/none',
      '/tags/none',
      `/media/${'0'.repeat(32)}/original.jpg`,
      '/page/99',
    ]) {
      expect((await site.get(path)).status).toBe(404)
    }
    const keys = new Set((await site.takeLog()).map(({ key }) => key))
    expect([...keys]).toEqual(keys.size === 0 ? [] : ['current'])
  })
})
