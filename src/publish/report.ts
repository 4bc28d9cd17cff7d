// What a check and a push say: plain lines, in readers' terms. Prints nothing itself.

import type { Outcome } from './publish.ts'
import { plural, shortHash } from './report/lines.ts'
import { reportMissing, reportPlan } from './report/plan.ts'
import { formatProblem, type Problem } from './sources/problem.ts'

/** All problems and advice, one a line. */
export function reportProblems(problems: readonly Problem[]): string[] {
  return problems.map(formatProblem)
}

/** "2 problems, 1 advice", or that there are none. */
export function countProblems(problems: readonly Problem[]): string {
  const wrong = problems.filter(({ level }) => level === 'problem').length
  const advice = problems.length - wrong
  return `${plural(wrong, 'problem')}${advice > 0 ? `, ${advice} advice` : ''}`
}

/** What a publication came to, with the plan before it where something was pushed. */
export function reportOutcome(outcome: Exclude<Outcome, { state: 'problems' }>): string[] {
  const { plan, zone } = outcome
  if (outcome.state === 'declined') return ['Nothing was published.']
  if (outcome.state === 'stopped') return reportStopped(outcome)
  const { live } = outcome
  if (outcome.state === 'unchanged') {
    return [`Nothing changed: push ${live.sequence} (edition ${shortHash(live.edition)}) stays live.`]
  }
  return [...reportPlan(plan, zone), reportLive(live, outcome.written.values)]
}

/** The line that says what is live from now on. */
export function reportLive(live: { sequence: number; edition: string }, written: number): string {
  return `Push ${live.sequence} is live: edition ${shortHash(live.edition)}, ${plural(written, 'value')} written.`
}

function reportStopped({ plan, zone, live, publishedBy }: Extract<Outcome, { state: 'stopped' }>): string[] {
  const title =
    'Nothing was published: these articles are in the live edition, and the sources do not know them'
  const { named, waysOut } = reportMissing(plan, { title, zone })
  const latest = publishedBy === null ? `number ${live.sequence}` : `by ${publishedBy}`
  return [...named, `The latest push was ${latest}. If your checkout is old, update it.`, ...waysOut]
}
