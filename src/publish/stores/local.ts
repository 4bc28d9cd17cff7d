// The local store: the KV namespace in `.wrangler/state` that `wrangler dev` reads. Only one process writes at a time.
import { AsyncLocalStorage } from 'node:async_hooks'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { keys as kvKeys } from '../../records.ts'
import { batches, slices, weigh } from './batches.ts'
import { openLocalKv } from './local-kv.ts'
import { withLock } from './lock.ts'
import type { Store } from './store.ts'
import { readTarget } from './wrangler-toml.ts'

const BATCH = { most: 500, bytes: 32 * 1024 * 1024 }

/** Opens the local store of a project. `root` is the folder that holds wrangler.toml and `.wrangler`. */
export async function openLocalStore(root: string): Promise<Store> {
  return openLocalNamespace(root, readTarget(root).local)
}

/** Opens a namespace of a project by the name under which wrangler keeps it locally. */
export async function openLocalNamespace(root: string, namespace: string): Promise<Store> {
  const state = join(root, '.wrangler', 'state')
  await mkdir(state, { recursive: true })
  const lock = join(state, 'dateline.lock')
  // The first read creates the database. If two processes create it at once, workerd can wait for ever.
  const kv = await withLock(lock, async () => {
    const opened = openLocalKv({ folder: join(state, 'v3'), namespace })
    await opened.get(kvKeys.current)
    return opened
  })
  const holding = new AsyncLocalStorage<true>()
  const exclusive = <T>(work: () => Promise<T>): Promise<T> =>
    holding.getStore() ? work() : withLock(lock, () => holding.run(true, work))
  const getBytes = (key: string) => kv.get(key)
  return {
    name: 'the local store',
    target: 'local',
    get: async (key) => {
      const bytes = await getBytes(key)
      return bytes === null ? null : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
    },
    getMany: async (keys) => {
      const texts = new Map<string, string>()
      for (const slice of slices(keys, BATCH.most)) {
        for (const [key, text] of await kv.getMany(slice)) texts.set(key, text)
      }
      return texts
    },
    getBytes,
    // Lock for each batch only, so that other processes do not wait while a push makes its values.
    put: async (values, onWritten) => {
      for await (const batch of batches(weigh(values), BATCH)) {
        await exclusive(() => kv.put(batch.map(({ value }) => value)))
        onWritten?.(
          batch.length,
          batch.reduce((sum, { bytes }) => sum + bytes, 0),
        )
      }
    },
    list: kv.list,
    remove: async (keys) => {
      for (const slice of slices(keys, BATCH.most)) await exclusive(() => kv.remove(slice))
    },
    clockOffset: async () => 0,
    exclusive,
    close: kv.close,
  }
}
