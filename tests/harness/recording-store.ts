// A store that tells which keys were written to it.
import type { Store, Value } from '../../src/publish/stores/store.ts'

/** The store, and `written` called with the keys of every put that was done, in their order. */
export function recordingStore(store: Store, written: (keys: string[]) => void): Store {
  return {
    ...store,
    put: async (values, onWritten) => {
      const all: Value[] = []
      for await (const value of values) all.push(value)
      await store.put(all, onWritten)
      written(all.map(({ key }) => key))
    },
  }
}
