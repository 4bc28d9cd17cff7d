// Reads what a store keeps besides the live edition: pushes, their editions, previews.
import * as v from 'valibot'
import { Edition, keys, Preview, Push } from '../../records.ts'
import { slices } from '../stores/batches.ts'
import type { Store } from '../stores/store.ts'

/** An edition may have more than a hundred kilobytes; this limits how many are in memory. */
const EDITIONS_AT_ONCE = 20
const PUSHES_AT_ONCE = 100

/** All pushes by number, the first one first. */
export async function listPushes(store: Pick<Store, 'list' | 'getMany'>): Promise<Map<number, Push>> {
  const numbers: number[] = []
  for await (const { key } of store.list(PUSHES)) {
    const number = Number(key.slice(PUSHES.length))
    if (Number.isSafeInteger(number) && key === keys.push(number)) numbers.push(number)
  }
  const wanted = new Map(numbers.sort((a, b) => a - b).map((number) => [keys.push(number), number]))
  const pushes = new Map<number, Push>()
  const reading = { schema: Push, atOnce: PUSHES_AT_ONCE }
  for await (const [key, push] of readWhole(store, [...wanted.keys()], reading)) {
    pushes.set(wanted.get(key) ?? 0, push)
  }
  return pushes
}

const PUSHES = keys.push(0).slice(0, -1)
const PREVIEWS = keys.preview('')

/** Reads editions by their hashes, each once. Absent editions are left out. */
export async function* readEditions(
  store: Pick<Store, 'getMany'>,
  hashes: Iterable<string>,
): AsyncGenerator<{ hash: string; body: Edition }> {
  const wanted = new Map([...hashes].map((hash) => [keys.edition(hash), hash]))
  const reading = { schema: Edition, atOnce: EDITIONS_AT_ONCE }
  for await (const [key, body] of readWhole(store, [...wanted.keys()], reading)) {
    yield { hash: wanted.get(key) ?? '', body }
  }
}

/** The editions of all previews that have not expired. */
export async function* readPreviews(store: Pick<Store, 'list' | 'getMany'>): AsyncGenerator<Edition> {
  const found: string[] = []
  for await (const { key } of store.list(PREVIEWS)) found.push(key)
  const reading = { schema: Preview, atOnce: EDITIONS_AT_ONCE }
  for await (const [, { body }] of readWhole(store, found, reading)) yield body
}

/** Parsed values by key, read in slices. Absent values are left out. */
async function* readWhole<T>(
  store: Pick<Store, 'getMany'>,
  wanted: readonly string[],
  { schema, atOnce }: { schema: v.GenericSchema<unknown, T>; atOnce: number },
): AsyncGenerator<[key: string, value: T]> {
  for (const slice of slices(wanted, atOnce)) {
    const texts = await store.getMany(slice)
    for (const key of slice) {
      const text = texts.get(key)
      if (text !== undefined) yield [key, v.parse(schema, JSON.parse(text))]
    }
  }
}
