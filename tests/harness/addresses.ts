// Every address that an edition names, whether or not it may be seen yet.
import {
  articlePath,
  authorPagePath,
  authorPath,
  frontPagePath,
  mediaPath,
  monthPath,
  sitemapPath,
  staticPagePath,
  tagPagePath,
  tagPath,
} from '../../src/addresses.ts'
import type { Tables } from '../../src/publish/build.ts'
import { readTables } from '../../src/publish/stored/reading.ts'
import type { Store } from '../../src/publish/stores/store.ts'
import type { Current } from '../../src/records.ts'
import { partsOf } from '../../src/tables.ts'

/** Paths of all pages, pictures, sitemaps, aliases and gone articles. */
export async function addressesOf(store: Pick<Store, 'getMany'>, { body }: Current): Promise<string[]> {
  const parts = 'parts' in body.articles ? partsOf(body.articles.parts) : []
  const sitemaps = parts.map((_, place) => sitemapPath(place + 1))
  return [...addressesIn(await readTables(store, body), body.front.full), ...sitemaps]
}

/** The same of an edition's rows, with the number of the front page's full pages. */
export function addressesIn(tables: Tables, full: number): string[] {
  const numbers = (count: number): number[] => Array.from({ length: count + 1 }, (_, index) => index + 1)
  const media = [...tables.media].flatMap(([hash, { variants }]) =>
    variants.map((variant) => mediaPath(hash, variant)),
  )
  return [
    ...['/', '/tags', '/authors', '/archive', '/sitemap.xml', '/robots.txt', '/favicon.svg'],
    ...numbers(full).map(frontPagePath),
    ...[...tables.articles.keys()].map(articlePath),
    ...[...tables.tags].flatMap(([slug, { full }]) => [
      tagPath(slug),
      ...numbers(full).map((number) => tagPagePath(slug, number)),
    ]),
    ...[...tables.authors].flatMap(([slug, { full }]) => [
      authorPath(slug),
      ...numbers(full).map((number) => authorPagePath(slug, number)),
    ]),
    ...[...tables.months.keys()].map(monthPath),
    ...[...tables.staticPages.keys()].map(staticPagePath),
    ...tables.aliases.keys(),
    ...[...tables.gone.keys()].map(articlePath),
    ...media,
  ]
}
