// Removes values of taken-down articles, and values that no kept push and no preview names. A collection writes down
// what it forgets, waits until every desk can know, looks again, and then removes. It must never remove values that the
// live edition names, or that are younger than a day: a push relies on the live edition and on its journal. A push that
// uploads an old value again makes it young, so the second look keeps it.
import { setTimeout as sleep } from 'node:timers/promises'
import { type Current, keys, type Push } from '../records.ts'
import { byteSize, grouped, plural, section } from './format.ts'
import { isoMinute } from './sources/instants.ts'
import { endForgotten, putForgotten, readForgotten } from './stored/forgotten.ts'
import { PUSHES_KEPT } from './stored/history.ts'
import { listPushes, readEditions, readPreviews } from './stored/kept.ts'
import { type Names, openNames } from './stored/names.ts'
import { readCurrent } from './stored/reading.ts'
import { slices } from './stores/batches.ts'
import type { Store } from './stores/store.ts'

/** Values younger than this are kept, even if nothing names them. */
const YOUNG_MS = 86_400_000
/** Every edition that was live within this time is kept. */
const KEPT_MS = 30 * 86_400_000
/** A remote store may answer with old values for a minute: one minute for what is forgotten, one for a push. */
const WAIT_MS = 120_000
/** The free plan of KV removes at most this many keys a day. https://developers.cloudflare.com/kv/platform/pricing/ */
const FREE_REMOVALS = 1_000

/** The plan of a collection. */
export type Collection = Kept & {
  live: Current
  waste: Waste
  /** When it was planned: `began` by the store's clock, `started` by this machine's. Milliseconds since 1970. */
  began: number
  started: number
}

/** Finds what may be removed; null if nothing was published yet. Writes nothing if there is something to remove. */
export async function planGc(store: Store, now: number): Promise<Collection | null> {
  const live = await readCurrent(store)
  if (!live) return null
  const started = Date.now()
  const began = now + (await store.clockOffset())
  const forgotten = await readForgotten(store)
  const pushes = await listPushes(store)
  const kept = Math.max(forgotten?.before ?? 1, lowestKept(pushes, began))
  const names = await nameKept(store, { live, pushes, kept })
  const waste = await findWaste(store, names, { pushes, kept, until: began - YOUNG_MS })
  // The last collection may have been broken off after it had removed everything.
  if (waste.count === 0) await endForgotten(store, { forgotten, ended: began + Date.now() - started })
  return { live, pushes, kept, waste, began, started }
}

export type CollectOptions = {
  /** Waits between forgetting and removing, in milliseconds. By default it only sleeps. */
  wait?: (milliseconds: number, signal?: AbortSignal) => Promise<void>
  /** Breaks the collection off. The store is still told that it has ended. */
  signal?: AbortSignal
}

export type Collected = {
  /** `stopped`: the collection was broken off. */
  state: 'collected' | 'stopped'
  /** The lowest push that is kept. */
  kept: number
  /** How many keys were removed; `bytes` are those of pictures, the only values whose size is known. */
  removed: number
  bytes: number
}

/** Removes the values that a plan found, if they may still be removed. */
export async function collect(
  store: Store,
  { kept, began, started }: Pick<Collection, 'kept' | 'began' | 'started'>,
  { wait = pause, signal }: CollectOptions = {},
): Promise<Collected> {
  const progress = { kept, removed: 0, bytes: 0 }
  try {
    await putForgotten(store, { before: kept, began })
    await wait(WAIT_MS, signal)
    await removeWaste(store, { progress, until: began - YOUNG_MS, signal })
    return { state: 'collected', ...progress }
  } catch (error) {
    if (!signal?.aborted || error !== signal.reason) throw error
    return { state: 'stopped', ...progress }
  } finally {
    // No push is possible while the store says that gc is at work.
    await putForgotten(store, { before: kept, began, ended: began + Date.now() - started })
  }
}

type Removal = {
  /** What was removed so far. */
  progress: { kept: number; removed: number; bytes: number }
  /** Removes values written before this. Milliseconds since 1970. */
  until: number
  signal: AbortSignal | undefined
}

/** Keys removed in one call: to break a collection off takes one call at most. */
const REMOVED_AT_ONCE = 1_000

/** Looks again, and removes values that are still old and unnamed. Throws the signal's reason if it is aborted. */
async function removeWaste(store: Store, { progress, until, signal }: Removal): Promise<void> {
  signal?.throwIfAborted()
  const live = await readCurrent(store)
  if (!live)
    throw new Error('Nothing was removed: the store says that nothing is live. Run the command again')
  const again = { live, pushes: await listPushes(store), kept: progress.kept }
  const names = await nameKept(store, again)
  signal?.throwIfAborted()
  const { erased, keys: unwanted, bytes } = await findWaste(store, names, { ...again, until })
  const remove = async (keys: readonly string[]): Promise<void> => {
    for (const slice of slices(keys, REMOVED_AT_ONCE)) {
      signal?.throwIfAborted()
      await store.remove(slice)
      progress.removed += slice.length
    }
  }
  // Values of articles that were taken down go first.
  await remove(erased)
  // Each kind goes before the kinds that it names: a collection that dies here leaves no edition with holes.
  for (const keys of unwanted.values()) await remove(keys)
  progress.bytes = bytes
}

/** Waits until the time has passed or the signal is aborted. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch((error: unknown) => {
    if (!signal?.aborted) throw error
  })
}

/** The report after a collection. */
export function reportCollected({ state, kept, removed, bytes }: Collected): string[] {
  const size = bytes > 0 ? `, ${byteSize(bytes)} of pictures among them` : ''
  const oldest = `Push ${kept} is the oldest that can be rolled back to.`
  if (state === 'collected') return [`Removed ${plural(removed, 'value')}${size}. ${oldest}`]
  const done = removed === 0 ? 'nothing was removed' : `${plural(removed, 'value')} of them are removed`
  return [`Stopped: ${done}. ${oldest} Run it again for the rest.`]
}

/** The lowest push to keep: of the last PUSHES_KEPT pushes and of all that were live within KEPT_MS. */
function lowestKept(pushes: ReadonlyMap<number, Push>, now: number): number {
  const numbers = [...pushes.keys()]
  const last = numbers.at(-PUSHES_KEPT) ?? numbers[0] ?? 1
  // The edition that was live when that time began was pushed before it.
  const replaced = numbers.findLast((number) => (pushes.get(number)?.time ?? now) <= now - KEPT_MS)
  return replaced === undefined ? (numbers[0] ?? 1) : Math.min(last, replaced)
}

type Kept = {
  pushes: ReadonlyMap<number, Push>
  /** The lowest push that is kept. */
  kept: number
}

/**
 * Names all values that the live edition, the kept pushes and the previews need, except for values that only taken-down
 * articles show. Throws if the edition of a kept push is absent.
 */
async function nameKept(store: Store, { live, pushes, kept }: Kept & { live: Current }): Promise<Names> {
  const hidden = live.takedowns.filter(({ untilNextPush }) => !untilNextPush)
  const names = openNames(store, new Set(hidden.map(({ slug }) => slug)))
  await names.add(live.body, live.edition)
  const wanted = new Set([...pushes].flatMap(([number, { edition }]) => (number < kept ? [] : [edition])))
  for await (const { hash, body } of readEditions(store, wanted)) {
    await names.add(body, hash)
    wanted.delete(hash)
  }
  wanted.delete(live.edition)
  const [lost] = wanted
  if (lost !== undefined) {
    const [number] = [...pushes].find(([, { edition }]) => edition === lost) ?? []
    throw new Error(
      `Nothing was removed: the store lacks edition ${lost.slice(0, 12)} of push ${number}, so the values that it ` +
        'needs are not known. Run the command again in a minute',
    )
  }
  for await (const body of readPreviews(store)) await names.add(body)
  return names
}

/** Kinds of values. Each kind stands before the kinds that it names. */
const KINDS = ['push', 'edition', 'part', 'site', 'list', 'month', 'page', 'article', 'media'] as const
type Kind = (typeof KINDS)[number]

const NOUNS: Record<Kind, [one: string, many: string]> = {
  push: ['push', 'pushes'],
  edition: ['edition', 'editions'],
  part: ['part of a table', 'parts of tables'],
  site: ['version of the site files', 'versions of the site files'],
  list: ['list page', 'list pages'],
  month: ['month of the archive', 'months of the archive'],
  page: ['version of a static page', 'versions of static pages'],
  article: ['version of an article', 'versions of articles'],
  media: ['file of a picture', 'files of pictures'],
}

type Waste = {
  /** Values that only taken-down articles show, of any age. */
  erased: string[]
  /** Values that are old and unnamed, in the order of KINDS. */
  keys: Map<Kind, string[]>
  count: number
  bytes: number
  /** Unnamed values that stay: those younger than a day, and those of unknown age. */
  young: number
  ageless: number
}

/** Finds what to remove: pushes that are not kept, and unnamed values that were written before `until`. */
async function findWaste(
  store: Store,
  names: Names,
  { pushes, kept, until }: Kept & { until: number },
): Promise<Waste> {
  const dropped = [...pushes.keys()].filter((number) => number < kept).map(keys.push)
  const waste: Waste = {
    erased: [],
    keys: new Map(KINDS.map((kind) => [kind, kind === 'push' ? dropped : []])),
    count: dropped.length,
    bytes: 0,
    young: 0,
    ageless: 0,
  }
  for (const kind of KINDS) {
    if (kind === 'push') continue
    for await (const { key, metadata } of store.list(`${kind}/`)) {
      if (names.has(key)) continue
      const written = metadata?.written
      const isErased = names.isErasable(key)
      // A value of unknown age may be new.
      if (!isErased && typeof written !== 'number') waste.ageless += 1
      else if (!isErased && Number(written) * 1000 > until) waste.young += 1
      else {
        const found = isErased ? waste.erased : waste.keys.get(kind)
        found?.push(key)
        waste.count += 1
        waste.bytes += typeof metadata?.bytes === 'number' ? metadata.bytes : 0
      }
    }
  }
  return waste
}

/** The report before a collection. */
export function reportCollection({ live, pushes, kept, waste }: Collection): string[] {
  const { erased, keys, count, bytes, young, ageless } = waste
  const first = pushes.get(kept)
  const { zone } = live.body.settings
  const since = first ? ` of ${isoMinute(first.time, zone)}` : ''
  const line = (kind: Kind): string[] => {
    const number = keys.get(kind)?.length ?? 0
    const noun = NOUNS[kind][number === 1 ? 0 : 1]
    return number === 0 ? [] : [`${grouped(number)} ${noun}${kind === 'media' ? `, ${byteSize(bytes)}` : ''}`]
  }
  return [
    ...section(`${plural(count, 'value')} to be removed`, [
      ...(erased.length === 0 ? [] : [`${plural(erased.length, 'value')} of articles that were taken down`]),
      ...KINDS.flatMap(line),
    ]),
    `What stays: every push from number ${kept}${since} on, and all previews that have not expired.`,
    ...(young > 0 ? [`Unused, and kept until it is a day old: ${plural(young, 'value')}.`] : []),
    ...(ageless > 0 ? [`Unused, and kept because its age is not known: ${plural(ageless, 'value')}.`] : []),
    ...(count > FREE_REMOVALS
      ? [`The free plan removes ${plural(FREE_REMOVALS, 'value')} a day. Run it again for the rest.`]
      : []),
  ]
}
