// A store in memory, without a lock, for tests that look at every value.
import type { Store, Value } from '../../src/publish/stores/store.ts'

export type Values = Map<string, Value['value']>

/** What a desk remembers of a store lies under the store's name: the same values are the same store. */
const names = new WeakMap<Values, string>()
let stores = 0

/** A store of these values; `before` is told of every value that is about to be written. */
export function memoryStore(
  values: Values = new Map(),
  before: (value: Value) => Promise<void> = async () => {},
): Store {
  if (!names.has(values)) stores += 1
  const name = names.get(values) ?? `the store in memory ${stores}`
  names.set(values, name)
  const text = (key: string): string | null => {
    const value = values.get(key) ?? null
    if (value instanceof Uint8Array) throw new Error(`${key} is no text`)
    return value
  }
  return {
    name,
    target: '',
    get: async (key) => text(key),
    getMany: async (keys) =>
      new Map(
        keys.flatMap((key) => {
          const value = text(key)
          return value === null ? [] : [[key, value]]
        }),
      ),
    getBytes: async (key) => {
      const value = values.get(key) ?? null
      return typeof value === 'string' ? Buffer.from(value) : value
    },
    put: async (all, onWritten) => {
      for await (const value of all) {
        await before(value)
        values.set(value.key, value.value)
        onWritten?.(1, Buffer.byteLength(value.value))
      }
    },
    async *list(prefix) {
      for (const key of [...values.keys()].sort()) if (key.startsWith(prefix)) yield { key, metadata: null }
    },
    remove: async (keys) => {
      for (const key of keys) values.delete(key)
    },
    clockOffset: async () => 0,
    close: async () => {},
  }
}
