// The names of all values that some editions need. Parts that editions share are read once, and of each name no more
// is kept than tells it from others.
import type { Edition, Row, TableName } from '../../records.ts'
import { type PartTree, partsOf } from '../../tables.ts'
import { slices } from '../stores/batches.ts'
import type { Store } from '../stores/store.ts'
import { readTable } from './editions.ts'
import { editionKeys, isOnlyOf, rowKeys } from './keys.ts'

export type Names = {
  /** Adds all that an edition needs; without a hash, all but the edition itself. */
  add: (body: Edition, hash?: string) => Promise<void>
  /** Whether a key is named. One that is not seems to be once in a hundred million times, and is kept. */
  has: (key: string) => boolean
  /** Whether a key is named by nothing but articles that were taken down. */
  isErasable: (key: string) => boolean
}

const PARTS_AT_ONCE = 100
/** The tables whose rows name records. */
const NAMING = ['articles', 'tags', 'authors', 'pages', 'months', 'standing', 'media'] as const

/** Names of values in a store, none yet. What only the hidden articles show is not named. */
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
            const to = isOnlyOf(hidden, name, key, row) ? erasable : names
            for (const record of rowKeys(name, key, row)) to.add(shortened(record))
          }
          if ('parts' in table) for (const part of partsOf(table.parts)) read.add(part)
        }
      }
    },
    has: (key) => names.has(shortened(key)),
    isErasable: (key) => erasable.has(shortened(key)) && !names.has(shortened(key)),
  }
}

/** A table, or what is unread of one in parts, as tables that need little memory each. */
function piecesOf(table: Edition[TableName], read: ReadonlySet<string>): Edition[TableName][] {
  if ('rows' in table) return [table]
  const unread = partsOf(table.parts).filter((part) => !read.has(part))
  return slices(unread, PARTS_AT_ONCE).map((slice) => ({ parts: treeOf(slice) }))
}

/** Some parts as a table that holds them all, in no particular place. */
function treeOf(parts: readonly string[]): PartTree {
  return parts.reduce<PartTree>((tree, part) => [tree, part], '')
}

/** 48 bits of the hash in a key. */
function shortened(key: string): string {
  const start = key.indexOf('/') + 1
  return key.slice(start, start + 12)
}
