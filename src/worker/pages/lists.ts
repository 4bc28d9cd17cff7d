// The pages of lists: the front page, tags, authors and the archive, each with its newest page, its full pages and its
// index where it has them.
import { authorPath, ROUTES, tagPath } from '../../addresses.ts'
import {
  type AuthorRow,
  authorList,
  FRONT_LIST,
  keys,
  type ListEntry,
  ListRecord,
  MonthRecord,
  type MonthRow,
  type PageEntry,
  type Settings,
  type TagRow,
} from '../../records.ts'
import { POLICIES } from '../caching.ts'
import type { LiveEdition } from '../context.ts'
import {
  findAuthor,
  findAuthors,
  findFullPage,
  findTag,
  findTags,
  frontList,
  getRecord,
  type Loaded,
  lastExpiry,
} from '../edition/entries.ts'
import { findMonth, findMonths, neighboursOf } from '../edition/months.ts'
import { type Found, page } from '../page.ts'
import { renderArchivePage, renderMonthPage } from '../views/archive.ts'
import { renderAuthorsPage } from '../views/authors.ts'
import { renderAuthorPage, renderFrontPage, renderTagPage } from '../views/lists.ts'
import { renderTagsPage } from '../views/tags.ts'

type ListView = (page: { list: ListRecord; settings: Settings; number: number | null }) => string

/** A kind of list. `find` gives a list's entry while any of its articles may be seen; `list` gives the list's name. */
type Kind = {
  find: (live: LiveEdition, slug: string) => ListEntry | null | Promise<ListEntry | null>
  list: (slug: string) => string
  path: (slug: string) => string
  view: ListView
}

/** The front page's list has no slug; '' is passed in its place. */
export const FRONT: Kind = {
  find: frontList,
  list: () => FRONT_LIST,
  path: () => ROUTES.front,
  view: renderFrontPage,
}
export const TAG: Kind = { find: findTag, list: (slug) => slug, path: tagPath, view: renderTagPage }
export const AUTHOR: Kind = { find: findAuthor, list: authorList, path: authorPath, view: renderAuthorPage }

/** The newest page of a list. */
export async function newestOf(live: LiveEdition, { find, view }: Kind, slug: string): Promise<Found> {
  const entry = await find(live, slug)
  return entry && listPage(entry.newest, null, view)
}

/** A full page of a list, by the number and the slug in the address. */
export async function numberedOf(
  live: LiveEdition,
  { find, list, path, view }: Kind,
  { number: segment, slug = '' }: { number: string; slug?: string },
): Promise<Found> {
  const number = /^[1-9]\d{0,6}$/.test(segment) ? Number(segment) : 0
  if (number === 0) return null
  // The full page's row has the list's span, so the list's own row need not be read.
  const full = await findFullPage(live, list(slug), number)
  if (full) return listPage(full, number, view)
  const entry = await find(live, slug)
  // The number after the last full page redirects to the newest page, until a full page gets this number.
  return number === (entry?.full ?? -1) + 1 ? { type: 'redirect', to: path(slug), permanent: false } : null
}

function listPage(entry: PageEntry & { until?: number }, number: number | null, view: ListView): Found {
  return page({
    entry,
    until: entry.until,
    key: keys.list(entry.record),
    schema: ListRecord,
    policy: number === null ? POLICIES.young : POLICIES.settled,
    view: (list, settings) => view({ list, settings, number }),
  })
}

type Index<R> = {
  load: (live: LiveEdition) => Promise<Loaded<R[]>>
  view: (rows: R[], settings: Settings) => string
}

export const TAGS: Index<TagRow> = {
  load: findTags,
  view: renderTagsPage,
}
export const AUTHORS: Index<AuthorRow> = {
  load: findAuthors,
  view: renderAuthorsPage,
}
export const MONTHS: Index<MonthRow> = {
  load: findMonths,
  view: renderArchivePage,
}

/** The index of all tags, authors or months. */
export function indexPage<R>({ uncounted }: LiveEdition, entry: PageEntry, { load, view }: Index<R>): Found {
  return {
    type: 'page',
    // The page is made from a table, so `record` is no key in KV and serves only the ETag.
    entry: { ...entry, record: entry.record + uncounted },
    policy: POLICIES.young,
    load: async (live) => {
      const { record, changes } = await load(live)
      return { changes, render: () => view(record, live.current.body.settings) }
    },
  }
}

/** The headlines of a month, with links to the months before and after. */
export async function monthPage(live: LiveEdition, month: string): Promise<Found> {
  const entry = await findMonth(live, month)
  if (!entry) return null
  const { older, newer, changes: changesAt } = await neighboursOf(live, month)
  const key = keys.month(entry.record)
  return {
    type: 'page',
    // No key in KV: the ETag must change when the neighbouring months change.
    entry: { ...entry, record: [entry.record, older ?? '', newer ?? ''].join('.') },
    changesAt,
    until: lastExpiry(live, entry),
    policy: newer === undefined ? POLICIES.young : POLICIES.settled,
    load: async (live) => {
      const { record, changes } = await getRecord(live, { key, schema: MonthRecord })
      const { settings } = live.current.body
      return { changes, render: () => renderMonthPage({ record, older, newer, settings }) }
    },
  }
}
