// Checked content and an instant to an edition and its records. Pure and deterministic: the instant only decides
// how lists are cut into pages and which instants are still to come; what may be seen is decided at the edge.

import * as v from 'valibot'
import { articlePath, tagPath, tagSlug } from '../addresses.ts'
import { changesOf, oneAtATime, type Span } from '../projection.ts'
import {
  ArticleRecord,
  type Card,
  canonicalJson,
  Edition,
  type Edition as EditionBody,
  keys,
  type ListPages,
  ListRecord,
  type MediaEntry,
  type Picture,
  type TagEntry,
  type TagRow,
  TagsRecord,
} from '../records.ts'
import { arrange, authorsOf, type Entry, named, photoOf, pictureOf, spanOf, type Tag } from './arrange.ts'
import type { Content } from './check.ts'
import { hashText } from './hash.ts'
import { countSpans, cutPages, pageEntry } from './layout.ts'
import type { PictureFile } from './pictures.ts'
import { type Neighbours, relate } from './relate.ts'

/** An edition, ready to be pushed: its body, and every value that it names, by key. */
export type Built = {
  hash: string
  body: EditionBody
  /** Canonical texts. The edition's own is among them. */
  records: Map<string, string>
  media: Map<string, PictureFile>
}

/** Builds the edition of some content. The instant is in milliseconds since 1970. */
export function build(content: Content, instant: number): Built {
  const records = new Map<string, string>()
  const put: Put = (key, schema, record) => {
    const text = canonicalJson(v.parse(schema, record))
    const hash = hashText(text)
    records.set(key(hash), text)
    return hash
  }
  const { entries, tags } = arrange(content)
  const articles: EditionBody['articles']['rows'] = {}
  const neighbours = relate(entries, tags)
  entries.forEach((entry, index) => {
    const record = articleRecord(entry, content, neighbours(index))
    const hash = put(keys.article, ArticleRecord, record)
    const changes = changesOf(record)
    const shown = {
      instants: changes.instants.filter((at) => at > entry.from),
      untils: changes.untils.filter((at) => at > entry.from),
    }
    articles[entry.article.slug] = { ...spanOf(entry), ...pageEntry(hash, shown, instant) }
  })

  const leads = newestFirst(entries.filter(({ article }) => article.lead))
  const pinned = oneAtATime(leads.map(({ card }) => ({ ...card, date: card.from })))
  const listPages = (
    list: Entry[],
    { pinned, tag }: { pinned: Card[]; tag?: ListRecord['tag'] },
  ): ListPages => {
    const pages = cutPages(list, instant).map(({ rows, newer, older }) => {
      const cards = newestFirst(rows).map(({ card }) => card)
      // Only the newest page shows what is pinned: a full one must not change with it.
      const record: ListRecord = { tag, lead: newer === undefined ? pinned : [], cards, newer, older }
      return pageEntry(put(keys.list, ListRecord, record), changesOf(record), instant)
    })
    const newest = pages.pop()
    if (!newest) throw new Error('A list has no page')
    return { newest, full: pages }
  }
  const front = listPages(entries, { pinned })

  const rows: TagRow[] = []
  const tagEntries = new Map<string, TagEntry>()
  for (const { name, slug, description, entries: list } of tags) {
    const counted = countSpans(list.map(spanOf), instant)
    if (counted.settled === 0 && counted.spans.length === 0) continue
    rows.push({ ...counted, name, slug })
    tagEntries.set(slug, { ...counted, ...listPages(list, { pinned: [], tag: { name, slug, description } }) })
  }
  const tagsRecord: TagsRecord = { tags: rows }
  const tagsIndex = pageEntry(put(keys.list, TagsRecord, tagsRecord), changesOf(tagsRecord), instant)

  const { media, files } = mediaOf(entries, content)
  const body: EditionBody = v.parse(Edition, {
    settings: content.site.settings,
    front,
    tagsIndex,
    articles: { rows: articles },
    tags: { rows: Object.fromEntries(tagEntries) },
    aliases: { rows: aliasesOf(entries, tags, content) },
    gone: { rows: Object.fromEntries(content.site.gone.map(({ slug }) => [slug, true])) },
    media: { rows: media },
  })
  const hash = put(keys.edition, Edition, body)
  return { hash, body, records, media: files }
}

type Put = <T extends v.GenericSchema>(
  key: (hash: string) => string,
  schema: T,
  record: v.InferInput<T>,
) => string

function articleRecord(
  { article, from, until, tags }: Entry,
  content: Content,
  neighbours: Neighbours,
): ArticleRecord {
  const pictures: Record<string, Picture> = {}
  for (const [src, name] of article.pictures) {
    const file = content.pictures.get(name)
    if (file) pictures[src] = pictureOf(file)
  }
  const { id, kicker, standfirst, dateline, updated, corrections, body, extra } = article
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
    ...neighbours,
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
): EditionBody['aliases']['rows'] {
  const aliases: EditionBody['aliases']['rows'] = {}
  for (const { article } of entries) {
    for (const { path } of article.aliases) aliases[path] = { article: article.slug }
  }
  const slugs = new Set(tags.map(({ slug }) => slug))
  for (const tag of content.site.tags) {
    const slug = tagSlug(tag.identity)
    if (!slugs.has(slug)) continue
    for (const identity of tag.aliases) {
      const path = tagPath(tagSlug(identity))
      if (path !== tagPath(slug)) aliases[path] = { tag: slug }
    }
  }
  for (const { article } of entries) delete aliases[articlePath(article.slug)]
  return aliases
}

/** So many articles are named with a picture that they show; a picture of more is bound to none of them. */
const SHOWN_BY_NAMED = 16

/** Pictures with the articles that show them. */
function mediaOf(
  entries: readonly Entry[],
  content: Content,
): { media: Record<string, MediaEntry>; files: Map<string, PictureFile> } {
  const media: Record<string, MediaEntry> = {}
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
      media[id] ??= { type: file.type, bytes: file.bytes.length, shownBy: [] }
      media[id].shownBy.push({ ...spanOf(entry), slug: article.slug })
    }
  }
  for (const row of Object.values(media)) {
    if (row.shownBy.length > SHOWN_BY_NAMED) row.shownBy = [spanOfAll(row.shownBy)]
  }
  return { media, files }
}

/** From the first appearance to the last expiry, if all expire. */
function spanOfAll(spans: readonly Span[]): Span {
  const untils = spans.map(({ until }) => until)
  const from = Math.min(...spans.map((span) => span.from))
  if (untils.includes(undefined)) return { from }
  return { from, until: Math.max(...untils.filter((until) => until !== undefined)) }
}
