// A store with stale reads: the publisher remembers the edition that it has just put live.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Outcome, publish } from '../../../src/publish/publish.ts'
import { openMemory, readLatest } from '../../../src/publish/push/last-push.ts'
import { readCurrent } from '../../../src/publish/stored/reading.ts'
import type { Store } from '../../../src/publish/stores/store.ts'
import type { Current } from '../../../src/records.ts'
import { articleFile } from '../../harness/content.ts'
import { memoryStore, type Values } from '../../harness/memory-store.ts'
import { makeProject, type Project } from '../../harness/project.ts'

const TIME = Date.parse('2026-03-01T00:00:00Z')
const article = (title: string): string => articleFile({ title, date: '2026-02-16' })

/** A store that shows, of `current`, what it was when it was last let go on. */
function lateStore(values: Values): { store: Store; catchUp: () => void } {
  const store = memoryStore(values)
  let seen = values.get('current') as string | undefined
  return {
    store: { ...store, get: async (key) => (key === 'current' ? (seen ?? null) : store.get(key)) },
    catchUp: () => {
      seen = values.get('current') as string | undefined
    },
  }
}

describe('a desk whose store answers with an older current than it put live itself', () => {
  let project: Project
  beforeEach(async () => {
    project = await makeProject({ 'articles/storm.md': article('Storm') })
  })
  afterEach(() => project.dispose())

  const push = (store: Store): Promise<Outcome> =>
    publish({
      root: project.root,
      store,
      remove: 'any',
      note: { author: 'Ada', message: '', time: TIME },
    })

  test('plans on the newer one: its next push has the next number, and tells only what is new', async () => {
    const values: Values = new Map()
    const { store, catchUp } = lateStore(values)
    expect(await push(store)).toMatchObject({ state: 'pushed', live: { sequence: 1 } })
    expect(await readCurrent(store)).toBeNull()
    expect(await push(store)).toMatchObject({ state: 'unchanged', live: { sequence: 1 } })
    await project.write({ 'articles/gale.md': article('Gale') })
    const outcome = await push(store)
    expect(outcome).toMatchObject({
      state: 'pushed',
      live: { sequence: 2 },
      plan: { appearing: [{ slug: 'gale' }], changed: [] },
    })
    expect(JSON.parse(String(values.get('push/2')))).toMatchObject({ before: 1, author: 'Ada' })
    catchUp()
    await project.write({ 'articles/gust.md': article('Gust') })
    expect(await push(store)).toMatchObject({ live: { sequence: 3 } })
    expect((await readCurrent(store))?.sequence).toBe(2)
    await project.write({ 'articles/squall.md': article('Squall') })
    expect(await push(store)).toMatchObject({
      live: { sequence: 4 },
      plan: { appearing: [{ slug: 'squall' }] },
    })
    expect((await readCurrent(memoryStore(values)))?.sequence).toBe(4)
  })

  test('lets another desk go first that was there in between', async () => {
    const values: Values = new Map()
    const { store, catchUp } = lateStore(values)
    await push(store)
    const other = await makeProject({ 'articles/fog.md': article('Fog') })
    try {
      const pushed = await publish({
        root: other.root,
        store: memoryStore(values),
        remove: 'any',
        note: { author: 'Ben', message: '', time: TIME },
      })
      expect(pushed).toMatchObject({ state: 'pushed', live: { sequence: 2 } })
    } finally {
      await other.dispose()
    }
    catchUp()
    await project.write({ 'articles/gale.md': article('Gale') })
    expect(await push(store)).toMatchObject({ state: 'pushed', live: { sequence: 3 } })
  })
})

describe('a memory', () => {
  let root: string
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'dateline-memory-'))
  })
  afterEach(async () => {
    vi.useRealTimers()
    await rm(root, { recursive: true, force: true })
  })

  const currentOf = (sequence: number): Current => {
    const page = { record: 'a'.repeat(32) }
    const whole = { rows: {} }
    return {
      format: 1,
      sequence,
      edition: 'b'.repeat(32),
      takedowns: [],
      body: {
        settings: {
          title: 'T',
          url: 'https://t.example',
          lang: 'en',
          zone: 'UTC',
          publisher: { name: 'T' },
          navigation: [],
        },
        site: '0'.repeat(32),
        front: { newest: page, full: 0 },
        tagsIndex: page,
        authorsIndex: page,
        archiveIndex: page,
        appearances: { instants: [] },
        articles: whole,
        tags: whole,
        authors: whole,
        pages: whole,
        months: whole,
        staticPages: whole,
        aliases: whole,
        gone: whole,
        media: whole,
      },
    }
  }
  const holding = (current: Current | null) =>
    memoryStore(new Map(current ? [['current', JSON.stringify(current)]] : []))

  test('is empty at first, and holds the last for as long as a store may be late', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: TIME })
    const memory = openMemory(root, { name: 'a store' })
    expect(await memory.latest(null)).toBeNull()
    await memory.remember(currentOf(4))
    await memory.remember(currentOf(5))
    expect(await openMemory(root, { name: 'a store' }).latest(null)).toEqual(currentOf(5))
    expect(await openMemory(root, { name: 'another store' }).latest(null)).toBeNull()
    vi.setSystemTime(TIME + 119_000)
    expect(await memory.latest(null)).toEqual(currentOf(5))
    vi.setSystemTime(TIME + 121_000)
    expect(await memory.latest(null)).toBeNull()
  })

  test.each([
    ['the store', 6, 5, 6],
    ['the memory', 4, 5, 5],
    ['the store where they are equal', 5, 5, 5],
    ['the memory where the store says that there is nothing', null, 5, 5],
    ['the store where nothing is memoize', 3, null, 3],
  ])('knows less or more than a store: the newer of both counts, %s', async (_, told, known, latest) => {
    const memory = openMemory(root, { name: 'a store' })
    if (known !== null) await memory.remember(currentOf(known))
    const store = holding(told === null ? null : currentOf(told))
    expect((await readLatest(store, memory))?.sequence).toBe(latest)
  })

  // A takedown that took two numbers believed itself, and not the store that a slower push had written over it.
  test('is not believed where another desk has written over what it put live, and its number counts on', async () => {
    const memory = openMemory(root, { name: 'a store' })
    for (const sequence of [4, 5, 6]) await memory.remember(currentOf(sequence))
    expect(await memory.latest(currentOf(5))).toEqual(currentOf(6))
    const other = { ...currentOf(5), edition: 'c'.repeat(32) }
    expect(await memory.latest(other)).toEqual({ ...other, sequence: 6 })
    const older = { ...currentOf(3), edition: 'c'.repeat(32) }
    expect(await memory.latest(older)).toEqual(currentOf(6))
  })
})
