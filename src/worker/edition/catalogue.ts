// Rows of an edition's tables, from `current`, from the isolate's memory or from parts in KV. Never projects them.
import * as v from 'valibot'
import { keys, type Row, TABLES, type TableName } from '../../records.ts'
import { partOf, partsOf, type Table } from '../../tables.ts'
import type { LiveEdition } from '../context.ts'
import { BrokenRecord, readText, readTextAgain, readTexts } from './kv.ts'

/** The row under a key, or null. Returns a promise only if KV must be read. */
export function findRow<N extends TableName>(
  live: LiveEdition,
  name: N,
  key: string,
): Row<N> | null | Promise<Row<N> | null> {
  const table = live.current.body[name] as Table<Row<N>>
  if ('rows' in table) return Object.hasOwn(table.rows, key) ? (table.rows[key] ?? null) : null
  const hash = partOf(table.parts, key)
  if (hash === null) return null
  return takeFrom(live, hash, (part) => rowIn(part, name, key))
}

/** All rows of a table, in no order. */
export async function allRows<N extends TableName>(live: LiveEdition, name: N): Promise<Rows<N>> {
  const table = live.current.body[name] as Table<Row<N>>
  if ('rows' in table) return Object.entries(table.rows)
  const take = (part: Part) => rowsIn(part, name)
  // These rows are taken before the first read, because reads may drop parts from the memory.
  const remembered: (Rows<N> | Promise<Rows<N>>)[] = []
  const missing: string[] = []
  for (const hash of partsOf(table.parts)) {
    if (parts.has(hash)) remembered.push(takeFrom(live, hash, take))
    else missing.push(hash)
  }
  const reading = readTexts(live.env, missing.map(keys.part), (text) => parsePart(text, take))
  const [known, read] = await Promise.all([Promise.all(remembered), reading])
  for (const [index, { part }] of read.entries()) rememberPart(missing[index] ?? '', part)
  return [...known, ...read.map(({ taken }) => taken)].flat()
}

/** The rows of one part, by the part's index in its table; null if there is no such part. */
export async function rowsOfPart<N extends TableName>(
  live: LiveEdition,
  name: N,
  index: number,
): Promise<Rows<N> | null> {
  const table = live.current.body[name] as Table<Row<N>>
  if ('rows' in table) return index === 0 ? Object.entries(table.rows) : null
  const hash = partsOf(table.parts)[index]
  if (hash === undefined) return null
  return takeFrom(live, hash, (part) => rowsIn(part, name))
}

type Rows<N extends TableName> = [key: string, row: Row<N>][]

/** A part as it was read. A row is checked when it is first used. */
type Part = { rows: Record<string, unknown>; checked: Set<string>; length: number }

/** Characters. A small part of an isolate's 128 MB, because a parsed part takes a few times as much memory. */
const PART_MEMORY_LENGTH = 8 * 1024 * 1024

/** The least recently used part comes first. */
const parts = new Map<string, Part>()
let length = 0

function recallPart(hash: string): Part | null {
  const part = parts.get(hash)
  if (!part) return null
  if (length > PART_MEMORY_LENGTH / 2) {
    parts.delete(hash)
    parts.set(hash, part)
  }
  return part
}

function rememberPart(hash: string, part: Part): void {
  length += part.length - (parts.get(hash)?.length ?? 0)
  parts.delete(hash)
  parts.set(hash, part)
  for (const [oldest, old] of parts) {
    if (length <= PART_MEMORY_LENGTH) return
    parts.delete(oldest)
    length -= old.length
  }
}

/**
 * Takes rows from a part, which is read if it is not in memory. If a wanted row is broken in memory, the part is read
 * again past old cached values and replaced. If that fails too, the old part stays and serves its other rows.
 */
function takeFrom<T>(live: LiveEdition, hash: string, take: (part: Part) => T): T | Promise<T> {
  const part = recallPart(hash)
  if (!part) return readPart(live, hash, { take, read: readText })
  try {
    return take(part)
  } catch (error) {
    if (!(error instanceof BrokenRecord)) throw error
    console.error(`The record under ${keys.part(hash)} is read again: ${error.message}`)
    return readPart(live, hash, { take, read: readTextAgain })
  }
}

async function readPart<T>(
  live: LiveEdition,
  hash: string,
  { take, read }: { take: (part: Part) => T; read: typeof readTextAgain },
): Promise<T> {
  const { part, taken } = await read(live.env, keys.part(hash), (text) => parsePart(text, take))
  rememberPart(hash, part)
  return taken
}

const PartShape = v.object({
  rows: v.custom<Record<string, unknown>>((rows) => typeof rows === 'object' && rows !== null),
})

/** Parses a part and takes rows from it. Throws if a wanted row is broken, so that the part is read again. */
function parsePart<T>(text: string, take: (part: Part) => T): { part: Part; taken: T } {
  const { rows } = v.parse(PartShape, JSON.parse(text))
  const part = { rows, checked: new Set<string>(), length: text.length }
  return { part, taken: take(part) }
}

function rowsIn<N extends TableName>(part: Part, name: N): Rows<N> {
  return Object.keys(part.rows).map((key) => [key, rowIn(part, name, key) as Row<N>])
}

function rowIn<N extends TableName>(part: Part, name: N, key: string): Row<N> | null {
  if (!Object.hasOwn(part.rows, key)) return null
  if (!part.checked.has(key)) {
    const parsed = v.safeParse(TABLES[name] as v.GenericSchema, part.rows[key])
    if (!parsed.success) throw new BrokenRecord(`The row ${key} of ${name} is invalid`)
    part.rows[key] = parsed.output
    part.checked.add(key)
  }
  return part.rows[key] as Row<N>
}
