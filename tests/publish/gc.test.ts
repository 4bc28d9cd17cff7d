// The values that gc removes, and those that it must keep: through a store that remembers when each value was written, and through the
// built Worker on the local store.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  type CollectOptions,
  collect as collectNow,
  pause,
  planGc,
  reportCollected,
  reportCollection,
} from '../../src/publish/collection.ts'
import { preview } from '../../src/publish/commands/preview.ts'
import { publish } from '../../src/publish/publish.ts'
import { openMemory } from '../../src/publish/push/last-push.ts'
import { replaceCurrent } from '../../src/publish/push.ts'
import { pushNumbered } from '../../src/publish/stored/history.ts'
import { readCurrent, readEdition, readTables } from '../../src/publish/stored/reading.ts'
import { openCloudflareStore } from '../../src/publish/stores/cloudflare.ts'
import type { Store } from '../../src/publish/stores/store.ts'
import { keys } from '../../src/records.ts'
import { articleFile, SITE_FILES } from '../harness/content.ts'
import { memoryStore, type Values } from '../harness/memory-store.ts'
import { namedKeys } from '../harness/named-keys.ts'
import { makeProject, type Project } from '../harness/project.ts'
import { startSite } from '../harness/site.ts'
import { startStandin } from '../standin/standin.ts'

const DAY = 86_400_000
/** What these tests upload now is two days old then. */
const NOW = Date.now() + 2 * DAY
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

const projects: Project[] = []
afterEach(async () => {
  for (const project of projects.splice(0)) await project.dispose()
})

const article = (title: string, fields: Record<string, unknown> = {}): string =>
  articleFile({ title, date: '2026-02-16', tags: ['Weather'], ...fields })

/** A store in memory that lists what is known of each value. */
function agedStore(): { store: Store; values: Values; metadata: Map<string, Record<string, unknown>> } {
  const values: Values = new Map()
  const metadata = new Map<string, Record<string, unknown>>()
  const store = memoryStore(values, async (value) => {
    metadata.set(value.key, value.metadata ?? {})
  })
  return {
    values,
    metadata,
    store: {
      ...store,
      async *list(prefix) {
        for await (const { key } of store.list(prefix)) yield { key, metadata: metadata.get(key) ?? null }
      },
    },
  }
}

/** Publishes what a project holds, so many days before the collection. */
async function push({ root }: Pick<Project, 'root'>, store: Store, daysAgo: number): Promise<void> {
  const note = { author: 'Ann', message: '', time: NOW - daysAgo * DAY }
  const outcome = await publish({ root, store, note, remove: 'any' })
  expect(outcome.state).toBe('pushed')
}

/** Pushes of `storm.md`, one a day, each with a text of its own: the last one today. */
async function pushOften(
  project: Pick<Project, 'root' | 'write'>,
  store: Store,
  times: number,
): Promise<void> {
  for (let left = times - 1; left >= 0; left -= 1) {
    await project.write({ 'articles/storm.md': article('Storm', { body: `Version ${times - left}.` }) })
    await push(project, store, left)
  }
}

async function makeSite(): Promise<Project> {
  const project = await makeProject({
    'articles/storm.md': article('Storm'),
    'articles/calm.md': article('Calm'),
  })
  projects.push(project)
  return project
}

type Options = CollectOptions & { now?: number; confirm?: (lines: readonly string[]) => Promise<boolean> }

/** What a collection that went on after the question says. */
const lines = (outcome: Awaited<ReturnType<typeof collect>>): string[] =>
  'removed' in outcome ? reportCollected(outcome) : []

/** Plans, asks and collects, as the command does. */
async function collect(
  store: Store,
  { now = NOW, confirm = async () => true, wait = async () => {}, signal }: Options = {},
) {
  const plan = await planGc(store, now)
  if (!plan) return { state: 'empty' as const }
  if (plan.waste.count === 0) return { state: 'nothing' as const }
  if (!(await confirm(reportCollection(plan)))) return { state: 'declined' as const }
  return collectNow(store, plan, { wait, signal })
}

async function namedBy(store: Store, sequences: readonly number[]): Promise<Set<string>> {
  const named = new Set<string>([keys.current, keys.forgotten])
  for (const sequence of sequences) {
    const { edition } = JSON.parse((await store.get(keys.push(sequence))) ?? '')
    const body = await readEdition(store, edition)
    for (const key of namedKeys(edition, body, await readTables(store, body))) named.add(key)
    named.add(keys.push(sequence))
  }
  return named
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)

describe('gc', () => {
  test('removes exactly the values that the last 20 pushes and the last 30 days do not name', async () => {
    const project = await makeSite()
    const { store, values } = agedStore()
    await project.write({
      'images/a.png': PNG,
      'articles/old.md': article('Old', { image: { src: 'a.png', alt: 'A' } }),
    })
    await push(project, store, 90)
    await project.remove('articles/old.md')
    await push(project, store, 80)
    await project.write({ 'articles/calm.md': article('Calm again') })
    await push(project, store, 40)
    await pushOften(project, store, 22)
    // 25 pushes: number 3 was live 30 days ago, 6 to 25 are the last 20.
    const named = await namedBy(store, range(3, 25))
    const waste = [...values.keys()].filter((key) => !named.has(key))
    expect(waste.length).toBeGreaterThan(8)
    const pictures = waste
      .filter((key) => key.startsWith('media/'))
      .map((key) => values.get(key)?.length ?? 0)

    let said: readonly string[] = []
    const confirm = async (lines: readonly string[]): Promise<boolean> => {
      said = lines
      expect(values.has(keys.forgotten)).toBe(false)
      return true
    }
    const outcome = await collect(store, { confirm })
    expect([...values.keys()].sort()).toEqual([...named].sort())
    expect(outcome).toEqual({ state: 'collected', kept: 3, removed: waste.length, bytes: sum(pictures) })
    expect(said.join('\n')).toMatch(
      /^\d+ values to be removed:\n {2}2 pushes\n {2}2 editions\n {2}\d+ list pages\n {2}2 months of the archive\n {2}\d+ versions of articles\n {2}3 files of pictures, \d+ bytes\nWhat stays: every push from number 3 of 20/,
    )
    expect(lines(outcome)[0]).toMatch(
      /^Removed \d+ values, \d+ bytes of pictures among them\. Push 3 is the oldest/,
    )
    expect(await collect(store)).toEqual({ state: 'nothing' })
  })

  test('keeps young values, and values of unknown age', async () => {
    const { store, values } = agedStore()
    await push(await makeSite(), store, 0)
    const written = (daysAgo: number): number => Math.floor((NOW - daysAgo * DAY) / 1000)
    await store.put([
      { key: keys.article('0'.repeat(32)), value: '{}', metadata: { written: written(0.9) } },
      { key: keys.article('1'.repeat(32)), value: '{}', metadata: { written: written(1.1) } },
      { key: keys.list('2'.repeat(32)), value: '{}' },
      {
        key: keys.media('3'.repeat(32), 'original.png'),
        value: PNG,
        metadata: { bytes: 5, written: written(3) },
      },
    ])
    const before = new Set(values.keys())
    let said: readonly string[] = []
    const confirm = async (lines: readonly string[]): Promise<boolean> => {
      said = lines
      return true
    }
    expect(await collect(store, { confirm })).toMatchObject({ removed: 2, bytes: 5, kept: 1 })
    expect([...before.difference(new Set(values.keys()))]).toEqual([
      keys.article('1'.repeat(32)),
      keys.media('3'.repeat(32), 'original.png'),
    ])
    expect(said).toEqual(
      expect.arrayContaining([
        'Unused, and kept until it is a day old: 1 value.',
        'Unused, and kept because its age is not known: 1 value.',
      ]),
    )
  })

  test('uses the clock of the store', async () => {
    const { store } = agedStore()
    await push(await makeSite(), store, 0)
    const written = Math.floor((NOW - 2 * DAY) / 1000)
    await store.put([{ key: keys.article('1'.repeat(32)), value: '{}', metadata: { written } }])
    const slow = { ...store, clockOffset: async () => -1.5 * DAY }
    expect(await collect(slow)).toEqual({ state: 'nothing' })
  })

  test('writes and removes nothing when the answer is no, or before the first push', async () => {
    const project = await makeSite()
    const { store, values } = agedStore()
    expect(await collect(store)).toEqual({ state: 'empty' })
    await push(project, store, 0)
    await store.put([{ key: keys.list('1'.repeat(32)), value: '{}', metadata: { written: 1 } }])
    const before = [...values]
    expect(await collect(store, { confirm: async () => false })).toEqual({ state: 'declined' })
    expect([...values]).toEqual(before)
  })

  test('writes what it forgets before it waits, and never keeps a forgotten push again', async () => {
    const project = await makeSite()
    const { store, values } = agedStore()
    await pushOften(project, store, 34)
    const waited: number[] = []
    const wait = async (milliseconds: number): Promise<void> => {
      waited.push(milliseconds)
      expect(JSON.parse(String(values.get(keys.forgotten)))).toEqual({ before: 4, began: NOW })
      expect(values.has(keys.push(3))).toBe(true)
    }
    expect(await collect(store, { wait })).toMatchObject({ kept: 4 })
    expect(waited).toEqual([120_000])
    expect(JSON.parse(String(values.get(keys.forgotten)))).toMatchObject({
      before: 4,
      ended: expect.any(Number),
    })
    const live = await readCurrent(store)
    if (!live) throw new Error('Nothing is live')
    await expect(pushNumbered(store, live, 3)).rejects.toThrow(/^Push 3 is not kept any more/)
    expect((await pushNumbered(store, live, 4)).push.sequence).toBe(4)
  })

  test('keeps an edition that is pushed or rolled back to while it waits', async () => {
    const project = await makeSite()
    const { store } = agedStore()
    await project.write({ 'articles/fog.md': article('Fog') })
    await push(project, store, 90)
    const first = await readCurrent(store)
    await project.remove('articles/fog.md')
    await push(project, store, 80)
    await pushOften(project, store, 24)
    const old = first?.body.articles
    if (!first || !old || !('rows' in old)) throw new Error('The table is whole')
    const fog = keys.article(old.rows.fog?.record ?? '')
    // The same article is published once more, and the first push comes back: two desks have not heard of gc yet.
    const wait = async (): Promise<void> => {
      await project.write({ 'articles/fog.md': article('Fog') })
      await expect(push(project, store, 0)).rejects.toThrow(/gc is running/)
      const get: Store['get'] = async (key) => (key === keys.forgotten ? null : store.get(key))
      await push(project, { ...store, get }, 0)
      const live = await readCurrent(store)
      const note = { edition: first.edition, author: 'Ben', message: '', time: NOW, rollback: 1 }
      await replaceCurrent(store, { live, next: first, push: note, memory: openMemory(project.root, store) })
    }
    expect(await collect(store, { wait })).toMatchObject({ state: 'collected', kept: 2 })
    const live = await readCurrent(store)
    const named = await namedBy(store, range(2, live?.sequence ?? 0))
    expect(named).toContain(fog)
    for (const key of named) expect([key, (await store.getBytes(key)) !== null]).toEqual([key, true])
  })

  test('keeps a value that an unfinished push has uploaded again', async () => {
    const project = await makeSite()
    const { store, values, metadata } = agedStore()
    await push(project, store, 0)
    const key = keys.article('1'.repeat(32))
    await store.put([{ key, value: '{}', metadata: { written: 1 } }])
    await store.put([{ key: keys.article('2'.repeat(32)), value: '{}', metadata: { written: 1 } }])
    const wait = async (): Promise<void> => {
      metadata.set(key, { written: Math.floor(NOW / 1000) })
    }
    expect(await collect(store, { wait })).toMatchObject({ removed: 1 })
    expect(values.has(key)).toBe(true)
  })

  test('removes nothing while the values of a kept push are unknown', async () => {
    const project = await makeSite()
    const { store, values } = agedStore()
    await pushOften(project, store, 2)
    await store.put([{ key: keys.list('1'.repeat(32)), value: '{}', metadata: { written: 1 } }])
    const { edition } = JSON.parse(String(values.get(keys.push(1))))
    const lose = async (): Promise<void> => {
      values.delete(keys.edition(edition))
    }
    await expect(collect(store, { wait: lose })).rejects.toThrow(
      /^Nothing was removed: the store lacks edition/,
    )
    // It does not seem to be at work still.
    expect(JSON.parse(String(values.get(keys.forgotten)))).toHaveProperty('ended')
    await expect(collect(store)).rejects.toThrow(
      new RegExp(
        `^Nothing was removed: the store lacks edition ${edition.slice(0, 12)} of push 1, so the values that it needs are not known`,
      ),
    )
    expect(values.has(keys.list('1'.repeat(32)))).toBe(true)
  })

  /** So much to remove that it takes more than one call. */
  const waste = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      key: keys.list(String(index).padStart(32, '0')),
      value: '{}',
      metadata: { written: 1 },
    }))
  const readForgotten = (values: Values) => JSON.parse(String(values.get(keys.forgotten)))

  test('that is stopped while it waits removes nothing, and writes that it has ended', async () => {
    const { store, values } = agedStore()
    await push(await makeSite(), store, 0)
    await store.put(waste(2))
    const stop = new AbortController()
    const wait = async (milliseconds: number, signal?: AbortSignal): Promise<void> => {
      const waited = pause(milliseconds, signal)
      stop.abort()
      await waited
    }
    const outcome = await collect(store, { wait, signal: stop.signal })
    expect(outcome).toEqual({ state: 'stopped', kept: 1, removed: 0, bytes: 0 })
    expect(lines(outcome)).toEqual([
      'Stopped: nothing was removed. Push 1 is the oldest that can be rolled back to. Run it again for the rest.',
    ])
    expect(readForgotten(values)).toHaveProperty('ended')
  })

  test('that is stopped while it removes ends after the next call, and writes that it has ended', async () => {
    const { store, values } = agedStore()
    await push(await makeSite(), store, 0)
    await store.put(waste(2_500))
    const stop = new AbortController()
    const remove: Store['remove'] = async (wanted) => {
      if (wanted.length > 0) stop.abort()
      await store.remove(wanted)
    }
    const outcome = await collect({ ...store, remove }, { signal: stop.signal })
    expect(outcome).toMatchObject({ state: 'stopped', removed: 1_000 })
    expect(lines(outcome)[0]).toMatch(/^Stopped: 1,000 values of them are removed\. /)
    expect(readForgotten(values)).toHaveProperty('ended')
    expect(await collect(store)).toMatchObject({ state: 'collected', removed: 1_500 })
  })

  // Where it had removed all, the next one found nothing to do, and every push was refused for an hour.
  test('that was killed is marked as ended by the next gc, even if there is nothing to remove', async () => {
    const project = await makeSite()
    const { store, values } = agedStore()
    await pushOften(project, store, 2)
    const began = Date.now() - 5 * 60_000
    const killed = { before: 1, began }
    await store.put([{ key: keys.forgotten, value: JSON.stringify(killed) }])
    await project.write({ 'articles/fog.md': article('Fog') })
    const message =
      'Nothing was published: gc is running (it began 5 minutes ago). Run the command again in a few ' +
      'minutes. If gc was interrupted, run npm run gc on the same target'
    await expect(push(project, store, 0)).rejects.toThrow(message)
    await expect(preview({ root: project.root, store, time: NOW, note: { author: 'Ann' } })).rejects.toThrow(
      message,
    )
    expect(await collect(store)).toEqual({ state: 'nothing' })
    expect(readForgotten(values)).toEqual({ ...killed, ended: expect.any(Number) })
    const ended = values.get(keys.forgotten)
    expect(await collect(store)).toEqual({ state: 'nothing' })
    expect(values.get(keys.forgotten)).toBe(ended)
    await push(project, store, 0)
  })

  test('without anything to remove does not mark another gc as ended that began meanwhile', async () => {
    const { store, values } = agedStore()
    await push(await makeSite(), store, 0)
    await store.put([{ key: keys.forgotten, value: JSON.stringify({ before: 1, began: NOW - DAY }) }])
    const other = { before: 1, began: NOW }
    let isFirst = true
    const get: Store['get'] = async (key) => {
      const text = await store.get(key)
      if (key === keys.forgotten && isFirst) values.set(key, JSON.stringify(other))
      isFirst &&= key !== keys.forgotten
      return text
    }
    expect(await collect({ ...store, get })).toEqual({ state: 'nothing' })
    expect(readForgotten(values)).toEqual(other)
  })

  test('that ended during an upload stops the push, which can be run again at once', async () => {
    const project = await makeSite()
    const { store } = agedStore()
    await push(project, store, 1)
    await project.write({ 'articles/fog.md': article('Fog') })
    const put: Store['put'] = async (all, onWritten) => {
      await store.put(all, onWritten)
      await store.put([{ key: keys.forgotten, value: JSON.stringify({ before: 1, began: 1, ended: 2 }) }])
    }
    await expect(push(project, { ...store, put }, 0)).rejects.toThrow(
      'Nothing was published: gc has removed old values since this command began. Run it again',
    )
    await push(project, store, 0)
  })

  test('reads shared parts once for each of its two looks', async () => {
    const files = Array.from({ length: 400 }, (_, index) => {
      const date = new Date(Date.UTC(2026, 0, 1, index)).toISOString()
      return [`articles/n-${index}.md`, article(`N ${index}`, { date, tags: [`T ${index % 7}`] })] as const
    })
    const project = await makeProject(Object.fromEntries(files))
    projects.push(project)
    const { store, values } = agedStore()
    await push(project, store, 3)
    await pushOften(project, store, 2)
    const asked: string[] = []
    const counting: Store = {
      ...store,
      getMany: (wanted) => {
        asked.push(...wanted.filter((key) => key.startsWith('part/')))
        return store.getMany(wanted)
      },
    }
    await store.put([{ key: keys.list('1'.repeat(32)), value: '{}', metadata: { written: 1 } }])
    const before = values.size
    expect(await collect(counting)).toMatchObject({ removed: 1 })
    expect(values.size).toBe(before)
    expect(asked.length).toBeGreaterThan(3)
    expect(asked.length).toBe(2 * new Set(asked).size)
  })
})

describe('the command, stopped', () => {
  /** Runs it until it waits, in the place of one that has two values to remove. */
  async function waiting() {
    const project = await makeSite()
    const standin = await startStandin({ root: project.root, millisecondsPerWrite: 0 })
    const store = await openCloudflareStore(project.root, { env: standin.env })
    await push(project, store, 0)
    await store.put(
      [1, 2].map((n) => ({ key: keys.list(`${n}`.repeat(32)), value: '{}', metadata: { written: 1 } })),
    )
    const home = { HOME: project.root, XDG_CONFIG_HOME: project.root, PATH: process.env.PATH ?? '' }
    const main = join(import.meta.dirname, '../../src/publish/main.ts')
    const child = spawn(process.execPath, [main, 'gc', '--sure'], {
      cwd: project.root,
      env: { ...home, ...standin.env },
    })
    const printed = { out: '', err: '' }
    child.stdout.on('data', (chunk) => {
      printed.out += chunk
    })
    child.stderr.on('data', (chunk) => {
      printed.err += chunk
    })
    const exit = once(child, 'exit')
    await vi.waitFor(() => expect(printed.out).toContain('Waiting 120 seconds'), { timeout: 20_000 })
    const forgotten = async () => JSON.parse((await store.get(keys.forgotten)) ?? '')
    expect(await forgotten()).not.toHaveProperty('ended')
    const ended = async (): Promise<unknown[]> => [...(await exit), 'ended' in (await forgotten())]
    return { child, printed, standin, ended }
  }

  test.each(['SIGINT', 'SIGTERM'] as const)('by %s, says that it has ended', async (signal) => {
    const { child, printed, standin, ended } = await waiting()
    try {
      child.kill(signal)
      // npm passes the same one on at once.
      child.kill(signal)
      expect(await ended()).toEqual([1, null, true])
      expect(printed.err).toMatch(/^\nStopping after the current call/)
      expect(printed.out).toContain('Stopped: nothing was removed.')
    } finally {
      child.kill('SIGKILL')
      await standin.stop()
    }
  })

  test('by closing the terminal, writes that it has ended', async () => {
    const { child, standin, ended } = await waiting()
    try {
      child.stdout.destroy()
      child.stderr.destroy()
      child.kill('SIGHUP')
      expect(await ended()).toEqual([1, null, true])
    } finally {
      child.kill('SIGKILL')
      await standin.stop()
    }
  })

  test('by a second Ctrl+C, ends at once', async () => {
    const { child, standin, ended } = await waiting()
    try {
      standin.onCall = () => ({ kind: 'hang' })
      child.kill('SIGINT')
      await sleep(1_200)
      child.kill('SIGINT')
      standin.onCall = null
      expect(await ended()).toEqual([130, null, false])
    } finally {
      child.kill('SIGKILL')
      await standin.stop()
    }
  })
})

describe('after a collection in the local store', () => {
  test('every page is served, a preview is, and a kept push comes back whole', async () => {
    const site = await startSite({
      files: { ...SITE_FILES, 'articles/calm.md': article('Calm') },
      time: NOW - 50 * DAY,
    })
    try {
      const { store } = site
      await site.write({ 'articles/secret.md': article('Secret') })
      await push(site, store, 45)
      const secret = await site.current()
      const made = await preview({ root: site.root, store, time: NOW, note: { author: 'Ann' } })
      if (made.state !== 'previewed') throw new Error('There is no preview')
      await site.write({ 'articles/secret.md': article('Secret', { draft: true }) })
      await push(site, store, 40)
      await pushOften(site, store, 21)
      const outcome = await collect(store)
      expect(outcome).toMatchObject({ state: 'collected', kept: 3 })
      const left: string[] = []
      for await (const { key } of store.list('')) left.push(key)
      for (const key of [keys.push(1), keys.push(2), keys.edition(secret.edition)])
        expect(left).not.toContain(key)
      const wish = { now: NOW }
      for (const path of ['/', '/articles/calm', '/articles/storm', '/tags', '/tags/weather'])
        expect([path, (await site.get(path, wish)).status]).toEqual([path, 200])
      expect((await site.get('/articles/storm', wish)).body).toContain('Version 21.')
      const path = new URL(made.address).pathname
      for (const page of ['', 'articles/secret', 'articles/calm', 'tags/weather'])
        expect([page, (await site.get(path + page, wish)).status]).toEqual([page, 200])

      const live = await site.current()
      const { edition } = (await pushNumbered(store, live, 4)).push
      const note = { edition, author: 'Ann', message: '', time: NOW, rollback: 4 }
      const next = { edition, body: await readEdition(store, edition), takedowns: [] }
      await replaceCurrent(store, { live, next, push: note, memory: openMemory(site.root, store) })
      expect((await site.get('/articles/storm', { now: NOW + 600_000 })).body).toContain('Version 1.')
    } finally {
      await site.stop()
    }
  })
})
