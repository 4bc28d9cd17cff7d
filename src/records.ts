// What KV holds: the shape, the key and the cache lifetime of every value. No I/O, no clock.
import * as v from 'valibot'
import type { Counted } from './projection.ts'
import type { PartTree, Table } from './tables.ts'

/** The version of these shapes. A Worker serves no edition of a newer format than it knows. */
export const FORMAT = 1

/** A full list page holds this many cards; the newest one up to twice as many. */
export const CARDS_PER_PAGE = 25

/** `current` changes with every push: the shortest lifetime that KV accepts. */
export const CURRENT_TTL_SECONDS = 30
/** Every other key is named by the hash of its value, so it may be kept for long. */
export const IMMUTABLE_TTL_SECONDS = 86_400
/** Up to this age an isolate uses the `current` that it has read. */
export const CURRENT_USABLE_SECONDS = 90

/** How long the edge keeps a page: as fresh, and then while it asks for the next one. Seconds. */
export const EDGE_LIFETIMES = {
  /** Front page, newest list pages, tags index, and articles younger than a day. */
  young: { edge: 30, staleWhileRevalidate: 30 },
  /** Articles older than a day, full list pages. */
  settled: { edge: 300, staleWhileRevalidate: 60 },
}

/** Characters of a hash: 128 bits of SHA-256 in hexadecimal. */
export const HASH_LENGTH = 32

/** The only place that spells a KV key. */
export const keys = {
  current: 'current',
  push: (sequence: number): string => `push/${sequence}`,
  forgotten: 'forgotten',
  edition: (hash: string): string => `edition/${hash}`,
  preview: (hash: string): string => `preview/${hash}`,
  part: (hash: string): string => `part/${hash}`,
  article: (hash: string): string => `article/${hash}`,
  list: (hash: string): string => `list/${hash}`,
  month: (hash: string): string => `month/${hash}`,
  staticPage: (hash: string): string => `page/${hash}`,
  site: (hash: string): string => `site/${hash}`,
  media: (hash: string, variant: string): string => `media/${hash}/${variant}`,
}

const Text = v.string()
const Instant = v.pipe(v.number(), v.integer())
const Hash = v.pipe(v.string(), v.length(HASH_LENGTH), v.hexadecimal())
const spanEntries = { from: Instant, until: v.optional(Instant) }
const countedEntries = {
  settled: v.pipe(v.number(), v.integer(), v.minValue(0)),
  spans: v.array(v.object(spanEntries)),
} satisfies Record<keyof Counted, unknown>

/**
 * A picture's address, and the size in pixels of what is there. `widths` are those at which there is AVIF and WebP
 * beside it, and `still` is the variant of an animation that does not move.
 */
export const Picture = v.object({
  address: Text,
  width: v.number(),
  height: v.number(),
  widths: v.optional(v.array(v.number())),
  still: v.optional(Text),
})
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
  photo: v.optional(Photo),
})
export type Card = v.InferOutput<typeof Card>

/** A row that leads to the same article in another language. */
const Translation = v.object({ ...linkEntries, lang: Text })
export type Translation = v.InferOutput<typeof Translation>

const Correction = v.object({ date: Instant, text: Text })

/** Front matter of an article that is plain text and is shown as it was written. A new such field is a line here. */
const articleTextEntries = {
  /** A word or two above the headline. */
  kicker: v.optional(Text),
  /** What the article says, in a sentence or two below the headline. */
  standfirst: v.optional(Text),
  /** The place that the article was written in. */
  dateline: v.optional(Text),
}
const ArticleTexts = v.object(articleTextEntries)
export type ArticleTexts = v.InferOutput<typeof ArticleTexts>
export const ARTICLE_TEXTS = Object.keys(articleTextEntries) as (keyof ArticleTexts)[]

/** The plain texts alone of what has them. */
export function articleTexts(from: ArticleTexts): ArticleTexts {
  return Object.fromEntries(ARTICLE_TEXTS.map((name) => [name, from[name]]))
}

/** The file that a record came from, for `pull`: its path, and its front matter as it was written, without comments. */
const sourceEntries = { path: Text, frontMatter: Text }

/** `article/<hash>`: all that an article's page shows. Its date is its `from`. */
export const ArticleRecord = v.object({
  ...spanEntries,
  slug: Text,
  id: Text,
  title: Text,
  ...articleTextEntries,
  lang: v.optional(Text),
  updated: v.optional(Instant),
  /** A draft in a preview, which has no date yet: its `from` is a moment like any other. */
  undated: v.optional(v.literal(true)),
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
  translations: v.optional(v.array(Translation)),
  /** `image` is the photo's file, by its name under `content/images/`. */
  source: v.object({ ...sourceEntries, image: v.optional(Text) }),
})
export type ArticleRecord = v.InferOutput<typeof ArticleRecord>

/** Whose list it is, with what the list's pages say of it. */
const listHeads = {
  tag: v.optional(v.object({ name: Text, slug: Text, description: v.optional(Text) })),
  author: v.optional(
    v.object({ name: Text, slug: Text, role: v.optional(Text), description: v.optional(Text) }),
  ),
}

/** `list/<hash>`: one page of cards, the newest first. `newer` and `older` are numbers of pages. */
export const ListRecord = v.object({
  ...listHeads,
  /** Rows of which at most one is visible: the article pinned to the top. */
  lead: v.array(Card),
  cards: v.array(Card),
  newer: v.optional(v.number()),
  older: v.optional(v.number()),
})
export type ListRecord = v.InferOutput<typeof ListRecord>

/** A row that names an article in the archive. Its date is its `from`. */
const Headline = v.object({ ...linkEntries, kicker: v.optional(Text) })
export type Headline = v.InferOutput<typeof Headline>

/** `month/<hash>`: articles of one month in the site's zone, such as `2026-02`; the newest first. */
export const MonthRecord = v.object({ month: Text, headlines: v.array(Headline) })
export type MonthRecord = v.InferOutput<typeof MonthRecord>

/** `page/<hash>`: a static page, such as the imprint. */
export const StaticPageRecord = v.object({
  slug: Text,
  title: Text,
  standfirst: v.optional(Text),
  lang: v.optional(Text),
  updated: v.optional(Instant),
  body: Text,
  /** The pictures in the text, by their address as the text spells it. */
  pictures: v.record(Text, Picture),
  source: v.object(sourceEntries),
})
export type StaticPageRecord = v.InferOutput<typeof StaticPageRecord>

/** `site/<hash>`: site.yaml, authors.yaml and tags.yaml as they were written, without comments; for `pull`. */
export const SiteRecord = v.object({ site: Text, authors: v.optional(Text), tags: v.optional(Text) })
export type SiteRecord = v.InferOutput<typeof SiteRecord>

/**
 * Where a page's record is, and the last instants at which the page changes, those to come included; `untils` are
 * those of them at which a row expires. `more` says that there are earlier ones, which only the record knows.
 */
const pageEntries = {
  record: Hash,
  instants: v.optional(v.array(Instant)),
  untils: v.optional(v.array(Instant)),
  more: v.optional(v.literal(true)),
}
const PageEntry = v.object(pageEntries)
export type PageEntry = v.InferOutput<typeof PageEntry>

/** An article's page with its span, and the lists besides the front page's that count it. */
const ArticleEntry = v.object({
  ...pageEntries,
  ...spanEntries,
  updated: v.optional(Instant),
  lists: v.optional(v.array(Text)),
})
export type ArticleEntry = v.InferOutput<typeof ArticleEntry>

/** A full page of a list, with the span of all that the list holds. */
const FullPageEntry = v.object({ ...pageEntries, ...spanEntries })
export type FullPageEntry = v.InferOutput<typeof FullPageEntry>

/** A list: its newest page, at its bare address, and how many full ones there are, numbered from the oldest. */
const listEntries = { newest: PageEntry, full: v.pipe(v.number(), v.integer(), v.minValue(0)) }
const ListEntry = v.object(listEntries)
export type ListEntry = v.InferOutput<typeof ListEntry>

const TagEntry = v.object({
  ...countedEntries,
  ...listEntries,
  name: Text,
  description: v.optional(Text),
})
export type TagEntry = v.InferOutput<typeof TagEntry>

const AuthorEntry = v.object({ ...countedEntries, ...listEntries, name: Text, role: v.optional(Text) })
export type AuthorEntry = v.InferOutput<typeof AuthorEntry>

/** A tag as the index shows it, with the number of its articles that may be seen. */
export type TagRow = Pick<TagEntry, 'name' | 'description'> & { slug: string; count: number }
/** The same of an author. */
export type AuthorRow = Pick<AuthorEntry, 'name' | 'role'> & { slug: string; count: number }

/** A month of the archive. */
const MonthEntry = v.object({ ...countedEntries, ...pageEntries })
export type MonthEntry = v.InferOutput<typeof MonthEntry>

/** A month with the number of its articles that may be seen. */
export type MonthRow = { month: string; count: number }

const StaticPageEntry = v.object({ record: Hash, updated: v.optional(Instant) })
export type StaticPageEntry = v.InferOutput<typeof StaticPageEntry>

/** A picture's variants and the articles that show it; where they are many, one row without a slug stands for all. */
const MediaEntry = v.object({
  variants: v.array(Text),
  shownBy: v.array(v.object({ ...spanEntries, slug: v.optional(Text) })),
})
export type MediaEntry = v.InferOutput<typeof MediaEntry>

/** The hashes of a table's parts, in the tree that leads to them. */
const Parts: v.GenericSchema<PartTree> = v.union([
  v.literal(''),
  Hash,
  v.tuple([v.lazy(() => Parts), v.lazy(() => Parts)]),
])

/** A table of the catalogue, whole or in parts. */
const table = <const T extends v.GenericSchema>(row: T): v.GenericSchema<Table<v.InferOutput<T>>> =>
  v.union([v.strictObject({ rows: rowsBySlug(row) }), v.strictObject({ parts: Parts })]) as v.GenericSchema<
    Table<v.InferOutput<T>>
  >

/** Not valibot's `record`: it drops the keys `constructor`, `prototype` and `__proto__`, and any word may be a slug. */
const rowsBySlug = <const T extends v.GenericSchema>(row: T) =>
  v.pipe(
    v.custom<Record<string, v.InferInput<T>>>((rows) => typeof rows === 'object' && rows !== null),
    v.transform((rows) => Object.entries(rows)),
    v.array(v.tuple([Text, row])),
    v.transform((rows): Record<string, v.InferOutput<T>> => Object.fromEntries(rows)),
  )

/** What every page shows of `site.yaml`. */
const Settings = v.object({
  title: Text,
  tagline: v.optional(Text),
  url: Text,
  lang: Text,
  zone: Text,
  publisher: v.object({ name: Text, url: v.optional(Text) }),
  navigation: v.array(v.object({ label: Text, href: Text })),
  /** The static pages, in order. */
  pages: v.optional(v.array(v.object({ slug: Text, title: Text, lang: v.optional(Text) }))),
})
export type Settings = v.InferOutput<typeof Settings>

const Alias = v.union([v.object({ article: Text }), v.object({ tag: Text }), v.object({ staticPage: Text })])
export type Alias = v.InferOutput<typeof Alias>

/** What the rows of each table are. */
export const TABLES = {
  /** By slug. */
  articles: ArticleEntry,
  /** By the slug of the tag's address. */
  tags: TagEntry,
  /** By slug. */
  authors: AuthorEntry,
  /** The full pages of all lists, by `<list's name>/<number>`. */
  pages: FullPageEntry,
  /** The archive, by `<year>-<month>`. */
  months: MonthEntry,
  /** Static pages, by slug. */
  staticPages: StaticPageEntry,
  /** What an old path leads to, by the path. */
  aliases: Alias,
  /** By slug: what answers 410. */
  gone: v.literal(true),
  /** By hash. */
  media: MediaEntry,
} as const
export type TableName = keyof typeof TABLES

export type Row<N extends TableName> = v.InferOutput<(typeof TABLES)[N]>
export const TABLE_NAMES = Object.keys(TABLES) as TableName[]

/** What the front page's list is called where lists go by name: no tag's slug is empty. */
export const FRONT_LIST = ''
/** What an author's list is called; a tag's has the tag's slug for a name, and no slug of a tag has a space in it. */
export const authorList = (slug: string): string => `author ${slug}`

/** The names of the lists that an article stands on beside the front page's. */
export function listsOf(article: Pick<ArticleRecord, 'tags' | 'authors'>): string[] {
  const authors = article.authors.map(({ slug }) => authorList(slug))
  return [...new Set([...article.tags.map(({ slug }) => slug), ...authors])]
}

/** A full page's place in the table of pages. */
export const pageKey = (list: string, number: number): string => `${list}/${number}`

/** `edition/<hash>`: one complete snapshot of the site: its settings and its catalogue. */
export const Edition = v.object({
  settings: Settings,
  /** The record that holds the site's own files. */
  site: Hash,
  front: ListEntry,
  /** The index is made of the table of tags: this record is a name for its state, and no key. */
  tagsIndex: PageEntry,
  /** The same of authors and of months. */
  authorsIndex: PageEntry,
  archiveIndex: PageEntry,
  /** When articles appear: the last such instants, or the next ones; `more` says that later ones are left out. */
  appearances: v.object({ instants: v.array(Instant), more: v.optional(v.literal(true)) }),
  articles: table(TABLES.articles),
  tags: table(TABLES.tags),
  pages: table(TABLES.pages),
  authors: table(TABLES.authors),
  months: table(TABLES.months),
  staticPages: table(TABLES.staticPages),
  aliases: table(TABLES.aliases),
  gone: table(TABLES.gone),
  media: table(TABLES.media),
})
export type Edition = v.InferOutput<typeof Edition>

/** An article that nobody may see, whatever an edition says. */
const Takedown = v.object({
  slug: Text,
  /** The span and the lists under which this edition counts the article; absent where the edition does not have it. */
  counted: v.optional(v.object({ ...spanEntries, lists: v.array(Text) })),
  /** Not taken down, but gone when a rollback came back to an edition that has it. */
  untilNextPush: v.optional(v.literal(true)),
})
export type Takedown = v.InferOutput<typeof Takedown>

/** A takedown as it is listed over an edition that has this row of the article, or none. */
export function takedownOver(
  { slug, untilNextPush }: Omit<Takedown, 'counted'>,
  row: ArticleEntry | null | undefined,
): Takedown {
  const { from, until, lists = [] } = row ?? {}
  const counted = from === undefined ? undefined : { from, until, lists }
  return { slug, counted, untilNextPush }
}

/** `current`: the edition that is live, with its body so that a page costs one read less. */
export const Current = v.object({
  format: v.literal(FORMAT),
  sequence: v.pipe(v.number(), v.integer(), v.minValue(1)),
  edition: Hash,
  body: Edition,
  /** What holds over every edition, rollbacks and previews included. */
  takedowns: v.array(Takedown),
  /** Slugs that were taken down once and are shown again: gc may have erased what older editions name of them. */
  restored: v.optional(v.array(Text)),
})
export type Current = v.InferOutput<typeof Current>

/** `preview/<hash of a token>`: an edition to be read under a secret address, as of an instant if there is one. */
export const Preview = v.object({
  format: v.literal(FORMAT),
  body: Edition,
  at: v.optional(Instant),
})
export type Preview = v.InferOutput<typeof Preview>

/** How many articles readers see appear, change and go, and a few of their titles. */
const Changes = v.object({
  appearing: v.number(),
  changed: v.number(),
  disappearing: v.number(),
  scheduled: v.number(),
  titles: v.array(Text),
})

/** `push/<sequence>`: what was put there and how. `time` in milliseconds; `before` is the sequence it replaced. */
export const Push = v.object({
  edition: Hash,
  time: Instant,
  author: Text,
  message: Text,
  before: v.optional(v.number()),
  /** What it was if it was no push: a rollback to the push named, or a takedown of the slug named. */
  rollback: v.optional(v.number()),
  takedown: v.optional(Text),
  changes: v.optional(Changes),
})
export type Push = v.InferOutput<typeof Push>
