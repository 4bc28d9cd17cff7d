// One answer, step by step: what is at this address in the live edition, does the reader have it already, is it
// in memory, and only then: one record from KV, rendered. Each step that settles it returns.
import type * as v from 'valibot'
import {
  ARCHIVE_PATH,
  articlePath,
  authorPath,
  canonicalPath,
  monthPath,
  standingPath,
  tagPath,
} from '../addresses.ts'
import type { PageEntry, Settings } from '../records.ts'
import { findMonth } from './archive.ts'
import {
  type CacheHeaders,
  cacheHeaders,
  matchesEtag,
  NO_STORE,
  POLICIES,
  type Policy,
  pageEtag,
} from './caching.ts'
import { findRow } from './catalogue.ts'
import { type Door, type LiveEdition, openCurrent, reopenCurrent } from './current.ts'
import {
  findAlias,
  findArticle,
  findAuthor,
  findTag,
  getRecord,
  type Loaded,
  lastOf,
  nextAppearance,
} from './edition.ts'
import { recall, recallChanges, remember, rememberChanges } from './memory.ts'
import { isPrepared, notModified, prepareResponses, redirect, respond } from './respond.ts'
import { renderGone, renderNotFound } from './views/errors.ts'

/** A page of the catalogue: which record, how long it lives, and how it looks. */
export type Page = {
  entry: PageEntry
  policy: Policy
  /** The instant at which the whole page expires, in milliseconds. */
  until?: number | undefined
  /** Instants to come, in milliseconds, at which it changes though its record does not say so. */
  besides?: readonly number[]
  /** HTML if not given. */
  kind?: 'html' | 'xml'
  load: (live: LiveEdition) => Promise<Loaded<unknown>>
  render: (record: never, live: LiveEdition) => string
}

/** What is at an address: a page, a better address, something that is no more, an answer, or nothing. */
export type Found =
  | Page
  | { to: string; permanent: boolean; until?: number | undefined }
  | { answer: Response | Promise<Response> }
  | 'gone'
  | null

/** A page whose record and view are of one type. */
export function page<T extends v.GenericSchema<unknown, object>>(
  options: Pick<Page, 'entry' | 'policy' | 'until'> & {
    key: string
    schema: T
    view: (record: v.InferOutput<T>, settings: Settings) => string
  },
): Page {
  const { entry, policy, until, key, schema, view } = options
  return {
    ...{ entry, policy, until },
    load: (live) => getRecord(live, { key, schema }),
    render: (record: v.InferOutput<T>, { current }) => view(record, current.body.settings),
  }
}

/** Answers a GET for a path in its one spelling. `find` may be asked twice, of two readings of `current`. */
export async function answer(
  door: Door,
  path: string,
  find: (live: LiveEdition) => Found | Promise<Found>,
): Promise<Response> {
  if (!isPrepared()) await prepareResponses()
  const opened = openCurrent(door)
  let live = opened instanceof Promise ? await opened : opened
  let found = (await find(live)) ?? (await findOldPath(live, path))
  if (found === null) {
    const again = await reopenCurrent(door, live)
    if (again) {
      live = again
      found = (await find(live)) ?? (await findOldPath(live, path))
    }
  }
  if (found === null) return notFound(live, path)
  if (found === 'gone') return gone(live)
  if ('answer' in found) return found.answer
  if ('to' in found) {
    const cut = { now: live.moment.closes, change: found.until, unconfirmed: live.unconfirmed }
    const cache = found.permanent ? cacheHeaders(POLICIES.permanent, cut) : NO_STORE
    return redirect(found.to, { status: found.permanent ? 301 : 302, cache })
  }
  return await answerPage(door, path, found, live)
}

async function answerPage(door: Door, path: string, found: Page, live: LiveEdition): Promise<Response> {
  let { entry } = found
  const { opens, closes } = live.moment
  let loaded: Loaded<unknown> | null = null
  if (entry.more && opens < (entry.instants?.[0] ?? 0)) {
    // The moment lies before the instants that the catalogue names; the record knows the others.
    let changes = recallChanges(entry.record)
    if (changes === null) {
      loaded = await found.load(live)
      changes = loaded.changes()
      rememberChanges(entry.record, changes)
    }
    entry = { record: entry.record, ...changes }
  }
  const etag = pageEtag(entry, { base: live.base, opens, closes })
  const answer = { kind: found.kind ?? 'html', etag, cache: lifetimes(found, entry, live) } as const
  const known = door.request.headers.get('if-none-match')
  if (known !== null && matchesEtag(known, etag)) return notModified(answer)
  const kept = recall(path, etag)
  if (kept !== null) return respond(kept, answer)
  loaded ??= await found.load(live)
  const html = found.render(loaded.record as never, live)
  remember(path, { etag, html }, door.env)
  return respond(html, answer)
}

function lifetimes({ policy, until, besides }: Page, entry: PageEntry, live: LiveEdition): CacheHeaders {
  const now = live.moment.closes
  const next = (instants: readonly number[] | undefined) =>
    earliest(
      instants?.find((instant) => instant > now),
      until,
    )
  const { unconfirmed } = live
  const change = earliest(next(entry.instants), next(besides))
  return cacheHeaders(policy, { now, change, expiry: next(entry.untils), unconfirmed })
}

function earliest(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b
  return b === undefined ? a : Math.min(a, b)
}

/** What an old path leads to. Nothing that may not be seen yet betrays itself by a redirect. */
async function findOldPath(live: LiveEdition, path: string): Promise<Found> {
  const alias = await findAlias(live, path)
  if (alias === null) return null
  if ('tag' in alias) {
    const tag = await findTag(live, alias.tag)
    return tag && { to: tagPath(alias.tag), permanent: true, until: lastOf(live, tag) }
  }
  if ('standing' in alias) return { to: standingPath(alias.standing), permanent: true }
  const entry = await findArticle(live, alias.article)
  if (entry === null || entry === 'gone') return entry
  return { to: articlePath(alias.article), permanent: true, until: entry.until }
}

/**
 * Nothing here, or nothing yet. Every 404 is cut before the site's next appearance, whatever its address: one
 * that was cut alone would tell that its address has a future.
 */
async function notFound(live: LiveEdition, path: string): Promise<Response> {
  const meant = await suggest(live, path)
  const next = nextAppearance(live)
  const now = live.moment.closes
  const change = next === 'unknown' ? now : earliest(next, meant?.until)
  const cut = { now, change, unconfirmed: live.unconfirmed }
  const body = renderNotFound(live.current.body.settings, meant?.path ?? null)
  return respond(body, { status: 404, kind: 'html', cache: cacheHeaders(POLICIES.absent, cut) })
}

type Suggestion = { path: string; until?: number | undefined } | null

/** The address of something visible that a mistaken path may mean: an article before a tag, and so on. */
async function suggest(live: LiveEdition, path: string): Promise<Suggestion> {
  const segments = canonicalPath(path)?.split('/').slice(1) ?? []
  const last = segments.at(-1) ?? ''
  const name = decodeURIComponent(last).replace(/\.(?:html?|php|md|aspx?)$/, '')
  const entry = await findArticle(live, name)
  if (entry !== null && entry !== 'gone') return { path: articlePath(name), until: entry.until }
  const tag = await findTag(live, name)
  if (tag) return { path: tagPath(name), until: lastOf(live, tag) }
  const author = await findAuthor(live, name)
  if (author) return { path: authorPath(name), until: lastOf(live, author) }
  if (await findRow(live, 'standing', name)) return { path: standingPath(name) }
  return suggestArchive(live, segments)
}

/** The month that is meant, spelled in another way, or else the archive. */
async function suggestArchive(live: LiveEdition, segments: readonly string[]): Promise<Suggestion> {
  const [first = '', year = '', month = ''] = segments
  if (!/^archives?$/.test(first) || live.current.body.archiveIndex === undefined) return null
  const name = `${year}-${month.padStart(2, '0')}`
  const entry = await findMonth(live, name)
  return entry ? { path: monthPath(name), until: lastOf(live, entry) } : { path: ARCHIVE_PATH }
}

function gone(live: LiveEdition): Response {
  const cache = cacheHeaders(POLICIES.permanent, { now: live.moment.closes, unconfirmed: live.unconfirmed })
  return respond(renderGone(live.current.body.settings), { status: 410, kind: 'html', cache })
}
