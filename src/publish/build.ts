// Builds an edition and its records from content and an instant. Pure and deterministic. The instant only decides
// how lists are cut into pages and which spans are kept. It must never decide what readers see: the edge does that.
import * as v from 'valibot'
import { canonicalJson } from '../canonical.ts'
import { variantType } from '../pictures.ts'
import { type Counted, oneAtATime } from '../projection.ts'
import {
  Edition,
  FRONT_LIST,
  keys,
  type ListEntry,
  type ListRecord,
  pageKey,
  type Row,
  SiteRecord,
  TABLE_NAMES,
  TABLES,
  type TableName,
} from '../records.ts'
import { cutTable, type Table } from '../tables.ts'
import type { Content } from './check-sources.ts'
import { hashRecord, hashText } from './hash.ts'
import type { Making } from './pictures/make.ts'
import { arrange, type Entry, newestFirst } from './records/arrange.ts'
import { buildArticles } from './records/articles.ts'
import { buildLists } from './records/lists.ts'
import { mediaOf, type VariantOfFile } from './records/media.ts'
import { buildMonths } from './records/months.ts'
import { appearancesOf } from './records/numbering.ts'
import { aliasesOf } from './records/old-addresses.ts'
import { buildStaticPages, pagesInOrder } from './records/static-pages.ts'
import { authorSubjects, indexEntry, type Subject, tagSubjects } from './records/subjects.ts'
import type { Value } from './stores/store.ts'

/** An edition, ready to be pushed. */
export type Built = {
  hash: string
  body: Edition
  /** All rows, whether or not the edition's tables are in parts. */
  tables: Tables
  /**
   * All values that the edition needs, by key, in stages. They must be written in this order: records and pictures,
   * parts, the edition. Each call makes the value again, so that a large archive needs little memory.
   */
  stages: readonly ReadonlyMap<string, Make>[]
  /** The pictures among these values, which are not made yet. */
  pictures: {
    /** Makes the pictures of these keys, so that their values are ready. Throws one error for all failures. */
    make: (keys: readonly string[], onMade?: (progress: Making) => void) => Promise<void>
    /** The bytes of a picture by its key; an estimate until it is made. */
    weigh: (key: string) => number
  }
  /** Articles by slug, with their spans and the tags and authors that count them. */
  entries: ReadonlyMap<string, Pick<Entry, 'from' | 'until' | 'tags' | 'authors'>>
}

export type Tables = { [N in TableName]: ReadonlyMap<string, Row<N>> }
type Make = () => Value | Promise<Value>

/** Builds the edition of some content. `instant` is that of the layout, in milliseconds since 1970. */
export function build(content: Content, instant: number): Built {
  const records = new Map<string, Make>()
  const keep = (key: string, make: () => unknown): void => {
    records.set(key, async () => ({ key, value: canonicalJson(await make()) }))
  }
  const arranged = arrange(content)
  const { entries, tags } = arranged
  const { settings, files: siteFiles } = content.site
  const site = hashRecord(SiteRecord, siteFiles)
  keep(keys.site(site), () => siteFiles)
  const articles = buildArticles(arranged, content, (hash, make) => keep(keys.article(hash), make))

  const lists = buildListTables(arranged, instant, (hash, make) => keep(keys.list(hash), make))
  const months = buildMonths(entries, {
    zone: settings.zone,
    instant,
    keep: (hash, make) => keep(keys.month(hash), make),
  })
  const staticPages = buildStaticPages(content, (hash, make) => keep(keys.staticPage(hash), make))

  const { media, files } = mediaOf(entries, content)
  for (const [key, { file, variant }] of files) {
    records.set(key, async () => {
      const value = await content.readPicture(file, variant)
      return { key, value, metadata: { type: variantType(variant) ?? '', bytes: value.byteLength } }
    })
  }
  const tables: Tables = {
    articles,
    tags: lists.tags,
    authors: lists.authors,
    pages: lists.pages,
    months,
    staticPages,
    media,
    aliases: aliasesOf(entries, tags, content),
    gone: new Map(content.site.gone.map(({ slug }) => [slug, true])),
  }
  const { tables: cut, parts } = cutTables(tables)
  const body = v.parse(Edition, {
    settings: { ...settings, ...pagesInOrder(content) },
    site,
    front: lists.front,
    tagsIndex: indexEntry(lists.tags),
    authorsIndex: indexEntry(lists.authors),
    archiveIndex: indexEntry(months),
    appearances: appearancesOf(entries, instant),
    ...cut,
  })
  const text = canonicalJson(body)
  const hash = hashText(text)
  const key = keys.edition(hash)
  const stages = [records, parts, new Map([[key, () => ({ key, value: text })]])]
  const bySlug = new Map(entries.map((entry) => [entry.article.slug, entry]))
  return { hash, body, tables, stages, pictures: picturesOf(content, files), entries: bySlug }
}

type ListTables = Pick<Tables, 'tags' | 'authors' | 'pages'> & { front: ListEntry }

/** All lists of articles: the rows of tags and authors, and the front page's. */
function buildListTables(
  { entries, tags, authors }: ReturnType<typeof arrange>,
  instant: number,
  keep: (hash: string, make: () => ListRecord) => void,
): ListTables {
  const leads = newestFirst(entries.filter(({ article }) => article.lead))
  const pinned = oneAtATime(leads.map(({ card }) => ({ ...card, date: card.from })))
  const front = { name: FRONT_LIST, entries, pinned, head: {} }
  const [tagLists, authorLists] = [tagSubjects(tags, instant), authorSubjects(authors, instant)]
  const lists = buildLists([front, ...tagLists, ...authorLists], { instant, keep })
  const rowOf = (list: string): ListEntry => {
    const built = lists.get(list)
    if (!built) throw new Error(`The list "${list}" was not built`)
    return built.row
  }
  const rowsOf = <R extends object>(subjects: readonly Subject<R>[]): Map<string, R & Counted & ListEntry> =>
    new Map(subjects.map(({ name, slug, row, count }) => [slug, { ...count, ...row, ...rowOf(name) }]))
  const pages = new Map<string, Row<'pages'>>()
  for (const [name, list] of lists)
    for (const [index, row] of list.pages.entries()) pages.set(pageKey(name, index + 1), row)
  return { front: rowOf(FRONT_LIST), tags: rowsOf(tagLists), authors: rowsOf(authorLists), pages }
}

function picturesOf(content: Content, files: ReadonlyMap<string, VariantOfFile>): Built['pictures'] {
  return {
    make: (keys, onMade) =>
      content.makePictures(
        keys.flatMap((key) => files.get(key) ?? []),
        onMade,
      ),
    weigh: (key) => {
      const found = files.get(key)
      return found ? content.weighPicture(found.file, found.variant) : 0
    },
  }
}

/** The tables as an edition holds them, and the parts of the tables that are too large for it. */
function cutTables(tables: Tables): { tables: Pick<Edition, TableName>; parts: Map<string, Make> } {
  const parts = new Map<string, Make>()
  const keep =
    (name: TableName) =>
    (rows: object): string => {
      for (const row of Object.values(rows)) v.parse(TABLES[name] as v.GenericSchema, row)
      const hash = hashText(canonicalJson({ rows }))
      const key = keys.part(hash)
      parts.set(key, () => ({ key, value: canonicalJson({ rows }) }))
      return hash
    }
  const cut = <N extends TableName>(name: N): Table<Row<N>> => cutTable<Row<N>>(tables[name], keep(name))
  const entries = TABLE_NAMES.map((name) => [name, cut(name)])
  return { tables: Object.fromEntries(entries) as Pick<Edition, TableName>, parts }
}
