// Orders what is to be published: articles with their cards, tags and authors with their articles. Leaves drafts out.
import { tagSlug } from '../../addresses.ts'
import type { Span } from '../../projection.ts'
import type { Author, Card, Link, Photo } from '../../records.ts'
import type { Content } from '../check-sources.ts'
import type { Article } from '../sources/article.ts'
import type { KnownAuthor } from '../sources/site.ts'

/** An article to be published, with its card, tags and authors. */
export type Entry = {
  article: Article
  from: number
  until?: number
  card: Card
  tags: { name: string; slug: string }[]
  authors: Author[]
  /** Its index in the entries of each of these tags. */
  places: number[]
}

/** An author with all articles, the oldest first. */
export type Writer = Author & KnownAuthor & { entries: Entry[] }

/** A tag with all articles, the oldest first. */
export type Tag = { name: string; slug: string; description?: string; entries: Entry[] }

/** All articles to be published, by date and then by slug, the oldest first. */
export function arrange(content: Content): { entries: Entry[]; tags: Tag[]; authors: Writer[] } {
  const known = new Map(
    content.site.tags.flatMap((tag) => [tag.identity, ...tag.aliases].map((name) => [name, tag])),
  )
  const tags = new Map<string, Tag>()
  const authors = new Map<string, Writer>()
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
        description,
        entries: [],
      }
      tags.set(identity, tag)
      own.set(identity, tag)
    }
    const span = { from, until: article.expires }
    const card: Card = {
      ...span,
      ...named(article),
      kicker: article.kicker,
      standfirst: article.standfirst,
      photo: photoOf(article, content, { shownOnly: true }),
    }
    const entry: Entry = {
      article,
      ...span,
      card,
      tags: [...own.values()].map(({ name, slug }) => ({ name, slug })),
      authors: authorsOf(article, content),
      places: [...own.values()].map((tag) => tag.entries.length),
    }
    for (const tag of own.values()) tag.entries.push(entry)
    for (const { slug, name } of entry.authors) {
      const author = authors.get(slug) ?? { slug, name, ...content.site.authors.get(slug), entries: [] }
      authors.set(slug, author)
      author.entries.push(entry)
    }
    return entry
  })
  return { entries, tags: sortBySlug(tags.values()), authors: sortBySlug(authors.values()) }
}

function sortBySlug<T extends { slug: string }>(rows: Iterable<T>): T[] {
  return [...rows].sort((a, b) => (a.slug < b.slug ? -1 : 1))
}

/** An article's authors, each once, with the names that pages show. */
function authorsOf(article: Article, content: Content): Author[] {
  const slugs = [...new Set(article.authors)]
  return slugs.map((slug) => ({ slug, name: content.site.authors.get(slug)?.name ?? slug }))
}

/** The fields of a link to an article, without its span. */
export function named({ slug, title, lang }: Article): Pick<Link, 'slug' | 'title' | 'lang'> {
  return { slug, title, lang }
}

/** The span alone. */
export function spanOf({ from, until }: { from: number; until?: number }): { from: number; until?: number } {
  return until === undefined ? { from } : { from, until }
}

/** From the first appearance to the last expiry, if all expire. */
export function spanOfAll(spans: readonly Span[]): Span {
  const first = (from: number, span: Span): number => Math.min(from, span.from)
  const last = (until: number, span: Span): number => Math.max(until, span.until ?? Number.POSITIVE_INFINITY)
  const from = spans.reduce(first, Number.POSITIVE_INFINITY)
  const until = spans.reduce(last, Number.NEGATIVE_INFINITY)
  return Number.isFinite(until) ? { from, until } : { from }
}

/** The rows in reverse order. */
export function newestFirst<T>(rows: readonly T[]): T[] {
  return [...rows].reverse()
}

/** An article's photo; for lists, without caption and credit. */
export function photoOf(
  article: Article,
  content: Content,
  options: { shownOnly: boolean },
): Photo | undefined {
  if (!article.image) return undefined
  const { src, alt, caption, credit } = article.image
  const file = src === undefined ? undefined : content.pictures.get(src)
  const picture = file?.picture
  if (options.shownOnly) return picture && { picture, alt }
  return { picture, alt, caption, credit }
}
