// What the commands say: plain lines, in readers' terms. Prints nothing itself.
import { isoMinute } from './instants.ts'
import type { Plan, PlannedPage } from './plan.ts'
import { formatProblem, type Problem } from './problem.ts'
import type { Outcome } from './publish.ts'

/** Lines of each kind are cut off here, with the number of those left out. */
const LINES_PER_KIND = 12

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

/** What a publication came to. */
export function reportOutcome(outcome: Exclude<Outcome, { state: 'problems' }>): string[] {
  if (outcome.state === 'stopped') {
    return [
      'Nothing was published: these articles are in the live edition, and the sources do not know them.',
      ...outcome.plan.missing.map(({ slug, from }) => {
        const by = outcome.publishedBy ? `, last pushed by ${outcome.publishedBy}` : ''
        return `  ${slug}  dated ${new Date(from).toISOString().slice(0, 16)}Z${by}`
      }),
      'If your checkout is old, update it. To let an article go, add its slug under gone: in content/site.yaml,',
      `or run the command with -- --remove ${outcome.plan.missing[0]?.slug}`,
    ]
  }
  const { plan, live, zone } = outcome
  if (outcome.state === 'unchanged') {
    return [`Nothing changed: push ${live.sequence} (edition ${live.edition.slice(0, 12)}) stays live.`]
  }
  return [
    ...reportPlan(plan, zone),
    `Push ${live.sequence} is live: edition ${live.edition.slice(0, 12)}, ${plural(plan.lacking.length + 2, 'value')} written.`,
  ]
}

function reportPlan(plan: Plan, zone: string): string[] {
  const line = ({ title, path }: PlannedPage): string => `${title}  ${decodeURI(path)}`
  return [
    ...section('New', plan.appearing.map(line)),
    ...section('Changed', plan.changed.map(line)),
    ...section('No longer there', plan.disappearing.map(line)),
    ...section(
      'Appears later',
      plan.scheduled.map((page) => `${isoMinute(page.from, zone)}  ${line(page)}`),
    ),
    ...section(
      'Expires',
      plan.expiring.map((page) => `${isoMinute(page.until, zone)}  ${line(page)}`),
    ),
    ...section('New tags', plan.newTags.length > 0 ? [plan.newTags.join(', ')] : []),
    ...section('Tags without articles now', plan.lostTags.length > 0 ? [plan.lostTags.join(', ')] : []),
    ...(plan.neighbours > 0
      ? [`${plural(plan.neighbours, 'other article')} will link to new neighbours.`]
      : []),
  ]
}

function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return []
  const shown = lines.slice(0, LINES_PER_KIND).map((line) => `  ${line}`)
  const left = lines.length - shown.length
  return [`${title}:`, ...shown, ...(left > 0 ? [`  and ${left} more`] : [])]
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
