// What a store keeps beside what is live: the pushes, their editions, and the previews.
import * as v from 'valibot'
import { Edition, keys, Preview, Push } from '../records.ts'
import { slices } from './stores/batches.ts'
import type { Store } from './stores/store.ts'

/** An edition may hold a hundred kilobytes and more; so many are in memory at once. */
const EDITIONS_AT_ONCE = 20
const PUSHES_AT_ONCE = 100

/** All pushes by number, the first one first. */
export async function listPushes(store: Pick<Store, 'list' | 'getMany'>): Promise<Map<number, Push>> {
  const numbers: number[] = []
  for await (const { key } of store.list(PUSHES)) {
    const number = Number(key.slice(PUSHES.length))
    if (Number.isSafeInteger(number) && key === keys.push(number)) numbers.push(number)
  }
  const pushes = new Map<number, Push>()
  for (const slice of slices(
    numbers.sort((a, b) => a - b),
    PUSHES_AT_ONCE,
  )) {
    const texts = await store.getMany(slice.map(keys.push))
    for (const number of slice) {
      const text = texts.get(keys.push(number))
      if (text !== undefined) pushes.set(number, v.parse(Push, JSON.parse(text)))
    }
  }
  return pushes
}

const PUSHES = keys.push(0).slice(0, -1)
const PREVIEWS = keys.preview('')

/** Editions that the store holds, by their hashes, each once; those that it does not hold are left out. */
export async function* readEditions(
  store: Pick<Store, 'getMany'>,
  hashes: Iterable<string>,
): AsyncGenerator<{ hash: string; body: Edition }> {
  for (const slice of slices([...new Set(hashes)], EDITIONS_AT_ONCE)) {
    const texts = await store.getMany(slice.map(keys.edition))
    for (const hash of slice) {
      const text = texts.get(keys.edition(hash))
      if (text !== undefined) yield { hash, body: v.parse(Edition, JSON.parse(text)) }
    }
  }
}

/** The editions of all previews that have not expired. */
export async function* readPreviews(store: Pick<Store, 'list' | 'getMany'>): AsyncGenerator<Edition> {
  const found: string[] = []
  for await (const { key } of store.list(PREVIEWS)) found.push(key)
  for (const slice of slices(found, EDITIONS_AT_ONCE)) {
    for (const text of (await store.getMany(slice)).values()) yield v.parse(Preview, JSON.parse(text)).body
  }
}
