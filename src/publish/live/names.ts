// The names of all values that some editions need. Parts that editions share are read once, and of each name no more
// is kept than tells it from others.
import type { Edition, TableName } from '../../records.ts'
import { type PartTree, partsOf } from '../../tables.ts'
import type { Tables } from '../build.ts'
import { readTable } from '../live.ts'
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
const NAMING: readonly TableName[] = [
  'articles',
  'tags',
  'authors',
  'pages',
  'recent',
  'months',
  'running',
  'standing',
  'media',
]
const NO_TABLES: Tables = {
  ...{ articles: new Map(), tags: new Map(), authors: new Map(), pages: new Map(), recent: new Map() },
  ...{
    months: new Map(),
    running: new Map(),
    standing: new Map(),
    aliases: new Map(),
    gone: new Map(),
    media: new Map(),
  },
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
      addKeys(namedKeys(hash, body, NO_TABLES))
      for (const name of NAMING) {
        for (const table of piecesOf(body[name], read)) {
          const rows = await readTable(store, { ...body, [name]: table }, name)
          addKeys(namedKeys(hash, body, { ...NO_TABLES, [name]: rows }))
          if ('parts' in table) for (const part of partsOf(table.parts)) read.add(part)
        }
      }
    },
    has: (key) => names.has(shortened(key)),
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
