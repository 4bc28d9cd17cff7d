// Which keys an edition names, and which of another's a store that holds the first still lacks. Pure.
import {
  type Current,
  type Edition,
  keys,
  type Row,
  TABLE_NAMES,
  type TableName,
  type Takedown,
} from '../../records.ts'
import { partsOf } from '../../tables.ts'
import type { Built, Tables } from '../build.ts'
import type { TableChanges } from '../live.ts'

/** Every key that an edition with these rows names. */
export function namedKeys(hash: string, body: Edition, tables: Tables): Set<string> {
  const named = new Set(editionKeys(hash, body))
  for (const name of TABLE_NAMES) {
    const rows: ReadonlyMap<string, Row<TableName>> = tables[name]
    for (const [key, row] of rows) for (const record of rowKeys(name, key, row)) named.add(record)
  }
  return named
}

export type LackingOf = { built: Built; changes: TableChanges; takedowns: readonly Takedown[] }

/**
 * The keys of a built edition that a store lacks, in the stages in which they are to be written. The store holds what
 * the live edition names, because that was written before it; but not what only hidden articles show, which gc may have
 * erased. That is not uploaded while they stay hidden, and all of it is when they are shown again.
 */
export function lackingKeys(live: Live | null, { built, changes, takedowns }: LackingOf): string[][] {
  const hidden = slugsOf(takedowns)
  if (!live) return built.stages.map((stage) => [...stage.keys()])
  const wasHidden = slugsOf(live.takedowns)
  const [before, after] = [new Set<string>(), new Set<string>()]
  for (const key of ownRecords(live.body)) before.add(key)
  for (const key of ownRecords(built.body)) after.add(key)
  for (const name of TABLE_NAMES) {
    const sides: [Set<string>, ReadonlyMap<string, Row<TableName>>, ReadonlySet<string>][] = [
      [before, changes[name].before, wasHidden],
      [after, changes[name].after, hidden],
    ]
    for (const [named, rows, slugs] of sides)
      for (const [key, row] of rows)
        if (!isOnlyOf(slugs, name, key, row)) for (const record of rowKeys(name, key, row)) named.add(record)
  }
  // Their rows may be the same in both editions, and then no change names them.
  const again = [...wasHidden.difference(hidden)].flatMap((slug) => articleKeys(built.tables, slug))
  const held = new Set([keys.edition(live.edition), ...partKeys(live.body)])
  return built.stages.map((stage, index) => {
    const wanted = index === 0 ? after.difference(before).union(new Set(again)) : new Set(stage.keys())
    return [...wanted].filter((key) => stage.has(key) && !held.has(key))
  })
}

/** What of `current` tells what a store holds. */
type Live = Pick<Current, 'edition' | 'body' | 'takedowns'>

/** The keys of an article's own record and of the pictures that it shows. */
function articleKeys({ articles, media }: Pick<Tables, 'articles' | 'media'>, slug: string): string[] {
  const row = articles.get(slug)
  if (!row) return []
  const shown = [...media].filter(([, { shownBy }]) =>
    shownBy.some((one) => one.slug === undefined || one.slug === slug),
  )
  return [keys.article(row.record), ...shown.flatMap(([key, picture]) => rowKeys('media', key, picture))]
}

function slugsOf(takedowns: readonly Takedown[]): Set<string> {
  return new Set(takedowns.map(({ slug }) => slug))
}

/** Whether a row belongs to none but articles of these slugs. */
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

/** The keys that an edition names outside of its tables' rows, its own included if there is a hash. */
export function editionKeys(hash: string | undefined, body: Edition): string[] {
  const own = hash === undefined ? [] : [keys.edition(hash)]
  return [...own, ...ownRecords(body), ...partKeys(body)]
}

/** The records that an edition names by itself. */
function ownRecords({ front, site }: Edition): string[] {
  return [keys.list(front.newest.record), keys.site(site)]
}

function partKeys(body: Edition): string[] {
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
  if (name === 'standing') return [keys.standing((row as Row<'standing'>).record)]
  if (name === 'months') return [keys.month((row as Row<'months'>).record)]
  if (name !== 'media') return []
  return (row as Row<'media'>).variants.map((variant) => keys.media(key, variant))
}
