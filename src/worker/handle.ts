// Answers one request step by step: find the page in the live edition, compare ETags, look into the memory, and only
// then load one record from KV and render it. A step that has the answer returns at once.
import {
  articlePath,
  authorPath,
  canonicalPath,
  monthPath,
  ROUTES,
  staticPagePath,
  tagPath,
} from '../addresses.ts'
import { earlier } from '../projection.ts'
import type { PageEntry } from '../records.ts'
import { type CacheHeaders, cacheHeaders, matchesEtag, NO_STORE, POLICIES, pageEtag } from './caching.ts'
import type { LiveEdition, RequestContext } from './context.ts'
import { findRow } from './edition/catalogue.ts'
import { openCurrent, reopenCurrent } from './edition/current.ts'
import { findAlias, findArticle, findAuthor, findTag, lastExpiry, nextAppearance } from './edition/entries.ts'
import { findMonth } from './edition/months.ts'
import { recall, recallChanges, remember, rememberChanges } from './memory.ts'
import { type Found, GONE, type LoadedPage, type Page } from './page.ts'
import { isPrepared, notModified, prepareResponses, redirect, respond } from './respond.ts'
import { renderGone, renderNotFound } from './views/errors.ts'

/** Answers a GET for a canonical path. Calls `find` again if a newer `current` is read before a 404. */
export async function handle(
  context: RequestContext,
  path: string,
  find: (live: LiveEdition) => Found | Promise<Found>,
): Promise<Response> {
  if (!isPrepared()) await prepareResponses()
  const opened = openCurrent(context)
  let live = opened instanceof Promise ? await opened : opened
  let found = (await find(live)) ?? (await findOldPath(live, path))
  if (found === null) {
    const again = await reopenCurrent(context, live)
    if (again) {
      live = again
      found = (await find(live)) ?? (await findOldPath(live, path))
    }
  }
  if (found === null) return notFound(live, path)
  switch (found.type) {
    case 'page':
      return await answerPage(context, path, found, live)
    case 'redirect': {
      const limits = { now: live.moment.expiryNow, change: found.until, unconfirmed: live.unconfirmed }
      const cache = found.permanent ? cacheHeaders(POLICIES.permanent, limits) : NO_STORE
      return redirect(found.to, { status: found.permanent ? 301 : 302, cache })
    }
    case 'response':
      return found.response
    case 'gone':
      return gone(live)
  }
}

async function answerPage(
  context: RequestContext,
  path: string,
  found: Page,
  live: LiveEdition,
): Promise<Response> {
  let { entry } = found
  const { embargoNow, expiryNow } = live.moment
  let loaded: LoadedPage | null = null
  if (entry.more && embargoNow < (entry.instants?.[0] ?? 0)) {
    // The moment is before all instants in the catalogue's entry; only the record holds the earlier ones.
    let changes = recallChanges(entry.record)
    if (changes === null) {
      loaded = await found.load(live)
      changes = loaded.changes()
      rememberChanges(entry.record, changes)
    }
    entry = { record: entry.record, ...changes }
  }
  const etag = pageEtag(entry, { base: live.base, embargoNow, expiryNow })
  const answer = { kind: found.kind ?? 'html', etag, cache: lifetimes(found, entry, live) } as const
  const ifNoneMatch = context.request.headers.get('if-none-match')
  if (ifNoneMatch !== null && matchesEtag(ifNoneMatch, etag)) return notModified(answer)
  const remembered = recall(path, etag)
  if (remembered !== null) return respond(remembered, answer)
  loaded ??= await found.load(live)
  const html = loaded.render()
  remember(path, { etag, html }, context.env)
  return respond(html, answer)
}

function lifetimes({ policy, until, changesAt }: Page, entry: PageEntry, live: LiveEdition): CacheHeaders {
  const now = live.moment.expiryNow
  const next = (instants: readonly number[] | undefined) =>
    earlier(
      instants?.find((instant) => instant > now),
      until,
    )
  const { unconfirmed } = live
  const change = earlier(next(entry.instants), next(changesAt))
  return cacheHeaders(policy, { now, change, expiry: next(entry.untils), unconfirmed })
}

/** The redirect from an old path; null if there is none, or if its target may not be seen yet. */
async function findOldPath(live: LiveEdition, path: string): Promise<Found> {
  const alias = await findAlias(live, path)
  if (alias === null) return null
  if ('tag' in alias) {
    const tag = await findTag(live, alias.tag)
    return tag && { type: 'redirect', to: tagPath(alias.tag), permanent: true, until: lastExpiry(live, tag) }
  }
  if ('staticPage' in alias)
    return { type: 'redirect', to: staticPagePath(alias.staticPage), permanent: true }
  const entry = await findArticle(live, alias.article)
  if (entry === null) return null
  if (entry === 'gone') return GONE
  return { type: 'redirect', to: articlePath(alias.article), permanent: true, until: entry.until }
}

/**
 * A 404. Every 404 expires before the next appearance on the site: if only embargoed addresses had shorter lifetimes,
 * the lifetime would reveal the embargo.
 */
async function notFound(live: LiveEdition, path: string): Promise<Response> {
  const suggestion = await suggest(live, path)
  const next = nextAppearance(live)
  const now = live.moment.expiryNow
  const change = next === 'unknown' ? now : earlier(next, suggestion?.until)
  const limits = { now, change, unconfirmed: live.unconfirmed }
  const body = renderNotFound(live.current.body.settings, suggestion?.path ?? null)
  return respond(body, { status: 404, kind: 'html', cache: cacheHeaders(POLICIES.absent, limits) })
}

type Suggestion = { path: string; until?: number } | null

/** The address of a visible page that a mistyped path may mean. Articles come before tags, authors and static pages. */
async function suggest(live: LiveEdition, path: string): Promise<Suggestion> {
  const segments = canonicalPath(path)?.split('/').slice(1) ?? []
  const last = segments.at(-1) ?? ''
  const name = decodeURIComponent(last).replace(/\.(?:html?|php|md|aspx?)$/, '')
  const entry = await findArticle(live, name)
  if (entry !== null && entry !== 'gone') return { path: articlePath(name), until: entry.until }
  const tag = await findTag(live, name)
  if (tag) return { path: tagPath(name), until: lastExpiry(live, tag) }
  const author = await findAuthor(live, name)
  if (author) return { path: authorPath(name), until: lastExpiry(live, author) }
  if (await findRow(live, 'staticPages', name)) return { path: staticPagePath(name) }
  return suggestArchive(live, segments)
}

/** The month of a path such as /archives/2026/2, or else the archive. */
async function suggestArchive(live: LiveEdition, segments: readonly string[]): Promise<Suggestion> {
  const [first = '', year = '', month = ''] = segments
  if (!/^archives?$/.test(first)) return null
  const name = `${year}-${month.padStart(2, '0')}`
  const entry = await findMonth(live, name)
  return entry ? { path: monthPath(name), until: lastExpiry(live, entry) } : { path: ROUTES.archive }
}

function gone(live: LiveEdition): Response {
  const cache = cacheHeaders(POLICIES.permanent, {
    now: live.moment.expiryNow,
    unconfirmed: live.unconfirmed,
  })
  return respond(renderGone(live.current.body.settings), { status: 410, kind: 'html', cache })
}
