// What the commands say: plain lines, in readers' terms. Prints nothing itself.
import { articlePath } from '../addresses.ts'
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
  if (outcome.state === 'stopped') return reportMissing(outcome)
  const { plan, live, zone } = outcome
  if (outcome.state === 'unchanged') {
    return [`Nothing changed: push ${live.sequence} (edition ${live.edition.slice(0, 12)}) stays live.`]
  }
  return [
    ...reportPlan(plan, zone),
    `Push ${live.sequence} is live: edition ${live.edition.slice(0, 12)}, ${plural(plan.lacking.length + 2, 'value')} written.`,
  ]
}

/** What stopped a push, with lines to paste for each way out. */
function reportMissing({ plan, zone, publishedBy, live }: Extract<Outcome, { state: 'stopped' }>): string[] {
  const { missing, gone } = plan
  const slugs = missing.map(({ slug }) => slug)
  return [
    ...section(
      'Nothing was published: these articles are in the live edition, and the sources do not know them',
      missing.map(
        ({ slug, from, isAhead }) =>
          `${slug}  ${isAhead ? 'to appear' : 'published'} ${isoMinute(from, zone)}`,
      ),
    ),
    `The latest push was ${publishedBy === null ? `number ${live.sequence}` : `by ${publishedBy}`}. If your checkout is old, update it.`,
    ...section(
      'If an article has another slug now, put its old address into the front matter of its new file',
      slugs.map((slug) => `aliases: [${articleAddress(slug)}]`),
    ),
    'If it is to be gone for good, put this into content/site.yaml in place of what stands under gone:',
    `  gone: [${[...gone, ...slugs].join(', ')}]`,
    'Or let it go this once, and readers get a 404, with these words at the end of the command:',
    `  -- ${slugs.map((slug) => `--remove ${slug}`).join(' ')}`,
  ]
}

function reportPlan(plan: Plan, zone: string): string[] {
  const line = ({ title, path }: PlannedPage): string => `${title}  ${decodeURI(path)}`
  return [
    ...section('New', plan.appearing.map(line)),
    ...section('Changed', plan.changed.map(line)),
    ...section(
      'Moved',
      plan.moved.map((page) => `${page.title}  ${decodeURI(page.oldPath)} → ${decodeURI(page.path)}`),
    ),
    ...section('No longer there', plan.disappearing.map(line)),
    ...section(
      'Appears later',
      plan.scheduled.map((page) => `${isoMinute(page.from, zone)}  ${line(page)}`),
    ),
    ...section(
      'Expires',
      plan.expiring.map((page) => `${isoMinute(page.until, zone)}  ${line(page)}`),
    ),
    ...section(
      'Less than three minutes ahead, so not every location will know in time',
      plan.near.map((page) => `${isoMinute(page.at, zone)} ${page.becomes}  ${line(page)}`),
    ),
    ...section(
      'New lead',
      plan.lead === undefined ? [] : [plan.lead ? line(plan.lead) : 'none: nothing is pinned'],
    ),
    ...section(
      'Site settings changed',
      plan.settings.length > 0 ? [plan.settings.map(fieldName).join(', ')] : [],
    ),
    ...section(
      'Redirects',
      plan.redirects.map(({ path, to }) =>
        to === null ? `${decodeURI(path)} no longer leads anywhere` : `${decodeURI(path)} → ${decodeURI(to)}`,
      ),
    ),
    ...section('Gone for good (410)', plan.newGone.map(articleAddress)),
    ...section('No longer gone', plan.lostGone.map(articleAddress)),
    ...section('New tags', plan.newTags.length > 0 ? [plan.newTags.join(', ')] : []),
    ...section('Tags without articles now', plan.lostTags.length > 0 ? [plan.lostTags.join(', ')] : []),
    ...(plan.neighbours > 0
      ? [`${plural(plan.neighbours, 'other article')} will link to new neighbours.`]
      : []),
  ]
}

/** A setting as site.yaml names it. */
function fieldName(setting: string): string {
  return setting === 'zone' ? 'timezone' : setting
}

function articleAddress(slug: string): string {
  return decodeURI(articlePath(slug))
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
