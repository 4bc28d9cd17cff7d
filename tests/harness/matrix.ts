// The combinations of factors (kind of page, site, width, colours) for the browser tests: enough of them that every pair
// of values occurs, or all of them in `npm run test:all`.

/** One value for each factor. */
export type Combination<F extends Record<string, readonly unknown[]>> = {
  [Factor in keyof F]: F[Factor][number]
}

/** Whether this run checks every combination. */
const IS_WHOLE = process.env.MODE === 'all'

/** The combinations that this run checks, of those that are `possible`. */
export function combinations<F extends Record<string, readonly unknown[]>>(
  factors: F,
  possible: (combination: Combination<F>) => boolean = () => true,
): Combination<F>[] {
  const all = allCombinations(factors).filter(possible)
  return IS_WHOLE ? all : coverPairs(all)
}

/** Every combination. */
export function allCombinations<F extends Record<string, readonly unknown[]>>(factors: F): Combination<F>[] {
  let all: Record<string, unknown>[] = [{}]
  for (const [name, values] of Object.entries(factors)) {
    all = all.flatMap((one) => values.map((value) => ({ ...one, [name]: value })))
  }
  return all as Combination<F>[]
}

/** A part of the combinations with every pair of values that occurs in all of them. Deterministic. */
export function coverPairs<C extends Record<string, unknown>>(all: readonly C[]): C[] {
  const uncovered = new Set(all.flatMap(pairsOf))
  const pairs = new Map(all.map((one) => [one, pairsOf(one)]))
  const chosen: C[] = []
  while (uncovered.size > 0) {
    let best: { one: C; gain: number } | null = null
    for (const [one, own] of pairs) {
      const gain = own.filter((pair) => uncovered.has(pair)).length
      if (gain > (best?.gain ?? 0)) best = { one, gain }
    }
    if (!best) break
    chosen.push(best.one)
    for (const pair of pairsOf(best.one)) uncovered.delete(pair)
  }
  return chosen
}

/** Every two values of a combination, with the names of their factors. */
export function pairsOf(combination: Record<string, unknown>): string[] {
  const values = Object.entries(combination).map(([name, value]) => `${name}: ${value}`)
  return values.flatMap((one, index) => values.slice(index + 1).map((other) => `${one}, ${other}`))
}
