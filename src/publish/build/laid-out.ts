// How the live edition is laid out, as far as the next one is laid out like it. A shape, and nothing else.
import type { Counted } from '../../projection.ts'
import type { ListEntry, Row } from '../../records.ts'

export type LaidOut = {
  /** Lists by name: their newest page, how many full ones they have, and of all but the front page's the count. */
  lists: ReadonlyMap<string, ListEntry & Partial<Counted>>
  /** Keys of the full pages that are not filed yet. */
  recent: ReadonlySet<string>
  months: ReadonlyMap<string, Row<'months'>>
  /** How many full pages of the front page's list the archive covers; null where there is no archive yet. */
  archived: number | null
}
