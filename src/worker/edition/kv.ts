// Reads of immutable values. A miss may have been cached where a value had not arrived yet, and half a value is as
// good as none, so each is asked for twice; what the catalogue names and KV does not hold is broken, never absent.
import { CURRENT_TTL_SECONDS, IMMUTABLE_TTL_SECONDS, keys } from '../../records.ts'
import type { Env } from '../context.ts'
import { timeout } from '../timeout.ts'

/** A value that the catalogue names and KV does not hold whole. */
export class BrokenRecord extends Error {
  override name = 'BrokenRecord'
}

/** A reader waits for a value no longer than this; a cache in front has an older page perhaps. */
const WAIT_MS = 5_000

/** The second time whatever was cached must be young. */
const LIFETIMES = [IMMUTABLE_TTL_SECONDS, CURRENT_TTL_SECONDS]

/** A text, parsed. Throws when KV fails or holds nothing that can be parsed. */
export function readText<T>(env: Env, key: string, parse: (text: string) => T): Promise<T> {
  return readWith(LIFETIMES, { env, key, parse })
}

/** A text of which the first reading was not whole. Throws like `readText`. */
export function readTextAgain<T>(env: Env, key: string, parse: (text: string) => T): Promise<T> {
  return readWith(LIFETIMES.slice(1), { env, key, parse })
}

async function readWith<T>(
  lifetimes: readonly number[],
  { env, key, parse }: { env: Env; key: string; parse: (text: string) => T },
): Promise<T> {
  for (const cacheTtl of lifetimes) {
    const text = await timeout(env.ARTICLES.get(key, { type: 'text', cacheTtl }), WAIT_MS)
    const parsed = tryParse(key, text, parse)
    if (parsed !== null) return parsed
  }
  throw new BrokenRecord(`KV holds no whole record under ${key}`)
}

/** KV answers for so many keys at once, as one operation. */
const KEYS_PER_READ = 100

/** Texts, parsed, in the order of their keys. Throws like `readText`. */
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

/** A picture's bytes, and how many there are; null where nothing tells. */
export type Media = { stream: ReadableStream<Uint8Array>; bytes: number | null }

/** A picture's bytes. Throws like `readText`. */
export async function readMedia(
  env: Env,
  { hash, variant }: { hash: string; variant: string },
): Promise<Media> {
  const key = keys.media(hash, variant)
  for (const cacheTtl of LIFETIMES) {
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
