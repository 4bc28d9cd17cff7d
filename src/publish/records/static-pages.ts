// Standing pages to their records, their rows, and the line of each that every page shows.
import { type Picture, type Row, type Settings, StandingRecord } from '../../records.ts'
import type { Content } from '../check.ts'
import { hashRecord } from '../hash.ts'
import type { PublishedText } from '../sources/article.ts'
import type { StandingPage } from '../sources/static-page.ts'

/** Builds all standing pages; `keep` is given each record's hash, and how to make it anew when it is uploaded. */
export function buildStanding(
  content: Content,
  keep: (hash: string, make: () => Promise<StandingRecord>) => void,
): Map<string, Row<'standing'>> {
  const rows = new Map<string, Row<'standing'>>()
  for (const page of content.standing) {
    if (page.draft) continue
    // As with articles, the text's hash stands in the text's place.
    const hash = hashRecord(
      StandingRecord,
      recordOf(page, { content, text: { frontMatter: '', body: page.textHash } }),
    )
    keep(hash, async () => recordOf(page, { content, text: await content.readText(page) }))
    rows.set(page.slug, { record: hash, updated: page.updated })
  }
  return rows
}

/** The pages as every page shows them: those with a place in the order first, then by title. */
export function pagesInOrder({ standing }: Pick<Content, 'standing'>): Pick<Settings, 'pages'> {
  const last = Number.POSITIVE_INFINITY
  const shown = standing.filter(({ draft }) => !draft)
  shown.sort((a, b) => {
    const [first, second] = [a.order ?? last, b.order ?? last]
    if (first !== second) return first - second
    return a.title < b.title || (a.title === b.title && a.slug < b.slug) ? -1 : 1
  })
  if (shown.length === 0) return {}
  return {
    pages: shown.map(({ slug, title, lang }) => ({ slug, title, lang })),
  }
}

function recordOf(
  page: StandingPage,
  { content, text: { frontMatter, body } }: { content: Content; text: PublishedText },
): StandingRecord {
  const pictures: Record<string, Picture> = {}
  for (const [src, name] of page.pictures) {
    const file = content.pictures.get(name)
    if (file) pictures[src] = file.picture
  }
  const { path, slug, title, standfirst, lang, updated } = page
  return {
    slug,
    title,
    standfirst,
    lang,
    updated,
    body,
    pictures,
    source: { path: path.normalize('NFC'), frontMatter },
  }
}
