// Builds the records of articles, which hold all that an article's page shows, and their rows in the edition's table.
import { changesOf } from '../../projection.ts'
import { ArticleRecord, articleTexts, listsOf, type Picture, type Row } from '../../records.ts'
import type { Content } from '../check-sources.ts'
import { hashRecord } from '../hash.ts'
import type { PublishedText } from '../sources/article.ts'
import { type Entry, named, photoOf, spanOf, type Tag } from './arrange.ts'
import { pageEntry } from './numbering.ts'
import { linkTo, type Neighbours, relate } from './related.ts'

type Arranged = { entries: readonly Entry[]; tags: readonly Tag[] }

/** Builds all articles. `keep` gets each record's hash and a function that makes the record again for the upload. */
export function buildArticles(
  { entries, tags }: Arranged,
  content: Content,
  keep: (hash: string, make: () => Promise<ArticleRecord>) => void,
): Map<string, Row<'articles'>> {
  const rows = new Map<string, Row<'articles'>>()
  const neighbours = relate(entries, tags)
  const bySlug = new Map(entries.map((entry) => [entry.article.slug, entry]))
  entries.forEach((entry, index) => {
    const { article } = entry
    const make = (text: PublishedText): ArticleRecord =>
      articleRecord(entry, { content, text, ...neighbours(index), ...translationsOf(entry, bySlug) })
    // The hash of the text stands in the place of the text, so that the text is read only for an upload.
    const record = make({ frontMatter: '', body: article.textHash })
    const hash = hashRecord(ArticleRecord, record)
    keep(hash, async () => make(await content.readText(article)))
    const changes = changesOf([record.newer, record.older, record.related, record.translations])
    const isShown = (at: number): boolean => at > entry.from
    const shown = { instants: changes.instants.filter(isShown), untils: changes.untils.filter(isShown) }
    const { slug, updated } = article
    const lists = listsOf(entry)
    rows.set(slug, {
      ...spanOf(entry),
      ...pageEntry(hash, shown),
      updated,
      ...(lists.length === 0 ? {} : { lists }),
    })
  })
  return rows
}

/** All rows of an article's record that name other articles. */
type Leading = Neighbours & Pick<ArticleRecord, 'translations'>

/** The article in other languages, as far as those articles are published. */
function translationsOf(
  { article }: Entry,
  bySlug: ReadonlyMap<string, Entry>,
): Pick<ArticleRecord, 'translations'> {
  const translations = article.translations.flatMap(({ lang, slug }) => {
    const entry = bySlug.get(slug)
    return entry && slug !== article.slug ? [{ ...linkTo(entry), lang }] : []
  })
  return translations.length === 0 ? {} : { translations }
}

function articleRecord(
  { article, from, until, tags, authors }: Entry,
  { content, text, newer, older, related, translations }: Leading & { content: Content; text: PublishedText },
): ArticleRecord {
  const pictures: Record<string, Picture> = {}
  for (const [src, name] of article.pictures) {
    const file = content.pictures.get(name)
    if (file) pictures[src] = file.picture
  }
  const { path, id, undated, updated, corrections, image } = article
  const { frontMatter, body } = text
  return {
    from,
    until,
    ...named(article),
    id,
    ...articleTexts(article),
    undated,
    updated,
    authors,
    tags,
    photo: photoOf(article, content, { shownOnly: false }),
    corrections,
    body,
    pictures,
    newer,
    older,
    related,
    translations,
    source: { path: path.normalize('NFC'), frontMatter, image: image?.src },
  }
}
