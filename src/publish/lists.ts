// A list of articles to its records and rows: the newest page, and the full ones before it.
import { changesOf } from '../projection.ts'
import { type Card, type ListEntry, ListRecord, type PageEntry, pageKey, type Row } from '../records.ts'
import { type Entry, newestFirst, spanOf, spanOfAll } from './arrange.ts'
import { hashRecord } from './hash.ts'
import { cutPages, fullPages, type Page, pageEntry } from './layout.ts'

/** How lists are laid out in the edition that is live, by name: their newest page and how many full ones they have. */
export type LaidOut = ReadonlyMap<string, ListEntry>

/** A list of the site: the front page's has no name, a tag's has the tag's slug. */
export type List = { name: string; entries: readonly Entry[]; pinned: Card[]; tag?: ListRecord['tag'] }

export type BuiltList = {
  row: ListEntry
  /** Rows of its full pages. */
  pages: [key: string, row: Row<'pages'>][]
}

type Press = {
  instant: number
  laidOut: LaidOut
  /** Keeps a record under its hash, to be made anew when it is uploaded. */
  keep: (hash: string, make: () => ListRecord) => void
}

/** Builds one list. Where nothing changed in it, it stays laid out as it is. */
export function buildList(
  { name, entries, pinned, tag }: List,
  { instant, laidOut, keep }: Press,
): BuiltList {
  const recordOf = ({ rows, newer, older }: Page<Entry>): ListRecord => ({
    tag,
    // Only the newest page shows what is pinned: a full one must not change with it.
    lead: newer === undefined ? pinned : [],
    cards: newestFirst(rows).map(({ card }) => card),
    ...{ newer, older },
  })
  const put = (page: Page<Entry>, options: { hash?: string | undefined; most?: number } = {}): PageEntry => {
    const hash = options.hash ?? hashRecord(ListRecord, recordOf(page))
    keep(hash, () => recordOf(page))
    const lead = page.newer === undefined ? pinned : []
    return pageEntry(hash, changesOf([lead, page.rows.map(spanOf)]), options.most)
  }
  const live = laidOut.get(name)
  const asLive = live && cutPages(entries, live.full)
  const newestAsLive = asLive?.at(-1)
  const hash = newestAsLive && hashRecord(ListRecord, recordOf(newestAsLive))
  const isSame = asLive !== undefined && hash === live?.newest.record
  const cut = isSame ? asLive : cutPages(entries, fullPages(entries, instant))
  const newest = cut.at(-1)
  if (!newest) throw new Error('A list has no page')
  const span = spanOfAll(entries)
  return {
    row: { newest: put(newest, { hash: isSame ? hash : undefined }), full: cut.length - 1 },
    pages: cut
      .slice(0, -1)
      .map((page, index) => [pageKey(name, index + 1), { ...span, ...put(page, { most: 1 }) }]),
  }
}
