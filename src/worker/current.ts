// The edition that is live, as this isolate knows it: how old it may be, when it is read again, and what
// takes its place when KV does not answer.
import * as v from 'valibot'
import type { Moment } from '../projection.ts'
import { CURRENT_TTL_SECONDS, Current, canonicalJson, keys, type Settings } from '../records.ts'
import type { Env } from './env.ts'
import { within } from './within.ts'

/** What a request needs to read KV and to leave work behind. */
export type Door = { env: Env; request: Request; ctx: Pick<ExecutionContext, 'waitUntil'> }

/** `current` as one request sees it, from its start to its end. */
export type LiveEdition = {
  current: Current
  moment: Moment
  /** The part of every ETag that all pages share: settings, takedowns and the Worker's version. */
  base: string
  /** The instants at which articles are still to appear, sorted. Milliseconds. */
  appearances: readonly number[]
  /** Milliseconds since `current` was known to be live. */
  age: number
  /** KV did not confirm it in time, so nothing made of it may be kept for long. */
  unconfirmed: boolean
}

type Held = Omit<LiveEdition, 'moment' | 'age' | 'unconfirmed'> & {
  text: string
  takedowns: ReadonlySet<string>
  readAt: number
}

/** Up to this age `current` is used as it is. */
const FRESH_MS = 30_000
/** Up to this age it is used, and read again in the background. */
const USABLE_MS = 90_000
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
let rechecked = Number.NEGATIVE_INFINITY
let copied = Number.NEGATIVE_INFINITY

/** The live edition; throws when neither KV nor any copy has one. */
export function openCurrent(door: Door): LiveEdition | Promise<LiveEdition> {
  const now = Date.now()
  if (held === null) return openFirst(door, now)
  const age = now - held.readAt
  if (age < (door.env.DEV ? 0 : FRESH_MS)) return seen(held, now, false)
  if (age < (door.env.DEV ? 0 : USABLE_MS)) {
    refreshInBackground(door, now)
    return seen(held, now, false)
  }
  return openOld(door, held, now)
}

/** The edition read once more before a 404 is said, if that may help; else null. */
export async function reopenCurrent(door: Door, live: LiveEdition): Promise<LiveEdition | null> {
  const now = Date.now()
  const limit = door.env.DEV ? 0 : RECHECK_MS
  if (live.age < limit || now - rechecked < limit || now - failed < limit) return null
  rechecked = now
  const fresh = await readWithin(door, WAIT_MS)
  return fresh && seen(fresh, now, false)
}

/** The settings of the last edition that this isolate saw, for pages that must do without an edition. */
export function knownSettings(): Settings | null {
  return held?.current.body.settings ?? null
}

function seen(from: Held, now: number, unconfirmed: boolean): LiveEdition {
  const { current, base, appearances, takedowns, readAt } = from
  const opens = Math.min(now, readAt + OPENS_MS)
  return {
    current,
    base,
    appearances,
    age: now - readAt,
    unconfirmed,
    moment: { opens, closes: now, takedowns },
  }
}

/** Nothing is in memory: KV, else the copy of the last good one. */
async function openFirst(door: Door, now: number): Promise<LiveEdition> {
  const fresh = await readWithin(door, WAIT_MS)
  if (fresh) return seen(fresh, now, false)
  held ??= await readCopy(door)
  if (held === null)
    throw new Error('There is no edition: KV has none, or does not answer, and there is no copy')
  return seen(held, now, true)
}

async function openOld(door: Door, old: Held, now: number): Promise<LiveEdition> {
  if (now - failed < RECHECK_MS && !door.env.DEV) return seen(old, now, true)
  const fresh = await readWithin(door, WAIT_MS)
  return fresh ? seen(fresh, now, false) : seen(held ?? old, now, true)
}

/** KV's answer within a time; null, logged, when there is none. */
async function readWithin(door: Door, limit: number): Promise<Held | null> {
  const read = readCurrent(door)
  // A late answer still replaces what is held, for the requests after this one.
  door.ctx.waitUntil(read.catch(() => null))
  try {
    return await within(read, limit)
  } catch (error) {
    failed = Date.now()
    logFailure(error)
    return null
  }
}

function refreshInBackground(door: Door, now: number): void {
  if (now - refreshStarted < REFRESH_LOST_MS || now - failed < RECHECK_MS) return
  refreshStarted = now
  const refresh = readCurrent(door)
    .catch((error: unknown) => {
      failed = Date.now()
      logFailure(error)
    })
    .finally(() => {
      refreshStarted = Number.NEGATIVE_INFINITY
    })
  door.ctx.waitUntil(refresh)
}

/** Reads KV and keeps what it says. A lower sequence number than the one held is KV's past: it confirms nothing. */
async function readCurrent(door: Door): Promise<Held> {
  const text = await door.env.ARTICLES.get(keys.current, { cacheTtl: CURRENT_TTL_SECONDS })
  const readAt = Date.now()
  if (text === null) throw new Error(`KV holds nothing under ${keys.current}: nothing was published yet`)
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
  const current = v.parse(Current, JSON.parse(text))
  const shared = canonicalJson([current.body.settings, current.takedowns, env.VERSION?.id ?? ''])
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(shared))
  const base = [...new Uint8Array(digest, 0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  const froms = Object.values(current.body.articles.rows).map(({ from }) => from)
  return {
    ...{ text, current, base, readAt },
    appearances: froms.filter((from) => from > readAt).sort((a, b) => a - b),
    takedowns: new Set(current.takedowns.map(({ slug }) => slug)),
  }
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

function logFailure(error: unknown): void {
  console.error(`${keys.current} could not be read from KV`, error)
}
