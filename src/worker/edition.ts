// The one door to KV for all but `current`: what the live edition has, and its records, all projected to the
// request's moment.
import * as v from 'valibot'
import { type Changes, changesOf, isVisible, project } from '../projection.ts'
import {
  type ArticleEntry,
  CURRENT_TTL_SECONDS,
  IMMUTABLE_TTL_SECONDS,
  keys,
  type ListPages,
  type MediaEntry,
  type Table,
  type TagEntry,
} from '../records.ts'
import type { Door, LiveEdition } from './current.ts'
import { within } from './within.ts'

/** A record that the catalogue names and KV does not hold whole. */
export class BrokenRecord extends Error {
  override name = 'BrokenRecord'
}

/** An article's entry; 'gone' when it expired or was taken away; null when there is none, or none yet. */
export function findArticle({ current, moment }: LiveEdition, slug: string): ArticleEntry | 'gone' | null {
  const entry = row(current.body.articles, slug)
  // Whatever is to become of it: what has not appeared yet must not be known by a 410.
  if (entry && entry.from > moment.opens) return null
  if (moment.takedowns.has(slug) || row(current.body.gone, slug)) return 'gone'
  if (!entry) return null
  return isVisible(entry, moment) ? entry : 'gone'
}

/** A tag's entry, while any of its articles may be seen. */
export function findTag({ current, moment }: LiveEdition, slug: string): TagEntry | null {
  const entry = row(current.body.tags, slug)
  return entry && isVisible(entry, moment) ? entry : null
}

/** The front page and the full pages behind it. */
export function frontPages({ current }: LiveEdition): ListPages {
  return current.body.front
}

/** A picture that may be seen, and the instant at which the last article that shows it expires. */
export type Picture = Pick<MediaEntry, 'type' | 'bytes'> & { until?: number | undefined }

/** A picture, while any article that shows it may be seen. */
export function findMedia({ current, moment }: LiveEdition, hash: string, variant: string): Picture | null {
  const entry = row(current.body.media, `${hash}/${variant}`)
  const rows = entry?.shownBy.filter((shown) => isVisible(shown, moment)) ?? []
  if (!entry || rows.length === 0) return null
  const until = Math.max(...rows.map((shown) => shown.until ?? Number.POSITIVE_INFINITY))
  return { type: entry.type, bytes: entry.bytes, ...(Number.isFinite(until) ? { until } : {}) }
}

/** What an old path leads to, whether or not it may be seen. */
export function findAlias(
  { current }: LiveEdition,
  path: string,
): { article: string } | { tag: string } | null {
  return row(current.body.aliases, path)
}

/** The next instant at which any article appears, in milliseconds. */
export function nextAppearance({ appearances, moment }: LiveEdition): number | undefined {
  return appearances.find((instant) => instant > moment.closes)
}

/** A reader waits for a record no longer than this; a cache in front has an older page perhaps. */
const RECORD_WAIT_MS = 5_000

/** A record as it may be seen now, and all instants at which that changes, those to come included. */
export type Loaded<T> = { record: T; changes: () => Changes }

/** Reads a record, checks and projects it. Throws when KV fails or the record is broken. */
export async function getRecord<T extends v.GenericSchema<unknown, object>>(
  { env }: Pick<Door, 'env'>,
  { key, schema, live }: { key: string; schema: T; live: LiveEdition },
): Promise<Loaded<v.InferOutput<T>>> {
  const get = (cacheTtl: number) => within(env.ARTICLES.get(key, { type: 'text', cacheTtl }), RECORD_WAIT_MS)
  // A miss may have been cached where the record had not arrived yet, so one more read asks past it.
  const whole =
    parseRecord(key, await get(IMMUTABLE_TTL_SECONDS), schema) ??
    parseRecord(key, await get(CURRENT_TTL_SECONDS), schema)
  if (whole === null) throw new BrokenRecord(`KV holds no whole record under ${key}`)
  const record = project(whole, live.moment)
  if (record === null)
    throw new BrokenRecord(`The record under ${key} may not be seen, though the catalogue names it`)
  return { record, changes: () => changesOf(whole) }
}

/** A picture's bytes. Throws like `getRecord`. */
export async function getMedia(
  { env }: Pick<Door, 'env'>,
  { hash, variant }: { hash: string; variant: string },
): Promise<ReadableStream> {
  const key = keys.media(hash, variant)
  const get = (cacheTtl: number) =>
    within(env.ARTICLES.get(key, { type: 'stream', cacheTtl }), RECORD_WAIT_MS)
  const bytes = (await get(IMMUTABLE_TTL_SECONDS)) ?? (await get(CURRENT_TTL_SECONDS))
  if (bytes === null) throw new BrokenRecord(`KV holds no picture under ${key}`)
  return bytes
}

function parseRecord<T extends v.GenericSchema>(
  key: string,
  text: string | null,
  schema: T,
): v.InferOutput<T> | null {
  if (text === null) return null
  try {
    return v.parse(schema, JSON.parse(text))
  } catch (error) {
    console.error(`The record under ${key} does not parse: ${error instanceof Error ? error.message : error}`)
    return null
  }
}

function row<T>(table: Table<T>, key: string): T | null {
  return Object.hasOwn(table.rows, key) ? (table.rows[key] ?? null) : null
}
