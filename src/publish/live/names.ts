// The names of all values that some editions need. Parts that editions share are read once, and of each name no more
// is kept than tells it from others.
import type { Edition, TableName } from '../../records.ts'
import { type PartTree, partsOf } from '../../tables.ts'
import { readTables } from '../live.ts'
import { namedKeys } from '../plan/lacking.ts'
import { slices } from '../stores/batches.ts'
import type { Store } from '../stores/store.ts'

export type Names = {
  /** Adds all that an edition needs; without a hash, all but the edition itself. */
  add: (body: Edition, hash?: string) => Promise<void>
  /** Whether a key is named. One that is not seems to be once in a hundred million times, and is kept. */
  has: (key: string) => boolean
}

const PARTS_AT_ONCE = 100
/** The tables whose rows name records. */
const NAMING: readonly TableName[] = ['articles', 'tags', 'pages', 'media']
const NO_ROWS = { rows: {} }
const NO_TABLES = {
  ...{ articles: NO_ROWS, tags: NO_ROWS, pages: NO_ROWS, aliases: NO_ROWS, gone: NO_ROWS, media: NO_ROWS },
}

/** Names of values in a store, none yet. */
export function openNames(store: Pick<Store, 'getMany'>): Names {
  const names = new Set<string>()
  const read = new Set<string>()
  const addKeys = (keys: Iterable<string>): void => {
    for (const key of keys) names.add(shortened(key))
  }
  return {
    add: async (body, hash = '') => {
      const whole = { ...body }
      for (const name of NAMING) {
        const table = body[name]
        if ('rows' in table) continue
        whole[name] = NO_ROWS
        const unread = partsOf(table.parts).filter((part) => !read.has(part))
        for (const slice of slices(unread, PARTS_AT_ONCE)) {
          const piece = { ...body, ...NO_TABLES, [name]: { parts: treeOf(slice) } }
          addKeys(namedKeys(hash, piece, await readTables(store, piece)))
          for (const part of slice) read.add(part)
        }
      }
      const small = { ...whole, aliases: NO_ROWS, gone: NO_ROWS }
      addKeys(namedKeys(hash, body, await readTables(store, small)))
    },
    has: (key) => names.has(shortened(key)),
  }
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
