// Hashes at the edge: SHA-256, cut to the length of keys. Must give the same hash as publish/hash.ts.
import { HASH_LENGTH } from '../records.ts'

/** The hash of a text, in hexadecimal. */
export async function hexHash(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  const bytes = new Uint8Array(digest, 0, HASH_LENGTH / 2)
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
