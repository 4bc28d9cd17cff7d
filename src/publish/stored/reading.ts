// Reads editions, their tables and rows. Compares a built edition with the live one, and then reads only the parts in
// which they differ.
import * as v from 'valibot'
import { canonicalJson } from '../../canonical.ts'
import {
  Current,
  Edition,
  FORMAT,
  keys,
  type Row,
  TABLE_NAMES,
  TABLES,
  type TableName,
} from '../../records.ts'
import { type PartTree, partOf, partsOf, type Table } from '../../tables.ts'
import type { Tables } from '../build.ts'
import { parseJson } from '../json.ts'
import { quote } from '../sources/problem.ts'
import type { Store } from '../stores/store.ts'

/** `current` of a store; null when nothing was pushed yet. */
export async function readCurrent(store: Pick<Store, 'get'>): Promise<Current | null> {
  const text = await store.get(keys.current)
  if (text === null) return null
  const data = parseJson(text)
  if (typeof data !== 'object' || data === null) throw new Error(notAnEdition(text))
  const { format } = data as { format?: unknown }
  if (typeof format === 'number' && format > FORMAT) {
    throw new Error(
      `The live edition has format ${format}, and this Dateline knows ${FORMAT}: update the checkout, run npm ci, and ` +
        'run the command again',
    )
  }
  const parsed = v.safeParse(Current, data)
  if (parsed.success) return parsed.output
  throw new Error(
    `The live edition cannot be read: ${parsed.issues[0].message}. If it is the local store, remove .wrangler/state ` +
      'and publish again',
  )
}

function notAnEdition(text: string): string {
  return (
    `The live edition cannot be read: the store answered ${quote(text)}. With Cloudflare, check whether this network ` +
    'asks you to sign in, and CLOUDFLARE_API_BASE_URL; if it is the local store, remove .wrangler/state and publish again'
  )
}

/** An edition by its hash. Throws when the store does not hold it any more. */
export async function readEdition(store: Pick<Store, 'get'>, hash: string): Promise<Edition> {
  const text = await store.get(keys.edition(hash))
  if (text === null) {
    throw new Error(
      `The store does not hold edition ${hash.slice(0, 12)} any more: gc has removed it. Choose a later push`,
    )
  }
  return v.parse(Edition, JSON.parse(text))
}

/** All rows of all tables of an edition. */
export async function readTables(store: Pick<Store, 'getMany'>, body: Edition): Promise<Tables> {
  const tables = await Promise.all(
    TABLE_NAMES.map(async (name) => [name, await readTable(store, body, name)] as const),
  )
  return Object.fromEntries(tables) as unknown as Tables
}

/** All rows of one table of an edition. */
export async function readTable<N extends TableName>(
  store: Pick<Store, 'getMany'>,
  body: Edition,
  name: N,
): Promise<ReadonlyMap<string, Row<N>>> {
  const table = body[name] as Table<Row<N>>
  if ('rows' in table) return new Map(Object.entries(table.rows))
  const hashes = partsOf(table.parts)
  const parts = await readParts(store, hashes)
  return new Map(hashes.flatMap((hash) => Object.entries(parts(name, hash))))
}

/** One row of a live edition; null when there is none. */
export async function readRow<N extends TableName>(
  store: Pick<Store, 'getMany'>,
  body: Edition,
  { name, key }: { name: N; key: string },
): Promise<Row<N> | null> {
  const table: Table<unknown> = body[name]
  const own = (rows: Record<string, unknown>): Row<N> | null =>
    Object.hasOwn(rows, key) ? (rows[key] as Row<N>) : null
  if ('rows' in table) return own(table.rows)
  const hash = partOf(table.parts, key)
  return hash === null ? null : own((await readParts(store, [hash]))(name, hash))
}

/** The rows of one table in which two editions differ. A row that changed is in both maps. */
export type RowChanges<N extends TableName> = {
  before: ReadonlyMap<string, Row<N>>
  after: ReadonlyMap<string, Row<N>>
}
export type TableChanges = { [N in TableName]: RowChanges<N> }

/** The rows in which a built edition differs from the live one, or from none. */
export async function compareTables(
  store: Pick<Store, 'getMany'>,
  live: Edition | null,
  next: { body: Edition; tables: Tables },
): Promise<TableChanges> {
  const shared = sharedParts(live, next.body)
  const wanted = TABLE_NAMES.flatMap((name) => {
    const table = live?.[name]
    return table && 'parts' in table ? partsOf(table.parts).filter((hash) => !shared.has(hash)) : []
  })
  const parts = await readParts(store, wanted)
  const compare = <N extends TableName>(name: N): RowChanges<N> => {
    const [old, table] = [live?.[name] as Table<Row<N>> | undefined, next.body[name] as Table<Row<N>>]
    const before = new Map(old ? rowsOutside(old, shared, (hash) => parts(name, hash)) : [])
    const isShared = (tree: PartTree, key: string): boolean => shared.has(partOf(tree, key) ?? '')
    const rows: Iterable<[string, Row<N>]> = next.tables[name]
    const after = new Map<string, Row<N>>()
    for (const [key, row] of rows) {
      if ('parts' in table && isShared(table.parts, key)) continue
      const was = before.get(key)
      if (was !== undefined && canonicalJson(was) === canonicalJson(row)) before.delete(key)
      else after.set(key, row)
    }
    return { before, after }
  }
  return Object.fromEntries(TABLE_NAMES.map((name) => [name, compare(name)])) as TableChanges
}

function sharedParts(live: Edition | null, next: Edition): Set<string> {
  if (!live) return new Set()
  const hashes = (edition: Edition): Set<string> =>
    new Set(TABLE_NAMES.flatMap((name) => ('parts' in edition[name] ? partsOf(edition[name].parts) : [])))
  return hashes(live).intersection(hashes(next))
}

function* rowsOutside<T>(
  table: Table<T>,
  shared: ReadonlySet<string>,
  part: (hash: string) => Record<string, T>,
): Generator<[string, T]> {
  if ('rows' in table) yield* Object.entries(table.rows)
  else for (const hash of partsOf(table.parts)) if (!shared.has(hash)) yield* Object.entries(part(hash))
}

type PartReader = <N extends TableName>(name: N, hash: string) => Record<string, Row<N>>

/** Reads parts; the answer gives the rows of one part. Throws when the store lacks a part. */
async function readParts(store: Pick<Store, 'getMany'>, hashes: readonly string[]): Promise<PartReader> {
  const texts = hashes.length === 0 ? new Map<string, string>() : await store.getMany(hashes.map(keys.part))
  return (name, hash) => {
    const text = texts.get(keys.part(hash))
    if (text === undefined) throw new Error(`The store lacks ${keys.part(hash)}, which the edition names`)
    const { rows } = JSON.parse(text) as { rows: Record<string, unknown> }
    const schema = TABLES[name] as v.GenericSchema
    return Object.fromEntries(
      Object.entries(rows).map(([key, row]) => [key, v.parse(schema, row)]),
    ) as Record<string, Row<typeof name>>
  }
}
