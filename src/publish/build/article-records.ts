// Articles to their records, which hold all that an article's page shows, and to their rows in the edition's table.
import { changesOf } from '../../projection.ts'
import { ArticleRecord, type Picture, type Row } from '../../records.ts'
import type { Content } from '../check.ts'
import { hashRecord } from '../hash.ts'
import { authorsOf, type Entry, named, photoOf, spanOf, type Tag } from './arrange.ts'
import { pageEntry } from './layout.ts'
import { type Neighbours, relate } from './relate.ts'

type Arranged = { entries: readonly Entry[]; tags: readonly Tag[] }

/** Builds all articles; `keep` is given each record's hash, and how to make it anew when it is uploaded. */
export function buildArticles(
  { entries, tags }: Arranged,
  content: Content,
  keep: (hash: string, make: () => Promise<ArticleRecord>) => void,
): Map<string, Row<'articles'>> {
  const rows = new Map<string, Row<'articles'>>()
  const neighbours = relate(entries, tags)
  entries.forEach((entry, index) => {
    const { article } = entry
    const make = (body: string): ArticleRecord =>
      articleRecord(entry, { content, body, ...neighbours(index) })
    // The hash is over the text's hash in the text's place, so that nothing needs the text before it is uploaded.
    const record = make(article.bodyHash)
    const hash = hashRecord(ArticleRecord, record)
    keep(hash, async () => make(await content.readBody(article)))
    const changes = changesOf([record.newer, record.older, record.related])
    const isShown = (at: number): boolean => at > entry.from
    const shown = { instants: changes.instants.filter(isShown), untils: changes.untils.filter(isShown) }
    const { slug, updated } = article
    rows.set(slug, {
      ...spanOf(entry),
      ...pageEntry(hash, shown),
      ...(updated === undefined ? {} : { updated }),
    })
  })
  return rows
}

function articleRecord(
  { article, from, until, tags }: Entry,
  { content, body, newer, older, related }: Neighbours & { content: Content; body: string },
): ArticleRecord {
  const pictures: Record<string, Picture> = {}
  for (const [src, name] of article.pictures) {
    const file = content.pictures.get(name)
    if (file) pictures[src] = file.picture
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
