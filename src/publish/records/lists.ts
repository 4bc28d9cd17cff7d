// Builds the records and rows of lists of articles: of each list the newest page, and the full pages behind it.
import { changesOf } from '../../projection.ts'
import { type Card, type ListEntry, ListRecord, type PageEntry, type Row } from '../../records.ts'
import { hashRecord } from '../hash.ts'
import { type Entry, newestFirst, spanOf, spanOfAll } from './arrange.ts'
import { cutPages, fullPages, type Page, pageEntry } from './numbering.ts'

/** A list of the site. `head` is the tag or the author of the list, which its pages show. */
export type List = {
  name: string
  entries: readonly Entry[]
  pinned: Card[]
  head: Pick<ListRecord, 'tag' | 'author'>
}

export type BuiltList = {
  row: ListEntry
  /** Rows of its full pages, from number 1 on. */
  pages: Row<'pages'>[]
}

/** `keep` gets each record's hash and a function that makes the record again for the upload. */
type ListOptions = { instant: number; keep: (hash: string, make: () => ListRecord) => void }

/** Builds all lists, by name. */
export function buildLists(lists: readonly List[], options: ListOptions): Map<string, BuiltList> {
  return new Map(lists.map((list) => [list.name, buildList(list, options)]))
}

function buildList(list: List, { instant, keep }: ListOptions): BuiltList {
  const { entries, pinned } = list
  const full = fullPages(entries, instant)
  const put = (page: Page<Entry>, most?: number): PageEntry => {
    const hash = hashRecord(ListRecord, recordOf(list, page))
    keep(hash, () => recordOf(list, page))
    const lead = page.newer === undefined ? pinned : []
    return pageEntry(hash, changesOf([lead, page.rows.map(spanOf)]), most)
  }
  const pages = cutPages(entries, full)
  const newest = pages.pop()
  if (!newest) throw new Error('A list has no page')
  const span = spanOfAll(entries)
  return {
    row: { newest: put(newest), full },
    pages: pages.map((page) => ({ ...span, ...put(page, FULL_PAGE_INSTANTS) })),
  }
}

/** There are many full pages, and they change rarely: one instant is enough. */
const FULL_PAGE_INSTANTS = 1

function recordOf({ head, pinned }: List, { rows, newer, older }: Page<Entry>): ListRecord {
  return {
    ...head,
    // Only the newest page shows the pinned article, so that a full page does not change with it.
    lead: newer === undefined ? pinned : [],
    cards: newestFirst(rows).map(({ card }) => card),
    newer,
    older,
  }
}
