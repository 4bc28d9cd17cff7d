// The results of the rounds: medians, spreads, ratios, and whether each reaches its target. Prints nothing itself.

/** One round of one Worker. CPU is workerd's, in microseconds a request; busy is workerd's share of one core. */
export type Sample = { perSecond: number; p50: number; p99: number; cpu: number | null; busy: number | null }

export type Figure = {
  name: string
  values: readonly number[]
  unit?: string
  digits: number
  target?: { least: number } | { most: number } | undefined
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** A value of each round of one Worker over that of another in the same round. */
export function ratios(over: readonly (number | null)[], under: readonly (number | null)[]): number[] {
  return over.flatMap((value, round) => {
    const other = under[round]
    return value === null || other === null || other === undefined ? [] : [value / other]
  })
}

/** A line a Worker. */
export function tableOfWorkers(workers: ReadonlyMap<string, readonly Sample[]>): string[] {
  const rows = [
    ['', 'requests/s', 'min–max', 'p50 ms', 'p99 ms', 'CPU µs/request', 'min–max', 'workerd busy'],
  ]
  for (const [name, samples] of workers) {
    const perSecond = samples.map((sample) => sample.perSecond)
    const cpu = samples.flatMap((sample) => sample.cpu ?? [])
    const busy = samples.flatMap((sample) => sample.busy ?? [])
    rows.push([
      ...[name, fixed(median(perSecond), 0), spread(perSecond, 0)],
      ...[fixed(median(samples.map(({ p50 }) => p50)), 2), fixed(median(samples.map(({ p99 }) => p99)), 2)],
      ...[fixed(median(cpu), 0), spread(cpu, 0), `${fixed(median(busy) * 100, 0)} %`],
    ])
  }
  return columns(rows)
}

/** A line a figure, with its target where it has one. */
export function tableOfFigures(figures: readonly Figure[]): string[] {
  const rows = [['', 'median', 'min–max', 'target', '']]
  for (const { name, values, unit = '', digits, target } of figures) {
    const value = median(values)
    const shown = values.length === 0 ? 'not known' : `${fixed(value, digits)}${unit}`
    const apart = values.length > 1 ? spread(values, digits) : ''
    if (!target) rows.push([name, shown, apart, '', ''])
    else if ('least' in target)
      rows.push([name, shown, apart, `≥ ${target.least}`, verdict(value >= target.least)])
    else rows.push([name, shown, apart, `≤ ${target.most}${unit}`, verdict(value <= target.most)])
  }
  return columns(rows)
}

const verdict = (reached: boolean): string => (reached ? 'reached' : 'MISSED')

function fixed(value: number, digits: number): string {
  return Number.isNaN(value) ? '–' : value.toFixed(digits)
}

function spread(values: readonly number[], digits: number): string {
  return values.length === 0
    ? '–'
    : `${fixed(Math.min(...values), digits)}–${fixed(Math.max(...values), digits)}`
}

/** The first column to the left, the others to the right. */
function columns(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
}
