// A preview holds the whole site under a secret address, and leaves what is live as it is.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type PreviewOptions,
  preview,
  reportPreview,
  runPreview,
} from '../../src/publish/commands/preview.ts'
import { hashText } from '../../src/publish/hash.ts'
import { publish } from '../../src/publish/publish.ts'
import { openJournal } from '../../src/publish/push/journal.ts'
import { readTables } from '../../src/publish/stored/reading.ts'
import type { Store, Value } from '../../src/publish/stores/store.ts'
import { keys } from '../../src/records.ts'
import { articleFile, SITE_FILES } from '../harness/content.ts'
import { memoryStore, type Values } from '../harness/memory-store.ts'
import { namedKeys } from '../harness/named-keys.ts'
import { makeProject } from '../harness/project.ts'
import { type Site, startSite } from '../harness/site.ts'
import { makeTerminal } from '../harness/terminal.ts'

const NOW = Date.UTC(2026, 5, 1, 12)
const DAY = 86_400_000
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

const crane = (n: number): string =>
  articleFile({ title: `Crane ${n}`, date: `2026-05-2${n + 2}`, tags: ['Cranes'] })

let site: Site
beforeAll(async () => {
  const live = articleFile({ title: 'Live', date: '2026-05-01', tags: ['Docks'] })
  site = await startSite({ files: { ...SITE_FILES, 'articles/live.md': live }, time: NOW - DAY })
  await site.write({
    'articles/next.md': articleFile({ title: 'Next', date: '2026-05-31', tags: ['Docks'] }),
    'articles/later.md': articleFile({ title: 'Later', date: '2026-07-01', tags: ['Docks'] }),
    'images/draft.png': PNG,
    'articles/draft.md': articleFile({
      title: 'Draft',
      draft: true,
      tags: ['Docks'],
      body: '![A pier](draft.png)',
    }),
    ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((n) => [`articles/crane-${n}.md`, crane(n)])),
    'articles/withdrawn.md': articleFile({ title: 'Withdrawn', draft: true }),
    'site.yaml': `${SITE_FILES['site.yaml']}gone: [withdrawn]\n`,
  })
})
afterAll(() => site.stop())

type Previewed = Exclude<Awaited<ReturnType<typeof preview>>, { state: 'problems' }>

async function previewed(options: Partial<PreviewOptions> = {}): Promise<Previewed> {
  const note = { author: 'Ann' }
  const outcome = await preview({ root: site.root, store: site.store, time: NOW, note, ...options })
  if (outcome.state === 'problems') throw new Error(JSON.stringify(outcome.problems))
  return outcome
}

/** The path of a preview on whatever host serves it, without the slash at its end. */
const pathOf = ({ address }: Previewed): string => new URL(address).pathname.replace(/\/$/, '')

function recording(store: Store): { store: Store; written: Value[] } {
  const written: Value[] = []
  return {
    written,
    store: {
      ...store,
      put: async (values, onWritten) => {
        const all: Value[] = []
        for await (const value of values) all.push(value)
        written.push(...all)
        await store.put(all, onWritten)
      },
    },
  }
}

describe('preview', () => {
  test('puts everything into the store but current, for a week, under the hash of a token', async () => {
    const before = await site.current()
    const { store, written } = recording(site.store)
    const outcome = await previewed({ store })
    expect(outcome.address).toMatch(/^https:\/\/sheet\.example\/preview\/[0-9a-f]{32}\/$/)
    expect(outcome.localAddress).toBe(`http://localhost:8787${pathOf(outcome)}/`)
    expect(await site.current()).toEqual(before)
    const value = written.at(-1)
    const token = pathOf(outcome).split('/')[2] ?? ''
    expect(value).toMatchObject({
      key: keys.preview(hashText(token)),
      expiresAfter: 7 * 86_400,
      metadata: { author: 'Ann', written: expect.any(Number) },
    })
    expect(written.map(({ key }) => key).filter((key) => /^(?:current|push|edition)/.test(key))).toEqual([])
    expect(outcome.written).toBe(written.length)
    expect(JSON.stringify(written.map(({ key, metadata }) => [key, metadata]))).not.toContain(token)
    const { body } = JSON.parse(String(value?.value))
    const named = namedKeys('', body, await readTables(site.store, body))
    named.delete(keys.edition(''))
    for (const key of named) expect([key, (await site.store.getBytes(key)) !== null]).toEqual([key, true])
  })

  test('shows the site as it would be now, and leaves the live site unchanged', async () => {
    const outcome = await previewed()
    const wish = { now: NOW }
    const front = await site.get(`${pathOf(outcome)}/`, wish)
    expect(front.status).toBe(200)
    expect(front.body).toContain('Next')
    expect(front.body).not.toContain('Later')
    expect((await site.get(`${pathOf(outcome)}/articles/draft`, wish)).status).toBe(404)
    expect((await site.get('/', wish)).body).not.toContain('Next')
    expect(reportPreview(outcome, { isLocal: false })[0]).toBe(
      'A preview of the whole site, as it would be now:',
    )
  })

  test('prints the address of its own store only', async () => {
    const outcome = await previewed()
    const addresses = (isLocal: boolean): string[] =>
      reportPreview(outcome, { isLocal }).filter((line) => line.includes('://'))
    expect(addresses(false)).toEqual([`  ${outcome.address}`])
    expect(addresses(true)).toEqual([`  ${outcome.localAddress} (with npm start)`])
  })

  test('shows the site as of its moment, in the future or the past', async () => {
    const ahead = await previewed({ at: NOW + 60 * DAY })
    expect((await site.get(`${pathOf(ahead)}/articles/later`, { now: NOW })).status).toBe(200)
    const past = await previewed({ at: NOW - 10 * DAY })
    const front = await site.get(`${pathOf(past)}/`, { now: NOW })
    expect(front.body).toContain('Live')
    expect(front.body).not.toContain('Next')
    expect((await site.get(`${pathOf(past)}/tags`, { now: NOW })).body).toMatch(/Docks[\s\S]{0,80}\b1\b/)
    expect((await site.get(`${pathOf(past)}/tags/cranes`, { now: NOW })).status).toBe(404)
    expect(reportPreview(past, { isLocal: true })[0]).toBe(
      'A preview of the whole site, as of 2026-05-22 14:00:',
    )
  })

  test('shows drafts with their pictures with --drafts, except those that are gone', async () => {
    const outcome = await previewed({ drafts: true })
    expect(outcome.drafts).toBe(1)
    const page = await site.get(`${pathOf(outcome)}/articles/draft`, { now: NOW + 1000 })
    expect(page.status).toBe(200)
    expect(page.body).not.toMatch(/Published <time|article:published_time/)
    const src = / src="([^"]*\/media\/[^"]*)"/.exec(page.body)?.[1] ?? ''
    expect((await site.get(src, { now: NOW + 1000 })).status).toBe(200)
    expect((await site.get(`${pathOf(outcome)}/articles/withdrawn`, { now: NOW + 1000 })).status).toBe(410)
    expect(reportPreview(outcome, { isLocal: true })[0]).toBe(
      'A preview of the whole site, as it would be now, with 1 draft:',
    )
  })

  test('shows a draft with a date from that date', async () => {
    const outcome = await previewed({ drafts: true, at: NOW + 60 * DAY })
    expect((await site.get(`${pathOf(outcome)}/articles/draft`, { now: NOW })).status).toBe(200)
  })

  test('hides articles that were taken down', async () => {
    const outcome = await previewed()
    const current = await site.current()
    const takedowns = [{ slug: 'next', from: 0, tags: [] }]
    await site.store.put([{ key: keys.current, value: JSON.stringify({ ...current, takedowns }) }])
    try {
      expect((await site.get(`${pathOf(outcome)}/articles/next`, { now: NOW + DAY })).status).toBe(410)
    } finally {
      await site.store.put([{ key: keys.current, value: JSON.stringify(current) }])
    }
  })

  test('uploads values once for several previews and the next deploy', async () => {
    await site.write({ 'articles/new.md': articleFile({ title: 'New', date: '2026-05-30' }) })
    const first = recording(site.store)
    await previewed({ store: first.store })
    const uploaded = first.written.slice(0, -1).map(({ key }) => key)
    expect(uploaded.length).toBeGreaterThan(0)
    expect([...(await openJournal(site.root, site.store).read())]).toEqual(expect.arrayContaining(uploaded))
    const second = recording(site.store)
    expect(await previewed({ store: second.store })).toMatchObject({ written: 1 })
    expect(second.written.map(({ key }) => key)).toEqual([expect.stringMatching(/^preview\//)])
    const third = recording(site.store)
    const note = { author: 'Ann', message: '', time: NOW }
    const { root } = site
    expect((await publish({ root, store: third.store, note, remove: [] })).state).toBe('pushed')
    expect(third.written.map(({ key }) => key.replace(/\/.*/, ''))).toEqual(['edition', 'push', 'current'])
    expect((await site.get('/articles/new', { now: NOW + 2 * DAY })).status).toBe(200)
  })

  test("warns before an upload above the free plan's daily limit, for Cloudflare only", async () => {
    const tagged = Array.from({ length: 500 }, (_, n) => {
      const file = articleFile({ title: `Quay ${n}`, date: '2026-04-01', tags: [`Quay ${n}`] })
      return [`articles/quay-${n}.md`, file] as const
    })
    const project = await makeProject(Object.fromEntries(tagged))
    const warnings = async (isLocal: boolean, store: Store): Promise<string[]> => {
      const terminal = makeTerminal()
      const note = { author: 'Ann', message: '', time: NOW }
      expect(await runPreview({ root: project.root, store, isLocal, note, drafts: false }, terminal)).toBe(0)
      return terminal.take().filter((line) => /^Cost|free plan/.test(line))
    }
    const values: Values = new Map()
    const store = memoryStore(values)
    let before = 0
    const counting = memoryStore(values, async () => {
      before += 1
    })
    try {
      expect(await warnings(true, memoryStore())).toEqual([])
      const [cost = '', limit] = await warnings(false, counting)
      expect(cost).toMatch(
        new RegExp(`^Cost: ${before.toLocaleString('en-US')} KV writes, about \\d+ KB\\.$`),
      )
      expect(limit).toMatch(/^That is more than the 1,000 writes a day of Cloudflare's free plan/)
      // The journal knows what the first one has uploaded.
      expect(await warnings(false, store)).toEqual([])
    } finally {
      await project.dispose()
    }
  }, 60_000)

  test('is refused for sources with problems, and writes nothing', async () => {
    await site.write({ 'articles/broken.md': 'No front matter' })
    const { store, written } = recording(site.store)
    const note = { author: 'Ann' }
    const outcome = await preview({ root: site.root, store, time: NOW, note })
    expect(outcome).toMatchObject({ state: 'problems', problems: [{ path: 'content/articles/broken.md' }] })
    await site.write({
      'articles/broken.md': articleFile({
        title: 'Draft',
        draft: true,
        image: { src: 'no.png', alt: 'None' },
      }),
      'images/no.png': 'This is no picture',
    })
    expect(await preview({ root: site.root, store, time: NOW, note, drafts: true })).toMatchObject({
      state: 'problems',
      problems: [{ path: 'content/images/no.png', level: 'problem' }],
    })
    expect(written).toEqual([])
  })
})
