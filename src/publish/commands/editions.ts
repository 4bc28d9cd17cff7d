// `editions`: lists the pushes of a store, and what is still to appear or expire. Writes nothing.
import type { Current } from '../../records.ts'
import { articleAddress, plural, section, shortHash } from '../format.ts'
import { openMemory, readLatest } from '../push/last-push.ts'
import { isoMinute } from '../sources/instants.ts'
import { type Coming, comingOf, hiddenSlugs, readTitles } from '../stored/coming.ts'
import { type Pushed, readPushes } from '../stored/history.ts'
import { readTable } from '../stored/reading.ts'
import type { Store } from '../stores/store.ts'
import type { Terminal } from '../terminal/terminal.ts'

export type EditionsCommand = { root: string; store: Store; json: boolean; now: number }

/** Prints the pushes of a store; the exit code. */
export async function runEditions(command: EditionsCommand, terminal: Terminal): Promise<number> {
  const history = await readHistory(command)
  if (command.json) terminal.print([JSON.stringify(editionsJson(history))])
  else
    terminal.print(
      history ? reportEditions(history) : [`Nothing was published to ${command.store.name} yet.`],
    )
  return 0
}

async function readHistory({ root, store, now, json }: EditionsCommand): Promise<History | null> {
  const live = await readLatest(store, openMemory(root, store))
  if (!live) return null
  const pushes = await readPushes(store, live)
  const articles = await readTable(store, live.body, 'articles')
  const coming = comingOf(articles, { now, hidden: hiddenSlugs(live) })
  const shown = json ? coming : coming.slice(0, COMING_LIMIT)
  const titles = await readTitles(
    store,
    shown.map(({ record }) => record),
  )
  return {
    live,
    pushes,
    coming: coming.map((one) => ({ ...one, title: titles.get(one.record) ?? one.slug })),
  }
}

export type History = {
  live: Current
  pushes: readonly Pushed[]
  coming: readonly (Coming & { title: string })[]
}

/** How many appearances and expiries are listed. */
export const COMING_LIMIT = 20

/** The pushes, and what is to come. */
export function reportEditions({ live, pushes, coming }: History): string[] {
  const { zone } = live.body.settings
  return [
    ...pushes.flatMap((push) => reportPush(push, { live, zone })),
    ...(coming.length === 0 ? ['Nothing is still to appear or expire.'] : []),
    ...section(
      `Still to come, by the clocks of ${zone}`,
      coming.map(
        ({ at, becomes, title, slug }) =>
          `${isoMinute(at, zone)} ${becomes}  ${title}  ${articleAddress(slug)}`,
      ),
      COMING_LIMIT,
    ),
  ]
}

const iso = (instant: number): string => new Date(instant).toISOString()

/**
 * What `editions --json` prints, instants as ISO strings in UTC:
 * - `live`: {push, edition}, null where nothing was published
 * - `pushes`, the latest first: {push, edition, at, author, message, before, rollback, takedown, changes}, of which the
 *   last four are absent where they do not apply
 * - `coming`, the next first: {at, becomes: 'appears' or 'expires', slug, title}
 */
export function editionsJson(history: History | null): object {
  if (!history) return { live: null, pushes: [], coming: [] }
  const { live, pushes, coming } = history
  return {
    live: { push: live.sequence, edition: live.edition },
    pushes: pushes.map(({ sequence, time, ...push }) => ({ push: sequence, at: iso(time), ...push })),
    coming: coming.map(({ at, becomes, slug, title }) => ({ at: iso(at), becomes, slug, title })),
  }
}

function reportPush(push: Pushed, { live, zone }: { live: Current; zone: string }): string[] {
  const { sequence, time, author, message, edition } = push
  const isLive = sequence === live.sequence
  const about = message === '' ? '' : `  “${message}”`
  const details = [...whatItWas(push), ...whatChanged(push)].join('; ')
  return [
    `Push ${sequence}  ${isoMinute(time, zone)}  ${author}${about}${isLive ? '  (live)' : ''}`,
    `  edition ${shortHash(edition)}${details === '' ? '' : `: ${details}`}`,
  ]
}

function whatItWas({ rollback, takedown }: Pushed): string[] {
  return [
    ...(rollback === undefined ? [] : [`back to push ${rollback}`]),
    ...(takedown === undefined ? [] : [`takedown of ${takedown}`]),
  ]
}

function whatChanged({ changes }: Pushed): string[] {
  if (!changes) return []
  const { appearing, changed, disappearing, scheduled, titles } = changes
  const counted = Object.entries({
    new: appearing,
    changed,
    'no longer there': disappearing,
    'to appear later': scheduled,
  }).flatMap(([what, count]) => (count === 0 ? [] : [`${count} ${what}`]))
  if (counted.length === 0) return ['nothing that readers see']
  const total = appearing + changed + disappearing + scheduled
  const left = total - titles.length
  const named =
    titles.length === 0 ? '' : ` (${titles.join(', ')}${left > 0 ? ` and ${plural(left, 'other')}` : ''})`
  return [`${counted.join(', ')}${named}`]
}
