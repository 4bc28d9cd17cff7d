// Which keys an edition and the rows of its tables name. Pure.
import { type Edition, keys, type Row, TABLE_NAMES, type TableName } from '../../records.ts'
import { partsOf } from '../../tables.ts'
import type { Tables } from '../build.ts'

/** The keys of an article's own record and of the pictures that it shows. */
export function articleKeys({ articles, media }: Pick<Tables, 'articles' | 'media'>, slug: string): string[] {
  const row = articles.get(slug)
  if (!row) return []
  const shown = [...media].filter(([, { shownBy }]) =>
    shownBy.some((one) => one.slug === undefined || one.slug === slug),
  )
  return [keys.article(row.record), ...shown.flatMap(([key, picture]) => rowKeys('media', key, picture))]
}

/** Whether a row belongs to these articles alone. */
export function isOnlyOf(
  slugs: ReadonlySet<string>,
  name: TableName,
  key: string,
  row: Row<TableName>,
): boolean {
  if (slugs.size === 0) return false
  if (name === 'articles') return slugs.has(key)
  if (name !== 'media') return false
  return (row as Row<'media'>).shownBy.every(({ slug }) => slug !== undefined && slugs.has(slug))
}

/** The keys that an edition names outside the rows of its tables. With a hash, also the edition's own key. */
export function editionKeys(hash: string | undefined, body: Edition): string[] {
  const own = hash === undefined ? [] : [keys.edition(hash)]
  return [...own, ...ownRecords(body), ...partKeys(body)]
}

/** The records that an edition names outside its tables. */
export function ownRecords({ front, site }: Edition): string[] {
  return [keys.list(front.newest.record), keys.site(site)]
}

export function partKeys(body: Edition): string[] {
  return TABLE_NAMES.flatMap((name) => {
    const table = body[name]
    return 'rows' in table ? [] : partsOf(table.parts).map(keys.part)
  })
}

/** The keys of the records and pictures that a row of a table names. */
export function rowKeys(name: TableName, key: string, row: Row<TableName>): string[] {
  if (name === 'articles') return [keys.article((row as Row<'articles'>).record)]
  if (name === 'tags' || name === 'authors') return [keys.list((row as Row<'tags'>).newest.record)]
  if (name === 'pages') return [keys.list((row as Row<'pages'>).record)]
  if (name === 'staticPages') return [keys.staticPage((row as Row<'staticPages'>).record)]
  if (name === 'months') return [keys.month((row as Row<'months'>).record)]
  if (name !== 'media') return []
  return (row as Row<'media'>).variants.map((variant) => keys.media(key, variant))
}
