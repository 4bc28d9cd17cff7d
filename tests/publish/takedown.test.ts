// An article that is taken down is nowhere to be seen, whatever is pushed, rolled back to or previewed afterwards.
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { canonicalJson } from '../../src/canonical.ts'
import { checkSources } from '../../src/publish/check-sources.ts'
import { collect, planGc } from '../../src/publish/collection.ts'
import { takedownsOf } from '../../src/publish/commands/plan.ts'
import { preview } from '../../src/publish/commands/preview.ts'
import { planRollback, rollBack } from '../../src/publish/commands/rollback.ts'
import {
  PICTURE_REACH_SECONDS,
  planTakedown,
  reportTakedownPlan,
  reportTakenDown,
  type TakenDown,
  takeDown as takeDownNow,
} from '../../src/publish/commands/takedown.ts'
import { prepare, publish } from '../../src/publish/publish.ts'
import { openJournal } from '../../src/publish/push/journal.ts'
import { openMemory } from '../../src/publish/push/last-push.ts'
import { readContent } from '../../src/publish/sources/content.ts'
import { readCurrent, readTables } from '../../src/publish/stored/reading.ts'
import type { Store } from '../../src/publish/stores/store.ts'
import { type Current, keys } from '../../src/records.ts'
import { POLICIES } from '../../src/worker/caching.ts'
import { articleFile, SITE_FILES } from '../harness/content.ts'
import { memoryStore, type Values } from '../harness/memory-store.ts'
import { namedKeys } from '../harness/named-keys.ts'
import { makeProject, type Project } from '../harness/project.ts'
import { type Site, startSite } from '../harness/site.ts'

const NOW = Date.UTC(2026, 5, 1, 12)
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const GIF = Buffer.from('R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==', 'base64')

const storm = (fields: Record<string, unknown> = {}): string =>
  articleFile({
    title: 'The storm of the century',
    date: '2026-05-01',
    tags: ['Weather', 'Docks'],
    image: { src: 'storm.png', alt: 'Waves' },
    standfirst: 'Nobody was asked',
    // A field that no page shows: it is in the source alone.
    assignment: 'Desk secret 7',
    body: '![All](all.gif)\n\nA sentence that the lawyer dislikes.',
    ...fields,
  })
const FILES = {
  ...SITE_FILES,
  'images/storm.png': PNG,
  'images/all.gif': GIF,
  'articles/calm.md': articleFile({
    title: 'Calm',
    date: '2026-04-30',
    tags: ['Weather'],
    body: '![All](all.gif)',
  }),
  'articles/fog.md': articleFile({ title: 'Fog', date: '2026-05-02', tags: ['Weather'] }),
}

type Desk = { root: string; store: Store }

type Confirm = (lines: readonly string[]) => Promise<boolean>
type Done = TakenDown & { live: Current }

/** Plans, asks and takes down, as the command does; null where the answer is no. */
async function takeDown(
  { root, store }: Desk,
  slug: string,
  { confirm = async () => true }: { confirm?: Confirm } = {},
): Promise<Done | null> {
  const plan = await planTakedown(root, store, slug)
  if (!(await confirm(reportTakedownPlan(plan, { store, isLocal: false })))) return null
  const taken = await takeDownNow(store, plan, { author: 'Ann', message: 'The lawyer called', time: NOW })
  const live = await readCurrent(store)
  if (!live) throw new Error('Nothing is live')
  return { ...taken, live }
}

async function done(outcome: Promise<Done | null>): Promise<Done> {
  const found = await outcome
  expect(found?.doubts).toEqual([])
  if (!found) throw new Error('It was declined')
  return found
}

/** Runs gc without its wait. */
async function erase(store: Store): Promise<void> {
  const plan = await planGc(store, Date.now())
  if (!plan) throw new Error('Nothing was published')
  if (plan.waste.count > 0) await collect(store, plan, { wait: async () => {} })
}

/** Keys of all values that hold one of the words. */
async function holding(store: Store, ...words: string[]): Promise<string[]> {
  const found: string[] = []
  for await (const { key } of store.list('')) {
    const text = Buffer.from((await store.getBytes(key)) ?? []).toString()
    if (words.some((word) => text.includes(word))) found.push(key)
  }
  return found
}

async function push({ root, store }: Desk): Promise<void> {
  const note = { author: 'Ben', message: '', time: NOW }
  const outcome = await publish({ root, store, note, remove: 'any' })
  if (outcome.state === 'problems') throw new Error(JSON.stringify(outcome.problems))
  expect(outcome.state).toBe('pushed')
}

const problemsOf = async (root: string) =>
  (await checkSources(await readContent(root))).problems.filter(({ level }) => level === 'problem')

describe('an article that was taken down, through the Worker', () => {
  let site: Site
  let clock = NOW
  let outcome: Done
  const said: string[] = []
  /** Each request is so much later that nothing in memory is fresh. */
  const get = (path: string) => {
    clock += 600_000
    return site.get(path, { now: clock })
  }
  let pictures: string[]

  /** Nothing of it on any page, and the rest as it should be. */
  async function expectHidden(tags: Record<string, number | null>, names: readonly string[] = ['storm']) {
    for (const slug of names) expect([slug, (await get(`/articles/${slug}`)).status]).toEqual([slug, 410])
    const [own = '', shared = ''] = pictures
    expect((await get(own)).status).toBe(404)
    expect((await get(shared)).status).toBe(200)
    for (const path of ['/', '/articles/calm', '/articles/fog', '/tags', '/tags/weather', '/sitemap.xml']) {
      const { status, body } = await get(path)
      expect([path, status]).toEqual([path, 200])
      expect(body).not.toMatch(/storm|century|Nobody was asked/i)
    }
    const index = (await get('/tags')).body
    for (const [tag, count] of Object.entries(tags)) {
      expect([tag, (await get(`/tags/${tag}`)).status]).toEqual([tag, count === null ? 404 : 200])
      const row = new RegExp(`/tags/${tag}"[\\s\\S]{0,120}?\\b(\\d+)\\b`).exec(index)
      expect([tag, row?.[1]]).toEqual([tag, count === null ? undefined : String(count)])
    }
  }

  beforeAll(async () => {
    // At first it had another slug and another tag.
    const first = storm({ tags: ['Weather', 'Harbour'] })
    site = await startSite({ files: { ...FILES, 'articles/old-storm.md': first }, time: NOW })
    await rm(join(site.root, 'content/articles/old-storm.md'))
    await site.write({ 'articles/storm.md': storm({ aliases: ['/articles/old-storm', '/sturm'] }) })
    await push(site)
    const page = (await get('/articles/storm')).body
    pictures = [...page.matchAll(/ src="(\/media\/[^"]*)"/g)].map(([, src]) => src ?? '')
    expect(pictures).toHaveLength(2)
    expect((await get(pictures[0] ?? '')).status).toBe(200)
    const confirm = async (lines: readonly string[]): Promise<boolean> => {
      said.push(...lines)
      expect((await get('/articles/storm')).status).toBe(200)
      return true
    }
    outcome = await done(takeDown(site, 'storm', { confirm }))
  })
  afterAll(() => site.stop())

  test('is shown to the editor before anything is written', () => {
    expect(said).toEqual([
      'To be taken down: The storm of the century  /articles/storm  of 2026-05-01 00:00',
      'Its other addresses:',
      '  /articles/old-storm',
      'To be changed in the sources:',
      '  content/site.yaml: storm under gone',
      '  content/articles/storm.md: draft: true; its text stays here',
      expect.stringMatching(
        /^In the local store: hidden under every edition and preview; out of every cache of the site within 14 minutes/,
      ),
    ])
  })

  test('is gone from every page, list, count and link, and its own picture with it', async () => {
    expect(outcome.slugs).toEqual(['storm', 'old-storm'])
    await expectHidden({ weather: 2, docks: null, harbour: null }, ['storm', 'old-storm'])
    expect((await get('/sturm')).status).toBe(410)
  })

  test('is erased by gc: no value holds its text, its source or its own picture', async () => {
    const words = ['the lawyer dislikes', 'Desk secret 7']
    // Two versions of it, before and after it was renamed.
    expect(await holding(site.store, ...words)).toHaveLength(2)
    const media = async (): Promise<number> => {
      let count = 0
      for await (const _ of site.store.list('media/')) count += 1
      return count
    }
    expect(await media()).toBe(6)
    await erase(site.store)
    expect(await holding(site.store, ...words)).toEqual([])
    // The picture that another article shows, in two formats and a third for all others.
    expect(await media()).toBe(3)
    await expectHidden({ weather: 2, docks: null, harbour: null }, ['storm', 'old-storm'])
  })

  test('leaves sources without a problem', async () => {
    expect(await problemsOf(site.root)).toEqual([])
    const file = await readFile(join(site.root, 'content/articles/storm.md'), 'utf8')
    expect(file).toMatch(
      /draft: true\n---\n\n!\[All\]\(all\.gif\)\n\nA sentence that the lawyer dislikes\.\n$/,
    )
    expect(await readFile(join(site.root, 'content/site.yaml'), 'utf8')).toBe(
      `${SITE_FILES['site.yaml']}gone:\n  - storm\n`,
    )
  })

  test('stays hidden after the next push', async () => {
    await push(site)
    await expectHidden({ weather: 2, docks: null }, ['storm', 'old-storm'])
  })

  test('stays hidden after rollbacks to editions that had it', async () => {
    for (const to of [2, 1]) {
      const live = await site.current()
      const plan = await planRollback({ store: site.store, live, to, now: clock })
      if (!plan) throw new Error('It is live already')
      const note = { author: 'Ben', message: '', time: clock }
      await rollBack(site.store, plan, { note, memory: openMemory(site.root, site.store) })
      await expectHidden(
        { weather: 2, docks: null, harbour: null },
        to === 1 ? ['old-storm'] : ['storm', 'old-storm'],
      )
    }
  })

  test('stays hidden when a stale checkout publishes it again, and is not uploaded', async () => {
    const text = storm({
      body: 'A sentence that the lawyer dislikes, in other words.',
      tags: ['Weather', 'Cranes'],
    })
    await site.write({ 'articles/storm.md': text, 'site.yaml': SITE_FILES['site.yaml'] ?? '' })
    await push(site)
    await expectHidden({ weather: 2, cranes: null })
    const again = await done(takeDown(site, 'https://sheet.example/articles/storm'))
    expect(again.live.takedowns.map(({ slug }) => slug).sort()).toEqual(['old-storm', 'storm'])
    await expectHidden({ weather: 2, cranes: null })
    expect(await holding(site.store, 'the lawyer dislikes', 'Desk secret 7')).toEqual([])
    expect(await problemsOf(site.root)).toEqual([])
  })

  test('is in no preview', async () => {
    await site.write({ 'articles/storm.md': storm(), 'site.yaml': SITE_FILES['site.yaml'] ?? '' })
    const note = { author: 'Ben' }
    const made = await preview({ root: site.root, store: site.store, time: NOW, drafts: true, note })
    if (made.state !== 'previewed') throw new Error('There is no preview')
    const path = new URL(made.address).pathname
    expect((await get(`${path}articles/storm`)).status).toBe(410)
    expect((await get(path)).body).not.toContain('century')
  })
})

describe('takedown', () => {
  const projects: Project[] = []
  afterEach(async () => {
    for (const project of projects.splice(0)) await project.dispose()
  })

  async function desk(
    files: Record<string, string | Uint8Array> = {},
  ): Promise<Project & Desk & { values: Values }> {
    const project = await makeProject({ ...FILES, 'articles/storm.md': storm(), ...files })
    projects.push(project)
    const values: Values = new Map()
    const store = memoryStore(values)
    await push({ root: project.root, store })
    return { ...project, store, values }
  }

  const read = (root: string, name: string): Promise<string> => readFile(join(root, 'content', name), 'utf8')

  test('writes nothing when the answer is no', async () => {
    const at = await desk()
    const before = new Map(at.values)
    expect(await takeDown(at, 'storm', { confirm: async () => false })).toBeNull()
    expect(at.values).toEqual(before)
    expect(await read(at.root, 'site.yaml')).toBe(SITE_FILES['site.yaml'])
    expect(await read(at.root, 'articles/storm.md')).toBe(storm())
  })

  test('is noted as a push of the same edition', async () => {
    const at = await desk()
    const before = await readCurrent(at.store)
    const { live } = await done(takeDown(at, 'storm'))
    expect(live).toMatchObject({ sequence: 2, edition: before?.edition, body: before?.body })
    expect(live.takedowns).toEqual([
      {
        slug: 'storm',
        counted: { from: Date.parse('2026-04-30T22:00:00Z'), lists: ['weather', 'docks'] },
      },
    ])
    expect(JSON.parse(String(at.values.get(keys.push(2))))).toEqual({
      author: 'Ann',
      message: 'The lawyer called',
      time: NOW,
      before: 1,
      edition: before?.edition,
      takedown: 'storm',
    })
  })

  test('works while other sources are broken or missing', async () => {
    const at = await desk()
    await at.write({
      'articles/broken.md': '---\ntitle: "\n',
      'site.yaml': 'title: A\ntimezone: Mars\n',
      'tags.yaml': '"',
    })
    const { sources } = await done(takeDown(at, 'storm'))
    expect(sources).toHaveLength(2)
    expect(await read(at.root, 'site.yaml')).toBe('title: A\ntimezone: Mars\ngone:\n  - storm\n')

    const other = await desk()
    await other.remove('.')
    const outcome = await done(takeDown(other, 'storm'))
    expect(outcome.sources).toEqual(['content/site.yaml: cannot be read: put storm under gone: by hand'])
  })

  test.each([
    ['no YAML', 'title: "A\n'],
    ['no text', Buffer.from([0xff, 0xfe, 0x00])],
  ])('says what is left to do by hand where site.yaml is %s', async (_, text) => {
    const at = await desk()
    await at.write({ 'site.yaml': text })
    const { sources, live } = await done(takeDown(at, 'storm'))
    expect(sources[0]).toMatch(/^content\/site\.yaml: .*put storm under gone: by hand$/)
    expect(live.takedowns).toHaveLength(1)
    expect(await readFile(join(at.root, 'content/site.yaml'))).toEqual(Buffer.from(text))
  })

  test('keeps line ends, byte order marks, comments and order', async () => {
    const at = await desk()
    const site = `\ufeff${SITE_FILES['site.yaml']}gone: [ 'ant' ]  # why\n# end\n`.replaceAll('\n', '\r\n')
    const file = `\ufeff${storm({ draft: false })}`.replaceAll('\n', '\r\n')
    await at.write({ 'site.yaml': site, 'articles/storm.md': file })
    await takeDown(at, 'storm')
    expect(await read(at.root, 'site.yaml')).toBe(site.replace("'ant' ]", "'ant', storm ]"))
    expect(await read(at.root, 'articles/storm.md')).toBe(file.replace('draft: false', 'draft: true'))
    expect(await problemsOf(at.root)).toEqual([])
  })

  test('finds the file by its slug or alias, also after a rename', async () => {
    const at = await desk()
    await at.remove('articles/storm.md')
    await at.write({ 'articles/2026/05-gale.md': storm({ slug: 'gale', aliases: ['/articles/storm'] }) })
    const { slugs } = await done(takeDown(at, 'storm'))
    expect(slugs).toEqual(['storm', 'gale'])
    expect(await read(at.root, 'articles/2026/05-gale.md')).toMatch(/\ndraft: true\n---\n/)
    expect(await read(at.root, 'site.yaml')).toMatch(/gone:\n {2}- storm\n {2}- gale\n$/)
    expect(await problemsOf(at.root)).toEqual([])
  })

  test('of an old slug takes down the article that it leads to', async () => {
    const at = await desk({ 'articles/storm.md': storm({ slug: 'gale', aliases: ['/articles/storm'] }) })
    const { slugs } = await done(takeDown(at, 'storm'))
    expect(slugs).toEqual(['gale', 'storm'])
    expect(await problemsOf(at.root)).toEqual([])
  })

  test('reaches an article that only an older edition has, and its slug in any script', async () => {
    const at = await desk({ 'articles/الوقائع.md': storm() })
    await at.remove('articles/الوقائع.md')
    await push(at)
    const { live, sources } = await done(
      takeDown(at, '/articles/%D8%A7%D9%84%D9%88%D9%82%D8%A7%D8%A6%D8%B9/'),
    )
    expect(live.takedowns).toEqual([{ slug: 'الوقائع' }])
    expect(sources).toEqual(['content/site.yaml: الوقائع under gone'])
  })

  test('of a slug that was never published stops and suggests a similar slug', async () => {
    const at = await desk()
    const before = new Map(at.values)
    await expect(takeDown(at, 'strom')).rejects.toThrow(
      /^Nothing was taken down: no edition that the store in memory \d+ keeps has an article "strom"\. Did you mean storm\?$/,
    )
    await expect(takeDown(at, 'https://sheet.example/')).rejects.toThrow(/put draft: true into its file$/)
    expect(at.values).toEqual(before)
    const { root } = at
    await expect(takeDown({ root, store: memoryStore() }, 'storm')).rejects.toThrow(
      /^Nothing was published to/,
    )
  })

  const slugsDown = async (store: Store): Promise<string[]> =>
    (await readCurrent(store))?.takedowns.map(({ slug }) => slug) ?? []

  test('is applied after a push that was made meanwhile', async () => {
    const at = await desk()
    const other = await desk()
    let isFirst = false
    const confirm = async (): Promise<boolean> => {
      isFirst = true
      return true
    }
    const store: Store = {
      ...at.store,
      get: async (key) => {
        const text = await at.store.get(key)
        // The first look of the replacement: somebody else was faster.
        if (key === keys.current && isFirst) {
          isFirst = false
          await other.remove('articles/fog.md')
          await push({ root: other.root, store: at.store })
        }
        return text
      },
    }
    const { live } = await done(takeDown({ root: at.root, store }, 'storm', { confirm }))
    expect(live.sequence).toBe(3)
    expect((await readTables(at.store, live.body)).articles.has('fog')).toBe(false)
    expect(await slugsDown(at.store)).toEqual(['storm'])
  })

  test('is applied again when a push that did not know of it wins', async () => {
    const at = await desk()
    const before = at.values.get(keys.current)
    let isFirst = true
    const store: Store = {
      ...at.store,
      put: async (values, onWritten) => {
        await at.store.put(values, onWritten)
        if (!isFirst || at.values.get(keys.current) === before) return
        isFirst = false
        const late = { ...JSON.parse(String(before)), sequence: 3 }
        await at.store.put([{ key: keys.current, value: canonicalJson(late) }])
      },
    }
    const { live } = await done(takeDown({ root: at.root, store }, 'storm'))
    expect(live).toMatchObject({
      sequence: 4,
      takedowns: [{ slug: 'storm', counted: { lists: ['weather', 'docks'] } }],
    })
  })

  test('lets another article upload its picture again', async () => {
    const at = await desk()
    await takeDown(at, 'storm')
    await erase(at.store)
    await at.write({
      'articles/calm.md': articleFile({ title: 'Calm', date: '2026-04-30', body: '![Waves](storm.png)' }),
    })
    await push(at)
    await expectWhole(at.store)
  })

  test('is not undone by a stale checkout, not even in the store; --restore uploads the article again', async () => {
    const at = await desk()
    await takeDown(at, 'storm')
    await erase(at.store)
    const text = storm({ tags: ['Cranes'] })
    await at.write({ 'articles/storm.md': text, 'site.yaml': SITE_FILES['site.yaml'] ?? '' })
    await push(at)
    expect(await holding(at.store, 'the lawyer dislikes')).toEqual([])
    await restore(at, 'storm')
    expect(await slugsDown(at.store)).toEqual([])
    await expectWhole(at.store)

    await takeDown(at, 'storm')
    await erase(at.store)
    await at.write({ 'articles/storm.md': text, 'site.yaml': SITE_FILES['site.yaml'] ?? '' })
    await restore(at, 'storm')
    await expectWhole(at.store)
  })

  const PUBLISHED = { note: { author: 'Ann', message: '', time: NOW }, remove: 'any' } as const

  /** Publishes and shows an article again that was taken down. */
  async function restore({ root, store }: Desk, slug: string): Promise<void> {
    const outcome = await publish({ root, store, ...PUBLISHED, restore: [slug] })
    expect(outcome.state === 'problems' ? outcome.problems : outcome.state).toBe('pushed')
  }

  async function goBack({ root, store }: Desk, to: number): Promise<Current> {
    const live = await readCurrent(store)
    const plan = live && (await planRollback({ store, live, to, now: NOW }))
    if (!plan) throw new Error('There is nothing to go back to')
    return rollBack(store, plan, { note: PUBLISHED.note, memory: openMemory(root, store) })
  }

  /** Taken down, seen again with another picture, and hidden again under the edition that has what was removed. */
  async function deskAfterRollback(): Promise<Awaited<ReturnType<typeof desk>>> {
    const at = await desk()
    await takeDown(at, 'storm')
    await erase(at.store)
    const image = { src: 'all.gif', alt: 'All' }
    await at.write({ 'articles/storm.md': storm({ image }), 'site.yaml': SITE_FILES['site.yaml'] ?? '' })
    await restore(at, 'storm')
    await expectWhole(at.store)
    expect((await goBack(at, 1)).takedowns).toMatchObject([{ slug: 'storm', untilNextPush: true }])
    return at
  }

  // The rows of what was removed were the same in both editions, so no push uploaded it, and readers got 503 for good.
  test.each([
    ['corrected', storm({ body: 'A sentence that the lawyer likes.' })],
    ['as it was', storm()],
  ])('is whole again when it was restored, rolled back over, and is published %s', async (_, text) => {
    const at = await deskAfterRollback()
    await at.write({ 'articles/storm.md': text })
    await push(at)
    expect(await readCurrent(at.store)).toMatchObject({ takedowns: [] })
    await expectWhole(at.store)
  })

  test('lets another article use its picture after that rollback, too', async () => {
    const at = await deskAfterRollback()
    await at.remove('articles/storm.md')
    const body = '![Waves](storm.png)'
    await at.write({ 'articles/calm.md': articleFile({ title: 'Calm', date: '2026-04-30', body }) })
    await push(at)
    await expectWhole(at.store)
  })

  test('leaves a preview after that rollback complete', async () => {
    const at = await deskAfterRollback()
    await at.write({ 'articles/storm.md': storm() })
    await preview({ root: at.root, store: at.store, time: NOW, note: { author: 'Ben' } })
    for await (const { key } of at.store.list('preview/')) {
      const { body } = JSON.parse((await at.store.get(key)) ?? '')
      const named = namedKeys('', body, await readTables(at.store, body))
      named.delete(keys.edition(''))
      expect([...named].filter((one) => !at.values.has(one))).toEqual([])
    }
    await push(at)
    await expectWhole(at.store)
  })

  test('--restore also shows it under the old addresses that the sources have', async () => {
    const at = await desk({ 'articles/storm.md': storm({ slug: 'gale' }) })
    const text = storm({ aliases: ['/articles/gale', '/articles/gust'] })
    await at.write({ 'articles/storm.md': text })
    await push(at)
    await takeDown(at, 'storm')
    await erase(at.store)
    expect(await slugsDown(at.store)).toEqual(['storm', 'gale', 'gust'])
    await at.write({
      'articles/storm.md': storm({ aliases: ['/articles/gale'] }),
      'site.yaml': SITE_FILES['site.yaml'] ?? '',
    })
    const planned = await prepare({
      root: at.root,
      store: at.store,
      time: NOW,
      ...PUBLISHED,
      restore: ['storm'],
    })
    if (planned.state === 'problems') throw new Error('There are problems')
    expect(takedownsOf(planned)).toEqual({ hidden: [], restored: ['storm', 'gale'] })
    await restore(at, 'storm')
    expect(await slugsDown(at.store)).toEqual(['gust'])
    await expectWhole(at.store)
    // What it was under its old slug is not there any more.
    const back = await goBack(at, 1)
    expect(back.takedowns).toMatchObject([{ slug: 'gust' }, { slug: 'gale', untilNextPush: true }])
  })

  // A takedown cannot reach the journal of another desk, which went on to say that the picture was uploaded.
  test('on another machine makes this machine upload pictures again that only its journal names', async () => {
    const at = await desk({ 'articles/storm.md': storm({ image: {} }) })
    const other = { ...(await makeProject({ ...FILES, 'articles/storm.md': storm() })), store: at.store }
    projects.push(other)
    await at.write({ 'articles/storm.md': storm() })
    await preview({ root: at.root, store: at.store, time: NOW, note: { author: 'Ben' } })
    const uploaded = [...(await openJournal(at.root, at.store).read())]
    expect(uploaded.filter((key) => key.startsWith('media/'))).toHaveLength(3)
    await push(other)
    await takeDown(other, 'storm')
    await erase(other.store)
    await at.remove('articles/storm.md')
    const body = '![Waves](storm.png)'
    await at.write({ 'articles/calm.md': articleFile({ title: 'Calm', date: '2026-04-30', body }) })
    await push(at)
    await expectWhole(at.store)
  })

  test("on another machine before a preview does not stop the deploy from using the preview's uploads", async () => {
    const at = await desk()
    await takeDown(at, 'storm')
    const calm = articleFile({ title: 'Calm', date: '2026-04-30', body: '![Waves](storm.png)' })
    await at.write({ 'articles/calm.md': calm })
    await preview({ root: at.root, store: at.store, time: NOW, note: { author: 'Ben' } })
    const written: string[] = []
    const store = memoryStore(at.values, async ({ key }) => {
      written.push(key.replace(/\/.*/, ''))
    })
    await push({ root: at.root, store })
    expect(written).toEqual(['edition', 'push', 'current'])
    await expectWhole(at.store)
  })

  async function expectWhole(store: Store): Promise<void> {
    const live = await readCurrent(store)
    if (!live) throw new Error('Nothing is live')
    for (const key of namedKeys(live.edition, live.body, await readTables(store, live.body)))
      expect([key, (await store.getBytes(key)) !== null]).toEqual([key, true])
  }

  describe('that cannot hide the article', () => {
    const before = storm()
    const expectUntouched = async (at: Awaited<ReturnType<typeof desk>>): Promise<void> => {
      expect(await read(at.root, 'site.yaml')).toBe(SITE_FILES['site.yaml'])
      expect(await read(at.root, 'articles/storm.md')).toBe(before)
      expect(await slugsDown(at.store)).toEqual([])
    }

    test('without permission says that it is still readable, tries once, and leaves the sources unchanged', async () => {
      const at = await desk()
      const tried: string[] = []
      const store = memoryStore(at.values, async ({ key }) => {
        tried.push(key)
        throw new Error('Cloudflare could not write: the token has no right to do it')
      })
      await expect(takeDown({ root: at.root, store }, 'storm')).rejects.toThrow(
        /^Nothing was taken down: \/articles\/storm is still readable, and the sources were not changed\. Cloudflare could not write: the token has no right to do it$/,
      )
      expect(tried).toEqual([keys.push(2)])
      await expectUntouched(at)
    })

    test('says that it may be readable if the store does not answer', async () => {
      const at = await desk()
      let isDead = false
      const alive = async (): Promise<void> => {
        if (isDead) throw new Error('The line is dead')
      }
      const store: Store = { ...at.store, get: (key) => alive().then(() => at.store.get(key)) }
      const confirm = async (): Promise<boolean> => {
        isDead = true
        return true
      }
      await expect(takeDown({ root: at.root, store }, 'storm', { confirm })).rejects.toThrow(
        /^Perhaps nothing was taken down: \/articles\/storm may still be readable, and .* The line is dead$/,
      )
      await expectUntouched(at)
    })

    test('continues if it was hidden and only the answer was lost', async () => {
      const at = await desk()
      let isLost = true
      const get = async (key: string): Promise<string | null> => {
        if (isLost && key === keys.push(2)) {
          isLost = false
          throw new Error('The line broke')
        }
        return at.store.get(key)
      }
      await done(takeDown({ root: at.root, store: { ...at.store, get } }, 'storm'))
      expect(isLost).toBe(false)
      expect(await read(at.root, 'site.yaml')).toContain('gone:')
    })
  })

  // Two takedowns at once: the later number was there first, and its list was written over.
  test('says when it may have replaced another takedown, and still hides the article', async () => {
    const at = await desk()
    const edition = (await readCurrent(at.store))?.edition ?? ''
    const other = { edition, author: 'Ben', message: '', time: NOW, takedown: 'fog', before: 2 }
    const store = memoryStore(at.values, async ({ key }) => {
      if (key === keys.current) at.values.set(keys.push(3), canonicalJson(other))
    })
    const outcome = await takeDown({ root: at.root, store }, 'storm')
    if (!outcome) throw new Error('It was declined')
    expect(outcome.live.takedowns).toMatchObject([{ slug: 'storm' }])
    expect(reportTakenDown(outcome, { store, isLocal: false })).toContain(
      'Push 2 is live, but it may have replaced the takedown of fog by Ben, which was made at the same moment. Run npm run takedown fog.',
    )
  })

  test('says when no cache has the article any more, and which copies remain', async () => {
    const at = await desk()
    const outcome = await done(takeDown(at, 'storm'))
    const taken = { ...outcome, time: NOW }
    expect(reportTakenDown(taken, { store: at.store, isLocal: false })).toEqual([
      '/articles/storm is taken down, and no push, rollback or preview brings it back.',
      'Changed in the sources:',
      '  content/site.yaml: storm under gone',
      '  content/articles/storm.md: draft: true; its text stays here',
      'It is out of every cache of the site within 14 minutes (by 14:14), its pictures within 3 hours (by 16:04).',
      `Its text and its pictures are still in ${at.store.name}, but no reader can reach them. Erase them: npm run gc`,
      expect.stringMatching(/^Copies outside the site remain: browsers keep pictures for up to a year/),
      expect.stringMatching(/^Commit the change to the sources/),
    ])
    const { edge, staleWhileRevalidate } = POLICIES.media
    expect(PICTURE_REACH_SECONDS).toBe(120 + 2 * (edge + staleWhileRevalidate))
  })

  test('works if the disk cannot be written', async () => {
    const at = await desk()
    const path = join(at.root, 'content/site.yaml')
    const confirm = async (): Promise<boolean> => {
      await rm(path)
      await rm(join(at.root, 'content/articles/storm.md'))
      await rm(join(at.root, 'content'), { recursive: true })
      await writeFile(join(at.root, 'content'), '')
      return true
    }
    const { sources, live } = await done(takeDown(at, 'storm', { confirm }))
    expect(sources[0]).toBe('content/site.yaml: cannot be written (ENOTDIR). Do it by hand: storm under gone')
    expect(live.takedowns).toHaveLength(1)
  })
})
