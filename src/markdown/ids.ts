// Ids in an article: the names of headings in links. No two elements may have the same id.

import { ID_PREFIX } from './address.ts'
import { decodeReferences } from './text.ts'

// Dropped, not replaced by a hyphen, so that "What's new" becomes whats-new as on GitHub.
const APOSTROPHES = /['\u2019\u02bc]/g
const NOT_IN_NAMES = /[^\p{L}\p{M}\p{N}_]+/gu
const EDGE_DASHES = /^-|-$/g

/** The name of a heading, made from its escaped text; letters of every script are kept. */
export function headingName(escaped: string): string {
  const words = decodeReferences(escaped).normalize('NFC').toLowerCase().replace(APOSTROPHES, '')
  return words.replace(NOT_IN_NAMES, '-').replace(EDGE_DASHES, '') || 'section'
}

/** A free id for this name; the second element of the same name gets the ending `-1`. */
export function claimId(name: string, taken: Map<string, number>): string {
  let count = taken.get(name) ?? 0
  let free = name
  while (taken.has(free)) free = `${name}-${++count}`
  taken.set(name, count)
  if (free !== name) taken.set(free, 0)
  return ID_PREFIX + free
}
