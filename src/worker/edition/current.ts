// The live edition: how old it may be, when it is read again, and its replacement if KV does not answer.
// A request must never wait longer than WAIT_MS for it.
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
import { hexHash } from '../hex-hash.ts'
import { timeout } from './kv.ts'

/** KV has no `current`: nothing was published to this namespace yet. */
export class NothingPublished extends Error {
  override name = 'NothingPublished'
}

type Snapshot = Omit<LiveEdition, 'env' | 'moment' | 'age' | 'unconfirmed'> & {
  text: string
  takedowns: ReadonlySet<string>
  readAt: number
}

/** Up to this age `current` is used without a read. */
const FRESH_MS = 30_000
/** Up to this age `current` is used while it is read again in the background. */
const USABLE_MS = CURRENT_USABLE_SECONDS * 1000
/** The longest that a request waits for KV if `current` is older than that. */
const WAIT_MS = 2_000
/** If `current` is older than this, no new article appears: it may have been postponed in the meantime. */
const EMBARGO_MS = 300_000
/** Before a 404, a `current` older than this is read again. After a failed read, KV is not read for as long. */
const RECHECK_MS = 5_000
/** A background read that takes longer counts as lost, and another may start. */
const REFRESH_LOST_MS = 10_000
const COPY_TTL_SECONDS = 86_400
/** A copy older than this is written again, because it also stores when KV last confirmed the edition. */
const COPY_EVERY_MS = 60_000

let snapshot: Snapshot | null = null
let refreshStartedAt = Number.NEGATIVE_INFINITY
let failedAt = Number.NEGATIVE_INFINITY
let failure: unknown
let recheckedAt = Number.NEGATIVE_INFINITY
let copiedAt = Number.NEGATIVE_INFINITY

/** The live edition. Throws if neither KV nor the copy in the cache has one. */
export function openCurrent(context: RequestContext): LiveEdition | Promise<LiveEdition> {
  if (context.env.PREVIEW) return context.env.PREVIEW
  const now = Date.now()
  if (snapshot === null) return openFirst(context, now)
  const age = now - snapshot.readAt
  if (age < (context.env.DEV ? 0 : FRESH_MS)) return toLive(context, snapshot, { now, unconfirmed: false })
  if (age < (context.env.DEV ? 0 : USABLE_MS)) {
    refreshInBackground(context, now)
    return toLive(context, snapshot, { now, unconfirmed: false })
  }
  return openOld(context, snapshot, now)
}

/** The edition, read again before a 404; null in previews, too soon after the last read, or if the read fails. */
export async function reopenCurrent(context: RequestContext, live: LiveEdition): Promise<LiveEdition | null> {
  if (context.env.PREVIEW) return null
  const now = Date.now()
  const limit = context.env.DEV ? 0 : RECHECK_MS
  if (live.age < limit || now - recheckedAt < limit || now - failedAt < limit) return null
  recheckedAt = now
  const fresh = await readWithin(context, WAIT_MS)
  return fresh && toLive(context, fresh, { now, unconfirmed: false })
}

/** The settings of the last edition in memory, for error pages that have no edition. */
export function knownSettings(): Settings | null {
  return snapshot?.current.body.settings ?? null
}

function toLive(
  { env }: RequestContext,
  from: Snapshot,
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

/** For an empty memory: the edition from KV, else the copy in the cache. */
async function openFirst(context: RequestContext, now: number): Promise<LiveEdition> {
  const fresh = await readWithin(context, WAIT_MS)
  if (fresh) return toLive(context, fresh, { now, unconfirmed: false })
  const copy = await readCopy(context)
  // KV's answer may have arrived late, while the copy was read.
  snapshot ??= copy
  if (snapshot === null) {
    if (failure instanceof NothingPublished) throw failure
    throw new Error('There is no edition: KV failed, and the cache has no copy', { cause: failure })
  }
  return toLive(context, snapshot, { now, unconfirmed: true })
}

async function openOld(context: RequestContext, old: Snapshot, now: number): Promise<LiveEdition> {
  if (now - failedAt < RECHECK_MS && !context.env.DEV) return toLive(context, old, { now, unconfirmed: true })
  const fresh = await readWithin(context, WAIT_MS)
  return fresh
    ? toLive(context, fresh, { now, unconfirmed: false })
    : toLive(context, snapshot ?? old, { now, unconfirmed: true })
}

/** Reads `current` within a time limit; null after a failure, which is logged. */
async function readWithin(context: RequestContext, limit: number): Promise<Snapshot | null> {
  const read = readCurrent(context)
  // A late answer still replaces the snapshot, for later requests.
  context.ctx.waitUntil(read.catch(() => null))
  try {
    return await timeout(read, limit)
  } catch (error) {
    noteFailure(error)
    return null
  }
}

function refreshInBackground(context: RequestContext, now: number): void {
  if (now - refreshStartedAt < REFRESH_LOST_MS || now - failedAt < RECHECK_MS) return
  refreshStartedAt = now
  const refresh = readCurrent(context)
    .catch(noteFailure)
    .finally(() => {
      refreshStartedAt = Number.NEGATIVE_INFINITY
    })
  context.ctx.waitUntil(refresh)
}

/** Reads `current` and keeps it. Throws at a lower sequence number than before: KV answered with an old value. */
async function readCurrent(context: RequestContext): Promise<Snapshot> {
  const text = await context.env.ARTICLES.get(keys.current, { cacheTtl: CURRENT_TTL_SECONDS })
  const readAt = Date.now()
  if (text === null)
    throw new NothingPublished(`KV holds nothing under ${keys.current}: nothing was published yet`)
  if (snapshot?.text === text) {
    snapshot.readAt = Math.max(snapshot.readAt, readAt)
    if (readAt - copiedAt > COPY_EVERY_MS) context.ctx.waitUntil(writeCopy(context, text, readAt))
    return snapshot
  }
  const fresh = await buildSnapshot(text, readAt, context.env)
  if (snapshot && fresh.current.sequence < snapshot.current.sequence) {
    throw new Error(
      `KV returned push ${fresh.current.sequence}, but push ${snapshot.current.sequence} was live already`,
    )
  }
  snapshot = fresh
  context.ctx.waitUntil(writeCopy(context, text, readAt))
  return fresh
}

async function buildSnapshot(text: string, readAt: number, env: Env): Promise<Snapshot> {
  const current = parseCurrent(text)
  const { takedowns } = current
  const slugs = takedowns.map(({ slug }) => slug).sort()
  // Kept out of `base`: these spans and lists affect counts only, and the push after a takedown changes them.
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

/** Throws with an explanation if a newer publisher has written a format that this Worker does not know. */
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
/** Not the default cache, which is shared with everything else that answers under the site's host. */
const COPIES = 'dateline'

/** The key includes the requested host, so that two sites of one zone never share a copy. */
function copyKey(context: RequestContext): Request {
  return new Request(new URL('/.dateline/current', context.request.url))
}

/** Best effort: the copy is needed only if KV fails, and it is written again soon. */
async function writeCopy(context: RequestContext, text: string, readAt: number): Promise<void> {
  copiedAt = readAt
  const headers = { 'cache-control': `max-age=${COPY_TTL_SECONDS}`, [READ_AT_HEADER]: String(readAt) }
  try {
    const copies = await caches.open(COPIES)
    await copies.put(copyKey(context), new Response(text, { headers }))
  } catch (error) {
    console.warn('The copy of current could not be written', error)
  }
}

async function readCopy(context: RequestContext): Promise<Snapshot | null> {
  try {
    const copies = await caches.open(COPIES)
    const copy = await copies.match(copyKey(context))
    if (!copy) return null
    return await buildSnapshot(await copy.text(), Number(copy.headers.get(READ_AT_HEADER)), context.env)
  } catch (error) {
    console.warn('The copy of current could not be read', error)
    return null
  }
}

function noteFailure(error: unknown): void {
  failedAt = Date.now()
  failure = error
  console.error(`${keys.current} could not be read from KV`, error)
}
