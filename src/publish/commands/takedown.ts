// `takedown`: shows what will be hidden, asks, and hides an article: its slug goes onto the list of takedowns in
// `current`, which holds over every edition, and under `gone` in the sources. If hiding fails, nothing changes. If the
// process dies later, the article stays hidden. gc erases what the store holds of it.
import { articlePath } from '../../addresses.ts'
import {
  type ArticleEntry,
  CURRENT_TTL_SECONDS,
  CURRENT_USABLE_SECONDS,
  type Current,
  type Edition,
  takedownOver,
} from '../../records.ts'
import { articleAddress, section } from '../format.ts'
import { type Memory, openMemory, readLatest } from '../push/last-push.ts'
import { OtherPush, type PushNote, replaceCurrent } from '../push.ts'
import { isoMinute } from '../sources/instants.ts'
import { quote } from '../sources/problem.ts'
import { nearest } from '../sources/spelling.ts'
import { readTitles } from '../stored/coming.ts'
import { listPushes, readEditions, readPreviews } from '../stored/kept.ts'
import { readRow, readTable } from '../stored/reading.ts'
import { npmRun, type Store } from '../stores/store.ts'
import { consent, type Terminal } from '../terminal/terminal.ts'
import { REACH_SECONDS } from './publish-report.ts'
import { planSources, type SourceEdits } from './takedown/sources.ts'

export type TakedownCommand = {
  root: string
  store: Store
  isLocal: boolean
  /** The article's slug, or its address. */
  slug: string
  note: PushNote
  sure: boolean
}

/** Takes an article down; the exit code. */
export async function runTakedown(command: TakedownCommand, terminal: Terminal): Promise<number> {
  const { root, store, isLocal, slug, note, sure } = command
  const plan = await planTakedown(root, store, slug)
  terminal.print(reportTakedownPlan(plan, { store, isLocal }))
  const question = `Take it down from ${store.name}?`
  if (!(await consent(terminal, { question, isGiven: isLocal || sure }))) {
    terminal.print(['Nothing was taken down.'])
    return 1
  }
  const taken = await takeDown(store, plan, note)
  terminal.print(reportTakenDown(taken, { store, isLocal }))
  return taken.doubts.length === 0 ? 0 : 1
}

/** What is going to be taken down. */
export type TakedownPlan = {
  memory: Memory
  /** The article's slug, and those that it had before or has in the sources. */
  slugs: string[]
  title: string
  /** Milliseconds since 1970; null where the live edition does not have the article. */
  date: number | null
  sources: SourceEdits
  zone: string
}

/** Finds an article by its slug, an old slug, or its address. Throws if no edition has it. Writes nothing. */
export async function planTakedown(root: string, store: Store, given: string): Promise<TakedownPlan> {
  const memory = openMemory(root, store)
  const live = await readLatest(store, memory)
  if (!live) throw new Error(`Nothing was published to ${store.name} yet, so there is nothing to take down`)
  const { slugs: known, row } = await findArticle(store, live, slugIn(given))
  const [slug = ''] = known
  const sources = await planSources(root, known)
  const titles = row ? await orElse(readTitles(store, [row.record]), new Map<string, string>()) : new Map()
  return {
    memory,
    slugs: [...known, ...sources.renamed],
    title: titles.get(row?.record) ?? slug,
    date: row?.from ?? null,
    sources,
    zone: live.body.settings.zone,
  }
}

/** What is going to be done, for the question. */
export function reportTakedownPlan(
  { slugs, title, date, sources, zone }: TakedownPlan,
  { store, isLocal }: Pick<TakedownCommand, 'store' | 'isLocal'>,
): string[] {
  const [slug = '', ...old] = slugs
  const dated = date === null ? '' : `  of ${isoMinute(date, zone)}`
  return [
    `To be taken down: ${title}  ${articleAddress(slug)}${dated}`,
    ...section('Its other addresses', old.map(articleAddress)),
    ...section('To be changed in the sources', sources.lines),
    `In ${store.name}: hidden under every edition and preview${isLocal ? '' : `; ${outOfCaches(Date.now(), zone)}`}.`,
  ]
}

export type TakenDown = {
  slugs: string[]
  /** What was done to the sources, and what is left to be done by hand: one line each. */
  sources: string[]
  /** What may have gone wrong at the same moment: another takedown that was lost, or a push that undid this one. */
  doubts: string[]
  /** When it was on the list of takedowns. Milliseconds since 1970. */
  time: number
  zone: string
}

/** Hides the article, and then changes the sources. */
export async function takeDown(
  store: Store,
  { memory, slugs, sources, zone }: TakedownPlan,
  note: PushNote,
): Promise<TakenDown> {
  const hiding = { memory, note, slugs }
  const doubts = await hide(store, hiding).catch((error: unknown) => doubtsIfHidden(store, hiding, error))
  const time = Date.now()
  const written = await sources.write()
  // A push that had read the old `current` may have replaced the new one.
  doubts.push(...(await hide(store, hiding).catch(reasonOf)))
  return { slugs, sources: written, doubts, time, zone }
}

/** What a takedown came to. */
export function reportTakenDown(
  { slugs, sources, doubts, time, zone }: TakenDown,
  { store, isLocal }: Pick<TakedownCommand, 'store' | 'isLocal'>,
): string[] {
  return [
    `${articleAddress(slugs[0] ?? '')} is taken down, and no push, rollback or preview brings it back.`,
    ...section('Changed in the sources', sources),
    ...doubts.map((doubt) => `${doubt}.`),
    ...(isLocal ? [] : [`It is ${outOfCaches(time, zone)}.`]),
    `Its text and its pictures are still in ${store.name}, but no reader can reach them. Erase them: ${npmRun(store, 'gc')}`,
    ...(isLocal
      ? []
      : [
          'Copies outside the site remain: browsers keep pictures for up to a year, and ' +
            'search engines, archives and feed readers keep what they have read. Ask them to remove it.',
        ]),
    'Commit the change to the sources, so that your colleagues get it.',
  ]
}

/** By when no cache of the site holds the article. Milliseconds since 1970. */
function outOfCaches(time: number, zone: string): string {
  const by = (seconds: number): string => isoMinute(time + seconds * 1000 + 59_999, zone).slice(11)
  const minutes = Math.ceil(REACH_SECONDS.settled / 60)
  const hours = Math.ceil(PICTURE_REACH_SECONDS / 3600)
  return (
    `out of every cache of the site within ${minutes} minutes (by ${by(REACH_SECONDS.settled)}), ` +
    `its pictures within ${hours} hours (by ${by(PICTURE_REACH_SECONDS)})`
  )
}

/**
 * Each of two cache tiers keeps a picture for an hour, and for a minute more while it asks again. Before that, a Worker
 * may not know of the takedown yet.
 */
export const PICTURE_REACH_SECONDS = CURRENT_TTL_SECONDS + CURRENT_USABLE_SECONDS + 2 * (3600 + 60)

type Hiding = { memory: Memory; note: PushNote; slugs: readonly string[] }

/** How often a takedown is tried when other pushes come between. Other commands stop then. */
const TRIES = 5

/** Puts slugs on the list of takedowns, unless they are there. Returns what may have gone wrong at the same time. */
async function hide(store: Store, { memory, note, slugs }: Hiding): Promise<string[]> {
  let isContested = false
  for (let left = TRIES - 1; ; left -= 1) {
    const live = await readLive(store, memory)
    // Another push that took the same number may still write its `current`. A takedown with a later number tells it.
    if (areHidden(live, slugs) && !isContested) return []
    const rows = await Promise.all(slugs.map((slug) => findRow(store, live.body, slug)))
    const own = slugs.map((slug, index) => takedownOver({ slug }, rows[index]))
    const others = live.takedowns.filter(({ slug }) => !slugs.includes(slug))
    const { edition, body } = live
    const next = { edition, body, takedowns: [...others, ...own] }
    const push = { ...note, edition, takedown: slugs[0] ?? '' }
    try {
      await replaceCurrent(store, { live, next, push, memory })
      return []
    } catch (error) {
      if (!(error instanceof OtherPush)) throw error
      if (error.current) return [error.message]
      if (left === 0) throw error
      isContested = true
    }
  }
}

/**
 * After an error the article may still be hidden: it was before, or only the answer was lost. Throws if it is not
 * hidden, or if the store cannot be read.
 */
async function doubtsIfHidden(store: Store, { memory, slugs }: Hiding, error: unknown): Promise<string[]> {
  const live = await orElse(readLive(store, memory), null)
  if (live && areHidden(live, slugs)) return []
  const address = articleAddress(slugs[0] ?? '')
  const [reason] = reasonOf(error)
  throw new Error(
    live
      ? `Nothing was taken down: ${address} is still readable, and the sources were not changed. ${reason}`
      : `Perhaps nothing was taken down: ${address} may still be readable, and the sources were not changed. ${reason}`,
    { cause: error },
  )
}

function areHidden({ takedowns }: Current, slugs: readonly string[]): boolean {
  const hidden = new Set(takedowns.flatMap(({ slug, untilNextPush }) => (untilNextPush ? [] : [slug])))
  return slugs.every((slug) => hidden.has(slug))
}

async function readLive(store: Pick<Store, 'get'>, memory: Memory): Promise<Current> {
  const live = await readLatest(store, memory)
  if (!live) throw new Error('The store says that nothing is live. Run the command again')
  return live
}

function reasonOf(error: unknown): string[] {
  return [error instanceof Error ? error.message : String(error)]
}

type Found = { slugs: string[]; row: ArticleEntry | null }

/** An article by a slug that it has or had. */
async function findArticle(store: Store, live: Current, slug: string): Promise<Found> {
  const aliases = await orElse(readTable(store, live.body, 'aliases'), new Map())
  const own = await findRow(store, live.body, slug)
  const alias = own ? undefined : aliases.get(articlePath(slug))
  const main = alias && 'article' in alias ? alias.article : slug
  const row = own ?? (await findRow(store, live.body, main))
  // An unreadable table may have the article, and to hide an unknown slug does no harm.
  const isDown = areHidden(live, [slug])
  if (row === null && !isDown && !(await orElse(isInEarlier(store, slug), true)))
    throw await unknown(store, live, slug)
  const prefix = articlePath('')
  const old = [...aliases].flatMap(([path, to]) =>
    'article' in to && to.article === main && path.startsWith(prefix)
      ? [decodeURIComponent(path.slice(prefix.length))]
      : [],
  )
  return { slugs: [main, ...old], row: row ?? null }
}

/** A row of an edition, null where it has none, undefined where that cannot be read: this must not stop a takedown. */
function findRow(store: Store, body: Edition, slug: string): Promise<ArticleEntry | null | undefined> {
  return orElse(readRow(store, body, { name: 'articles', key: slug }), undefined)
}

/** Whether the edition of any push or preview has an article: a rollback could bring it back. */
async function isInEarlier(store: Store, slug: string): Promise<boolean> {
  const pushes = await listPushes(store)
  const hashes = new Set([...pushes.values()].map(({ edition }) => edition))
  for await (const { body } of readEditions(store, hashes)) if (await findRow(store, body, slug)) return true
  for await (const body of readPreviews(store)) if (await findRow(store, body, slug)) return true
  return false
}

/** The result of a reading, or another value if it fails. */
function orElse<T, U>(reading: Promise<T>, otherwise: U): Promise<T | U> {
  return reading.catch(() => otherwise)
}

/** A slug, from itself or from an article's address. */
function slugIn(given: string): string {
  const path = given.replace(/[?#].*$/, '').replace(/\/+$/, '')
  const last = path.split('/').at(-1) ?? ''
  try {
    return decodeURIComponent(last).normalize('NFC').toLowerCase()
  } catch (error) {
    if (error instanceof URIError) return last
    throw error
  }
}

async function unknown(store: Store, { body }: Current, slug: string): Promise<Error> {
  const articles = await readTable(store, body, 'articles')
  const meant = nearest(slug, [...articles.keys()])
  const remedy =
    meant === null
      ? 'The slug is the last part of its address. An article that was never published needs no takedown: put draft: true into its file'
      : `Did you mean ${meant}?`
  return new Error(
    `Nothing was taken down: no edition that ${store.name} keeps has an article ${quote(slug)}. ${remedy}`,
  )
}
