// Which keys an edition names, and which of another's a store that holds the first still lacks. Pure.
import { type Current, type Edition, keys, type Row, TABLE_NAMES, type TableName } from '../../records.ts'
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
 * the live edition names, because that was written before it; but for what only articles show that were taken down: a
 * takedown has removed that, and nobody uploads it again.
 */
export function lackingKeys(live: Live | null, built: Built, changes: TableChanges): string[][] {
  if (!live) return built.stages.map((stage) => [...stage.keys()])
  const [before, after] = [new Set<string>(), new Set<string>()]
  before.add(keys.list(live.body.front.newest.record))
  after.add(keys.list(built.body.front.newest.record))
  const down = new Set(live.takedowns?.flatMap(({ slug, passing }) => (passing ? [] : [slug])))
  for (const name of TABLE_NAMES) {
    const sides: [Set<string>, ReadonlyMap<string, Row<TableName>>][] = [
      [before, changes[name].before],
      [after, changes[name].after],
    ]
    for (const [named, rows] of sides)
      for (const [key, row] of rows)
        if (!isOnlyOf(down, name, key, row)) for (const record of rowKeys(name, key, row)) named.add(record)
  }
  for (const hash of live.removed ?? []) before.delete(keys.article(hash))
  const held = new Set([keys.edition(live.edition), ...partKeys(live.body)])
  return built.stages.map((stage, index) => {
    const wanted = index === 0 ? after.difference(before) : new Set(stage.keys())
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

/** The records that a row of a table names. */
function rowKeys(name: TableName, key: string, row: Row<TableName>): string[] {
  if (name === 'articles') return [keys.article((row as Row<'articles'>).record)]
  if (name === 'tags') return [keys.list((row as Row<'tags'>).newest.record)]
  if (name === 'pages') return [keys.list((row as Row<'pages'>).record)]
  if (name !== 'media') return []
  const [hash = '', variant = ''] = key.split('/')
  return [keys.media(hash, variant)]
}
