// Checks values against KV's limits, and gathers them into batches for a store. Pure.
import type { Value } from './store.ts'

/** A value, and its size in KV. */
export type Weighed = { value: Value; bytes: number }

/** Measures each value. Throws for a value that KV would refuse. */
export async function* weigh(values: Iterable<Value> | AsyncIterable<Value>): AsyncGenerator<Weighed> {
  for await (const value of values) yield { value, bytes: checkedBytes(value) }
}

/** Gathers items into batches of at most `most` items and `bytes` bytes. A larger item gets a batch of its own. */
export async function* batches<T extends { bytes: number }>(
  items: Iterable<T> | AsyncIterable<T>,
  { most, bytes: mostBytes }: { most: number; bytes: number },
): AsyncGenerator<T[]> {
  let batch: T[] = []
  let bytes = 0
  for await (const item of items) {
    if (batch.length >= most || (batch.length > 0 && bytes + item.bytes > mostBytes)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(item)
    bytes += item.bytes
  }
  if (batch.length > 0) yield batch
}

/** Cuts a list into slices of at most `most` items. */
export function slices<T>(items: readonly T[], most: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / most) }, (_, index) =>
    items.slice(index * most, (index + 1) * most),
  )
}

/** How messages name keys: one key by itself, several by their number. */
export function described(keys: readonly string[]): string {
  const [first] = keys
  return first !== undefined && keys.length === 1 ? first : `${keys.length} values`
}

// https://developers.cloudflare.com/kv/platform/limits/
const KEY_BYTES = 512
const METADATA_BYTES = 1024
const VALUE_BYTES = 25 * 1024 * 1024
const EXPIRY_SECONDS = 60

function checkedBytes({ key, value, metadata, expiresAfter }: Value): number {
  const refuse = (why: string): never => {
    throw new Error(`KV cannot hold ${shortened(key)}: ${why}`)
  }
  const bytes = typeof value === 'string' ? Buffer.byteLength(value) : value.byteLength
  const keyBytes = Buffer.byteLength(key)
  if (keyBytes > KEY_BYTES) refuse(`a key has at most ${KEY_BYTES} bytes, this one ${keyBytes}`)
  if (key === '' || key === '.' || key === '..') refuse('a key must not be empty, "." or ".."')
  if (bytes > VALUE_BYTES) refuse(`a value has at most 25 MiB, this one ${(bytes / 2 ** 20).toFixed(1)}`)
  const metadataBytes = metadata ? Buffer.byteLength(JSON.stringify(metadata)) : 0
  if (metadataBytes > METADATA_BYTES) {
    refuse(`metadata has at most ${METADATA_BYTES} bytes, this has ${metadataBytes}`)
  }
  if (expiresAfter !== undefined && !(Number.isInteger(expiresAfter) && expiresAfter >= EXPIRY_SECONDS)) {
    refuse(`it may expire after ${EXPIRY_SECONDS} whole seconds at the soonest, not after ${expiresAfter}`)
  }
  return bytes
}

function shortened(key: string): string {
  return key.length > 80 ? `"${key.slice(0, 80)}…"` : `"${key}"`
}
