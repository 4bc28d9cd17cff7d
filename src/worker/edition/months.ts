// The months of the archive as they may be seen now: their counts, and the neighbours of a month.
import { monthOf } from '../../dates.ts'
import { countOf, isVisible } from '../../projection.ts'
import type { MonthEntry, MonthRow } from '../../records.ts'
import type { LiveEdition } from '../context.ts'
import { allRows, findRow } from './catalogue.ts'
import { changesOfCounts, type Loaded } from './entries.ts'

/** All months with visible articles, newest first, and the instants at which that changes. */
export async function findMonths(live: LiveEdition): Promise<Loaded<MonthRow[]>> {
  const whole = await allRows(live, 'months')
  const record = whole.flatMap(([month, row]) => {
    const count = countOfMonth(live, month, row)
    return count > 0 ? [{ month, count }] : []
  })
  return {
    record: record.sort((a, b) => (a.month < b.month ? 1 : -1)),
    changes: () => changesOfCounts(whole),
  }
}

/** A month's entry, while any of its articles may be seen. */
export async function findMonth(live: LiveEdition, month: string): Promise<MonthEntry | null> {
  const entry = await findRow(live, 'months', month)
  return entry && countOfMonth(live, month, entry) > 0 ? entry : null
}

/** The edition may still count articles that were taken down; the month of an article is that of its date. */
function countOfMonth({ current, moment }: LiveEdition, month: string, row: MonthEntry): number {
  const { zone } = current.body.settings
  let count = countOf(row, moment)
  for (const { counted } of current.takedowns) {
    if (counted && isVisible(counted, moment) && monthOf(counted.from, zone) === month) count -= 1
  }
  return count
}

export type Neighbours = {
  /** The nearest months with visible articles. */
  older?: string
  newer?: string
  /** The future instants, in milliseconds, at which other months become the nearest. */
  changes: number[]
}

/** The months before and after one. */
export async function neighboursOf(live: LiveEdition, month: string): Promise<Neighbours> {
  const rows = (await allRows(live, 'months')).sort(([a], [b]) => (a < b ? -1 : 1))
  const place = rows.findIndex(([name]) => name === month)
  const sides = [rows.slice(0, Math.max(0, place)).reverse(), rows.slice(place + 1)].map((side) => {
    const candidates: [string, MonthEntry][] = []
    for (const row of side) {
      candidates.push(row)
      // Months behind one that never disappears are never the nearest.
      if (staysVisible(live, row)) break
    }
    return candidates
  })
  const nearest = (at: number): (string | undefined)[] => {
    const then = { ...live, moment: { ...live.moment, embargoNow: at, expiryNow: at } }
    return sides.map((side) => side.find(([name, row]) => countOfMonth(then, name, row) > 0)?.[0])
  }
  const { embargoNow, expiryNow } = live.moment
  const now = sides.map((side) => side.find(([name, row]) => countOfMonth(live, name, row) > 0)?.[0])
  const [older, newer] = now
  let last = embargoNow === expiryNow ? now : nearest(expiryNow)
  const changes: number[] = []
  for (const at of changesOfCounts(sides.flat()).instants.filter((instant) => instant > expiryNow)) {
    const next = nearest(at)
    if (next.some((name, side) => name !== last[side])) changes.push(at)
    last = next
  }
  return { older, newer, changes }
}

function staysVisible(live: LiveEdition, [month, row]: [string, MonthEntry]): boolean {
  return row.settled > 0 && countOfMonth(live, month, { ...row, spans: [] }) > 0
}
