// Pushes that die and pushes that meet: what is live stays whole, and nobody is told that he won who did not.
import { rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { namedKeys } from '../../src/publish/plan.ts'
import { openProof } from '../../src/publish/proof.ts'
import { type Outcome, publish } from '../../src/publish/publish.ts'
import { readCurrent } from '../../src/publish/push.ts'
import { openLocalStore } from '../../src/publish/stores/local.ts'
import type { Store, Value } from '../../src/publish/stores/store.ts'
import { articleFile } from '../harness/content.ts'
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

type Values = Map<string, Value['value']>

/** A store without a lock, in memory; `before` is told of every value that is about to be written. */
function memoryStore(values: Values, before: (key: string) => Promise<void> = async () => {}): Store {
  return {
    get: async (key) => {
      const value = values.get(key) ?? null
      if (value instanceof Uint8Array) throw new Error(`${key} is no text`)
      return value
    },
    put: async (all) => {
      for (const { key, value } of all) {
        await before(key)
        values.set(key, value)
      }
    },
    close: async () => {},
  }
}

async function expectWhole(values: Values): Promise<void> {
  const current = await readCurrent(memoryStore(values))
  if (!current) return
  const named = namedKeys(current.edition, current.body)
  expect([...named].filter((key) => !values.has(key))).toEqual([])
  const note = JSON.parse(String(values.get(`push/${current.sequence}`)))
  expect(note.edition).toBe(current.edition)
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
        expect(Object.keys(current?.body.articles.rows ?? {})).toContain(live === undefined ? 'calm' : 'gale')
        deaths += 1
      }
      // Records, lists, the edition, push/<n> and current.
      expect(deaths).toBeGreaterThan(6)
    },
  )
})

describe('two pushes of different editions at once', () => {
  test('without a lock: the one whose edition is not live says so', async () => {
    const values: Values = new Map()
    const bothLooked = Promise.withResolvers<void>()
    let looked = 0
    const meet = async (key: string): Promise<void> => {
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
    const current = await readCurrent(memoryStore(values))
    const won = Object.hasOwn(current?.body.articles.rows ?? {}, 'calm') ? 0 : 1
    expect(outcomes[won]?.status).toBe('fulfilled')
    expect(outcomes[1 - won]).toMatchObject({
      reason: {
        message: `Another push by ${['Ann', 'Ben'][won]} took the number 1 at the same moment, and readers may see its edition in place of yours. Update your checkout, so that it has what the other one published, and run the command again`,
      },
    })
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
          if (values.some(({ key }) => key === 'push/1')) await sleep(300)
          await one.put(values)
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
          message: 'Another push (number 1) came between; nothing was replaced. Run the command again',
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

describe('a proof that is kept open', () => {
  test('renders each new article once', async () => {
    const asked = vi.spyOn(Worker.prototype, 'postMessage')
    const proof = openProof()
    const store = memoryStore(new Map())
    const publishNow = () =>
      publish({
        root: ann.root,
        store,
        note: { author: 'Ann', message: '', time: TIME },
        remove: 'any',
        proof,
      })
    try {
      await ann.write({
        'articles/calm.md': articleFile({ title: 'Calm', date: '2026-02-16', body: 'Two.' }),
      })
      await publishNow()
      expect(asked).toHaveBeenCalledTimes(2)
      await ann.write({
        'articles/gale.md': articleFile({ title: 'Gale', date: '2026-02-16', body: 'New.' }),
      })
      expect((await publishNow()).state).toBe('pushed')
      expect(asked).toHaveBeenCalledTimes(3)
      expect((await publishNow()).state).toBe('unchanged')
      expect(asked).toHaveBeenCalledTimes(3)
    } finally {
      asked.mockRestore()
      await proof.close()
    }
  })
})
