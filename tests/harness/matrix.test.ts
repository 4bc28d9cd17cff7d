// The combinations that the browser checks use hold every pair.
import { describe, expect, test } from 'vitest'
import { AXE_FACTORS, hasKind, LAYOUT_FACTORS } from './looking.ts'
import { allCombinations, coverPairs, pairsOf } from './matrix.ts'

describe.each<[string, Record<string, unknown>[]]>([
  ['axe', allCombinations(AXE_FACTORS).filter(hasKind)],
  ['layout', allCombinations(LAYOUT_FACTORS).filter(hasKind)],
])('The combinations of %s', (_, all) => {
  test('hold every pair of values that can meet', () => {
    const chosen = coverPairs(all)
    expect(new Set(chosen.flatMap(pairsOf))).toEqual(new Set(all.flatMap(pairsOf)))
    expect(chosen.length).toBeLessThan(all.length / 2)
  })

  test('are the same in every run', () => {
    expect(coverPairs([...all])).toEqual(coverPairs(all))
  })
})
