// Names of places in an article: what a heading is called in a link, and that no two places share an id.

import { ID_PREFIX } from './address.ts'
import { decodeReferences } from './text.ts'

// Dropped rather than parted at, so that "What's new" is whats-new, as on GitHub.
const APOSTROPHES = /['\u2019\u02bc]/g
const NOT_IN_NAMES = /[^\p{L}\p{M}\p{N}_]+/gu
const EDGE_DASHES = /^-|-$/g

/** The name of a heading by its escaped text; letters of every script stay. */
export function headingName(escaped: string): string {
  const words = decodeReferences(escaped).normalize('NFC').toLowerCase().replace(APOSTROPHES, '')
  return words.replace(NOT_IN_NAMES, '-').replace(EDGE_DASHES, '') || 'section'
}

/** An id for this name; the second place of one name has `-1` behind it. */
export function claimId(name: string, taken: Map<string, number>): string {
  let count = taken.get(name) ?? 0
  let free = name
  while (taken.has(free)) free = `${name}-${++count}`
  taken.set(name, count)
  if (free !== name) taken.set(free, 0)
  return ID_PREFIX + free
}
