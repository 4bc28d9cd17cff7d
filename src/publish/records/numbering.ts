// How lists are laid out at an instant: the rows of each page, the spans that a count keeps, and the instants that an
// entry names.
import type { Changes, Counted, Span } from '../../projection.ts'
import { CARDS_PER_PAGE, type Edition, type PageEntry } from '../../records.ts'

/** A page of a list: its rows, and the numbers of the pages beside it. */
export type Page<R> = { rows: R[]; newer?: number; older?: number }

/**
 * How many full pages a list of rows, the oldest first, has at an instant. The newest page keeps between N and 2N−1
 * rows that have appeared, and all rows that are still to come.
 */
export function fullPages(rows: readonly Span[], instant: number): number {
  const appeared = rows.filter(({ from }) => from <= instant).length
  return Math.max(0, Math.floor(appeared / CARDS_PER_PAGE) - 1)
}

/** Cuts rows, the oldest first, into full pages numbered from the oldest and one newest page, the last returned. */
export function cutPages<R>(rows: readonly R[], full: number): Page<R>[] {
  const pages: Page<R>[] = []
  for (let number = 1; number <= full; number += 1) {
    pages.push({
      rows: rows.slice((number - 1) * CARDS_PER_PAGE, number * CARDS_PER_PAGE),
      newer: number + 1,
      ...(number > 1 ? { older: number - 1 } : {}),
    })
  }
  pages.push({ rows: rows.slice(full * CARDS_PER_PAGE), ...(full > 0 ? { older: full } : {}) })
  return pages
}

/** The newest rows keep their spans after they have appeared, so that time alone rarely changes a row of a table. */
const NEWEST_WITH_SPANS = 4

/** A count of rows, the oldest first. Spans are kept where a count may still change, and of the newest rows. */
export function countSpans(rows: readonly Span[], instant: number, newest = NEWEST_WITH_SPANS): Counted {
  const past = instant - CLOCK_MARGIN_MS
  let settled = 0
  const spans: Span[] = []
  rows.forEach((row, index) => {
    const isNew = row.from > past || index >= rows.length - newest
    if (row.until !== undefined && row.until <= past && !isNew) return
    if (isNew || row.until !== undefined) spans.push(row)
    else settled += 1
  })
  return { settled, spans }
}

/** Clocks may differ by a minute: what has just changed here may still be to come at the edge. */
const CLOCK_MARGIN_MS = 120_000

/** How many instants an entry names: seven changes to come, and the last one that has passed. */
const INSTANTS_NAMED = 8

/** The entry of a page: its record, and the last of its instants. */
export function pageEntry(record: string, { instants, untils }: Changes, most = INSTANTS_NAMED): PageEntry {
  const named = instants.slice(-most)
  const [first = Number.NEGATIVE_INFINITY] = named
  const expiring = untils.filter((at) => at >= first)
  return {
    record,
    ...(named.length === 0 ? {} : { instants: named }),
    ...(expiring.length === 0 ? {} : { untils: expiring }),
    ...(named.length < instants.length ? { more: true } : {}),
  }
}

/** How many appearances `current` names. */
const APPEARANCES_NAMED = 64

/** When articles of the whole site appear: the last instants, or the next ones if there are more than fit. */
export function appearancesOf(rows: readonly Span[], instant: number): Edition['appearances'] {
  const instants = [...new Set(rows.map(({ from }) => from))].sort((a, b) => a - b)
  const ahead = instants.findIndex((at) => at > instant - CLOCK_MARGIN_MS)
  const last = Math.max(0, instants.length - APPEARANCES_NAMED)
  const start = ahead < 0 ? last : Math.min(ahead, last)
  const named = instants.slice(start, start + APPEARANCES_NAMED)
  return { instants: named, ...(start + named.length < instants.length ? { more: true } : {}) }
}
