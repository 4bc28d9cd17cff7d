// Which full pages are filed and archived now, and which wait. To move cards to a full page is what a push pays for; to
// put the page into its table, and its articles into the archive, is left for later pushes, one thing each. Pure.
import { FRONT_LIST, pageKey, type Row } from '../../records.ts'
import type { LaidOut } from './laid-out.ts'
import type { BuiltList } from './lists.ts'

export type Filing = {
  /** The full pages of all lists that are filed, by key. */
  pages: Map<string, Row<'pages'>>
  /** Those that are not. */
  recent: Map<string, Row<'recent'>>
  /** How many full pages of the front page's list the archive covers. None beyond them is filed. */
  archived: number
}

/** So many pages of the front page's list are out of the archive at most: a month's page reads them all. */
const UNARCHIVED_MOST = 2
/** `current` holds a line of each. */
const RECENT_MOST = 12

/** Files the pages of all lists, by name. What has just changed much is filed at once. */
export function filePages(lists: ReadonlyMap<string, BuiltList>, laidOut: LaidOut | null): Filing {
  const all = new Map<string, Row<'pages'>>()
  const waiting = new Set<string>()
  let moved = 0
  for (const [name, { pages }] of lists) {
    const known = laidOut?.lists.get(name)?.full ?? 0
    pages.forEach((row, index) => {
      const key = pageKey(name, index + 1)
      all.set(key, row)
      if (index >= known) moved += 1
      if (index >= known || laidOut?.recent.has(key)) waiting.add(key)
    })
  }
  const front = lists.get(FRONT_LIST)
  const full = front?.row.full ?? 0
  if (!laidOut || laidOut.archived === null || moved > 1 || waiting.size > RECENT_MOST) {
    return { pages: all, recent: new Map(), archived: full }
  }
  let archived = Math.min(laidOut.archived, full)
  const isNews = front?.row.newest.record !== laidOut.lists.get(FRONT_LIST)?.newest.record
  if (full - archived > UNARCHIVED_MOST) archived = full
  else if (moved === 0 && isNews) {
    if (archived < full) archived += 1
    else waiting.delete([...waiting].sort()[0] ?? '')
  }
  const recent = new Map([...all].filter(([key]) => waiting.has(key)))
  return { pages: new Map([...all].filter(([key]) => !waiting.has(key))), recent, archived }
}
