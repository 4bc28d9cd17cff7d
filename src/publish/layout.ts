// How lists are laid out at an instant: which rows stand on which page, which of them can still change a count, and
// which instants of a page are named.
import type { Changes, Counted, Span } from '../projection.ts'
import { CARDS_PER_PAGE, type PageEntry } from '../records.ts'

/** A page of a list: its rows, and the numbers of the pages beside it. */
export type Page<R> = { rows: R[]; newer?: number; older?: number }

/**
 * Cuts rows, the oldest first, into full pages numbered from the oldest and one newest page, the last returned.
 * The newest holds between N and 2N−1 rows that have appeared by the instant, and all that are still to come.
 */
export function cutPages<R extends Span>(rows: readonly R[], instant: number): Page<R>[] {
  const appeared = rows.filter(({ from }) => from <= instant).length
  const full = Math.max(0, Math.floor(appeared / CARDS_PER_PAGE) - 1)
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

const DAY_MS = 86_400_000
/** The newest rows keep their spans however old they are, so that a line does not change a day later by itself. */
const NEWEST_WITH_SPANS = 4

/** A count of rows, the oldest first. Spans are kept only where a count may still change, or has just changed. */
export function countSpans(rows: readonly Span[], instant: number): Counted {
  const past = instant - DAY_MS
  let settled = 0
  const spans: Span[] = []
  rows.forEach((row, index) => {
    if (row.until !== undefined && row.until <= past) return
    const isNew = row.from > past || index >= rows.length - NEWEST_WITH_SPANS
    if (isNew || row.until !== undefined) spans.push(row)
    else settled += 1
  })
  return { settled, spans }
}

/** How many coming instants an entry holds; beyond them the Worker asks the record. */
const INSTANTS_NAMED = 8
/** Desk clocks may be off by a minute, so what changed just now may still be to come at the edge. */
const CLOCK_MARGIN_MS = 120_000

/** Where a page's record is, and those of its instants that the catalogue names. */
export function pageEntry(record: string, changes: Changes, instant: number): PageEntry {
  const settled = changes.instants.filter((at) => at <= instant - CLOCK_MARGIN_MS)
  const open = changes.instants.filter((at) => at > instant - CLOCK_MARGIN_MS)
  const instants = [...settled.slice(-1), ...open.slice(0, INSTANTS_NAMED)]
  const untils = changes.untils.filter((at) => at > instant - CLOCK_MARGIN_MS).slice(0, INSTANTS_NAMED)
  return {
    record,
    ...(instants.length === 0 ? {} : { instants }),
    ...(untils.length === 0 ? {} : { untils }),
    ...(open.length > INSTANTS_NAMED ? { more: true } : {}),
  }
}
