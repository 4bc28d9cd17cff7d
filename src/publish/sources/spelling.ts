// Finds the known name that an editor probably meant by a misspelt one. Pure.

/** The nearest known name: one letter away, or two for a long name. Null if there is none. Ignores case. */
export function nearest(name: string, known: readonly string[]): string | null {
  const limit = name.length < LONG_NAME ? 1 : 2
  let best: string | null = null
  let least = limit + 1
  for (const candidate of known) {
    const distance = distanceBetween(name.toLowerCase(), candidate.toLowerCase(), limit)
    if (distance >= least) continue
    best = candidate
    least = distance
  }
  return best
}

/** Two changed letters in a shorter name would match unrelated words. */
const LONG_NAME = 6

/** The number of inserted, deleted, changed or swapped letters; may stop counting above the limit. */
function distanceBetween(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const changed = (last[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      const least = Math.min(changed, (last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1)
      const isExchange = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      current.push(isExchange ? Math.min(least, (beforeLast[column - 2] ?? 0) + 1) : least)
    }
    beforeLast = last
    last = current
  }
  return last[b.length] ?? limit + 1
}
