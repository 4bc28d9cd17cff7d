// What KV holds: the shape, the key and the cache lifetime of every value, and the canonical text it is
// hashed from. No I/O, no clock.
import * as v from 'valibot'
import type { Counted } from './projection.ts'

/** The version of these shapes. A Worker serves no edition of a newer format than it knows. */
export const FORMAT = 1

/** A full list page holds this many cards; the newest one up to twice as many, less one. */
export const CARDS_PER_PAGE = 10

/** `current` changes with every push: the shortest lifetime that KV accepts. */
export const CURRENT_TTL_SECONDS = 30
/** Every other key is named by the hash of its value, so it may be kept for long. */
export const IMMUTABLE_TTL_SECONDS = 86_400

/** Characters of a hash: 128 bits of SHA-256 in hexadecimal. */
export const HASH_LENGTH = 32

/** The only place that spells a KV key. */
export const keys = {
  current: 'current',
  push: (sequence: number): string => `push/${sequence}`,
  edition: (hash: string): string => `edition/${hash}`,
  article: (hash: string): string => `article/${hash}`,
  list: (hash: string): string => `list/${hash}`,
  media: (hash: string, variant: string): string => `media/${hash}/${variant}`,
}

/** The text that a value is stored as and hashed from: JSON with sorted keys and nothing undefined. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
  })
}

const Text = v.string()
const Instant = v.pipe(v.number(), v.integer())
const Hash = v.pipe(v.string(), v.length(HASH_LENGTH), v.hexadecimal())
const spanEntries = { from: Instant, until: v.optional(Instant) }
const countedEntries = {
  settled: v.pipe(v.number(), v.integer(), v.minValue(0)),
  spans: v.array(v.object(spanEntries)),
} satisfies Record<keyof Counted, unknown>

/** A picture's address and its size in CSS pixels, from the file's header. */
const Picture = v.object({ address: Text, width: v.number(), height: v.number() })
export type Picture = v.InferOutput<typeof Picture>

/** A picture with the words that belong to it; without `picture` only the words are kept. */
const Photo = v.object({
  picture: v.optional(Picture),
  alt: v.optional(Text),
  caption: v.optional(Text),
  credit: v.optional(Text),
})
export type Photo = v.InferOutput<typeof Photo>

const Author = v.object({ slug: Text, name: Text })
export type Author = v.InferOutput<typeof Author>

/** A row that names an article and leads to it. */
const linkEntries = { ...spanEntries, slug: Text, title: Text, lang: v.optional(Text) }
const Link = v.object(linkEntries)
export type Link = v.InferOutput<typeof Link>

/** A row that shows an article in a list. Its date is its `from`, unless its span was cut: then it has a `date`. */
const Card = v.object({
  ...linkEntries,
  date: v.optional(Instant),
  kicker: v.optional(Text),
  standfirst: v.optional(Text),
  authors: v.array(Author),
  photo: v.optional(Photo),
})
export type Card = v.InferOutput<typeof Card>

const Correction = v.object({ date: Instant, text: Text })

/** `article/<hash>`: all that an article's page shows. Its date is its `from`. */
export const ArticleRecord = v.object({
  ...spanEntries,
  slug: Text,
  id: Text,
  title: Text,
  kicker: v.optional(Text),
  standfirst: v.optional(Text),
  dateline: v.optional(Text),
  lang: v.optional(Text),
  updated: v.optional(Instant),
  authors: v.array(Author),
  tags: v.array(v.object({ name: Text, slug: Text })),
  photo: v.optional(Photo),
  corrections: v.array(Correction),
  body: Text,
  /** The pictures in the text, by their address as the text spells it. */
  pictures: v.record(Text, Picture),
  newer: v.array(Link),
  older: v.array(Link),
  related: v.array(Card),
  /** Front matter that Dateline does not know, as it was written. */
  extra: v.optional(v.record(Text, v.unknown())),
})
export type ArticleRecord = v.InferOutput<typeof ArticleRecord>

/** `list/<hash>`: one page of cards, the newest first. `newer` and `older` are numbers of pages. */
export const ListRecord = v.object({
  tag: v.optional(v.object({ name: Text, slug: Text, description: v.optional(Text) })),
  /** Rows of which at most one is visible: the article pinned to the top. */
  lead: v.array(Card),
  cards: v.array(Card),
  newer: v.optional(v.number()),
  older: v.optional(v.number()),
})
export type ListRecord = v.InferOutput<typeof ListRecord>

const TagRow = v.object({ ...countedEntries, name: Text, slug: Text })
export type TagRow = v.InferOutput<typeof TagRow>

/** `list/<hash>`: the tags index. */
export const TagsRecord = v.object({ tags: v.array(TagRow) })
export type TagsRecord = v.InferOutput<typeof TagsRecord>

/**
 * Where a page's record is, and the instants at which the page changes: the last one before the edition was
 * laid out, those about then, and the first eight to come. `untils` are those of them at which a row expires, and
 * the first eight of these to come. `more` says that the record knows of others.
 */
const pageEntries = {
  record: Hash,
  instants: v.optional(v.array(Instant)),
  untils: v.optional(v.array(Instant)),
  more: v.optional(v.literal(true)),
}
const PageEntry = v.object(pageEntries)
export type PageEntry = v.InferOutput<typeof PageEntry>

const ArticleEntry = v.object({ ...pageEntries, ...spanEntries })
export type ArticleEntry = v.InferOutput<typeof ArticleEntry>

/** The newest page of a list, at its bare address, and its full pages, numbered from the oldest. */
const pagesEntries = { newest: PageEntry, full: v.array(PageEntry) }
const ListPages = v.object(pagesEntries)
export type ListPages = v.InferOutput<typeof ListPages>

const TagEntry = v.object({ ...countedEntries, ...pagesEntries })
export type TagEntry = v.InferOutput<typeof TagEntry>

/** A picture and the articles that show it; where they are many, one row without a slug stands for all. */
const MediaEntry = v.object({
  type: Text,
  bytes: v.number(),
  shownBy: v.array(v.object({ ...spanEntries, slug: v.optional(Text) })),
})
export type MediaEntry = v.InferOutput<typeof MediaEntry>

/** A table of the catalogue, whole. A table in parts is to be the other form of it. */
const table = <const T extends v.GenericSchema>(row: T) => v.object({ rows: rowsBySlug(row) })

/** Not valibot's `record`: it drops the keys `constructor`, `prototype` and `__proto__`, and any word may be a slug. */
const rowsBySlug = <const T extends v.GenericSchema>(row: T) =>
  v.pipe(
    v.custom<Record<string, v.InferInput<T>>>((rows) => typeof rows === 'object' && rows !== null),
    v.transform((rows) => Object.entries(rows)),
    v.array(v.tuple([Text, row])),
    v.transform((rows): Record<string, v.InferOutput<T>> => Object.fromEntries(rows)),
  )
export type Table<T> = { rows: Record<string, T> }

/** What every page shows of `site.yaml`. */
const Settings = v.object({
  title: Text,
  tagline: v.optional(Text),
  url: Text,
  lang: Text,
  zone: Text,
  publisher: v.object({ name: Text, url: v.optional(Text) }),
  navigation: v.array(v.object({ label: Text, href: Text })),
})
export type Settings = v.InferOutput<typeof Settings>

/** `edition/<hash>`: one complete snapshot of the site: its settings and its catalogue. */
export const Edition = v.object({
  settings: Settings,
  front: ListPages,
  tagsIndex: PageEntry,
  /** By slug. */
  articles: table(ArticleEntry),
  /** By the slug of the tag's address. */
  tags: table(TagEntry),
  /** What an old path leads to, by slug. */
  aliases: table(v.union([v.object({ article: Text }), v.object({ tag: Text })])),
  /** Slugs that answer 410. */
  gone: table(v.literal(true)),
  /** By `<hash>/<variant>`. */
  media: table(MediaEntry),
})
export type Edition = v.InferOutput<typeof Edition>

/** `current`: the edition that is live, with its body so that a page costs one read less. */
export const Current = v.object({
  format: v.literal(FORMAT),
  sequence: v.pipe(v.number(), v.integer(), v.minValue(1)),
  edition: Hash,
  body: Edition,
  takedowns: v.array(v.object({ slug: Text })),
})
export type Current = v.InferOutput<typeof Current>

/** `push/<sequence>`: what a push put there. `time` in milliseconds; `before` is the sequence it replaced. */
export const Push = v.object({
  edition: Hash,
  time: Instant,
  author: Text,
  message: Text,
  before: v.optional(v.number()),
})
export type Push = v.InferOutput<typeof Push>
