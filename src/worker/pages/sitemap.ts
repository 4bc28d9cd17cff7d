// The sitemap, made from the parts of the table of articles. It must need no record and no write of its own.
// https://www.sitemaps.org/protocol.html
import { articlePath, sitemapPath, staticPagePath } from '../../addresses.ts'
import { changesOf, project, type Span } from '../../projection.ts'
import { partsOf } from '../../tables.ts'
import { POLICIES } from '../caching.ts'
import type { LiveEdition } from '../context.ts'
import { allRows, rowsOfPart } from '../edition/catalogue.ts'
import { hexHash } from '../hex-hash.ts'
import type { Page } from '../page.ts'

/** `/sitemap.xml`: all addresses, or an index of the numbered sitemaps if the table is in parts. */
export function sitemap(live: LiveEdition): Promise<Page> {
  const { articles, settings } = live.current.body
  if ('rows' in articles) return addresses(live, 0)
  const numbers = partsOf(articles.parts).map((_, part) => part + 1)
  const lines = numbers.map((number) => ({ path: sitemapPath(number), from: 0 }))
  return sitemapPage(
    'sitemapindex',
    lines,
    ({ path }) => `<sitemap><loc>${escapeXml(settings.url + path)}</loc></sitemap>`,
  )
}

/** A numbered sitemap, counted from 1; null if there is none with this number. */
export async function numberedSitemap(live: LiveEdition, number: number): Promise<Page | null> {
  const { articles } = live.current.body
  if ('rows' in articles || number > partsOf(articles.parts).length) return null
  return addresses(live, number - 1)
}

async function addresses(live: LiveEdition, part: number): Promise<Page> {
  const { url } = live.current.body.settings
  const rows = (await rowsOfPart(live, 'articles', part)) ?? []
  const lines = rows.map(([slug, { from, until, updated }]): SitemapLine => {
    return { slug, path: articlePath(slug), from, until, modified: Math.max(from, updated ?? from) }
  })
  if (part === 0) {
    for (const [slug, { updated }] of await allRows(live, 'staticPages'))
      lines.push({ path: staticPagePath(slug), from: 0, modified: updated })
  }
  return sitemapPage('urlset', lines, ({ path, modified }) => {
    const when = modified === undefined ? '' : `<lastmod>${new Date(modified).toISOString()}</lastmod>`
    return `<url><loc>${escapeXml(url + path)}</loc>${when}</url>`
  })
}

/** An address, with the span in which it may be shown. Instants are in milliseconds. */
type SitemapLine = Span & { path: string; slug?: string; modified?: number }

/** The rows are read before the ETag is made, so the ETag is a hash of the sitemap's own lines. */
async function sitemapPage(
  root: 'urlset' | 'sitemapindex',
  lines: readonly SitemapLine[],
  renderLine: (line: SitemapLine) => string,
): Promise<Page> {
  const sorted = [...lines].sort((a, b) => (a.path < b.path ? -1 : 1))
  const changes = changesOf([sorted])
  return {
    type: 'page',
    entry: { record: `sitemap-${await hexHash(JSON.stringify(sorted))}`, ...changes },
    policy: POLICIES.settled,
    kind: 'xml',
    load: async ({ moment }) => ({
      changes: () => changes,
      render: () => document(root, (project(sorted, moment) ?? []).map(renderLine)),
    }),
  }
}

function document(root: string, lines: readonly string[]): string {
  const all = lines.join('\n')
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${all}\n</${root}>\n`
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll("'", '&apos;')
}
