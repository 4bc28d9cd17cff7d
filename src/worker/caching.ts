// How long an answer may be kept and by whom, ETags, and the question whether the reader has it already.
// Pure. `s-maxage`, `must-revalidate` and `proxy-revalidate` must never be sent: each switches stale answers off.
import { EDGE_LIFETIMES, type PageEntry } from '../records.ts'

/** Lifetimes in seconds. `staleOnError` counts after `edge`, as `staleWhileRevalidate` does. */
export type Policy = {
  edge: number
  staleWhileRevalidate: number
  staleOnError: number
  /** The browser's Cache-Control. */
  browser: string
}

const TEN_DAYS = 864_000
const DAY = 86_400

/** DESIGN's table of answers, a line each. */
export const POLICIES = {
  young: { ...EDGE_LIFETIMES.young, staleOnError: TEN_DAYS, browser: 'no-cache' },
  settled: { ...EDGE_LIFETIMES.settled, staleOnError: TEN_DAYS, browser: 'no-cache' },
  media: {
    edge: 3600,
    staleWhileRevalidate: 60,
    staleOnError: DAY,
    browser: 'public, max-age=31536000, immutable',
  },
  /** The site's icon, which changes with the code alone. */
  icon: { edge: 300, staleWhileRevalidate: 60, staleOnError: TEN_DAYS, browser: 'max-age=86400' },
  permanent: { edge: 300, staleWhileRevalidate: 0, staleOnError: 0, browser: 'max-age=60' },
  absent: { edge: 10, staleWhileRevalidate: 0, staleOnError: 0, browser: 'no-cache' },
  never: { edge: 0, staleWhileRevalidate: 0, staleOnError: 0, browser: 'no-store' },
} as const satisfies Record<string, Policy>

/** An article's answer changes rarely once it is this old. */
export const YOUNG_ARTICLE_MS = DAY * 1000

/** What an answer made of an edition that KV did not confirm may live, in seconds. */
const UNCONFIRMED_SECONDS = 10
/** A lifetime shorter than this is none. Seconds. */
const SHORTEST_SECONDS = 2

export type CacheHeaders = { edge: string; browser: string }

/** What may cut a policy's lifetimes; instants and `now` in milliseconds. */
export type Cut = {
  now: number
  /** The next instant at which the answer changes. */
  change?: number
  /** The next instant at which something on the page expires. */
  expiry?: number
  unconfirmed?: boolean
}

/** The two cache headers of an answer, cut where it changes at a coming instant. */
export function cacheHeaders(policy: Policy, cut: Cut): CacheHeaders {
  if (policy.edge === 0) return NO_STORE
  let { edge, staleWhileRevalidate, staleOnError } = policy
  if (cut.unconfirmed && edge > UNCONFIRMED_SECONDS) {
    edge = UNCONFIRMED_SECONDS
    staleWhileRevalidate = 0
  }
  // Two tiers of the cache may each keep an answer for its whole lifetime, so half the way is all it gets.
  const half = cut.change === undefined ? Number.POSITIVE_INFINITY : Math.floor((cut.change - cut.now) / 2000)
  if (half < SHORTEST_SECONDS) return NO_STORE
  if (half < edge + staleWhileRevalidate) {
    edge = Math.min(edge, half)
    staleWhileRevalidate = 0
  }
  if (cut.expiry !== undefined) {
    const left = Math.floor((cut.expiry - cut.now) / 2000) - edge
    staleOnError = Math.max(0, Math.min(staleOnError, left))
  }
  if (
    edge === policy.edge &&
    staleWhileRevalidate === policy.staleWhileRevalidate &&
    staleOnError === policy.staleOnError
  ) {
    return uncut(policy)
  }
  return { edge: edgeValue(edge, staleWhileRevalidate, staleOnError), browser: policy.browser }
}

export const NO_STORE: CacheHeaders = { edge: 'no-store', browser: 'no-store' }

const uncutHeaders = new Map<Policy, CacheHeaders>()

/** A policy's headers as they are nearly always sent: the same object, so that what is made of it can be kept. */
function uncut(policy: Policy): CacheHeaders {
  let headers = uncutHeaders.get(policy)
  if (!headers) {
    const { edge, staleWhileRevalidate, staleOnError, browser } = policy
    headers = { edge: edgeValue(edge, staleWhileRevalidate, staleOnError), browser }
    uncutHeaders.set(policy, headers)
  }
  return headers
}

function edgeValue(edge: number, staleWhileRevalidate: number, staleOnError: number): string {
  const revalidate = staleWhileRevalidate > 0 ? `, stale-while-revalidate=${staleWhileRevalidate}` : ''
  return `max-age=${edge}${revalidate}, stale-if-error=${staleOnError}`
}

/**
 * A page's ETag: its inputs side by side instead of a hash of them, so that it costs no time and tells what
 * changed: the record, what all pages share, and the last instant of the page that has passed. Where
 * `embargoNow` lags behind `expiryNow`, what expired in between counts too.
 */
export function pageEtag(
  entry: PageEntry,
  of: { base: string; embargoNow: number; expiryNow: number },
): string {
  let etag = `"${entry.record}-${of.base}`
  const passed = entry.instants?.findLast((instant) => instant <= of.embargoNow)
  if (passed !== undefined) etag += `-${passed.toString(36)}`
  if (of.embargoNow < of.expiryNow) {
    const expired = entry.untils?.findLast((instant) => instant <= of.expiryNow)
    if (expired !== undefined && expired > of.embargoNow) etag += `~${expired.toString(36)}`
  }
  return `${etag}"`
}

/** Whether If-None-Match names this ETag, compared weakly. RFC 9110, sections 13.1.2 and 8.8.3.2. */
export function matchesEtag(header: string, etag: string): boolean {
  if (header === etag) return true
  if (header.trim() === '*') return true
  for (const [, opaque] of header.matchAll(/(?:W\/)?("[\x21\x23-\x7e\x80-\uffff]*")/g))
    if (opaque === etag) return true
  return false
}
