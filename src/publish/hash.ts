// Hashes of what KV holds: SHA-256, cut to 128 bits.
import { createHash, hash } from 'node:crypto'
import * as v from 'valibot'
import { canonicalJson } from '../canonical.ts'
import { HASH_LENGTH } from '../records.ts'

/** The hash of a value's canonical text. */
export function hashText(text: string): string {
  return hash('sha256', text).slice(0, HASH_LENGTH)
}

/** The hash of a record. Throws if the record does not match the schema. */
export function hashRecord<T extends v.GenericSchema>(schema: T, record: v.InferInput<T>): string {
  v.assert(schema, record)
  return hashText(canonicalJson(record))
}

/** The hash of a picture: of its original bytes and of the recipe for its variants. */
export function hashBytes(recipe: string, bytes: Uint8Array): string {
  return createHash('sha256').update(`${recipe}\n`).update(bytes).digest('hex').slice(0, HASH_LENGTH)
}
