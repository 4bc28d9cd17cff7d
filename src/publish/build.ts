// Checked content and an instant to an edition and its records. Pure and deterministic: the instant only decides
// how lists are cut into pages and which spans may still matter; what may be seen is decided at the edge.
import * as v from 'valibot'
import { articlePath, tagPath, tagSlug } from '../addresses.ts'
import { changesOf, oneAtATime, type Span } from '../projection.ts'
import {
  ArticleRecord,
  type Card,
  canonicalJson,
  Edition,
  keys,
  type ListEntry,
  ListRecord,
  type MediaEntry,
  type PageEntry,
  type Picture,
  pageKey,
  type Row,
  TABLE_NAMES,
  TABLES,
  type TableName,
} from '../records.ts'
import { cutTable, type Table } from '../tables.ts'
import { arrange, authorsOf, type Entry, named, photoOf, pictureOf, spanOf, type Tag } from './arrange.ts'
import type { Content } from './check.ts'
import { hashText } from './hash.ts'
import { appearancesOf, countSpans, cutPages, fullPages, type Page, pageEntry } from './layout.ts'
import type { PictureFile } from './pictures.ts'
import { type Neighbours, relate } from './relate.ts'
import type { Value } from './stores/store.ts'

/** An edition, ready to be pushed. */
export type Built = {
  hash: string
  body: Edition
  /** All rows, whether or not the edition's tables are in parts. */
  tables: Tables
  /**
   * Every value that the edition needs, by key, in the order in which they must be written: records and pictures, parts,
   * the edition. Values are made anew when they are asked for, so that a large archive needs little memory.
   */
  stages: readonly ReadonlyMap<string, Make>[]
  /** Articles by slug, with their spans and the slugs of the tags that count them. */
  entries: ReadonlyMap<string, Pick<Entry, 'from' | 'until' | 'tags'>>
}

export type Tables = { [N in TableName]: ReadonlyMap<string, Row<N>> }
type Make = () => Value | Promise<Value>

/** How lists are laid out in the edition that is live, by name: their newest page and how many full ones they have. */
export type LaidOut = ReadonlyMap<string, ListEntry>

/**
 * Builds the edition of some content. The instant is in milliseconds since 1970. A list in which nothing changed stays
 * as it is laid out: what has appeared by itself in the meantime moves to a full page when the list changes next.
 */
export function build(content: Content, instant: number, laidOut: LaidOut = new Map()): Built {
  const records = new Map<string, Make>()
  const putList = (make: () => ListRecord): string => {
    const hash = hashOf(ListRecord, make())
    const key = keys.list(hash)
    records.set(key, () => ({ key, value: canonicalJson(make()) }))
    return hash
  }
  const { entries, tags } = arrange(content)
  const articles = new Map<string, Row<'articles'>>()
  const neighbours = relate(entries, tags)
  entries.forEach((entry, index) => {
    const make = (body: string): ArticleRecord =>
      articleRecord(entry, { content, body, ...neighbours(index) })
    // The hash is over the text's hash in the text's place, so that nothing needs the text before it is uploaded.
    const record = make(entry.article.bodyHash)
    const hash = hashOf(ArticleRecord, record)
    const key = keys.article(hash)
    records.set(key, async () => ({ key, value: canonicalJson(make(await content.readBody(entry.article))) }))
    const changes = changesOf([record.newer, record.older, record.related])
    const shown = {
      instants: changes.instants.filter((at) => at > entry.from),
      untils: changes.untils.filter((at) => at > entry.from),
    }
    const { updated } = entry.article
    articles.set(entry.article.slug, {
      ...spanOf(entry),
      ...pageEntry(hash, shown),
      ...(updated === undefined ? {} : { updated }),
    })
  })

  const pages = new Map<string, Row<'pages'>>()
  const leads = newestFirst(entries.filter(({ article }) => article.lead))
  const pinned = oneAtATime(leads.map(({ card }) => ({ ...card, date: card.from })))
  const listPages = (
    list: Entry[],
    { name, pinned, tag }: { name: string; pinned: Card[]; tag?: ListRecord['tag'] },
  ): ListEntry => {
    const record = ({ rows, newer, older }: Page<Entry>): ListRecord => ({
      tag,
      // Only the newest page shows what is pinned: a full one must not change with it.
      lead: newer === undefined ? pinned : [],
      cards: newestFirst(rows).map(({ card }) => card),
      ...{ newer, older },
    })
    const live = laidOut.get(name)
    const kept = live && cutPages(list, live.full).at(-1)
    const isSame = kept && hashOf(ListRecord, record(kept)) === live.newest.record
    const cut = cutPages(list, isSame ? live.full : fullPages(list, instant))
    const span = spanOfAll(list)
    const entryOf = (page: Page<Entry>, most?: number): PageEntry =>
      pageEntry(
        putList(() => record(page)),
        changesOf([page.newer === undefined ? pinned : [], page.rows.map(spanOf)]),
        most,
      )
    cut.slice(0, -1).forEach((page, index) => {
      pages.set(pageKey(name, index + 1), { ...span, ...entryOf(page, 1) })
    })
    const newest = cut.at(-1)
    if (!newest) throw new Error('A list has no page')
    return { newest: entryOf(newest), full: cut.length - 1 }
  }
  const front = listPages(entries, { name: '', pinned })

  const tagRows = new Map<string, Row<'tags'>>()
  for (const { name, slug, description, entries: list } of tags) {
    const counted = countSpans(list.map(spanOf), instant)
    if (counted.settled === 0 && counted.spans.length === 0) continue
    const tag = { name, slug, description }
    tagRows.set(slug, { ...counted, name, ...listPages(list, { name: slug, pinned: [], tag }) })
  }
  const index = [...tagRows].map(([slug, { name, settled, spans }]) => ({ slug, name, settled, spans }))

  const { media, files } = mediaOf(entries, content)
  const tables: Tables = {
    ...{ articles, tags: tagRows, pages, media },
    aliases: aliasesOf(entries, tags, content),
    gone: new Map(content.site.gone.map(({ slug }) => [slug, true])),
  }
  const { tables: cut, parts } = cutTables(tables)
  const body = v.parse(Edition, {
    settings: content.site.settings,
    front,
    tagsIndex: pageEntry(hashText(canonicalJson(index)), changesOf(index)),
    appearances: appearancesOf(entries, instant),
    ...cut,
  })
  const text = canonicalJson(body)
  const hash = hashText(text)
  for (const [key, file] of files) {
    const metadata = { type: file.type, bytes: file.size }
    records.set(key, async () => ({ key, value: await content.readPicture(file), metadata }))
  }
  const key = keys.edition(hash)
  const stages = [records, parts, new Map([[key, () => ({ key, value: text })]])]
  const bySlug = new Map(entries.map((entry) => [entry.article.slug, entry]))
  return { hash, body, tables, stages, entries: bySlug }
}

/** The hash of a record, which must have its shape. */
function hashOf<T extends v.GenericSchema>(schema: T, record: v.InferInput<T>): string {
  v.assert(schema, record)
  return hashText(canonicalJson(record))
}

/** The tables as an edition holds them, and the parts of those that are too large to be held whole. */
function cutTables(tables: Tables): { tables: Pick<Edition, TableName>; parts: Map<string, Make> } {
  const parts = new Map<string, Make>()
  const cut = <N extends TableName>(name: N): Table<Row<N>> =>
    cutTable<Row<N>>(tables[name], (rows) => {
      for (const row of Object.values(rows)) v.parse(TABLES[name] as v.GenericSchema, row)
      const hash = hashText(canonicalJson({ rows }))
      const key = keys.part(hash)
      parts.set(key, () => ({ key, value: canonicalJson({ rows }) }))
      return hash
    })
  const entries = TABLE_NAMES.map((name) => [name, cut(name)])
  return { tables: Object.fromEntries(entries) as Pick<Edition, TableName>, parts }
}

function articleRecord(
  { article, from, until, tags }: Entry,
  { content, body, newer, older, related }: Neighbours & { content: Content; body: string },
): ArticleRecord {
  const pictures: Record<string, Picture> = {}
  for (const [src, name] of article.pictures) {
    const file = content.pictures.get(name)
    if (file) pictures[src] = pictureOf(file)
  }
  const { id, kicker, standfirst, dateline, updated, corrections, extra } = article
  return {
    ...{
      from,
      until,
      ...named(article),
      id,
      kicker,
      standfirst,
      dateline,
      updated,
      corrections,
      body,
      pictures,
    },
    authors: authorsOf(article, content),
    tags,
    photo: photoOf(article, content, { shownOnly: false }),
    ...{ newer, older, related },
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  }
}

function newestFirst<T>(rows: readonly T[]): T[] {
  return [...rows].reverse()
}

function aliasesOf(
  entries: readonly Entry[],
  tags: readonly Tag[],
  content: Content,
): Map<string, Row<'aliases'>> {
  const aliases = new Map<string, Row<'aliases'>>()
  for (const { article } of entries) {
    for (const { path } of article.aliases) aliases.set(path, { article: article.slug })
  }
  const slugs = new Set(tags.map(({ slug }) => slug))
  for (const tag of content.site.tags) {
    const slug = tagSlug(tag.identity)
    if (!slugs.has(slug)) continue
    for (const identity of tag.aliases) {
      const path = tagPath(tagSlug(identity))
      if (path !== tagPath(slug)) aliases.set(path, { tag: slug })
    }
  }
  for (const { article } of entries) aliases.delete(articlePath(article.slug))
  return aliases
}

/** So many articles are named with a picture that they show; a picture of more is bound to none of them. */
const SHOWN_BY_NAMED = 16

/** Pictures with the articles that show them. */
function mediaOf(
  entries: readonly Entry[],
  content: Content,
): { media: Map<string, MediaEntry>; files: Map<string, PictureFile> } {
  const media = new Map<string, MediaEntry>()
  const files = new Map<string, PictureFile>()
  for (const entry of entries) {
    const { article } = entry
    const names = [
      ...article.pictures.values(),
      ...(article.image?.src === undefined ? [] : [article.image.src]),
    ]
    for (const name of new Set(names)) {
      const file = content.pictures.get(name)
      if (!file) continue
      const id = `${file.hash}/${file.variant}`
      files.set(keys.media(file.hash, file.variant), file)
      const row = media.get(id) ?? { type: file.type, bytes: file.size, shownBy: [] }
      media.set(id, row)
      row.shownBy.push({ ...spanOf(entry), slug: article.slug })
    }
  }
  for (const row of media.values()) {
    if (row.shownBy.length > SHOWN_BY_NAMED) row.shownBy = [spanOfAll(row.shownBy)]
  }
  return { media, files }
}

/** From the first appearance to the last expiry, if all expire. */
function spanOfAll(spans: readonly Span[]): Span {
  const first = (from: number, span: Span): number => Math.min(from, span.from)
  const last = (until: number, span: Span): number => Math.max(until, span.until ?? Number.POSITIVE_INFINITY)
  const from = spans.reduce(first, Number.POSITIVE_INFINITY)
  const until = spans.reduce(last, Number.NEGATIVE_INFINITY)
  return Number.isFinite(until) ? { from, until } : { from }
}
