// Reads all editions that a store keeps, for a takedown, which must not stop at a broken one: what is not there or not
// whole is left out, and its key is kept for the report. Only the store itself throws, when it cannot be reached.
import { type Current, type Edition, keys, type Row, type TableName } from '../../records.ts'
import { partOf } from '../../tables.ts'
import { listPushes, readEditions, readPreviewsByKey } from '../live/kept.ts'
import { readRow } from '../live.ts'
import type { Store } from '../stores/store.ts'

export type Reader = Pick<Store, 'getMany' | 'list'> & {
  /** Keys of what could not be read. */
  unread: Set<string>
  /** What the work answers; undefined where something that it needs is broken, and then the key counts as unread. */
  attempt: <T>(key: string, work: () => Promise<T>) => Promise<T | undefined>
}

/** An edition that is kept, by its own key or by that of a preview. */
export type Kept = { key: string; body: Edition }

export function openReader(store: Pick<Store, 'getMany' | 'list'>): Reader {
  const unread = new Set<string>()
  const failures = new Set<unknown>()
  return {
    list: store.list,
    getMany: (wanted) =>
      store.getMany(wanted).catch((error: unknown) => {
        failures.add(error)
        throw error
      }),
    unread,
    attempt: async (key, work) => {
      try {
        return await work()
      } catch (error) {
        if (failures.has(error)) throw error
        unread.add(key)
        return undefined
      }
    },
  }
}

/** The live edition, those of all pushes from the last one on, and those of all previews. */
export async function* keptEditions(reader: Reader, live: Current): AsyncGenerator<Kept> {
  yield liveEdition(live)
  const onUnread = (key: string): void => {
    reader.unread.add(key)
  }
  const pushes = await listPushes(reader, onUnread)
  const hashes = new Set([...pushes.values()].reverse().map(({ edition }) => edition))
  hashes.delete(live.edition)
  for await (const { hash, body } of readEditions(reader, hashes, onUnread)) {
    yield { key: keys.edition(hash), body }
  }
  yield* readPreviewsByKey(reader, onUnread)
}

export function liveEdition({ edition, body }: Current): Kept {
  return { key: keys.edition(edition), body }
}

/** A row of an edition: null where it has none, undefined where that cannot be read. */
export type FindRow = <N extends TableName>(
  edition: Kept,
  row: { name: N; key: string },
) => Promise<Row<N> | null | undefined>

/** Finds rows of many editions; of parts that these share, each is read once for a row. */
export function openRows(reader: Reader): FindRow {
  const known = new Map<string, unknown>()
  return async <N extends TableName>(edition: Kept, { name, key }: { name: N; key: string }) => {
    const read = () => reader.attempt(edition.key, () => readRow(reader, edition.body, { name, key }))
    const table = edition.body[name]
    if ('rows' in table) return read()
    const place = `${partOf(table.parts, key)}/${key}`
    if (!known.has(place)) known.set(place, await read())
    const row = known.get(place) as Row<N> | null | undefined
    if (row === undefined) reader.unread.add(edition.key)
    return row
  }
}
