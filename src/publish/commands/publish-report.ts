// The lines on problems and on a push. Prints nothing itself.

import type { Current } from '../../records.ts'
import { plural, shortHash } from '../format.ts'
import type { Outcome, Prepared, WithProblems } from '../publish.ts'
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
