// Builds the archive: articles by the month of their date, in the site's zone.
import { monthOf } from '../../dates.ts'
import { changesOf } from '../../projection.ts'
import { MonthRecord, type Row } from '../../records.ts'
import { hashRecord } from '../hash.ts'
import { type Entry, named, newestFirst, spanOf } from './arrange.ts'
import { countSpans, pageEntry } from './numbering.ts'

type MonthOptions = {
  zone: string
  instant: number
  /** Gets each record's hash and a function that makes the record again for the upload. */
  keep: (hash: string, make: () => MonthRecord) => void
}

/** Builds the months of articles, the oldest first. A month of which no article can be seen again is left out. */
export function buildMonths(
  entries: readonly Entry[],
  { zone, instant, keep }: MonthOptions,
): Map<string, Row<'months'>> {
  const months = new Map<string, Row<'months'>>()
  const thisMonth = monthOf(instant, zone)
  for (const [month, own] of Map.groupBy(entries, ({ from }) => monthOf(from, zone))) {
    const spans = own.map(spanOf)
    const count = countSpans(spans, instant, 0)
    if (count.settled === 0 && count.spans.length === 0) continue
    const hash = hashRecord(MonthRecord, recordOf(month, own))
    keep(hash, () => recordOf(month, own))
    // There are many months that are over, and they change rarely: one instant is enough.
    const most = month < thisMonth ? 1 : undefined
    months.set(month, { ...count, ...pageEntry(hash, changesOf(spans), most) })
  }
  return months
}

function recordOf(month: string, entries: readonly Entry[]): MonthRecord {
  const headlines = newestFirst(entries).map((entry) => {
    const { article } = entry
    return { ...spanOf(entry), ...named(article), kicker: article.kicker }
  })
  return { month, headlines }
}
