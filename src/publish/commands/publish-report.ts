// The lines on problems, on a push, and on the time until readers see it. Prints nothing itself.
import { CURRENT_TTL_SECONDS, CURRENT_USABLE_SECONDS, type Current, EDGE_LIFETIMES } from '../../records.ts'
import { plural, shortHash } from '../format.ts'
import type { Outcome, Prepared, WithProblems } from '../publish.ts'
import { isoMinute } from '../sources/instants.ts'
import { formatProblem, type Problem } from '../sources/problem.ts'
import { reportMissing, reportPlan } from './plan-report.ts'

/** All problems and advice, one a line. */
export function reportProblems(problems: readonly Problem[]): string[] {
  return problems.map(formatProblem)
}

/** Such as "2 problems, 1 advice". */
export function countProblems(problems: readonly Problem[]): string {
  const wrong = problems.filter(({ level }) => level === 'problem').length
  const advice = problems.length - wrong
  return `${plural(wrong, 'problem')}${advice > 0 ? `, ${advice} advice` : ''}`
}

/** What publishing without a question came to, with the plan before it where something was pushed. */
export function reportOutcome(outcome: Exclude<Outcome, WithProblems>): string[] {
  const { plan, zone, live } = outcome
  if (outcome.state === 'pushed') {
    return [...reportPlan(plan, zone), reportLive(outcome.live, outcome.written.values)]
  }
  return live ? [reportUnchanged(live)] : []
}

/** The line that says that the live edition is already what the sources give. */
export function reportUnchanged({ sequence, edition }: Pick<Current, 'sequence' | 'edition'>): string {
  return `Nothing changed: push ${sequence} (edition ${shortHash(edition)}) stays live.`
}

/** The line that says what is live from now on. */
export function reportLive(live: { sequence: number; edition: string }, written: number): string {
  return `Push ${live.sequence} is live: edition ${shortHash(live.edition)}, ${plural(written, 'value')} written.`
}

/** The live articles that stop a push, and the ways out. */
export function reportStopped(
  plan: Prepared['plan'],
  { zone, live, publishedBy }: { zone: string; live: Current; publishedBy: string | null },
): string[] {
  const title = 'Nothing was published: these articles are in the live edition, but not in the sources'
  const { named, waysOut } = reportMissing(plan, { title, zone })
  const latest = publishedBy === null ? `number ${live.sequence}` : `by ${publishedBy}`
  return [...named, `The latest push was ${latest}. If your checkout is old, update it.`, ...waysOut]
}

/**
 * A location that has just read the old `current` keeps it for its lifetime in KV, 30 s. An isolate that reads it at
 * the end of these keeps it for up to 90 s.
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
