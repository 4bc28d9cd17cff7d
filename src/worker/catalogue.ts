// The rows of an edition's tables, wherever they are: in `current`, in this isolate's memory, or in a part in KV.
import * as v from 'valibot'
import { keys, type Row, TABLES, type TableName } from '../records.ts'
import { partOf, partsOf, type Table } from '../tables.ts'
import type { LiveEdition } from './current.ts'
import { BrokenRecord, readText, readTexts } from './kv.ts'

/** The row under a key, or null. A promise only where KV must be asked. */
export function findRow<N extends TableName>(
  live: LiveEdition,
  name: N,
  key: string,
): Row<N> | null | Promise<Row<N> | null> {
  const table = live.current.body[name] as Table<Row<N>>
  if ('rows' in table) return Object.hasOwn(table.rows, key) ? (table.rows[key] ?? null) : null
  const hash = partOf(table.parts, key)
  if (hash === null) return null
  const part = recallPart(hash)
  if (part) return rowIn(part, name, key)
  return readPart(live, hash).then((read) => rowIn(read, name, key))
}

/** All rows of a table, in no order. */
export async function allRows<N extends TableName>(live: LiveEdition, name: N): Promise<[string, Row<N>][]> {
  const table = live.current.body[name] as Table<Row<N>>
  if ('rows' in table) return Object.entries(table.rows)
  // Held here, because the memory may let go of some while others are read.
  const held: Part[] = []
  const lacking: string[] = []
  for (const hash of partsOf(table.parts)) {
    const part = recallPart(hash)
    if (part) held.push(part)
    else lacking.push(hash)
  }
  const read = await readTexts(live.env, lacking.map(keys.part), parsePart)
  for (const [index, part] of read.entries()) rememberPart(lacking[index] ?? '', part)
  return [...held, ...read].flatMap((part) => rowsIn(part, name))
}

/** The rows of one part alone, by the part's place in its table; null where there is no such place. */
export async function rowsOfPart<N extends TableName>(
  live: LiveEdition,
  name: N,
  place: number,
): Promise<[string, Row<N>][] | null> {
  const table = live.current.body[name] as Table<Row<N>>
  if ('rows' in table) return place === 0 ? Object.entries(table.rows) : null
  const hash = partsOf(table.parts)[place]
  if (hash === undefined) return null
  const part = recallPart(hash) ?? (await readPart(live, hash))
  return rowsIn(part, name)
}

/** A part as it was read; its rows are checked when they are asked for. */
type Part = { rows: Record<string, unknown>; checked: Set<string>; length: number }

/** A small share of an isolate's 128 MB: parsed, a part takes a few times as much. */
const PART_MEMORY_LENGTH = 8 * 1024 * 1024

/** The least recently used first. */
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

async function readPart(live: LiveEdition, hash: string): Promise<Part> {
  const part = await readText(live.env, keys.part(hash), parsePart)
  rememberPart(hash, part)
  return part
}

const PartShape = v.object({
  rows: v.custom<Record<string, unknown>>((rows) => typeof rows === 'object' && rows !== null),
})

function parsePart(text: string): Part {
  const { rows } = v.parse(PartShape, JSON.parse(text))
  return { rows, checked: new Set(), length: text.length }
}

function rowsIn<N extends TableName>(part: Part, name: N): [string, Row<N>][] {
  return Object.keys(part.rows).map((key) => [key, rowIn(part, name, key) as Row<N>])
}

function rowIn<N extends TableName>(part: Part, name: N, key: string): Row<N> | null {
  if (!Object.hasOwn(part.rows, key)) return null
  if (!part.checked.has(key)) {
    const parsed = v.safeParse(TABLES[name] as v.GenericSchema, part.rows[key])
    if (!parsed.success) throw new BrokenRecord(`The row ${key} of ${name} is not whole`)
    part.rows[key] = parsed.output
    part.checked.add(key)
  }
  return part.rows[key] as Row<N>
}
