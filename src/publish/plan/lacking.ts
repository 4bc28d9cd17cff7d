// Which keys an edition names, and which of another's a store that holds the first still lacks. Pure.
import { variantsOfRow } from '../../pictures.ts'
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
  const named = new Set([keys.edition(hash), keys.list(body.front.newest.record), ...partKeys(body)])
  for (const name of TABLE_NAMES) {
    const rows: ReadonlyMap<string, Row<TableName>> = tables[name]
    for (const [key, row] of rows) for (const record of rowKeys(name, key, row)) named.add(record)
  }
  return named
}

/**
 * The keys of a built edition that a store lacks, in the stages in which they are to be written. The store holds what
 * the live edition names, because that was written before it; but for what only hidden articles show, which a takedown
 * may have removed. Nobody uploads that again while they stay hidden, and all of it is for those that this edition shows
 * again.
 */
export function lackingKeys(live: Live | null, built: Built, changes: TableChanges): string[][] {
  if (!live) return built.stages.map((stage) => [...stage.keys()])
  const [before, after] = [new Set<string>(), new Set<string>()]
  before.add(keys.list(live.body.front.newest.record))
  after.add(keys.list(built.body.front.newest.record))
  const hidden = live.takedowns ?? []
  const [passing, others] = [hidden.filter((one) => one.passing), hidden.filter((one) => !one.passing)]
  const [unseen, down] = [slugsOf(hidden), slugsOf(others)]
  for (const name of TABLE_NAMES) {
    const sides: [Set<string>, ReadonlyMap<string, Row<TableName>>, ReadonlySet<string>][] = [
      [before, changes[name].before, unseen],
      [after, changes[name].after, down],
    ]
    for (const [named, rows, slugs] of sides)
      for (const [key, row] of rows)
        if (!isOnlyOf(slugs, name, key, row)) for (const record of rowKeys(name, key, row)) named.add(record)
  }
  for (const hash of live.removed ?? []) before.delete(keys.article(hash))
  // Their rows may be the same in both editions, and then no change names them.
  const again = new Set(passing.flatMap(({ slug }) => articleKeys(built.tables, slug)))
  const held = new Set([keys.edition(live.edition), ...partKeys(live.body)])
  return built.stages.map((stage, index) => {
    const wanted = index === 0 ? after.difference(before).union(again) : new Set(stage.keys())
    return [...wanted].filter((key) => stage.has(key) && !held.has(key))
  })
}

/** What of `current` tells what a store holds. */
type Live = Pick<Current, 'edition' | 'body'> & Partial<Pick<Current, 'takedowns' | 'removed'>>

/** The keys of an article's own record and of the pictures that it shows. */
export function articleKeys({ articles, media }: Pick<Tables, 'articles' | 'media'>, slug: string): string[] {
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
function isOnlyOf(slugs: ReadonlySet<string>, name: TableName, key: string, row: Row<TableName>): boolean {
  if (slugs.size === 0) return false
  if (name === 'articles') return slugs.has(key)
  if (name !== 'media') return false
  return (row as Row<'media'>).shownBy.every(({ slug }) => slug !== undefined && slugs.has(slug))
}

function partKeys(body: Edition): string[] {
  return TABLE_NAMES.flatMap((name) => {
    const table = body[name]
    return 'rows' in table ? [] : partsOf(table.parts).map(keys.part)
  })
}

function monthKeys({ record, running }: Row<'months'>): string[] {
  const hash = running ? running.archived : record
  return hash === undefined ? [] : [keys.month(hash)]
}

/** The records that a row of a table names. */
function rowKeys(name: TableName, key: string, row: Row<TableName>): string[] {
  if (name === 'articles') return [keys.article((row as Row<'articles'>).record)]
  if (name === 'tags' || name === 'authors') return [keys.list((row as Row<'tags'>).newest.record)]
  if (name === 'pages' || name === 'recent') return [keys.list((row as Row<'pages'>).record)]
  if (name === 'standing') return [keys.standing((row as Row<'standing'>).record)]
  if (name === 'months' || name === 'running') return monthKeys(row as Row<'months'>)
  if (name !== 'media') return []
  const { hash, variants } = variantsOfRow(key, row as Row<'media'>)
  return variants.map((variant) => keys.media(hash, variant))
}
