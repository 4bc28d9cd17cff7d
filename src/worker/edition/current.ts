// The edition that is live, as this isolate knows it: how old it may be, when it is read again, and what
// takes its place when KV does not answer.
import * as v from 'valibot'
import { canonicalJson } from '../../canonical.ts'
import {
  CURRENT_TTL_SECONDS,
  CURRENT_USABLE_SECONDS,
  Current,
  FORMAT,
  keys,
  type Settings,
} from '../../records.ts'
import type { Env, LiveEdition, RequestContext } from '../context.ts'
import { hexHash } from '../hash.ts'
import { timeout } from '../timeout.ts'

/** Nothing was ever put live in this namespace. */
export class NothingPublished extends Error {
  override name = 'NothingPublished'
}

type Held = Omit<LiveEdition, 'env' | 'moment' | 'age' | 'unconfirmed'> & {
  text: string
  takedowns: ReadonlySet<string>
  readAt: number
}

/** Up to this age `current` is used as it is. */
const FRESH_MS = 30_000
/** Up to this age it is used, and read again in the background. */
const USABLE_MS = CURRENT_USABLE_SECONDS * 1000
/** Beyond that a request waits for KV, but not longer than this. */
const WAIT_MS = 2_000
/** With an edition older than this no embargo lifts: the article may have been postponed since. */
const EMBARGO_MS = 300_000
/** Before a 404, an edition older than this is read again; after a failure, KV is left alone for as long. */
const RECHECK_MS = 5_000
/** A background read that takes longer than this is given up for lost. */
const REFRESH_LOST_MS = 10_000
const COPY_TTL_SECONDS = 86_400
/** The copy is written again when it is older than this, so that it tells when the edition was last confirmed. */
const COPY_EVERY_MS = 60_000

let held: Held | null = null
let refreshStarted = Number.NEGATIVE_INFINITY
let failed = Number.NEGATIVE_INFINITY
let failure: unknown
let rechecked = Number.NEGATIVE_INFINITY
let copied = Number.NEGATIVE_INFINITY

/** The live edition; throws when neither KV nor any copy has one. */
export function openCurrent(context: RequestContext): LiveEdition | Promise<LiveEdition> {
  if (context.env.PREVIEW) return context.env.PREVIEW
  const now = Date.now()
  if (held === null) return openFirst(context, now)
  const age = now - held.readAt
  if (age < (context.env.DEV ? 0 : FRESH_MS)) return seen(context, held, { now, unconfirmed: false })
  if (age < (context.env.DEV ? 0 : USABLE_MS)) {
    refreshInBackground(context, now)
    return seen(context, held, { now, unconfirmed: false })
  }
  return openOld(context, held, now)
}

/** The edition read once more before a 404 is said, if that may help; else null. */
export async function reopenCurrent(context: RequestContext, live: LiveEdition): Promise<LiveEdition | null> {
  if (context.env.PREVIEW) return null
  const now = Date.now()
  const limit = context.env.DEV ? 0 : RECHECK_MS
  if (live.age < limit || now - rechecked < limit || now - failed < limit) return null
  rechecked = now
  const fresh = await readWithin(context, WAIT_MS)
  return fresh && seen(context, fresh, { now, unconfirmed: false })
}

/** The settings of the last edition that this isolate saw, for pages that must do without an edition. */
export function knownSettings(): Settings | null {
  return held?.current.body.settings ?? null
}

function seen(
  { env }: RequestContext,
  from: Held,
  { now, unconfirmed }: { now: number; unconfirmed: boolean },
): LiveEdition {
  const { current, base, uncounted, takedowns, readAt } = from
  const embargoNow = Math.min(now, readAt + EMBARGO_MS)
  return {
    env,
    current,
    base,
    uncounted,
    age: now - readAt,
    unconfirmed,
    moment: { embargoNow, expiryNow: now, takedowns },
  }
}

/** Nothing is in memory: KV, else the copy of the last good one. */
async function openFirst(context: RequestContext, now: number): Promise<LiveEdition> {
  const fresh = await readWithin(context, WAIT_MS)
  if (fresh) return seen(context, fresh, { now, unconfirmed: false })
  const copy = await readCopy(context)
  // A late answer of KV may have come meanwhile.
  held ??= copy
  if (held === null) {
    if (failure instanceof NothingPublished) throw failure
    throw new Error('There is no edition: KV does not answer, and there is no copy', { cause: failure })
  }
  return seen(context, held, { now, unconfirmed: true })
}

async function openOld(context: RequestContext, old: Held, now: number): Promise<LiveEdition> {
  if (now - failed < RECHECK_MS && !context.env.DEV) return seen(context, old, { now, unconfirmed: true })
  const fresh = await readWithin(context, WAIT_MS)
  return fresh
    ? seen(context, fresh, { now, unconfirmed: false })
    : seen(context, held ?? old, { now, unconfirmed: true })
}

/** KV's answer within a time; null, logged, when there is none. */
async function readWithin(context: RequestContext, limit: number): Promise<Held | null> {
  const read = readCurrent(context)
  // A late answer still replaces what is held, for the requests after this one.
  context.ctx.waitUntil(read.catch(() => null))
  try {
    return await timeout(read, limit)
  } catch (error) {
    noteFailure(error)
    return null
  }
}

function refreshInBackground(context: RequestContext, now: number): void {
  if (now - refreshStarted < REFRESH_LOST_MS || now - failed < RECHECK_MS) return
  refreshStarted = now
  const refresh = readCurrent(context)
    .catch(noteFailure)
    .finally(() => {
      refreshStarted = Number.NEGATIVE_INFINITY
    })
  context.ctx.waitUntil(refresh)
}

/** Reads KV and keeps what it says. A lower sequence number than the one held is KV's past: it confirms nothing. */
async function readCurrent(context: RequestContext): Promise<Held> {
  const text = await context.env.ARTICLES.get(keys.current, { cacheTtl: CURRENT_TTL_SECONDS })
  const readAt = Date.now()
  if (text === null)
    throw new NothingPublished(`KV holds nothing under ${keys.current}: nothing was published yet`)
  if (held?.text === text) {
    held.readAt = Math.max(held.readAt, readAt)
    if (readAt - copied > COPY_EVERY_MS) context.ctx.waitUntil(writeCopy(context, text, readAt))
    return held
  }
  const fresh = await hold(text, readAt, context.env)
  if (held && fresh.current.sequence < held.current.sequence) {
    throw new Error(
      `KV answers with push ${fresh.current.sequence}, older than ${held.current.sequence}, which was live`,
    )
  }
  held = fresh
  context.ctx.waitUntil(writeCopy(context, text, readAt))
  return fresh
}

async function hold(text: string, readAt: number, env: Env): Promise<Held> {
  const current = parseCurrent(text)
  const { takedowns } = current
  const slugs = takedowns.map(({ slug }) => slug).sort()
  // Their lists and spans matter to counts alone, and the push after a takedown changes them.
  const counted = takedowns.map(({ counted }) => counted ?? null)
  return {
    text,
    current,
    readAt,
    base: await hexHash(canonicalJson([current.body.settings, slugs, env.VERSION?.id ?? ''])),
    uncounted: takedowns.length > 0 ? await hexHash(canonicalJson(counted)) : '',
    takedowns: new Set(slugs),
  }
}

/** Throws with a word about the cause where a newer publisher was here before its Worker. */
function parseCurrent(text: string): Current {
  const data: unknown = JSON.parse(text)
  const format = (data as { format?: unknown } | null)?.format
  if (typeof format === 'number' && format > FORMAT) {
    throw new Error(
      `${keys.current} has format ${format}, and this Worker knows ${FORMAT}: deploy the Worker first`,
    )
  }
  return v.parse(Current, data)
}

const READ_AT_HEADER = 'x-read-at'
/** A cache of our own: the default one is shared with whatever else answers under the site's host. */
const COPIES = 'dateline'

/** The copy's key lies under the host that was asked, so that two sites of one zone never share it. */
function copyKey(context: RequestContext): Request {
  return new Request(new URL('/.dateline/current', context.request.url))
}

/** Best effort: the copy only serves when KV is down, and the next change writes another. */
async function writeCopy(context: RequestContext, text: string, readAt: number): Promise<void> {
  copied = readAt
  const headers = { 'cache-control': `max-age=${COPY_TTL_SECONDS}`, [READ_AT_HEADER]: String(readAt) }
  try {
    const copies = await caches.open(COPIES)
    await copies.put(copyKey(context), new Response(text, { headers }))
  } catch (error) {
    console.warn('The copy of current could not be written', error)
  }
}

async function readCopy(context: RequestContext): Promise<Held | null> {
  try {
    const copies = await caches.open(COPIES)
    const copy = await copies.match(copyKey(context))
    if (!copy) return null
    return await hold(await copy.text(), Number(copy.headers.get(READ_AT_HEADER)), context.env)
  } catch (error) {
    console.warn('The copy of current could not be read', error)
    return null
  }
}

function noteFailure(error: unknown): void {
  failed = Date.now()
  failure = error
  console.error(`${keys.current} could not be read from KV`, error)
}
