// Entries and records of an edition, all projected to the request's moment. Pages must read them through this file.
import * as v from 'valibot'
import { variantType } from '../../pictures.ts'
import { type Changes, type Counted, changesOf, countOf, isVisible, project } from '../../projection.ts'
import {
  type Alias,
  type ArticleEntry,
  type AuthorEntry,
  type AuthorRow,
  authorList,
  type FullPageEntry,
  type ListEntry,
  pageKey,
  type TagEntry,
  type TagRow,
} from '../../records.ts'
import type { LiveEdition } from '../context.ts'
import { allRows, findRow } from './catalogue.ts'
import { BrokenRecord, readText } from './kv.ts'

/** An article's entry; 'gone' if it expired or was removed; null if there is none, or if it has not appeared yet. */
export async function findArticle(live: LiveEdition, slug: string): Promise<ArticleEntry | 'gone' | null> {
  const { moment } = live
  const entry = await findRow(live, 'articles', slug)
  // This check must come first: a 410 would reveal an article that has not appeared yet.
  if (entry && entry.from > moment.embargoNow) return null
  if (moment.takedowns.has(slug)) return 'gone'
  if (!entry) return (await findRow(live, 'gone', slug)) ? 'gone' : null
  return isVisible(entry, moment) ? entry : 'gone'
}

/** A tag's entry, while any of its articles may be seen. */
export async function findTag(live: LiveEdition, slug: string): Promise<TagEntry | null> {
  const entry = await findRow(live, 'tags', slug)
  return entry && countOn(live, slug, entry) > 0 ? entry : null
}

/** An author's entry, while any of their articles may be seen. */
export async function findAuthor(live: LiveEdition, slug: string): Promise<AuthorEntry | null> {
  const entry = await findRow(live, 'authors', slug)
  return entry && countOn(live, authorList(slug), entry) > 0 ? entry : null
}

/** The instant at which the last article of a tag, author or month expires; undefined if one of them never does. */
export function lastExpiry({ moment }: LiveEdition, { settled, spans }: Counted): number | undefined {
  const untils = spans.filter((span) => isVisible(span, moment)).map(({ until }) => until)
  if (settled > 0 || untils.includes(undefined)) return undefined
  return Math.max(...untils.filter((until) => until !== undefined))
}

/** All tags with visible articles, with the number of these articles, and the instants at which that changes. */
export async function findTags(live: LiveEdition): Promise<Loaded<TagRow[]>> {
  const whole = await allRows(live, 'tags')
  const record = whole.flatMap(([slug, row]) => {
    const { name, description } = row
    const count = countOn(live, slug, row)
    return count > 0 ? [{ slug, name, count, description }] : []
  })
  return { record, changes: () => changesOfCounts(whole) }
}

/** All authors with visible articles, likewise. */
export async function findAuthors(live: LiveEdition): Promise<Loaded<AuthorRow[]>> {
  const whole = await allRows(live, 'authors')
  const record = whole.flatMap(([slug, row]) => {
    const { name, role } = row
    const count = countOn(live, authorList(slug), row)
    return count > 0 ? [{ slug, name, count, role }] : []
  })
  return { record, changes: () => changesOfCounts(whole) }
}

/** The instants at which the counts of these rows change. */
export function changesOfCounts(rows: readonly [key: string, row: Counted][]): Changes {
  return changesOf(rows.map(([, { settled, spans }]) => ({ settled, spans })))
}

/** The number of visible articles of a list. The edition may still count articles that were taken down. */
function countOn({ current, moment }: LiveEdition, list: string, counted: Counted): number {
  let count = countOf(counted, moment)
  for (const { counted: hidden } of current.takedowns) {
    if (hidden?.lists.includes(list) && isVisible(hidden, moment)) count -= 1
  }
  return count
}

/** The front page's list. */
export function frontList({ current }: LiveEdition): ListEntry {
  return current.body.front
}

/** A full page of a list by its name. */
export async function findFullPage(
  live: LiveEdition,
  list: string,
  number: number,
): Promise<FullPageEntry | null> {
  const entry = await findRow(live, 'pages', pageKey(list, number))
  return entry && isVisible(entry, live.moment) ? entry : null
}

/** The type of a picture's variant, and the instant at which the last article that shows the picture expires. */
export type Variant = { type: string; until?: number }

/** A picture's variant, while any article that shows the picture may be seen. */
export async function findMedia(live: LiveEdition, hash: string, variant: string): Promise<Variant | null> {
  const entry = await findRow(live, 'media', hash)
  if (!entry?.variants.includes(variant)) return null
  const rows = entry.shownBy.filter((shown) => isVisible(shown, live.moment))
  const type = variantType(variant)
  if (type === null || rows.length === 0) return null
  const until = Math.max(...rows.map((shown) => shown.until ?? Number.POSITIVE_INFINITY))
  return { type, ...(Number.isFinite(until) ? { until } : {}) }
}

/** The target of an old path, even if the target may not be seen. */
export function findAlias(live: LiveEdition, path: string): Alias | null | Promise<Alias | null> {
  return findRow(live, 'aliases', path)
}

/** The next instant at which any article appears, in milliseconds; 'unknown' if `current` leaves it out. */
export function nextAppearance({ current, moment }: LiveEdition): number | 'unknown' | undefined {
  const { instants, more } = current.body.appearances
  return instants.find((instant) => instant > moment.expiryNow) ?? (more ? 'unknown' : undefined)
}

/** A record as it may be seen now, and all its instants, future ones included. */
export type Loaded<T> = { record: T; changes: () => Changes }

/** Reads, checks and projects a record. Throws if KV fails or the record is broken. */
export async function getRecord<T extends v.GenericSchema<unknown, object>>(
  live: LiveEdition,
  { key, schema }: { key: string; schema: T },
): Promise<Loaded<v.InferOutput<T>>> {
  const whole = await readText(live.env, key, (text) => v.parse(schema, JSON.parse(text)))
  const record = project(whole, live.moment)
  if (record === null) throw new BrokenRecord(`The catalogue names ${key}, but the record is not visible now`)
  return { record, changes: () => changesOf(whole) }
}
