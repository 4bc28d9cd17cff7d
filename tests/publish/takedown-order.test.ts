// A takedown hides the article first: damage, long work or a race must not delay that, and a crash must not undo it.
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { planTakedown, takeDown } from '../../src/publish/commands/takedown.ts'
import { publish } from '../../src/publish/publish.ts'
import { readCurrent } from '../../src/publish/stored/reading.ts'
import type { Store, Value } from '../../src/publish/stores/store.ts'
import { keys } from '../../src/records.ts'
import { partOf } from '../../src/tables.ts'
import { articleFile, manyArticles } from '../harness/content.ts'
import { memoryStore, type Values } from '../harness/memory-store.ts'
import { makeProject, type Project } from '../harness/project.ts'

const NOW = Date.UTC(2026, 5, 1, 12)

const projects: Project[] = []
afterEach(async () => {
  for (const project of projects.splice(0)) await project.dispose()
})

const storm = (tags: readonly string[], words = ''): Record<string, string> => ({
  'articles/storm.md': articleFile({
    title: 'The storm',
    date: '2026-05-01',
    tags,
    aliases: ['/articles/gale'],
    body: `It blew. ${words}`,
  }),
})

/** So many that the table of articles is in parts. */
const MANY = manyArticles(450, { last: NOW - 60 * 86_400_000 })

type Files = Record<string, string | Uint8Array>
type Desk = Project & { values: Values; store: Store }

/** A desk that has published. */
async function openDesk(files: Files = {}): Promise<Desk> {
  const project = await makeProject({ ...storm(['Weather', 'Docks']), ...files })
  projects.push(project)
  const values: Values = new Map()
  const desk = { ...project, values, store: memoryStore(values) }
  await push(desk)
  return desk
}

async function push({ write, root, store }: Desk, files: Files = {}): Promise<void> {
  await write(files)
  const note = { author: 'Ben', message: '', time: NOW }
  const outcome = await publish({ root, store, note, remove: 'any' })
  expect(outcome.state === 'problems' ? outcome.problems : outcome.state).toBe('pushed')
}

/** A colleague at another desk, who has the same store and the sources as they were published. */
async function colleague({ root, store }: Desk): Promise<Desk> {
  const project = await makeProject()
  projects.push(project)
  await cp(join(root, 'content'), join(project.root, 'content'), { recursive: true })
  return { ...project, values: new Map(), store }
}

const NOTE = { author: 'Ann', message: 'The lawyer called', time: NOW }

const run = async ({ root, store }: Pick<Desk, 'root' | 'store'>) =>
  takeDown(store, await planTakedown(root, store, 'storm'), NOTE)

type Call = 'get' | 'getMany' | 'put' | 'list' | 'remove'

/** A store that tells of every call before it is made. */
function watched(store: Store, before: (call: Call, keys: readonly string[]) => Promise<void>): Store {
  return {
    ...store,
    get: async (key) => before('get', [key]).then(() => store.get(key)),
    getMany: async (wanted) => before('getMany', wanted).then(() => store.getMany(wanted)),
    put: async (given, onWritten) => {
      const all: Value[] = []
      for await (const value of given) all.push(value)
      await before(
        'put',
        all.map(({ key }) => key),
      )
      await store.put(all, onWritten)
    },
    async *list(prefix) {
      await before('list', [prefix])
      yield* store.list(prefix)
    },
    remove: async (wanted) => before('remove', wanted).then(() => store.remove(wanted)),
  }
}

const slugsDown = async (store: Store): Promise<string[]> =>
  (await readCurrent(store))?.takedowns.map(({ slug }) => slug) ?? []

test('A takedown makes as many store calls after 20 pushes as after one, and removes nothing', async () => {
  const old = await openDesk(MANY)
  for (let count = 2; count <= 20; count += 1)
    await push(old, storm(['Weather', 'Docks'], `Correction ${count}.`))
  const live = await readCurrent(old.store)
  expect([live?.sequence, live && 'parts' in live.body.articles]).toEqual([20, true])
  for (const [desk, most] of [
    [await openDesk(), 10],
    [old, 16],
  ] as const) {
    const calls: Call[] = []
    const store = watched(desk.store, async (call) => {
      calls.push(call)
    })
    const before = desk.values.size
    expect((await run({ ...desk, store })).doubts).toEqual([])
    expect(calls.length).toBeLessThanOrEqual(most)
    expect(calls).not.toContain('remove')
    // The note of the push.
    expect(desk.values.size).toBe(before + 1)
  }
})

describe('a takedown succeeds despite damage:', () => {
  test.each<[string, (desk: Desk, live: NonNullable<Awaited<ReturnType<typeof readCurrent>>>) => string]>([
    [
      'the record of the article',
      (_, { body }) => {
        if (!('rows' in body.articles)) throw new Error('The table is in parts')
        return keys.article(body.articles.rows.storm?.record ?? '')
      },
    ],
    ['the note of a push', () => keys.push(1)],
    ['an older edition', (_, { edition }) => keys.edition(edition)],
  ])('%s', async (_, keyOf) => {
    const desk = await openDesk()
    const live = await readCurrent(desk.store)
    if (!live) throw new Error('Nothing is live')
    desk.values.set(keyOf(desk, live), '{')
    expect((await run(desk)).doubts).toEqual([])
    expect(await slugsDown(desk.store)).toEqual(['storm', 'gale'])
  })

  test('the part of the table that has the article', async () => {
    const desk = await openDesk(MANY)
    const articles = (await readCurrent(desk.store))?.body.articles
    desk.values.delete(keys.part((articles && 'parts' in articles && partOf(articles.parts, 'storm')) || ''))
    expect((await run(desk)).doubts).toEqual([])
    expect(await slugsDown(desk.store)).toEqual(['storm', 'gale'])
  })
})

describe('A push beside a takedown', () => {
  test.each([
    ['that did not know of it and wins is found by the second look', false],
    ['that comes after it carries it on', true],
  ])('%s', async (_, knows) => {
    const desk = await openDesk()
    const before = new Map(desk.values)
    const other = await colleague(desk)
    let isDone = false
    const store = watched(desk.store, async (call, [key]) => {
      if (isDone || call !== 'get' || key !== keys.current || (await slugsDown(desk.store)).length === 0)
        return
      isDone = true
      const own = knows ? desk.values : new Map(before)
      await push({ ...other, store: memoryStore(own) }, storm(['Cranes'], 'A late word.'))
      if (!knows)
        for (const [name, value] of own) if (before.get(name) !== value) desk.values.set(name, value)
    })
    expect((await run({ ...desk, store })).doubts).toEqual([])
    expect(isDone).toBe(true)
    const live = await readCurrent(desk.store)
    expect(live?.takedowns[0]).toMatchObject({ slug: 'storm', counted: { lists: ['cranes'] } })
  })
})

test('A takedown that died at any call has hidden the article or changed nothing live, and a second one completes it', async () => {
  const start = await openDesk()
  const first = new Map(start.values)
  const sources = await colleague(start)
  let hides = Number.POSITIVE_INFINITY
  let deaths = 0
  for (let isDead = true; isDead; deaths += 1) {
    const desk = await colleague(sources)
    const values = new Map(first)
    const store = memoryStore(values)
    let left = deaths
    const dying = watched(store, async () => {
      // A takedown tries again what another push may have hindered, so a dead line stays dead.
      if (left === 0) throw new Error('The line is dead')
      left -= 1
    })
    const outcome = await run({ ...desk, store: dying }).catch(() => null)
    isDead = outcome?.doubts.length !== 0
    const isHidden = (await slugsDown(store)).length > 0
    if (isHidden) hides = Math.min(hides, deaths)
    else
      expect([values.get(keys.current), outcome], `death at call ${deaths}`).toEqual([
        first.get(keys.current),
        null,
      ])
    expect((await run({ ...desk, store })).doubts, `death at call ${deaths}`).toEqual([])
    expect(await slugsDown(store)).toEqual(['storm', 'gale'])
  }
  expect(hides).toBeLessThan(deaths)
})
