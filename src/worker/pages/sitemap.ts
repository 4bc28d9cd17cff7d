// The sitemap, made of the table of articles part by part, so that it costs no record and no write of its own.
// https://www.sitemaps.org/protocol.html
import { articlePath, sitemapPath, staticPagePath } from '../../addresses.ts'
import { changesOf, project, type Span } from '../../projection.ts'
import { partsOf } from '../../tables.ts'
import { POLICIES } from '../caching.ts'
import type { LiveEdition } from '../context.ts'
import { allRows, rowsOfPart } from '../edition/catalogue.ts'
import { hexHash } from '../hash.ts'
import type { Page } from '../page.ts'

/** What `/sitemap.xml` is: all addresses, or where there are many, the list of the numbered sitemaps that hold them. */
export function sitemap(live: LiveEdition): Promise<Page> {
  const { articles, settings } = live.current.body
  if ('rows' in articles) return addresses(live, 0)
  const numbers = partsOf(articles.parts).map((_, place) => place + 1)
  const lines = numbers.map((number) => ({ path: sitemapPath(number), from: 0 }))
  return page(
    'sitemapindex',
    lines,
    ({ path }) => `<sitemap><loc>${escapeXml(settings.url + path)}</loc></sitemap>`,
  )
}

/** A numbered sitemap, from 1 on; null where there is none of that number. */
export async function numberedSitemap(live: LiveEdition, number: number): Promise<Page | null> {
  const { articles } = live.current.body
  if ('rows' in articles || number > partsOf(articles.parts).length) return null
  return addresses(live, number - 1)
}

async function addresses(live: LiveEdition, place: number): Promise<Page> {
  const { url } = live.current.body.settings
  const rows = (await rowsOfPart(live, 'articles', place)) ?? []
  const lines = rows.map(([slug, { from, until, updated }]): Line => {
    return { slug, path: articlePath(slug), from, until, modified: Math.max(from, updated ?? from) }
  })
  if (place === 0) {
    for (const [slug, { updated }] of await allRows(live, 'staticPages'))
      lines.push({ path: staticPagePath(slug), from: 0, modified: updated })
  }
  return page('urlset', lines, ({ path, modified }) => {
    const when = modified === undefined ? '' : `<lastmod>${new Date(modified).toISOString()}</lastmod>`
    return `<url><loc>${escapeXml(url + path)}</loc>${when}</url>`
  })
}

/** An address, with the span in which it may be named. Instants in milliseconds. */
type Line = Span & { path: string; slug?: string; modified?: number }

/** The rows are here before the ETag is made, so it can be of what the document says, and not of all that they hold. */
async function page(
  root: 'urlset' | 'sitemapindex',
  lines: readonly Line[],
  write: (line: Line) => string,
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
      render: () => document(root, (project(sorted, moment) ?? []).map(write)),
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
