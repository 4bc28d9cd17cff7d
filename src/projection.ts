// Time in records: which rows may be seen at a moment, and the instants at which that changes. No clock, no I/O.
// Every record that is read from KV must pass `project`, so that no view can show a row early or late.

/** When a row may be seen: from `from` on, and until just before `until`. Milliseconds since 1970. */
export type Span = { from: number; until?: number }

/** A number of articles: `settled` ones stay visible, the others are visible within their spans. */
export type Counted = { settled: number; spans: Span[] }

/** The moment to which a record is projected. `embargoNow` is before `expiryNow` only when `current` is old. */
export type Moment = {
  /** A row has appeared if its `from` is at or before this instant. Milliseconds. */
  embargoNow: number
  /** A row has expired if its `until` is at or before this instant. Milliseconds. */
  expiryNow: number
  /** Slugs that may not be seen at any time. */
  takedowns: ReadonlySet<string>
}

/** A copy of a record without the rows that may not be seen at the moment; null if the record may not be seen. */
export function project<T>(value: T, moment: Moment): T | null {
  return projectValue(value, moment) as T | null
}

function projectValue(value: unknown, moment: Moment): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => projectValue(item, moment)).filter((item) => item !== null)
  }
  if (typeof value !== 'object' || value === null) return value
  if (!isVisible(value, moment)) return null
  const copy: Record<string, unknown> = {}
  for (const [name, item] of Object.entries(value)) {
    const projected = projectValue(item, moment)
    if (projected !== null) copy[name] = projected
  }
  return copy
}

/** Whether a value may be seen: a row within its span, a count unless it is zero, anything else always. */
export function isVisible(row: object, moment: Moment): boolean {
  if (isSpan(row)) {
    if (row.from > moment.embargoNow) return false
    if (row.until !== undefined && row.until <= moment.expiryNow) return false
    return !('slug' in row && moment.takedowns.has(row.slug as string))
  }
  if (isCounted(row)) return countOf(row, moment) > 0
  return true
}

/** The number of articles of a count that may be seen at the moment. */
export function countOf(counted: Counted, moment: Moment): number {
  let count = counted.settled
  for (const span of counted.spans) if (isVisible(span, moment)) count += 1
  return count
}

/** The instants at which a page changes, sorted and without duplicates; `untils` are those at which rows expire. */
export type Changes = { instants: number[]; untils: number[] }

/** The instants at which a record's rows appear or expire. The span of the record itself is left out. */
export function changesOf(record: object): Changes {
  const froms = new Set<number>()
  const untils = new Set<number>()
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if (isSpan(value)) {
      froms.add(value.from)
      if (value.until !== undefined) untils.add(value.until)
    }
    for (const item of Object.values(value)) collect(item)
  }
  for (const item of Object.values(record)) collect(item)
  const sorted = (set: ReadonlySet<number>): number[] => [...set].sort((a, b) => a - b)
  return { instants: sorted(froms.union(untils)), untils: sorted(untils) }
}

function isSpan(value: object): value is Span {
  return 'from' in value && typeof value.from === 'number'
}

function isCounted(value: object): value is Counted {
  return 'spans' in value && Array.isArray(value.spans)
}

/**
 * Shortens the spans of rows that compete for one place on a page, so that at any moment at most one of them is
 * visible: the one that comes first in `preferred` among those that may be seen.
 */
export function oneAtATime<R extends Span>(preferred: readonly R[]): R[] {
  const rows: R[] = []
  let free: Span[] = [{ from: Number.NEGATIVE_INFINITY }]
  for (const row of preferred) {
    const left: Span[] = []
    for (const gap of free) {
      const from = Math.max(gap.from, row.from)
      const until = earlier(gap.until, row.until)
      if (until !== undefined && until <= from) {
        left.push(gap)
        continue
      }
      const { until: _, ...rest } = row
      rows.push({ ...rest, from, until } as R)
      if (gap.from < from) left.push({ from: gap.from, until: from })
      if (until !== undefined && (gap.until === undefined || until < gap.until)) {
        left.push({ from: until, until: gap.until })
      }
    }
    free = left
    if (free.length === 0) break
  }
  return rows
}

/** The earlier of two instants; undefined stands for never. */
export function earlier(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b
  return b === undefined ? a : Math.min(a, b)
}
