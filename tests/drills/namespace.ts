// A KV namespace in memory, without a lock, as Cloudflare's is: processes that share it wait for their turns at the keys
// at which they meet.
import { canonicalJson } from '../../src/canonical.ts'
import { readCurrent, readTables } from '../../src/publish/stored/reading.ts'
import type { Listed, Store, Value } from '../../src/publish/stores/store.ts'
import { keys } from '../../src/records.ts'
import { namedKeys } from '../harness/named-keys.ts'
import type { Turn } from './interleave.ts'

export const DAY_MS = 86_400_000

/** Of one who is alone, or of whom nobody takes notice. */
export const FREE: Turn = async () => {}

export class Namespace {
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
      target: '',
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

/** The keys that what is live names and the namespace lacks. */
export async function holes(namespace: Namespace): Promise<string[]> {
  const store = namespace.store(async () => {})
  const current = await readCurrent(store)
  if (!current) return [keys.current]
  const tables = await readTables(store, current.body)
  return [...namedKeys(current.edition, current.body, tables)].filter((key) => !namespace.values.has(key))
}
