// The edition that is live, as this isolate knows it: how old it may be, when it is read again, and what
// takes its place when KV does not answer.
import * as v from 'valibot'
import { canonicalJson } from '../canonical.ts'
import type { Moment } from '../projection.ts'
import {
  CURRENT_TTL_SECONDS,
  CURRENT_USABLE_SECONDS,
  Current,
  FORMAT,
  keys,
  type Settings,
} from '../records.ts'
import type { Env } from './env.ts'
import { hexHash } from './hash.ts'
import { within } from './within.ts'

/** Nothing was ever put live in this namespace. */
export class NothingPublished extends Error {
  override name = 'NothingPublished'
}

/** What a request needs to read KV and to leave work behind. */
export type Door = { env: Env; request: Request; ctx: Pick<ExecutionContext, 'waitUntil'> }

/** `current` as one request sees it, from its start to its end. */
export type LiveEdition = {
  env: Env
  current: Current
  moment: Moment
  /** The part of every ETag that all pages share: settings, what was taken down, and the Worker's version. */
  base: string
  /** What counts leave out, for the ETags of the indexes; empty where nothing was taken down. */
  uncounted: string
  /** Milliseconds since `current` was known to be live. */
  age: number
  /** KV did not confirm it in time, so nothing made of it may be kept for long. */
  unconfirmed: boolean
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
/** An embargo does not lift on the word of an edition older than this: it may have been moved since. */
const OPENS_MS = 300_000
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
export function openCurrent(door: Door): LiveEdition | Promise<LiveEdition> {
  if (door.env.PREVIEW) return door.env.PREVIEW
  const now = Date.now()
  if (held === null) return openFirst(door, now)
  const age = now - held.readAt
  if (age < (door.env.DEV ? 0 : FRESH_MS)) return seen(door, held, { now, unconfirmed: false })
  if (age < (door.env.DEV ? 0 : USABLE_MS)) {
    refreshInBackground(door, now)
    return seen(door, held, { now, unconfirmed: false })
  }
  return openOld(door, held, now)
}

/** The edition read once more before a 404 is said, if that may help; else null. */
export async function reopenCurrent(door: Door, live: LiveEdition): Promise<LiveEdition | null> {
  if (door.env.PREVIEW) return null
  const now = Date.now()
  const limit = door.env.DEV ? 0 : RECHECK_MS
  if (live.age < limit || now - rechecked < limit || now - failed < limit) return null
  rechecked = now
  const fresh = await readWithin(door, WAIT_MS)
  return fresh && seen(door, fresh, { now, unconfirmed: false })
}

/** The settings of the last edition that this isolate saw, for pages that must do without an edition. */
export function knownSettings(): Settings | null {
  return held?.current.body.settings ?? null
}

function seen(
  { env }: Door,
  from: Held,
  { now, unconfirmed }: { now: number; unconfirmed: boolean },
): LiveEdition {
  const { current, base, uncounted, takedowns, readAt } = from
  const opens = Math.min(now, readAt + OPENS_MS)
  return {
    env,
    current,
    base,
    uncounted,
    age: now - readAt,
    unconfirmed,
    moment: { opens, closes: now, takedowns },
  }
}

/** Nothing is in memory: KV, else the copy of the last good one. */
async function openFirst(door: Door, now: number): Promise<LiveEdition> {
  const fresh = await readWithin(door, WAIT_MS)
  if (fresh) return seen(door, fresh, { now, unconfirmed: false })
  const copy = await readCopy(door)
  // A late answer of KV may have come meanwhile.
  held ??= copy
  if (held === null) {
    if (failure instanceof NothingPublished) throw failure
    throw new Error('There is no edition: KV does not answer, and there is no copy', { cause: failure })
  }
  return seen(door, held, { now, unconfirmed: true })
}

async function openOld(door: Door, old: Held, now: number): Promise<LiveEdition> {
  if (now - failed < RECHECK_MS && !door.env.DEV) return seen(door, old, { now, unconfirmed: true })
  const fresh = await readWithin(door, WAIT_MS)
  return fresh
    ? seen(door, fresh, { now, unconfirmed: false })
    : seen(door, held ?? old, { now, unconfirmed: true })
}

/** KV's answer within a time; null, logged, when there is none. */
async function readWithin(door: Door, limit: number): Promise<Held | null> {
  const read = readCurrent(door)
  // A late answer still replaces what is held, for the requests after this one.
  door.ctx.waitUntil(read.catch(() => null))
  try {
    return await within(read, limit)
  } catch (error) {
    noteFailure(error)
    return null
  }
}

function refreshInBackground(door: Door, now: number): void {
  if (now - refreshStarted < REFRESH_LOST_MS || now - failed < RECHECK_MS) return
  refreshStarted = now
  const refresh = readCurrent(door)
    .catch(noteFailure)
    .finally(() => {
      refreshStarted = Number.NEGATIVE_INFINITY
    })
  door.ctx.waitUntil(refresh)
}

/** Reads KV and keeps what it says. A lower sequence number than the one held is KV's past: it confirms nothing. */
async function readCurrent(door: Door): Promise<Held> {
  const text = await door.env.ARTICLES.get(keys.current, { cacheTtl: CURRENT_TTL_SECONDS })
  const readAt = Date.now()
  if (text === null)
    throw new NothingPublished(`KV holds nothing under ${keys.current}: nothing was published yet`)
  if (held?.text === text) {
    held.readAt = Math.max(held.readAt, readAt)
    if (readAt - copied > COPY_EVERY_MS) door.ctx.waitUntil(writeCopy(door, text, readAt))
    return held
  }
  const fresh = await hold(text, readAt, door.env)
  if (held && fresh.current.sequence < held.current.sequence) {
    throw new Error(
      `KV answers with push ${fresh.current.sequence}, older than ${held.current.sequence}, which was live`,
    )
  }
  held = fresh
  door.ctx.waitUntil(writeCopy(door, text, readAt))
  return fresh
}

async function hold(text: string, readAt: number, env: Env): Promise<Held> {
  const current = parseCurrent(text)
  const { takedowns } = current
  const slugs = takedowns.map(({ slug }) => slug).sort()
  // Bylines lead to the pages of authors only where there are any.
  const hasAuthors = current.body.authorsIndex !== undefined
  // Their lists and spans matter to counts alone, and the push after a takedown changes them.
  const counted = takedowns.map(({ from, until, tags }) => ({ from, until, tags }))
  return {
    ...{ text, current, readAt },
    base: await hexHash(canonicalJson([current.body.settings, slugs, env.VERSION?.id ?? '', hasAuthors])),
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
function copyKey(door: Door): Request {
  return new Request(new URL('/.dateline/current', door.request.url))
}

/** Best effort: the copy only serves when KV is down, and the next change writes another. */
async function writeCopy(door: Door, text: string, readAt: number): Promise<void> {
  copied = readAt
  const headers = { 'cache-control': `max-age=${COPY_TTL_SECONDS}`, [READ_AT_HEADER]: String(readAt) }
  try {
    const copies = await caches.open(COPIES)
    await copies.put(copyKey(door), new Response(text, { headers }))
  } catch (error) {
    console.warn('The copy of current could not be written', error)
  }
}

async function readCopy(door: Door): Promise<Held | null> {
  try {
    const copies = await caches.open(COPIES)
    const copy = await copies.match(copyKey(door))
    if (!copy) return null
    return await hold(await copy.text(), Number(copy.headers.get(READ_AT_HEADER)), door.env)
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
