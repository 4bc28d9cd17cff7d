// Checked content and an instant to an edition and its records. Pure and deterministic: the instant only decides
// how lists are cut into pages and which instants are still to come; what may be seen is decided at the edge.

import * as v from 'valibot'
import { articlePath, mediaPath, tagPath, tagSlug } from '../addresses.ts'
import { type Changes, changesOf, oneAtATime, type Span } from '../projection.ts'
import {
  ArticleRecord,
  type Card,
  canonicalJson,
  Edition,
  type Edition as EditionBody,
  keys,
  type Link,
  type ListPages,
  ListRecord,
  type MediaEntry,
  type PageEntry,
  type Photo,
  type Picture,
  type TagEntry,
  type TagRow,
  TagsRecord,
} from '../records.ts'
import type { Article } from './article.ts'
import type { Content } from './check.ts'
import { hashText } from './hash.ts'
import { countSpans, cutPages } from './layout.ts'
import type { PictureFile } from './pictures.ts'

/** An edition, ready to be pushed: its body, and every value that it names, by key. */
export type Built = {
  hash: string
  body: EditionBody
  /** Canonical texts. The edition's own is among them. */
  records: Map<string, string>
  media: Map<string, PictureFile>
}

/** An article that is to be published, with what pages show of it. */
type Entry = {
  article: Article
  from: number
  until?: number
  card: Card
  tags: { name: string; slug: string }[]
}

/** A tag with its articles, the oldest first. */
type Tag = { name: string; slug: string; description?: string | undefined; entries: Entry[] }

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

  const pinned = newestFirst(entries.filter(({ article }) => article.lead))
  const lead = oneAtATime(pinned.map(({ card }) => ({ ...card, date: card.from })))
  const listPages = (list: Entry[], { lead, tag }: Pick<ListRecord, 'tag' | 'lead'>): ListPages => {
    const pages = cutPages(list, instant).map(({ rows, newer, older }) => {
      const cards = newestFirst(rows).map(({ card }) => card)
      // Only the newest page shows what is pinned: a full one must not change with it.
      const record: ListRecord = { tag, lead: newer === undefined ? lead : [], cards, newer, older }
      return pageEntry(put(keys.list, ListRecord, record), changesOf(record), instant)
    })
    const newest = pages.pop()
    if (!newest) throw new Error('A list has no page')
    return { newest, full: pages }
  }
  const front = listPages(entries, { lead })

  const rows: TagRow[] = []
  const tagEntries = new Map<string, TagEntry>()
  for (const { name, slug, description, entries: list } of tags) {
    const counted = countSpans(list.map(spanOf), instant)
    if (counted.settled === 0 && counted.spans.length === 0) continue
    rows.push({ ...counted, name, slug })
    tagEntries.set(slug, { ...counted, ...listPages(list, { lead: [], tag: { name, slug, description } }) })
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

/** Everything that is to be published, by date and then by slug, the oldest first. Drafts end here. */
function arrange(content: Content): { entries: Entry[]; tags: Tag[] } {
  const known = new Map(
    content.site.tags.flatMap((tag) => [tag.identity, ...tag.aliases].map((name) => [name, tag])),
  )
  const tags = new Map<string, Tag>()
  const published = content.articles.flatMap((article) =>
    article.draft || article.date === undefined ? [] : [{ article, from: article.date }],
  )
  published.sort((a, b) => a.from - b.from || (a.article.slug < b.article.slug ? -1 : 1))
  const entries = published.map(({ article, from }): Entry => {
    const own = new Map<string, Tag>()
    for (const spelled of article.tags) {
      const { name, identity, description } = known.get(spelled.identity) ?? {
        ...spelled,
        description: undefined,
      }
      const tag = tags.get(identity) ?? {
        name,
        slug: tagSlug(identity),
        ...(description === undefined ? {} : { description }),
        entries: [],
      }
      tags.set(identity, tag)
      own.set(identity, tag)
    }
    const span = { from, ...(article.expires === undefined ? {} : { until: article.expires }) }
    const card: Card = {
      ...span,
      ...named(article),
      kicker: article.kicker,
      standfirst: article.standfirst,
      authors: authorsOf(article, content),
      photo: photoOf(article, content, { shownOnly: true }),
    }
    const entry = {
      article,
      ...span,
      card,
      tags: [...own.values()].map(({ name, slug }) => ({ name, slug })),
    }
    for (const tag of own.values()) tag.entries.push(entry)
    return entry
  })
  const sorted = [...tags.values()].sort((a, b) => (a.slug < b.slug ? -1 : 1))
  return { entries, tags: sorted }
}

type Neighbours = Pick<ArticleRecord, 'newer' | 'older' | 'related'>

/** Neighbours that expire leave their place to the next; so many are named at most. */
const NEIGHBOURS_NAMED = 4
const RELATED_PER_TAG = 2

function relate(entries: readonly Entry[], tags: readonly Tag[]): (index: number) => Neighbours {
  const places = new Map(
    tags.map((tag) => [tag.slug, new Map(tag.entries.map((entry, place) => [entry, place]))]),
  )
  const bySlug = new Map(tags.map((tag) => [tag.slug, tag]))
  return (index) => {
    const own = entries[index]
    const related = new Map<string, Card>()
    for (const { slug } of own?.tags ?? []) {
      const place = (own && places.get(slug)?.get(own)) ?? 0
      const older = bySlug.get(slug)?.entries.slice(Math.max(0, place - RELATED_PER_TAG), place) ?? []
      for (const { card } of older) related.set(card.slug, card)
    }
    return {
      newer: oneAtATime(untilLasting(entries.slice(index + 1, index + 1 + NEIGHBOURS_NAMED)).map(linkTo)),
      older: oneAtATime(
        untilLasting(entries.slice(Math.max(0, index - NEIGHBOURS_NAMED), index).reverse()).map(linkTo),
      ),
      related: [...related.values()].sort((a, b) => b.from - a.from || (a.slug < b.slug ? 1 : -1)),
    }
  }
}

/** Up to and with the first that does not expire: those behind it can never be reached. */
function untilLasting(entries: Entry[]): Entry[] {
  const last = entries.findIndex(({ until }) => until === undefined)
  return last < 0 ? entries : entries.slice(0, last + 1)
}

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

function authorsOf(article: Article, content: Content): { slug: string; name: string }[] {
  return article.authors.map((slug) => ({ slug, name: content.site.authors.get(slug) ?? slug }))
}

function named({ slug, title, lang }: Article): Pick<Link, 'slug' | 'title' | 'lang'> {
  return { slug, title, lang }
}

function linkTo({ article, ...entry }: Entry): Link {
  return { ...spanOf(entry), ...named(article) }
}

function spanOf({ from, until }: { from: number; until?: number }): { from: number; until?: number } {
  return until === undefined ? { from } : { from, until }
}

function photoOf(article: Article, content: Content, options: { shownOnly: boolean }): Photo | undefined {
  if (!article.image) return undefined
  const { src, alt, caption, credit } = article.image
  const file = src === undefined ? undefined : content.pictures.get(src)
  if (options.shownOnly) return file && { picture: pictureOf(file), alt }
  return { picture: file && pictureOf(file), alt, caption, credit }
}

function pictureOf({ hash, variant, width, height }: PictureFile): Picture {
  return { address: mediaPath(hash, variant), width, height }
}

function newestFirst<T>(rows: readonly T[]): T[] {
  return [...rows].reverse()
}

/** How many coming instants an entry holds; beyond them the Worker asks the record. */
const INSTANTS_NAMED = 8
/** Desk clocks may be off by a minute, so what changed just now may still be to come at the edge. */
const CLOCK_MARGIN_MS = 120_000

function pageEntry(record: string, changes: Changes, instant: number): PageEntry {
  const settled = changes.instants.filter((at) => at <= instant - CLOCK_MARGIN_MS)
  const open = changes.instants.filter((at) => at > instant - CLOCK_MARGIN_MS)
  const instants = [...settled.slice(-1), ...open.slice(0, INSTANTS_NAMED)]
  const untils = changes.untils.filter((at) => at > instant - CLOCK_MARGIN_MS).slice(0, INSTANTS_NAMED)
  return {
    record,
    ...(instants.length === 0 ? {} : { instants }),
    ...(untils.length === 0 ? {} : { untils }),
    ...(open.length > INSTANTS_NAMED ? { more: true } : {}),
  }
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
