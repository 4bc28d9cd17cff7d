// The name that a misspelt one was perhaps meant to be.

/** The known name that is one letter away, in long names two; null when there is none. Capitals do not count. */
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

/** In a shorter name two letters are most of it, and every word would be near. */
const LONG_NAME = 6

/** Letters put in, left out, changed, or exchanged with the next; more than the limit where it is plainly more. */
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
