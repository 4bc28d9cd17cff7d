// Two pushes at once, and a push or a rollback beside gc, on a store without a lock, in every order of their steps.
import { expect, test } from 'vitest'
import { type Built, build } from '../../src/publish/build.ts'
import { watchCollections } from '../../src/publish/forgotten.ts'
import { gc } from '../../src/publish/gc.ts'
import type { Journal } from '../../src/publish/journal.ts'
import { lackingKeys, namedKeys } from '../../src/publish/lacking.ts'
import { compareTables, readCurrent, readTables } from '../../src/publish/live.ts'
import type { Memory } from '../../src/publish/memory.ts'
import { replaceCurrent, upload } from '../../src/publish/push.ts'
import { planRollback, rollBack } from '../../src/publish/rollback.ts'
import type { Listed, Store, Value } from '../../src/publish/stores/store.ts'
import { type Current, canonicalJson, keys } from '../../src/records.ts'
import { contentOf } from '../harness/content.ts'
import { type Order, runAllOrders, type Turn } from './interleave.ts'

const NOW = Date.UTC(2026, 5, 1)
const DAY_MS = 86_400_000
const NO_MEMORY: Memory = { recall: async () => null, remember: async () => {} }
const NO_JOURNAL: Journal = { read: async () => new Set(), add: async () => {}, remove: async () => {} }

const edition = (mark: string): Built =>
  build(
    contentOf(
      ['one', 'two', mark].map((slug, index) => ({
        slug,
        date: NOW - (9 - index) * DAY_MS,
        tags: ['all', slug],
      })),
    ),
    NOW,
  )

/** A namespace without a lock, as Cloudflare's is. */
class Namespace {
  /** The keys, and the beginnings of keys in bulk, at which processes meet. */
  meets = /^(?:current|forgotten|article\/)$/
  values = new Map<string, { value: string; written: number | undefined }>()

  store(turn: Turn): Store {
    const { values } = this
    const meet = async (step: string, key: string): Promise<void> => {
      if (this.meets.test(key)) await turn(`${step} ${key}`)
    }
    const get = async (key: string): Promise<string | null> => {
      await meet('get', key)
      return values.get(key)?.value ?? null
    }
    return {
      name: 'the namespace',
      get,
      getMany: async (wanted) =>
        new Map(wanted.flatMap((key) => (values.has(key) ? [[key, values.get(key)?.value ?? '']] : []))),
      getBytes: async () => null,
      put: async (given) => {
        const all: Value[] = []
        for await (const value of given) all.push(value)
        const kind = all.some(({ key }) => key.startsWith('article/')) ? 'article/' : (all[0]?.key ?? '')
        await meet('put', kind)
        for (const { key, value, metadata } of all) {
          values.set(key, { value: String(value), written: metadata?.written as number | undefined })
        }
      },
      list: (prefix) => list(values, prefix, () => meet('list', prefix)),
      remove: async (wanted) => {
        if (wanted.some((key) => key.startsWith('article/'))) await meet('remove', 'article/')
        for (const key of wanted) values.delete(key)
      },
      clockOffset: async () => 0,
      close: async () => {},
    }
  }

  /** A day passes. */
  age(): void {
    for (const [key, entry] of this.values) {
      if (entry.written !== undefined) entry.written -= DAY_MS / 1000
      if (!key.startsWith('push/')) continue
      const note = JSON.parse(entry.value) as { time: number }
      entry.value = canonicalJson({ ...note, time: note.time - DAY_MS })
    }
  }

  clone(): Namespace {
    const clone = new Namespace()
    for (const [key, entry] of this.values) clone.values.set(key, { ...entry })
    return clone
  }
}

async function* list(
  values: Namespace['values'],
  prefix: string,
  meet: () => Promise<void>,
): AsyncGenerator<Listed> {
  await meet()
  for (const [key, { written }] of [...values]) {
    if (key.startsWith(prefix)) yield { key, metadata: written === undefined ? null : { written } }
  }
}

async function push(store: Store, built: Built, author: string): Promise<Current> {
  const assertUndisturbed = await watchCollections(store)
  const live = await readCurrent(store)
  const changes = await compareTables(store, live?.body ?? null, built)
  await upload(store, { built, lacking: lackingKeys(live, built, changes), journal: NO_JOURNAL })
  await assertUndisturbed()
  const next = { edition: built.hash, body: built.body, takedowns: [] }
  const note = { author, message: '', time: Date.now() }
  return replaceCurrent(store, { live, next, push: { edition: built.hash, ...note }, memory: NO_MEMORY })
}

/** The keys that what is live names and the namespace lacks. */
async function holes(namespace: Namespace): Promise<string[]> {
  const store = namespace.store(async () => {})
  const current = await readCurrent(store)
  if (!current) return [keys.current]
  const tables = await readTables(store, current.body)
  return [...namedKeys(current.edition, current.body, tables)].filter((key) => !namespace.values.has(key))
}

const FREE: Turn = async () => {}
const [FIRST, OLD, ANNAS, BENS] = [edition('first'), edition('old'), edition('annas'), edition('bens')]

/** A namespace in which one edition was published long ago, and two others by turns every day since. */
async function history(days: number): Promise<Namespace> {
  const namespace = new Namespace()
  await push(namespace.store(FREE), ANNAS, 'setup')
  for (let day = 0; day < days; day += 1) {
    namespace.age()
    await push(namespace.store(FREE), day % 2 === 0 ? OLD : FIRST, 'setup')
  }
  return namespace
}

const told = (results: Order['results']): Current[] =>
  results.flatMap((result) =>
    result.status === 'fulfilled' && result.value ? [result.value as Current] : [],
  )

test('two pushes at once leave a whole site, and hardly ever replace one of them unnoticed', async () => {
  let [both, neither, unnoticed] = [0, 0, 0]
  const before = new Namespace()
  await push(before.store(FREE), FIRST, 'setup')
  const count = await runAllOrders(async () => {
    const namespace = before.clone()
    namespace.meets = /^(?:current|push\/.+)$/
    return {
      processes: {
        anna: (turn) => push(namespace.store(turn), ANNAS, 'anna'),
        ben: (turn) => push(namespace.store(turn), BENS, 'ben'),
      },
      check: async ({ steps, results }) => {
        expect(await holes(namespace), steps.join('\n')).toEqual([])
        const live = await readCurrent(namespace.store(FREE))
        const won = told(results)
        if (won.length === 0) neither += 1
        if (won.length === 2 && won[0]?.sequence !== won[1]?.sequence) both += 1
        for (const { sequence, edition } of won) {
          if (sequence === live?.sequence && edition !== live.edition) {
            unnoticed += 1
            // Only who has looked before the other one wrote, and long before, can be told so.
            const [last, put] = ['get current', 'put current'].map((step) =>
              steps.findLastIndex((one) => one.endsWith(step)),
            )
            expect(put, steps.join('\n')).toBeLessThan(last ?? 0)
          }
        }
      },
    }
  })
  console.log(
    `${count} orders of two pushes: one after the other in ${both}, both told to run again in ${neither}, one replaced unnoticed in ${unnoticed}`,
  )
  expect(count).toBeGreaterThan(500)
}, 60_000)

test('a push beside gc leaves a whole site', async () => {
  let [removed, through, slow] = [0, 0, 0]
  // What the push brings was published once, and nothing that is kept names it any more.
  const before = await history(40)
  const count = await runAllOrders(async () => {
    const namespace = before.clone()
    return {
      processes: {
        gc: (turn) => gcWith(namespace, turn),
        push: (turn) => push(namespace.store(turn), ANNAS, 'anna'),
      },
      check: async ({ steps, results }) => {
        // As with a rollback: what was made sure of is good for as long as gc waits.
        if ((await holes(namespace)).length > 0) {
          expect(isSlow(steps), steps.join('\n')).toBe(true)
          slow += 1
        }
        if (!namespace.values.has(keys.push(1))) removed += 1
        if (told([results[1] as PromiseSettledResult<unknown>]).length > 0) through += 1
      },
    }
  })
  console.log(
    `${count} orders of a push and gc: gc went to its end in ${removed}, the push in ${through}; broken in ${slow}, where the push was slower than gc waits`,
  )
  expect(through).toBeGreaterThan(0)
  expect(removed).toBeGreaterThan(0)
}, 120_000)

test('a rollback beside gc leaves a whole site', async () => {
  let [back, refused, slow] = [0, 0, 0]
  const before = await history(40)
  const count = await runAllOrders(async () => {
    const namespace = before.clone()
    return {
      processes: {
        gc: (turn) => gcWith(namespace, turn),
        rollback: async (turn) => {
          const store = namespace.store(turn)
          const live = await readCurrent(store)
          if (!live) throw new Error('Nothing is live')
          const plan = await planRollback({ store, live, to: 1, now: Date.now() })
          if (!plan) throw new Error('Nothing to go back to')
          return rollBack(store, plan, {
            note: { author: 'anna', message: '', time: Date.now() },
            memory: NO_MEMORY,
          })
        },
      },
      check: async ({ steps, results }) => {
        if ((await holes(namespace)).length > 0) {
          expect(isSlow(steps), steps.join('\n')).toBe(true)
          slow += 1
        }
        if (results[1]?.status === 'fulfilled') back += 1
        else refused += 1
      },
    }
  })
  console.log(
    `${count} orders of a rollback and gc: back in ${back}, refused in ${refused}; broken in ${slow}, where the rollback was slower than gc waits`,
  )
  expect(back).toBeGreaterThan(0)
  expect(refused).toBeGreaterThan(0)
}, 120_000)

/** gc, with its wait as a step. */
function gcWith(namespace: Namespace, turn: Turn): Promise<unknown> {
  const wait = (): Promise<void> => turn('wait')
  return gc({ store: namespace.store(turn), now: Date.now(), confirm: async () => true, wait })
}

/** Whether two minutes lay between what the other process last made sure of and what it wrote then. */
function isSlow(steps: readonly string[]): boolean {
  const at = (step: string): number =>
    steps.findLastIndex((one) => one.endsWith(`: ${step}`) && !one.startsWith('gc'))
  const forgot = steps.indexOf('gc: put forgotten')
  const waited = steps.indexOf('gc: wait')
  return at('get forgotten') < forgot && at('put current') > waited
}
