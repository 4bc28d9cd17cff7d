// The archive: articles by the month of their date, in the site's zone. A month's record names those on the front page's
// full pages that are archived; the others are read from these pages, so that a new article writes nothing here.
import { monthOf } from '../../calendar.ts'
import { type Counted, changesOf } from '../../projection.ts'
import { CARDS_PER_PAGE, MonthRecord, type Row } from '../../records.ts'
import { hashRecord } from '../hash.ts'
import { type Entry, named, newestFirst, spanOf } from './arrange.ts'
import type { LaidOut } from './laid-out.ts'
import { countSpans, pageEntry, standsFor } from './layout.ts'

export type MonthPress = {
  zone: string
  instant: number
  laidOut: LaidOut | null
  /** How many full pages of the front page's list the records cover. */
  archived: number
  /** Keeps a record under its hash, to be made anew when it is uploaded. */
  keep: (hash: string, make: () => MonthRecord) => void
}

export type Months = { months: Map<string, Row<'months'>>; running: Map<string, Row<'running'>> }

/** Builds all months of articles, the oldest first, of which any may ever be seen again. */
export function buildMonths(entries: readonly Entry[], press: MonthPress): Months {
  const built: Months = { months: new Map(), running: new Map() }
  const covered = press.archived * CARDS_PER_PAGE
  let start = 0
  while (start < entries.length) {
    const month = monthOf(entries[start]?.from ?? 0, press.zone)
    let end = start + 1
    while (end < entries.length && monthOf(entries[end]?.from ?? 0, press.zone) === month) end += 1
    const own = entries.slice(start, end)
    const row = buildMonth({ month, entries: own, archived: Math.max(0, covered - start) }, press)
    if (row.settled > 0 || row.spans.length > 0) built[row.running ? 'running' : 'months'].set(month, row)
    start = end
  }
  return built
}

/** A month with its articles, the oldest first, of which so many are archived. */
type Month = { month: string; entries: readonly Entry[]; archived: number }

/** A month that is over names one instant: there are many of them. */
const SETTLED_INSTANTS = 1

function buildMonth({ month, entries, archived }: Month, { keep, ...press }: MonthPress): Row<'months'> {
  const put = (some: readonly Entry[]): string => {
    const hash = hashRecord(MonthRecord, recordOf(month, some))
    keep(hash, () => recordOf(month, some))
    return hash
  }
  const count = countMonth({ month, entries, archived }, press)
  const changes = changesOf(entries.map(spanOf))
  if (archived >= entries.length) return { ...count, ...pageEntry(put(entries), changes, SETTLED_INSTANTS) }
  const record = hashRecord(MonthRecord, recordOf(month, entries))
  const running = archived > 0 ? { archived: put(entries.slice(0, archived)) } : {}
  return { ...count, ...pageEntry(record, changes), running }
}

/** A month's count; the live one while that stands for the same articles. */
function countMonth(
  { month, entries, archived }: Month,
  { instant, laidOut }: Pick<MonthPress, 'instant' | 'laidOut'>,
): Counted {
  const rows = entries.map(spanOf)
  const isRunning = archived < entries.length
  const live = laidOut?.months.get(month)
  if (live && (live.running !== undefined) === isRunning && standsFor(live, rows, instant)) {
    return { settled: live.settled, spans: live.spans }
  }
  return isRunning ? countSpans(rows, instant) : countSpans(rows, instant, 0)
}

function recordOf(month: string, entries: readonly Entry[]): MonthRecord {
  const headlines = newestFirst(entries).map((entry) => {
    const { article } = entry
    return { ...spanOf(entry), ...named(article), kicker: article.kicker }
  })
  return { month, headlines }
}
