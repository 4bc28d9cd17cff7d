// By when every reader sees what was put live, from the lifetimes that the Worker and the edge give it. Pure.
import { CURRENT_TTL_SECONDS, CURRENT_USABLE_SECONDS, EDGE_LIFETIMES } from '../../records.ts'
import { isoMinute } from '../sources/instants.ts'

/**
 * A location that has just read the old `current` keeps it for its lifetime in KV, 30 s. An isolate that reads it at the
 * end of these keeps it for up to 90 s.
 */
const CURRENT_SECONDS = CURRENT_TTL_SECONDS + CURRENT_USABLE_SECONDS

/** Two tiers of the cache may each keep a page for its whole lifetime, one after the other. No browser keeps any. */
const TIERS = 2

/** Seconds after which no reader sees what was there before: 240 and 840. */
export const REACH_SECONDS = {
  /** New pages, the front page, the newest list pages, articles younger than a day. */
  young: reach(EDGE_LIFETIMES.young),
  /** Articles older than a day, full list pages. */
  settled: reach(EDGE_LIFETIMES.settled),
}

function reach({ edge, staleWhileRevalidate }: { edge: number; staleWhileRevalidate: number }): number {
  return CURRENT_SECONDS + TIERS * (edge + staleWhileRevalidate)
}

/** One line: by when every reader sees it. Milliseconds since 1970. */
export function reportReach(now: number, zone: string): string {
  const within = (seconds: number): string =>
    `within ${Math.ceil(seconds / 60)} minutes (by ${isoMinute(now + seconds * 1000 + 59_999, zone).slice(11)})`
  return (
    `Every reader sees it ${within(REACH_SECONDS.young)}; ` +
    `what changed in articles older than a day, ${within(REACH_SECONDS.settled)}.`
  )
}
