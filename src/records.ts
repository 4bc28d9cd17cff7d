// The shape, the key and the cache lifetime of every value in KV. No I/O, no clock.
// No other file may spell a KV key.
import * as v from 'valibot'
import type { Counted } from './projection.ts'
import type { PartTree, Table } from './tables.ts'

/** The version of these shapes. A Worker refuses editions of a newer format than its own. */
export const FORMAT = 1

/** A full list page holds this many cards; the newest one up to twice as many. */
export const CARDS_PER_PAGE = 25

/** `current` changes with every push, so it has the shortest lifetime that KV accepts. */
export const CURRENT_TTL_SECONDS = 30
/** The lifetime of all keys whose value never changes. */
export const IMMUTABLE_TTL_SECONDS = 86_400
/** Up to this age an isolate uses the `current` in its memory without waiting for KV. */
export const CURRENT_USABLE_SECONDS = 90

/** The seconds for which the edge serves a page as fresh, and then as stale while it fetches a new one. */
export const EDGE_LIFETIMES = {
  /** Front page, newest list pages, tags index, and articles younger than a day. */
  young: { edge: 30, staleWhileRevalidate: 30 },
  /** Articles older than a day, full list pages. */
  settled: { edge: 300, staleWhileRevalidate: 60 },
}

/** Characters of a hash: 128 bits of SHA-256 in hexadecimal. */
export const HASH_LENGTH = 32

/** The KV keys. */
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
 * A picture's address, and the size in pixels of the variant at that address. `widths` are the widths of its AVIF and
 * WebP variants; `still` is the name of an animation's variant that does not move.
 */
export const Picture = v.object({
  address: Text,
  width: v.number(),
  height: v.number(),
  widths: v.optional(v.array(v.number())),
  still: v.optional(Text),
})
export type Picture = v.InferOutput<typeof Picture>

/** A picture with its texts. `picture` is absent where only the texts are known. */
const Photo = v.object({
  picture: v.optional(Picture),
  alt: v.optional(Text),
  caption: v.optional(Text),
  credit: v.optional(Text),
})
export type Photo = v.InferOutput<typeof Photo>

const Author = v.object({ slug: Text, name: Text })
export type Author = v.InferOutput<typeof Author>

/** A row that links to an article. */
const linkEntries = { ...spanEntries, slug: Text, title: Text, lang: v.optional(Text) }
const Link = v.object(linkEntries)
export type Link = v.InferOutput<typeof Link>

/** A row that shows an article in a list. Its date is its `from`; if its span was shortened, it has a `date` too. */
const Card = v.object({
  ...linkEntries,
  date: v.optional(Instant),
  kicker: v.optional(Text),
  standfirst: v.optional(Text),
  photo: v.optional(Photo),
})
export type Card = v.InferOutput<typeof Card>

/** A row that links to the same article in another language. */
const Translation = v.object({ ...linkEntries, lang: Text })
export type Translation = v.InferOutput<typeof Translation>

const Correction = v.object({ date: Instant, text: Text })

/** The front-matter fields of an article that are shown as plain text. A new field of this kind needs a line here. */
const articleTextEntries = {
  /** A word or two above the headline. */
  kicker: v.optional(Text),
  /** A summary in one or two sentences below the headline. */
  standfirst: v.optional(Text),
  /** The place where the article was written. */
  dateline: v.optional(Text),
}
const ArticleTexts = v.object(articleTextEntries)
export type ArticleTexts = v.InferOutput<typeof ArticleTexts>
export const ARTICLE_TEXTS = Object.keys(articleTextEntries) as (keyof ArticleTexts)[]

/** A copy that has the plain-text fields only. */
export function articleTexts(from: ArticleTexts): ArticleTexts {
  return Object.fromEntries(ARTICLE_TEXTS.map((name) => [name, from[name]]))
}

/** The source file of a record, for `pull`: its path, and its front matter as written but without comments. */
const sourceEntries = { path: Text, frontMatter: Text }

/** `article/<hash>`: everything that an article's page shows. Its date is its `from`. */
export const ArticleRecord = v.object({
  ...spanEntries,
  slug: Text,
  id: Text,
  title: Text,
  ...articleTextEntries,
  lang: v.optional(Text),
  updated: v.optional(Instant),
  /** A draft in a preview: it has no date yet, so its `from` must not be shown. */
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
  /** `image` is the name of the photo's file under `content/images/`. */
  source: v.object({ ...sourceEntries, image: v.optional(Text) }),
})
export type ArticleRecord = v.InferOutput<typeof ArticleRecord>

/** The tag or author of a list, with the texts that the list's pages show about them. */
const listHeads = {
  tag: v.optional(v.object({ name: Text, slug: Text, description: v.optional(Text) })),
  author: v.optional(
    v.object({ name: Text, slug: Text, role: v.optional(Text), description: v.optional(Text) }),
  ),
}

/** `list/<hash>`: one page of cards, newest first. `newer` and `older` are page numbers. */
export const ListRecord = v.object({
  ...listHeads,
  /** The article pinned to the top: at most one of these rows is visible at a time. */
  lead: v.array(Card),
  cards: v.array(Card),
  newer: v.optional(v.number()),
  older: v.optional(v.number()),
})
export type ListRecord = v.InferOutput<typeof ListRecord>

/** A row that links to an article in the archive. Its date is its `from`. */
const Headline = v.object({ ...linkEntries, kicker: v.optional(Text) })
export type Headline = v.InferOutput<typeof Headline>

/** `month/<hash>`: the articles of one month in the site's zone, such as `2026-02`; newest first. */
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

/** `site/<hash>`, for `pull`: site.yaml, authors.yaml and tags.yaml as written but without comments. */
export const SiteRecord = v.object({ site: Text, authors: v.optional(Text), tags: v.optional(Text) })
export type SiteRecord = v.InferOutput<typeof SiteRecord>

/**
 * The hash of a page's record, and the last instants at which the page changes, future ones included; `untils` are
 * the instants among them at which a row expires. `more` means that the record holds earlier instants too.
 */
const pageEntries = {
  record: Hash,
  instants: v.optional(v.array(Instant)),
  untils: v.optional(v.array(Instant)),
  more: v.optional(v.literal(true)),
}
const PageEntry = v.object(pageEntries)
export type PageEntry = v.InferOutput<typeof PageEntry>

/** An article's page with its span, and the names of the lists that count the article, except the front page's. */
const ArticleEntry = v.object({
  ...pageEntries,
  ...spanEntries,
  updated: v.optional(Instant),
  lists: v.optional(v.array(Text)),
})
export type ArticleEntry = v.InferOutput<typeof ArticleEntry>

/** A full page of a list, with the span in which any article of the list may be seen. */
const FullPageEntry = v.object({ ...pageEntries, ...spanEntries })
export type FullPageEntry = v.InferOutput<typeof FullPageEntry>

/** A list: its newest page, and the number of its full pages, which are numbered from the oldest. */
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

/** A tag as the tags index shows it, with the number of its articles that may be seen. */
export type TagRow = Pick<TagEntry, 'name' | 'description'> & { slug: string; count: number }
/** An author as the authors index shows them, with the number of their articles that may be seen. */
export type AuthorRow = Pick<AuthorEntry, 'name' | 'role'> & { slug: string; count: number }

/** A month of the archive. */
const MonthEntry = v.object({ ...countedEntries, ...pageEntries })
export type MonthEntry = v.InferOutput<typeof MonthEntry>

/** A month with the number of its articles that may be seen. */
export type MonthRow = { month: string; count: number }

const StaticPageEntry = v.object({ record: Hash, updated: v.optional(Instant) })
export type StaticPageEntry = v.InferOutput<typeof StaticPageEntry>

/** A picture's variants and the articles that show it. If there are many, one row without a slug stands for all. */
const MediaEntry = v.object({
  variants: v.array(Text),
  shownBy: v.array(v.object({ ...spanEntries, slug: v.optional(Text) })),
})
export type MediaEntry = v.InferOutput<typeof MediaEntry>

/** The tree of the hashes of a table's parts. */
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

/** Not valibot's `record`, which drops the keys `constructor`, `prototype` and `__proto__`: they are valid slugs. */
const rowsBySlug = <const T extends v.GenericSchema>(row: T) =>
  v.pipe(
    v.custom<Record<string, v.InferInput<T>>>((rows) => typeof rows === 'object' && rows !== null),
    v.transform((rows) => Object.entries(rows)),
    v.array(v.tuple([Text, row])),
    v.transform((rows): Record<string, v.InferOutput<T>> => Object.fromEntries(rows)),
  )

/** The settings in `site.yaml` that every page shows. */
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

/** The shape of the rows of each table. */
export const TABLES = {
  /** By slug. */
  articles: ArticleEntry,
  /** By the slug of the tag's address. */
  tags: TagEntry,
  /** By slug. */
  authors: AuthorEntry,
  /** The full pages of all lists, by `<list's name>/<number>`: see `pageKey`. */
  pages: FullPageEntry,
  /** The archive, by `<year>-<month>`. */
  months: MonthEntry,
  /** Static pages, by slug. */
  staticPages: StaticPageEntry,
  /** The new place of an old path, by the old path. */
  aliases: Alias,
  /** Articles that answer 410, by slug. */
  gone: v.literal(true),
  /** By the hash of the picture's source. */
  media: MediaEntry,
} as const
export type TableName = keyof typeof TABLES

export type Row<N extends TableName> = v.InferOutput<(typeof TABLES)[N]>
export const TABLE_NAMES = Object.keys(TABLES) as TableName[]

/** The name of the front page's list. No tag's list has this name, because no slug is empty. */
export const FRONT_LIST = ''
/** The name of an author's list. A tag's list is named by the tag's slug, which never holds a space. */
export const authorList = (slug: string): string => `author ${slug}`

/** The names of the lists that show an article, except the front page's. */
export function listsOf(article: Pick<ArticleRecord, 'tags' | 'authors'>): string[] {
  const authors = article.authors.map(({ slug }) => authorList(slug))
  return [...new Set([...article.tags.map(({ slug }) => slug), ...authors])]
}

/** The key of a full page in the table of pages. */
export const pageKey = (list: string, number: number): string => `${list}/${number}`

/** `edition/<hash>`: one complete snapshot of the site, with its settings and its catalogue. */
export const Edition = v.object({
  settings: Settings,
  /** The hash of the SiteRecord. */
  site: Hash,
  front: ListEntry,
  /** `record` is a hash for the ETag and no key in KV: the index is made from the table of tags. */
  tagsIndex: PageEntry,
  /** The same for authors and months. */
  authorsIndex: PageEntry,
  archiveIndex: PageEntry,
  /** The instants at which articles appear: the last or the next ones. `more` means that later ones are left out. */
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

/** An article that nobody may see, even if an edition contains it. */
const Takedown = v.object({
  slug: Text,
  /** The span and the lists under which the edition counts the article; absent if the edition lacks it. */
  counted: v.optional(v.object({ ...spanEntries, lists: v.array(Text) })),
  /** Hides the article until the next push only: a rollback returned to an edition that still contains it. */
  untilNextPush: v.optional(v.literal(true)),
})
export type Takedown = v.InferOutput<typeof Takedown>

/** A takedown for an edition whose table of articles has this row for the slug, or none. */
export function takedownOver(
  { slug, untilNextPush }: Omit<Takedown, 'counted'>,
  row: ArticleEntry | null | undefined,
): Takedown {
  const { from, until, lists = [] } = row ?? {}
  const counted = from === undefined ? undefined : { from, until, lists }
  return { slug, counted, untilNextPush }
}

/** `current`: the live edition, with its body inline so that a page costs one read less. */
export const Current = v.object({
  format: v.literal(FORMAT),
  sequence: v.pipe(v.number(), v.integer(), v.minValue(1)),
  edition: Hash,
  body: Edition,
  /** These hold for every edition, also after a rollback and in a preview. */
  takedowns: v.array(Takedown),
  /** Slugs that were taken down and restored: gc may have erased the records that older editions name for them. */
  restored: v.optional(v.array(Text)),
})
export type Current = v.InferOutput<typeof Current>

/** `preview/<hash of a token>`: an edition under a secret address, shown as of the instant `at`, or as of now. */
export const Preview = v.object({
  format: v.literal(FORMAT),
  body: Edition,
  at: v.optional(Instant),
})
export type Preview = v.InferOutput<typeof Preview>

/** The numbers of articles that appear, change and disappear for readers, and a few of their titles. */
const Changes = v.object({
  appearing: v.number(),
  changed: v.number(),
  disappearing: v.number(),
  scheduled: v.number(),
  titles: v.array(Text),
})

/** `push/<sequence>`: a line of the history. `time` is in milliseconds; `before` is the sequence that was replaced. */
export const Push = v.object({
  edition: Hash,
  time: Instant,
  author: Text,
  message: Text,
  before: v.optional(v.number()),
  /** Set if this was no push: the push that a rollback returned to, or the slug that was taken down. */
  rollback: v.optional(v.number()),
  takedown: v.optional(Text),
  changes: v.optional(Changes),
})
export type Push = v.InferOutput<typeof Push>
