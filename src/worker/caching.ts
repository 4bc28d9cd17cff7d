// Cache headers and ETags. Pure.
// Never send `s-maxage`, `must-revalidate` or `proxy-revalidate`: each of them switches stale answers off.
import { EDGE_LIFETIMES, type PageEntry } from '../records.ts'

/** Lifetimes in seconds. `staleOnError` counts after `edge`, as `staleWhileRevalidate` does. */
export type Policy = {
  edge: number
  staleWhileRevalidate: number
  staleOnError: number
  /** The browser's Cache-Control. */
  browser: string
}

const TEN_DAYS_SECONDS = 864_000
const DAY_SECONDS = 86_400

/** The policy of each kind of answer. */
export const POLICIES = {
  young: { ...EDGE_LIFETIMES.young, staleOnError: TEN_DAYS_SECONDS, browser: 'no-cache' },
  settled: { ...EDGE_LIFETIMES.settled, staleOnError: TEN_DAYS_SECONDS, browser: 'no-cache' },
  media: {
    edge: 3600,
    staleWhileRevalidate: 60,
    staleOnError: DAY_SECONDS,
    browser: 'public, max-age=31536000, immutable',
  },
  /** The site's icon changes only with the code. */
  icon: { edge: 300, staleWhileRevalidate: 60, staleOnError: TEN_DAYS_SECONDS, browser: 'max-age=86400' },
  permanent: { edge: 300, staleWhileRevalidate: 0, staleOnError: 0, browser: 'max-age=60' },
  absent: { edge: 10, staleWhileRevalidate: 0, staleOnError: 0, browser: 'no-cache' },
} as const satisfies Record<string, Policy>

/** An article of this age rarely changes any more. */
export const YOUNG_ARTICLE_MS = DAY_SECONDS * 1000

/** The longest edge lifetime of an answer from an edition that KV did not confirm. */
const MAX_UNCONFIRMED_SECONDS = 10
/** Answers with a shorter lifetime are not cached at all. */
const MIN_EDGE_SECONDS = 2

export type CacheHeaders = { edge: string; browser: string }

/** The reasons to shorten a policy's lifetimes; all instants are in milliseconds. */
export type Limits = {
  now: number
  /** The next instant at which the answer changes. */
  change?: number
  /** The next instant at which something on the page expires. */
  expiry?: number
  unconfirmed?: boolean
}

/** The two cache headers of an answer, with lifetimes that end before the answer changes. */
export function cacheHeaders(policy: Policy, { now, change, expiry, unconfirmed }: Limits): CacheHeaders {
  let { edge, staleWhileRevalidate, staleOnError } = policy
  if (unconfirmed && edge > MAX_UNCONFIRMED_SECONDS) {
    edge = MAX_UNCONFIRMED_SECONDS
    staleWhileRevalidate = 0
  }
  // Two tiers of the cache may each keep the answer for its whole lifetime, so the lifetime is half of the time left.
  const halfLeft = change === undefined ? Number.POSITIVE_INFINITY : Math.floor((change - now) / 2000)
  if (halfLeft < MIN_EDGE_SECONDS) return NO_STORE
  if (halfLeft < edge + staleWhileRevalidate) {
    edge = Math.min(edge, halfLeft)
    staleWhileRevalidate = 0
  }
  if (expiry !== undefined) {
    const errorSeconds = Math.floor((expiry - now) / 2000) - edge
    staleOnError = Math.max(0, Math.min(staleOnError, errorSeconds))
  }
  if (
    edge === policy.edge &&
    staleWhileRevalidate === policy.staleWhileRevalidate &&
    staleOnError === policy.staleOnError
  ) {
    return fullLifetimes(policy)
  }
  return { edge: edgeValue(edge, staleWhileRevalidate, staleOnError), browser: policy.browser }
}

export const NO_STORE: CacheHeaders = { edge: 'no-store', browser: 'no-store' }

const fullLifetimeHeaders = new Map<Policy, CacheHeaders>()

/** A policy's full lifetimes. Always the same object, because respond.ts keeps prepared headers for each object. */
function fullLifetimes(policy: Policy): CacheHeaders {
  let headers = fullLifetimeHeaders.get(policy)
  if (!headers) {
    const { edge, staleWhileRevalidate, staleOnError, browser } = policy
    headers = { edge: edgeValue(edge, staleWhileRevalidate, staleOnError), browser }
    fullLifetimeHeaders.set(policy, headers)
  }
  return headers
}

function edgeValue(edge: number, staleWhileRevalidate: number, staleOnError: number): string {
  const revalidate = staleWhileRevalidate > 0 ? `, stale-while-revalidate=${staleWhileRevalidate}` : ''
  return `max-age=${edge}${revalidate}, stale-if-error=${staleOnError}`
}

/**
 * A page's ETag: the record, the part that all pages share, and the page's last instant that has passed. If
 * `embargoNow` is before `expiryNow`, the last expiry in between is added. The inputs are not hashed, so that the
 * ETag costs no time and shows what changed.
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

/** Whether If-None-Match contains this ETag by weak comparison. RFC 9110, sections 13.1.2 and 8.8.3.2. */
export function matchesEtag(header: string, etag: string): boolean {
  if (header === etag) return true
  if (header.trim() === '*') return true
  for (const [, opaque] of header.matchAll(/(?:W\/)?("[\x21\x23-\x7e\x80-\uffff]*")/g))
    if (opaque === etag) return true
  return false
}
