// Pushes that die and pushes that run at once: the live edition stays whole, and only the winner reports success.
import { rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { planRollback, rollBack } from '../../src/publish/commands/rollback.ts'
import { complete, type Outcome, prepare, publish } from '../../src/publish/publish.ts'
import { openMemory } from '../../src/publish/push/last-push.ts'
import { replaceCurrent } from '../../src/publish/push.ts'
import { readCurrent, readTables } from '../../src/publish/stored/reading.ts'
import { openLocalStore } from '../../src/publish/stores/local.ts'
import type { Store, Value } from '../../src/publish/stores/store.ts'
import { articleFile, manyArticles } from '../harness/content.ts'
import { memoryStore, type Values } from '../harness/memory-store.ts'
import { namedKeys } from '../harness/named-keys.ts'
import { makeProject, type Project } from '../harness/project.ts'

const article = (title: string): string =>
  articleFile({ title, date: '2026-02-16', authors: ['desk'], tags: ['Weather'] })
const TIME = Date.parse('2026-03-01T00:00:00Z')

let ann: Project
let ben: Project
beforeEach(async () => {
  ann = await makeProject({ 'articles/storm.md': article('Storm'), 'articles/calm.md': article('Calm') })
  ben = await makeProject({ 'articles/storm.md': article('Storm'), 'articles/fog.md': article('Fog') })
})
afterEach(() => Promise.all([ann.dispose(), ben.dispose()]))

const push = ({ root }: Project, { store, author = 'Ann' }: { store: Store; author?: string }) =>
  publish({ root, store, note: { author, message: '', time: TIME }, remove: 'any' })

/** Slugs of the articles that are live. */
async function slugsIn(values: Values): Promise<string[]> {
  const store = memoryStore(values)
  const current = await readCurrent(store)
  return current ? [...(await readTables(store, current.body)).articles.keys()] : []
}

async function expectWhole(values: Values): Promise<void> {
  const store = memoryStore(values)
  const current = await readCurrent(store)
  if (!current) return
  const named = namedKeys(current.edition, current.body, await readTables(store, current.body))
  expect([...named].filter((key) => !values.has(key))).toEqual([])
  const note = JSON.parse(String(values.get(`push/${current.sequence}`)))
  expect(note.edition).toBe(current.edition)
}

/** Puts a takedown live, as one that does not wait for the sources does. */
async function takeDown(values: Values, { root }: Project): Promise<void> {
  const store = memoryStore(values)
  const live = await readCurrent(store)
  if (!live) throw new Error('Nothing is live')
  const { format: _format, sequence: _sequence, ...same } = live
  await replaceCurrent(store, {
    live,
    next: { ...same, takedowns: [{ slug: 'storm' }] },
    push: { edition: live.edition, author: 'Ann', message: '', time: TIME, takedown: 'storm' },
    memory: openMemory(root, store),
  })
}

describe('a push that dies at any of its writes', () => {
  test.each(['the first', 'a later'])(
    '%s: leaves what was live, and the next push completes',
    async (which) => {
      const start: Values = new Map()
      if (which === 'a later') {
        await push(ann, { store: memoryStore(start) })
        await ann.write({ 'articles/gale.md': article('Gale'), 'articles/calm.md': article('Quiet') })
      }
      const live = start.get('current')
      let deaths = 0
      for (let isDead = true; isDead; ) {
        const values = new Map(start)
        let writes = 0
        const dying = memoryStore(values, async () => {
          if (writes === deaths) throw new Error('The line is dead')
          writes += 1
        })
        const outcome = await push(ann, { store: dying }).catch((error: Error) => error)
        isDead = outcome instanceof Error
        if (!isDead) break
        expect(outcome).toMatchObject({ message: 'The line is dead' })
        expect(values.get('current'), `death at write ${deaths}`).toBe(live)
        await expectWhole(values)
        expect((await push(ann, { store: memoryStore(values) })).state).toBe('pushed')
        await expectWhole(values)
        const current = await readCurrent(memoryStore(values))
        expect(current?.sequence).toBe(live === undefined ? 1 : 2)
        expect(await slugsIn(values)).toContain(live === undefined ? 'calm' : 'gale')
        deaths += 1
      }
      // Records, lists, the edition, push/<n> and current.
      expect(deaths).toBeGreaterThan(6)
    },
  )
})

test('preparing writes nothing, and completing tells its phases and how much was written', async () => {
  const steps: string[] = []
  const values: Values = new Map()
  const store = memoryStore(values, async ({ key }) => {
    steps.push(key.replace(/\/.*/, ''))
  })
  const prepared = await prepare({ root: ann.root, store, time: TIME, remove: 'any' })
  if (prepared.state !== 'ready') throw new Error(prepared.state)
  expect(prepared.plan.appearing).toHaveLength(2)
  expect(steps).toEqual([])
  const { written } = await complete(prepared, {
    note: { author: 'Ann', message: '' },
    onPhase: (phase) => steps.push(`(${phase})`),
  })
  expect(steps.filter((step, index) => step !== steps[index - 1])).toEqual([
    ...['(making)', '(uploading)', 'site', 'article', 'list', 'month', 'edition'],
    ...['(replacing)', 'push', 'current'],
  ])
  const bytes = [...values.values()].reduce((sum, value) => sum + Buffer.byteLength(value), 0)
  expect(written).toEqual({ values: values.size, bytes })
})

describe('two pushes of different editions at once', () => {
  test('without a lock: the one whose edition is not live says so', async () => {
    const values: Values = new Map()
    const bothLooked = Promise.withResolvers<void>()
    let looked = 0
    const meet = async ({ key }: { key: string }): Promise<void> => {
      if (key !== 'push/1') return
      looked += 1
      if (looked === 2) bothLooked.resolve()
      await bothLooked.promise
    }
    const outcomes = await Promise.allSettled([
      push(ann, { store: memoryStore(values, meet), author: 'Ann' }),
      push(ben, { store: memoryStore(values, meet), author: 'Ben' }),
    ])
    await expectWhole(values)
    const won = (await slugsIn(values)).includes('calm') ? 0 : 1
    expect(outcomes[won]?.status).toBe('fulfilled')
    expect(outcomes[1 - won]).toMatchObject({
      reason: {
        message: `Another push by ${['Ann', 'Ben'][won]} took the number 1 at the same moment, and readers may see its edition in place of yours. Update your checkout, so that it has what the other one published, and run the command again`,
      },
    })
  })

  // A takedown takes two numbers. A push that was planned before it writes the lower one over them.
  test('without a lock: one that may have replaced a takedown says so', async () => {
    const values: Values = new Map()
    await push(ann, { store: memoryStore(values) })
    await ann.write({ 'articles/gale.md': article('Gale') })
    const takedown = { edition: 'a'.repeat(32), author: 'Ben', message: '', time: TIME, takedown: 'storm' }
    const meet = async ({ key }: { key: string }): Promise<void> => {
      if (key === 'current') values.set('push/3', JSON.stringify(takedown))
    }
    await expect(push(ann, { store: memoryStore(values, meet) })).rejects.toThrow(
      'Push 2 is live, but it may have replaced the takedown of storm by Ben, which was made at the same moment. ' +
        'Run npm run takedown storm',
    )
  })

  test('a late answer that is older than the push is no other push', async () => {
    const values: Values = new Map()
    await push(ann, { store: memoryStore(values) })
    await ann.write({ 'articles/gale.md': article('Gale') })
    const old = new Map(values)
    const late = { ...memoryStore(values), get: memoryStore(old).get }
    expect((await push(ann, { store: late })).state).toBe('pushed')
  })

  test('into the local store: one is published, the other stopped before it wrote', async () => {
    await rm(join(ben.root, '.wrangler'), { recursive: true, force: true })
    const store = await openLocalStore(ann.root)
    await symlink(join(ann.root, '.wrangler'), join(ben.root, '.wrangler'))
    const other = await openLocalStore(ben.root)
    try {
      // Both look before either writes its last two values, if nothing keeps them apart.
      const slow = (one: Store): Store => ({
        ...one,
        put: async (values) => {
          const all: Value[] = []
          for await (const value of values) all.push(value)
          if (all.some(({ key }) => key === 'push/1')) await sleep(300)
          await one.put(all)
        },
      })
      const outcomes = await Promise.allSettled([
        push(ann, { store: slow(store) }),
        push(ben, { store: slow(other) }),
      ])
      const lost = outcomes.filter(({ status }) => status === 'rejected')
      expect(lost).toHaveLength(1)
      expect(lost[0]).toMatchObject({
        reason: {
          message: 'Another push (number 1) was made meanwhile; nothing was replaced. Run the command again',
        },
      })
      const current = await readCurrent(store)
      const won = outcomes.find(({ status }) => status === 'fulfilled') as { value: Outcome } | undefined
      expect(won?.value).toMatchObject({ live: { edition: current?.edition } })
    } finally {
      await Promise.all([store.close(), other.close()])
    }
  })
})

describe('a takedown beside later pushes', () => {
  const FROM = Date.parse('2026-02-15T23:00:00Z')
  const takedownsOf = async (values: Values) => (await readCurrent(memoryStore(values)))?.takedowns

  test('is put there by two writes, and stays over what is pushed later, with the lists that count it', async () => {
    const values: Values = new Map()
    await push(ann, { store: memoryStore(values) })
    const before = new Map(values)
    await takeDown(values, ann)
    const written = [...values].filter(([key, value]) => before.get(key) !== value).map(([key]) => key)
    expect(written.sort()).toEqual(['current', 'push/2'])
    expect(JSON.parse(String(values.get('push/2')))).toMatchObject({ takedown: 'storm', before: 1 })
    await expectWhole(values)

    expect((await push(ann, { store: memoryStore(values) })).state).toBe('unchanged')
    await ann.write({
      'articles/storm.md': articleFile({
        title: 'Storm',
        date: '2026-02-16',
        tags: ['Sea', 'Wind'],
        expires: '2026-12-31',
      }),
    })
    expect((await push(ann, { store: memoryStore(values) })).state).toBe('pushed')
    const until = Date.parse('2026-12-31T23:00:00Z')
    expect(await takedownsOf(values)).toEqual([
      { slug: 'storm', counted: { from: FROM, until, lists: ['sea', 'wind'] } },
    ])

    await ann.remove('articles/storm.md')
    await push(ann, { store: memoryStore(values) })
    expect(await takedownsOf(values)).toEqual([{ slug: 'storm' }])
  })

  test('is seen again only when that is said', async () => {
    const values: Values = new Map()
    await push(ann, { store: memoryStore(values) })
    await takeDown(values, ann)
    const again = {
      root: ann.root,
      store: memoryStore(values),
      remove: 'any' as const,
      note: { author: 'Ann', message: '', time: TIME },
    }
    await expect(publish({ ...again, restore: ['calm'] })).rejects.toThrow(
      '--restore calm names no article that was taken down. There is: storm',
    )
    expect(await publish({ ...again, restore: ['storm'] })).toMatchObject({
      state: 'pushed',
      live: { sequence: 3, takedowns: [] },
    })
  })

  test('is not told as new or changed', async () => {
    const values: Values = new Map()
    await push(ann, { store: memoryStore(values) })
    await takeDown(values, ann)
    await ann.write({ 'articles/storm.md': article('Another storm') })
    expect(await push(ann, { store: memoryStore(values) })).toMatchObject({
      state: 'pushed',
      plan: { appearing: [], changed: [], disappearing: [] },
    })
  })
})

describe('content that was not changed', () => {
  const HOUR = 3_600_000
  const DAY = 24 * HOUR
  const pushAt = (store: Store, time: number) =>
    publish({
      root: ann.root,
      store,
      note: { author: 'Ann', message: '', time },
      remove: 'any',
    })

  // One article appears an hour after the push, and one expires.
  beforeEach(() =>
    ann.write({
      'articles/gale.md': articleFile({ title: 'Gale', date: new Date(TIME + HOUR).toISOString() }),
      'articles/mist.md': articleFile({
        title: 'Mist',
        date: '2026-02-16',
        expires: new Date(TIME + HOUR).toISOString(),
      }),
    }),
  )

  async function expectUnchanged(values: Values, after: number): Promise<void> {
    const before = new Map(values)
    expect((await pushAt(memoryStore(values), TIME + after)).state).toBe('unchanged')
    expect(values).toEqual(before)
  }

  test.each([
    ['two hours', 2 * HOUR],
    ['a day', DAY],
    ['a month', 31 * DAY],
  ])('is not pushed again after %s, and content that was changed is', async (_, after) => {
    const values: Values = new Map()
    await pushAt(memoryStore(values), TIME)
    await expectUnchanged(values, after)
    await ann.write({ 'articles/calm.md': article('Quiet') })
    expect((await pushAt(memoryStore(values), TIME + after)).state).toBe('pushed')
    await expectUnchanged(values, 2 * after)
  })

  test('is not pushed again after a rollback to it, and after a takedown', async () => {
    const values: Values = new Map()
    const store = memoryStore(values)
    const memory = openMemory(ann.root, store)
    await pushAt(store, TIME)
    await ann.write({ 'articles/calm.md': article('Quiet') })
    const later = await pushAt(store, TIME + DAY)
    if (later.state !== 'pushed') throw new Error(later.state)
    const plan = await planRollback({ store, live: later.live, now: TIME + DAY })
    if (!plan) throw new Error('There is nothing to go back to')
    const note = { author: 'Ann', message: '', time: TIME + 2 * DAY }
    await rollBack(store, plan, { note, memory })
    await ann.write({ 'articles/calm.md': article('Calm') })
    await expectUnchanged(values, 3 * DAY)
    await takeDown(values, ann)
    await expectUnchanged(values, 31 * DAY)
  })
})

describe('an edition', () => {
  const LATER = TIME + 86_400_000 * 40
  const pushAt = (store: Store, time: number) =>
    publish({
      root: ann.root,
      store,
      note: { author: 'Ann', message: '', time },
      remove: 'any',
    })

  /** Pushes what Ann's folder has at one instant; the hash of the edition that is live then. */
  async function editionAfter(history: (store: Store) => Promise<void>): Promise<string> {
    const store = memoryStore()
    await history(store)
    await ann.write({ ...FINAL, 'articles/last.md': article('Last') })
    const outcome = await pushAt(store, LATER)
    expect(outcome.state).toBe('pushed')
    return outcome.state === 'pushed' ? outcome.live.edition : ''
  }
  const FINAL = manyArticles(60, { last: TIME + 86_400_000 * 30, tags: ['A', 'B', 'C'], each: 2 })

  test('is the same after any history of the same content', async () => {
    const names = Object.keys(FINAL)
    const atOnce = await editionAfter(async () => {})
    const oneByOne = await editionAfter(async (store) => {
      for (const name of [...names, 'articles/last.md']) await ann.remove(name)
      for (const [index, name] of names.entries()) {
        await ann.write({ [name]: FINAL[name] ?? '' })
        if (index % 6 === 0) await pushAt(store, TIME + index * 86_400_000)
      }
    })
    const othersHidden = await editionAfter(async (store) => {
      await ann.remove('articles/last.md')
      const memory = openMemory(ann.root, store)
      await pushAt(store, TIME)
      await ann.write({ 'articles/other.md': article('Other'), [names[3] ?? '']: article('Changed') })
      const second = await pushAt(store, TIME + 1)
      if (second.state !== 'pushed') throw new Error(second.state)
      const plan = await planRollback({ store, live: second.live, now: TIME + 2 })
      if (!plan) throw new Error('There is nothing to go back to')
      const note = { author: 'Ann', message: '', time: TIME + 2 }
      const live = await rollBack(store, plan, { note, memory })
      const next = { edition: live.edition, body: live.body, takedowns: [{ slug: 'other' }] }
      const push = { ...note, edition: live.edition, takedown: 'other' }
      await replaceCurrent(store, { live, next, push, memory })
      await ann.remove('articles/other.md')
    })
    expect([oneByOne, othersHidden]).toEqual([atOnce, atOnce])
  })
})

describe('a publisher whose clock is wrong', () => {
  test.each([
    [61_000, /clock is 61 seconds behind the clock of the store in memory/],
    [-3 * 3_600_000, /clock is 3 hours ahead of the clock of the store in memory/],
  ])('by %i ms publishes nothing, and is told', async (offset, message) => {
    const values: Values = new Map()
    const store = { ...memoryStore(values), clockOffset: async () => offset }
    await expect(push(ann, { store })).rejects.toThrow(message)
    expect(values.size).toBe(0)
    await push(ann, { store: { ...store, clockOffset: async () => 59_000 } })
    expect(values.has('current')).toBe(true)
  })
})
