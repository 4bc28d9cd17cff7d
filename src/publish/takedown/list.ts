// The list of takedowns in `current`, which holds over every edition: puts an article on it, and keeps there on which
// lists editions count it, because its records, which say so too, are going to be removed.
import { canonicalJson } from '../../canonical.ts'
import { type Current, listsOf, type Takedown } from '../../records.ts'
import { type Memory, readLatest } from '../push/last-push.ts'
import { Overtaken, type PushNote, replaceCurrent } from '../push.ts'
import type { Store } from '../stores/store.ts'
import { liveEdition, openReader, openRows, type Reader } from './reader.ts'
import { readVersions, type Versions, versionRow } from './records.ts'

export type Listing = {
  memory: Memory
  note: PushNote
  slugs: readonly string[]
  /** What is known of the article; what the live edition has is read if it is not among them. */
  versions: Versions
}

/** A push may come between, or win in the same moment; a takedown is tried again where others stop. */
export const TRIES = 5

export type Hidden = {
  live: Current
  /** False where the slugs stood there in just this way. */
  isNew: boolean
  /** What may have been lost by it: another takedown. Null where nothing was. */
  doubt: string | null
}

/** Puts slugs on the list, and answers with what is live then. */
export async function hide(store: Store, { memory, note, slugs, versions }: Listing): Promise<Hidden> {
  for (let left = TRIES - 1; ; left -= 1) {
    const live = await readLive(store, memory)
    const reader = openReader(store)
    const own = await Promise.all(slugs.map((slug) => takedownOf(reader, live, { slug, versions })))
    const listed = new Map(live.takedowns.map((one) => [one.slug, canonicalJson(one)]))
    if (own.every((one) => listed.get(one.slug) === canonicalJson(one)))
      return { live, isNew: false, doubt: null }
    const others = live.takedowns.filter(({ slug }) => !slugs.includes(slug))
    const { edition, body } = live
    const next = { edition, body, takedowns: [...others, ...own] }
    const push = { edition, ...note, takedown: slugs[0] ?? '' }
    try {
      const replaced = await replaceCurrent(store, { live, next, push, memory })
      return { live: replaced, isNew: true, doubt: null }
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error
      if (error.current) return { live: error.current, isNew: true, doubt: error.message }
      if (left === 0) throw error
    }
  }
}

/** What is live in a store in which something was. */
export async function readLive(store: Pick<Store, 'get'>, memory: Memory): Promise<Current> {
  const live = await readLatest(store, memory)
  if (!live) throw new Error('The store says that nothing is live. Run the command again')
  return live
}

/** A slug as it has to stand on the list over the live edition. */
async function takedownOf(
  reader: Reader,
  live: Current,
  { slug, versions }: { slug: string; versions: Versions },
): Promise<Takedown> {
  const listed = live.takedowns.find((one) => one.slug === slug && !one.passing)
  const row = await openRows(reader)(liveEdition(live), { name: 'articles', key: slug })
  const isKnown = !row || versions.has(row.record) || listed?.removed?.[row.record] !== undefined
  const unknown = isKnown ? [] : await readVersions(reader, new Map([[row.record, versionRow(slug, row)]]))
  const own = [...versions, ...unknown].filter(([, version]) => version.slug === slug)
  const removed = { ...listed?.removed }
  for (const [hash, { record }] of own) if (record) removed[hash] = listsOf(record)
  // An old address has no row: it stands there since the beginning of time, until a version is found.
  const { from, until } = row ?? (listed && listed.from !== 0 ? listed : own[0]?.[1]) ?? { from: 0 }
  const tags = row === null ? [] : ((row && removed[row.record]) ?? listed?.tags ?? [])
  return {
    ...{ slug, from, tags },
    ...(until === undefined ? {} : { until }),
    ...(Object.keys(removed).length > 0 ? { removed } : {}),
  }
}
