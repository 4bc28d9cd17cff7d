// What KV holds: the shape, the key and the cache lifetime of every value. No I/O, no clock.
import * as v from 'valibot'
import type { Counted } from './projection.ts'
import type { PartTree, Table } from './tables.ts'

/** The version of these shapes. A Worker serves no edition of a newer format than it knows. */
export const FORMAT = 1

/** A full list page holds this many cards; the newest one up to twice as many, and while it waits up to three times. */
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
  standing: (hash: string): string => `page/${hash}`,
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
  /** Front matter that Dateline does not know, as it was written. */
  extra: v.optional(v.record(Text, v.unknown())),
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

/** `page/<hash>`: a standing page, such as the imprint. */
export const StandingRecord = v.object({
  slug: Text,
  title: Text,
  standfirst: v.optional(Text),
  lang: v.optional(Text),
  updated: v.optional(Instant),
  body: Text,
  /** The pictures in the text, by their address as the text spells it. */
  pictures: v.record(Text, Picture),
  /** Front matter that Dateline does not know, as it was written. */
  extra: v.optional(v.record(Text, v.unknown())),
})
export type StandingRecord = v.InferOutput<typeof StandingRecord>

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

/** An article's page with its span. */
const ArticleEntry = v.object({ ...pageEntries, ...spanEntries, updated: v.optional(Instant) })
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

/**
 * A month of the archive. Its record holds all of its articles, unless it is running: then some of them stand on pages
 * of the front page's list that are not archived, `record` only names what it shows, and `archived` holds the others.
 */
const MonthEntry = v.object({
  ...countedEntries,
  ...pageEntries,
  running: v.optional(v.object({ archived: v.optional(Hash) })),
})
export type MonthEntry = v.InferOutput<typeof MonthEntry>

/** A month with the number of its articles that may be seen. */
export type MonthRow = { month: string; count: number }

const StandingEntry = v.object({ record: Hash, updated: v.optional(Instant) })
export type StandingEntry = v.InferOutput<typeof StandingEntry>

/**
 * A picture's variants and the articles that show it; where they are many, one row without a slug stands for all.
 * Editions from before there were variants have `type` and `bytes` in place of these.
 */
const MediaEntry = v.object({
  variants: v.optional(v.array(Text)),
  type: v.optional(Text),
  bytes: v.optional(v.number()),
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

/** A table that editions of before do not have. */
const laterTable = <const T extends v.GenericSchema>(row: T) => v.optional(table(row), { rows: {} })

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
  /** The standing pages, in order. */
  pages: v.optional(v.array(v.object({ slug: Text, title: Text, lang: v.optional(Text) }))),
})
export type Settings = v.InferOutput<typeof Settings>

const Alias = v.union([v.object({ article: Text }), v.object({ tag: Text }), v.object({ standing: Text })])
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
  /** Those that are too new to be filed in the table before. */
  recent: FullPageEntry,
  /** The archive, by `<year>-<month>`: the months that are over, and those that are not. */
  months: MonthEntry,
  running: MonthEntry,
  /** Standing pages, by slug. */
  standing: StandingEntry,
  /** What an old path leads to, by the path. */
  aliases: Alias,
  /** By slug: what answers 410. */
  gone: v.literal(true),
  /** By `<hash>`; in editions from before there were variants, by `<hash>/<variant>`. */
  media: MediaEntry,
} as const
export type TableName = keyof typeof TABLES

/**
 * So many characters of a table are held whole at most, where that is less than for others: the months that are over are
 * many, and few pages need them.
 */
export const WHOLE_MOST: Partial<Record<TableName, number>> = { months: 4 * 1024 }
export type Row<N extends TableName> = v.InferOutput<(typeof TABLES)[N]>
export const TABLE_NAMES = Object.keys(TABLES) as TableName[]

/** What the front page's list is called where lists go by name: no tag's slug is empty. */
export const FRONT_LIST = ''
/** What an author's list is called; a tag's has the tag's slug for a name, and no slug of a tag has a space in it. */
export const authorList = (slug: string): string => `author ${slug}`

/** The names of all lists that an article stands on and is counted by; its month counts it where the front page does. */
export function listsOf(article: Pick<ArticleRecord, 'tags' | 'authors'>): string[] {
  const names = [
    ...article.tags.map(({ slug }) => slug),
    ...article.authors.map(({ slug }) => authorList(slug)),
  ]
  return [FRONT_LIST, ...new Set(names)]
}

/** A full page's place in the table of pages. */
export const pageKey = (list: string, number: number): string => `${list}/${number}`

/** `edition/<hash>`: one complete snapshot of the site: its settings and its catalogue. */
export const Edition = v.object({
  settings: Settings,
  front: ListEntry,
  /** The index is made of the table of tags: this record is a name for its state, and no key. */
  tagsIndex: PageEntry,
  /** The same of authors and of months; editions of before have neither. */
  authorsIndex: v.optional(PageEntry),
  archiveIndex: v.optional(PageEntry),
  /** How many full pages of the front page's list the archive's records cover. */
  archived: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  /** When articles appear: the last such instants, or the next ones; `more` says that later ones are left out. */
  appearances: v.object({ instants: v.array(Instant), more: v.optional(v.literal(true)) }),
  articles: table(TABLES.articles),
  tags: table(TABLES.tags),
  pages: table(TABLES.pages),
  authors: laterTable(TABLES.authors),
  recent: laterTable(TABLES.recent),
  months: laterTable(TABLES.months),
  running: laterTable(TABLES.running),
  standing: laterTable(TABLES.standing),
  aliases: table(TABLES.aliases),
  gone: table(TABLES.gone),
  media: table(TABLES.media),
})
export type Edition = v.InferOutput<typeof Edition>

/** An article that was taken down: its slug, and the names of the lists that still count it while its span lasts. */
const Takedown = v.object({
  ...spanEntries,
  slug: Text,
  tags: v.array(Text),
  /** The lists of each record that was removed, by its hash: they count it in the editions that name it. */
  removed: v.optional(v.record(Hash, v.array(Text))),
  /** Not taken down, but gone when an older edition came back over it: holds until the next push. */
  passing: v.optional(v.literal(true)),
})
export type Takedown = v.InferOutput<typeof Takedown>

/** `current`: the edition that is live, with its body so that a page costs one read less. */
export const Current = v.object({
  format: v.literal(FORMAT),
  sequence: v.pipe(v.number(), v.integer(), v.minValue(1)),
  edition: Hash,
  body: Edition,
  /** What holds over every edition, rollbacks and previews included. */
  takedowns: v.array(Takedown),
  /** Records that takedowns removed of articles that may be seen again: an older edition may name what is not there. */
  removed: v.optional(v.array(Hash)),
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
