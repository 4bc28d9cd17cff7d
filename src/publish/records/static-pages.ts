// Builds the records and rows of static pages, and the list of them that every page shows.
import { type Picture, type Row, type Settings, StaticPageRecord } from '../../records.ts'
import type { Content } from '../check-sources.ts'
import { hashRecord } from '../hash.ts'
import type { PublishedText } from '../sources/article.ts'
import type { StaticPage } from '../sources/static-page.ts'

/** Builds all static pages. `keep` gets each record's hash and a function that makes it again for the upload. */
export function buildStaticPages(
  content: Content,
  keep: (hash: string, make: () => Promise<StaticPageRecord>) => void,
): Map<string, Row<'staticPages'>> {
  const rows = new Map<string, Row<'staticPages'>>()
  for (const page of content.staticPages) {
    if (page.draft) continue
    // As with articles, the hash of the text stands in the place of the text.
    const hash = hashRecord(
      StaticPageRecord,
      recordOf(page, { content, text: { frontMatter: '', body: page.textHash } }),
    )
    keep(hash, async () => recordOf(page, { content, text: await content.readText(page) }))
    rows.set(page.slug, { record: hash, updated: page.updated })
  }
  return rows
}

/** The list that every page shows: pages with an `order` first, then by title. */
export function pagesInOrder({ staticPages }: Pick<Content, 'staticPages'>): Pick<Settings, 'pages'> {
  const last = Number.POSITIVE_INFINITY
  const shown = staticPages.filter(({ draft }) => !draft)
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
  page: StaticPage,
  { content, text: { frontMatter, body } }: { content: Content; text: PublishedText },
): StaticPageRecord {
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
