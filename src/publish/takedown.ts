// Takes an article down at once, whatever state the sources are in: its slug goes under `gone` and onto the list of
// takedowns in `current`, which holds over every edition; then its own records and pictures go. Who dies on the way has
// hidden it at least, and a second call completes what the first one left.
import {
  CURRENT_TTL_SECONDS,
  CURRENT_USABLE_SECONDS,
  type Current,
  type Edition,
  keys,
  type Takedown,
} from '../records.ts'
import { isoMinute } from './instants.ts'
import { openJournal } from './journal.ts'
import { readRow, readTables } from './live.ts'
import { type Memory, openMemory, readLatest } from './memory.ts'
import { found } from './problem.ts'
import { type PushNote, replaceCurrent } from './push.ts'
import { articleAddress, plural, section } from './report-lines.ts'
import { REACH_SECONDS } from './report-reach.ts'
import { nearest } from './spelling.ts'
import type { Store } from './stores/store.ts'
import { findOwnPictures, findSlugs, findVersions, type Versions } from './takedown-records.ts'
import { planSources, type SourceEdits } from './takedown-sources.ts'

export type TakedownOptions = {
  /** The folder that holds `content/`. */
  root: string
  store: Store
  /** The article's slug, one that it had, or its address. */
  slug: string
  note: PushNote
  /** Asked before anything is written; nothing is when it says no. */
  confirm: (lines: readonly string[]) => Promise<boolean>
}

export type TakedownOutcome =
  | { state: 'declined' }
  | {
      state: 'done'
      live: Current
      /** The article's slug, and those that it had before or has in the sources. */
      slugs: string[]
      /** What was done to the sources, and what is left to be done by hand: one line each. */
      sources: string[]
      /** How many values were removed from the store. */
      removed: { records: number; pictures: number }
      /** When it was on the list of takedowns. Milliseconds since 1970. */
      time: number
    }

/**
 * The edge keeps a picture for an hour, and another minute while it asks again; two tiers may do so one after the
 * other, for a Worker that has not heard of the takedown yet.
 */
export const PICTURE_REACH_SECONDS = CURRENT_TTL_SECONDS + CURRENT_USABLE_SECONDS + 2 * (3600 + 60)

/** Takes an article down. */
export async function takedown(options: TakedownOptions): Promise<TakedownOutcome> {
  const { root, store, note, confirm } = options
  const memory = openMemory(root, store)
  const live = await readLatest(store, memory)
  if (!live) throw new Error(`Nothing was published to ${store.name} yet, so there is nothing to take down`)
  const slug = slugIn(options.slug)
  const known = (await findSlugs(store, live.body, slug)) ?? [slug]
  const found = await findVersions(store, live, known)
  const isDown = live.takedowns.some((one) => one.slug === slug && !one.passing)
  if (found.versions.size === 0 && !isDown) throw await unknown(store, live, slug)
  const sources = await planSources(root, known)
  const slugs = [...known, ...sources.renamed]
  const pictures = await findOwnPictures(store, live, { versions: found.versions, slugs })
  if (!(await confirm(reportPlan({ ...found, store, live, slugs, sources, pictures })))) {
    return { state: 'declined' }
  }

  const written = await sources.write()
  const subject = { memory, note, slugs }
  const hidden = await hide(store, { ...subject, versions: found.versions })
  const time = Date.now()
  // A journal may hold what is removed now; who trusted it would not upload it again for another article.
  await openJournal(root, store).remove()
  const removed = await removeOwn(store, hidden, slugs)
  // Another push may have read `current` before it was replaced, and have won.
  const held = await hide(store, { ...subject, versions: found.versions })
  return { state: 'done', live: held, slugs, sources: written, removed, time }
}

/** What a takedown came to. */
export function reportTakedown(outcome: TakedownOutcome): string[] {
  if (outcome.state === 'declined') return ['Nothing was taken down.']
  const { live, slugs, sources, removed, time } = outcome
  const by = (seconds: number): string =>
    isoMinute(time + seconds * 1000 + 59_999, live.body.settings.zone).slice(11)
  const [slug = ''] = slugs
  const minutes = Math.ceil(REACH_SECONDS.settled / 60)
  const hours = Math.ceil(PICTURE_REACH_SECONDS / 3600)
  return [
    `${articleAddress(slug)} is taken down, and no push, rollback or preview brings it back.`,
    ...section('In the sources', sources),
    `Removed: ${plural(removed.records, 'record')}, ${plural(removed.pictures, 'picture')}.`,
    `It is out of every cache of the site within ${minutes} minutes (by ${by(REACH_SECONDS.settled)}), ` +
      `its pictures within ${hours} hours (by ${by(PICTURE_REACH_SECONDS)}).`,
    'What readers were sent before is out of reach: browsers keep pictures that they have shown for up to a year, and ' +
      'search engines, archives and feed readers what they have read. Ask those to remove it.',
    'Keep the change to the sources: commit it where your colleagues get theirs from.',
  ]
}

/** A slug, from itself or from an article's address. */
function slugIn(given: string): string {
  const last =
    given
      .replace(/[?#].*$/, '')
      .replace(/\/+$/, '')
      .split('/')
      .at(-1) ?? ''
  try {
    return decodeURIComponent(last).normalize('NFC').toLowerCase()
  } catch (error) {
    if (error instanceof URIError) return last
    throw error
  }
}

async function unknown(store: Store, { body }: Current, slug: string): Promise<Error> {
  const none = { rows: {} }
  const others = { tags: none, pages: none, aliases: none, gone: none, media: none }
  const { articles } = await readTables(store, { ...body, ...others })
  const meant = nearest(slug, [...articles.keys()])
  const remedy =
    meant === null
      ? 'The slug is the last part of its address. What was never published needs no takedown: put draft: true into its file'
      : `Did you mean ${meant}?`
  return new Error(
    `Nothing was taken down: no edition that ${store.name} keeps has an article ${found(slug)}. ${remedy}`,
  )
}

type Subject = { memory: Memory; note: PushNote; slugs: readonly string[]; versions: Versions }

/** A push may come between, or win in the same moment; a takedown is tried again where others stop. */
const TRIES = 5

/** Puts slugs on the list of takedowns in `current`, unless it has them. */
async function hide(store: Store, { memory, note, slugs, versions }: Subject): Promise<Current> {
  for (let left = TRIES - 1; ; left -= 1) {
    const live = await readLatest(store, memory)
    if (!live) throw new Error('The store says that nothing is live. Run the command again')
    const own = await Promise.all(slugs.map((slug) => takedownOf(store, live, { slug, versions })))
    if (own.every(({ isNew }) => !isNew)) return live
    const others = live.takedowns.filter(({ slug }) => !slugs.includes(slug))
    const takedowns = [...others, ...own.map(({ takedown }) => takedown)]
    const { edition, body } = live
    const next = { edition, body, takedowns }
    const push = { edition, ...note, takedown: slugs[0] ?? '' }
    try {
      return await replaceCurrent(store, { live, next, push, memory })
    } catch (error) {
      if (left === 0) throw error
    }
  }
}

/** A slug on the list: as it stands there, or as it has to. */
async function takedownOf(
  store: Store,
  live: { body: Edition; takedowns: readonly Takedown[] },
  { slug, versions }: { slug: string; versions: Versions },
): Promise<{ takedown: Takedown; isNew: boolean }> {
  const listed = live.takedowns.find((one) => one.slug === slug && !one.passing)
  const own = [...versions].filter(([, version]) => version.slug === slug)
  const removed = { ...listed?.removed }
  for (const [hash, { record }] of own) if (record) removed[hash] = record.tags.map(({ slug }) => slug)
  const isNew = Object.keys(removed).length > Object.keys(listed?.removed ?? {}).length
  if (listed && !isNew) return { takedown: listed, isNew: false }
  const row = await readRow(store, live.body, { name: 'articles', key: slug })
  const { from, until } = row ?? own[0]?.[1] ?? { from: 0 }
  const takedown = { from, ...(until === undefined ? {} : { until }), slug }
  const tags = row ? (removed[row.record] ?? listed?.tags ?? []) : []
  return { takedown: { ...takedown, tags, removed }, isNew: true }
}

/** Removes an article's records, and the pictures that only it shows. Answers how many there were. */
async function removeOwn(
  store: Store,
  live: Current,
  slugs: readonly string[],
): Promise<{ records: number; pictures: number }> {
  const { versions } = await findVersions(store, live, slugs)
  const records = [...versions].flatMap(([hash, { record }]) => (record ? [keys.article(hash)] : []))
  const pictures = await findOwnPictures(store, live, { versions, slugs })
  // The records last: without them nobody could tell which the pictures are.
  await store.remove(pictures)
  await store.remove(records)
  return { records: records.length, pictures: pictures.length }
}

function reportPlan(plan: {
  store: Store
  live: Current
  versions: Versions
  editions: number
  slugs: readonly string[]
  sources: SourceEdits
  pictures: readonly string[]
}): string[] {
  const { store, live, versions, editions, slugs, sources, pictures } = plan
  const all = [...versions.values()]
  const current =
    all.find(({ slug, record }) => record && slug === slugs[0]) ?? all.find(({ record }) => record)
  const [slug = '', ...old] = slugs
  const records = all.filter(({ record }) => record).length
  const zone = live.body.settings.zone
  const dated = current ? `  of ${isoMinute(current.from, zone)}` : ''
  return [
    `To be taken down: ${current?.record?.title ?? slug}  ${articleAddress(slug)}${dated}`,
    ...section('Its other addresses', old.map(articleAddress)),
    ...section('In the sources', sources.lines),
    `In ${store.name}: hidden at once and for good; removed are ${plural(records, 'record')} ` +
      `(it is in ${plural(editions, 'edition')}) and ${plural(pictures.length, 'picture')} that only it shows.`,
  ]
}
