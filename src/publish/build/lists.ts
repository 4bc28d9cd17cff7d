// Lists of articles to their records and rows: of each the newest page, and the full ones before it.
import { changesOf } from '../../projection.ts'
import {
  CARDS_PER_PAGE,
  type Card,
  type ListEntry,
  ListRecord,
  type PageEntry,
  type Row,
} from '../../records.ts'
import { hashRecord } from '../hash.ts'
import { type Entry, newestFirst, spanOf, spanOfAll } from './arrange.ts'
import type { LaidOut } from './laid-out.ts'
import { cutPages, fullPages, type Page, pageEntry } from './layout.ts'

/** A list of the site by its name, with what its pages say of the tag or the author. */
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

type Press = {
  instant: number
  laidOut: LaidOut | null
  /** Keeps a record under its hash, to be made anew when it is uploaded. */
  keep: (hash: string, make: () => ListRecord) => void
}

/**
 * Builds all lists. One in which nothing changed stays laid out as it is. Of those that changed and are due to move
 * cards to a full page, the fullest does and the others wait, so that one new article fills one page at most.
 */
export function buildLists(lists: readonly List[], press: Press): Map<string, BuiltList> {
  const laid = lists.map((list) => ({ list, layout: layoutOf(list, press) }))
  const due = laid.flatMap(({ list, layout }) => ('due' in layout ? [{ list, crowd: layout.crowd }] : []))
  const fullest = due.sort((a, b) => b.crowd - a.crowd || (a.list.name < b.list.name ? -1 : 1))[0]
  return new Map(
    laid.map(({ list, layout }) => {
      const isWaiting = 'due' in layout && list !== fullest?.list && layout.crowd < WAITING_MOST
      const { full, hash } = 'due' in layout ? { full: isWaiting ? layout.full : layout.due } : layout
      return [list.name, buildList(list, { full, hash, keep: press.keep })]
    }),
  )
}

/** A newest page that holds so many cards that have appeared waits no longer. */
const WAITING_MOST = 3 * CARDS_PER_PAGE

type Layout =
  /** How many full pages it has, and the hash of its newest one if that is known. */
  | { full: number; hash?: string }
  /** As above, and how many it is due to have; `crowd` counts the cards on its newest page that have appeared. */
  | { full: number; due: number; crowd: number }

function layoutOf(list: List, { instant, laidOut }: Press): Layout {
  const { name, entries } = list
  const due = fullPages(entries, instant)
  const live = laidOut?.lists.get(name)
  if (!live) return { full: due }
  const { full } = live
  const newest = cutPages(entries, full).at(-1)
  const hash = newest && hashRecord(ListRecord, recordOf(list, newest))
  if (hash !== undefined && hash === live.newest.record) return { full, hash }
  if (due <= full) return { full: due }
  const appeared = entries.filter(({ from }) => from <= instant).length
  return { full, due, crowd: appeared - full * CARDS_PER_PAGE }
}

function buildList(
  list: List,
  { full, hash, keep }: { full: number; hash?: string | undefined; keep: Press['keep'] },
): BuiltList {
  const { entries, pinned } = list
  const put = (page: Page<Entry>, options: { hash?: string | undefined; most?: number } = {}): PageEntry => {
    const hash = options.hash ?? hashRecord(ListRecord, recordOf(list, page))
    keep(hash, () => recordOf(list, page))
    const lead = page.newer === undefined ? pinned : []
    return pageEntry(hash, changesOf([lead, page.rows.map(spanOf)]), options.most)
  }
  const cut = cutPages(entries, full)
  const newest = cut.at(-1)
  if (!newest) throw new Error('A list has no page')
  const span = spanOfAll(entries)
  return {
    row: { newest: put(newest, { hash }), full },
    pages: cut.slice(0, -1).map((page) => ({ ...span, ...put(page, { most: 1 }) })),
  }
}

function recordOf({ head, pinned }: List, { rows, newer, older }: Page<Entry>): ListRecord {
  return {
    ...head,
    // Only the newest page shows what is pinned: a full one must not change with it.
    lead: newer === undefined ? pinned : [],
    cards: newestFirst(rows).map(({ card }) => card),
    ...{ newer, older },
  }
}
