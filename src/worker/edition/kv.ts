// Reads of immutable values. A value that is missing or does not parse is read a second time, because KV may have cached
// a miss before the value arrived. If the second read fails too, the value is broken: never treat it as absent.
import { CURRENT_TTL_SECONDS, IMMUTABLE_TTL_SECONDS, keys } from '../../records.ts'
import type { Env } from '../context.ts'

/** The catalogue names a value that is missing in KV or does not parse. */
export class BrokenRecord extends Error {
  override name = 'BrokenRecord'
}

/** The longest wait for a value: after an error, the edge may still have an older page to serve. */
const WAIT_MS = 5_000

/** The `cacheTtl` of the first and the second read, in seconds: the second must not get an old cached miss. */
const CACHE_TTLS = [IMMUTABLE_TTL_SECONDS, CURRENT_TTL_SECONDS]

/** Reads and parses a text. Throws if KV fails or holds nothing that parses. */
export function readText<T>(env: Env, key: string, parse: (text: string) => T): Promise<T> {
  return readWith(CACHE_TTLS, { env, key, parse })
}

/** Reads a text for the second time, past old cached values. Throws like `readText`. */
export function readTextAgain<T>(env: Env, key: string, parse: (text: string) => T): Promise<T> {
  return readWith(CACHE_TTLS.slice(1), { env, key, parse })
}

async function readWith<T>(
  cacheTtls: readonly number[],
  { env, key, parse }: { env: Env; key: string; parse: (text: string) => T },
): Promise<T> {
  for (const cacheTtl of cacheTtls) {
    const text = await timeout(env.ARTICLES.get(key, { type: 'text', cacheTtl }), WAIT_MS)
    const parsed = tryParse(key, text, parse)
    if (parsed !== null) return parsed
  }
  throw new BrokenRecord(`KV has no valid record under ${key}`)
}

/** KV's limit for one bulk read, which counts as one operation. */
const KEYS_PER_READ = 100

/** Reads and parses texts, in the order of their keys. Throws like `readText`. */
export async function readTexts<T>(
  env: Env,
  wanted: readonly string[],
  parse: (text: string) => T,
): Promise<T[]> {
  const groups: string[][] = []
  for (let start = 0; start < wanted.length; start += KEYS_PER_READ) {
    groups.push(wanted.slice(start, start + KEYS_PER_READ))
  }
  const read = groups.map(async (group) => {
    const cacheTtl = IMMUTABLE_TTL_SECONDS
    const texts = await timeout(env.ARTICLES.get(group, { type: 'text', cacheTtl }), WAIT_MS)
    return Promise.all(
      group.map((key) => tryParse(key, texts.get(key) ?? null, parse) ?? readTextAgain(env, key, parse)),
    )
  })
  return (await Promise.all(read)).flat()
}

/** A picture's bytes and their number; null if the metadata does not hold the number. */
export type Media = { stream: ReadableStream<Uint8Array>; bytes: number | null }

/** A picture's bytes. Throws like `readText`. */
export async function readMedia(
  env: Env,
  { hash, variant }: { hash: string; variant: string },
): Promise<Media> {
  const key = keys.media(hash, variant)
  for (const cacheTtl of CACHE_TTLS) {
    const reading = env.ARTICLES.getWithMetadata<{ bytes?: unknown }>(key, { type: 'stream', cacheTtl })
    const { value, metadata } = await timeout(reading, WAIT_MS)
    const bytes = typeof metadata?.bytes === 'number' ? metadata.bytes : null
    if (value !== null) return { stream: value, bytes }
  }
  throw new BrokenRecord(`KV holds no picture under ${key}`)
}

function tryParse<T>(key: string, text: string | null, parse: (text: string) => T): T | null {
  if (text === null) return null
  try {
    return parse(text)
  } catch (error) {
    console.error(`The record under ${key} does not parse: ${error instanceof Error ? error.message : error}`)
    return null
  }
}

/** Settles like the promise, or rejects after the limit in milliseconds. Never cancels the work behind the promise. */
export async function timeout<T>(promise: Promise<T>, limit: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${limit} ms`)), limit)
  })
  try {
    return await Promise.race([promise, expired])
  } finally {
    if (timer !== undefined) clearTimeout(timer)
  }
}
