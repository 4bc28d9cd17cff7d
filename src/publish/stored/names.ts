// Which values editions name: for gc of all editions, for a push row by row. A part that editions share is read once. Of
// each name 48 bits are kept, so that a million names fit into memory.
import { type Edition, keys, type Row, TABLE_NAMES, type TableName } from '../../records.ts'
import { type PartTree, partsOf } from '../../tables.ts'
import type { Tables } from '../build.ts'
import { slices } from '../stores/batches.ts'
import type { Store } from '../stores/store.ts'
import { readTable } from './reading.ts'

export type Names = {
  /** Adds all that an edition needs; without a hash, all but the edition itself. */
  add: (body: Edition, hash?: string) => Promise<void>
  /** Whether a key is named. Once in a hundred million times an unnamed key seems named, and is kept. */
  has: (key: string) => boolean
  /** Whether only taken-down articles name a key. */
  isErasable: (key: string) => boolean
}

const PARTS_AT_ONCE = 100
/** The tables whose rows name records. */
const NAMING = ['articles', 'tags', 'authors', 'pages', 'months', 'staticPages', 'media'] as const

/** An empty set of names. Values that only hidden articles show are erasable, and not named. */
export function openNames(store: Pick<Store, 'getMany'>, hidden: ReadonlySet<string>): Names {
  const names = new Set<string>()
  const erasable = new Set<string>()
  const read = new Set<string>()
  return {
    add: async (body, hash) => {
      for (const key of editionKeys(hash, body)) names.add(shortened(key))
      for (const name of NAMING) {
        for (const table of piecesOf(body[name], read)) {
          const rows: ReadonlyMap<string, Row<TableName>> = await readTable(
            store,
            { ...body, [name]: table },
            name,
          )
          for (const [key, row] of rows) {
            const set = isOnlyOf(hidden, name, key, row) ? erasable : names
            for (const record of rowKeys(name, key, row)) set.add(shortened(record))
          }
          if ('parts' in table) for (const part of partsOf(table.parts)) read.add(part)
        }
      }
    },
    has: (key) => names.has(shortened(key)),
    isErasable: (key) => erasable.has(shortened(key)) && !names.has(shortened(key)),
  }
}

/** A table in pieces that need little memory: whole, or its unread parts a hundred at a time. */
function piecesOf(table: Edition[TableName], read: ReadonlySet<string>): Edition[TableName][] {
  if ('rows' in table) return [table]
  const unread = partsOf(table.parts).filter((part) => !read.has(part))
  return slices(unread, PARTS_AT_ONCE).map((slice) => ({ parts: treeOf(slice) }))
}

/** A tree that holds these parts, for reading them all. */
function treeOf(parts: readonly string[]): PartTree {
  return parts.reduce<PartTree>((tree, part) => [tree, part], '')
}

/** 48 bits of the hash in a key. */
function shortened(key: string): string {
  const start = key.indexOf('/') + 1
  return key.slice(start, start + 12)
}

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
