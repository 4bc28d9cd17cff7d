// Removes what no kept push and no preview names. It forgets first, waits until everybody can know, looks again, and
// only then removes. A push takes for granted what the live edition names and what its own journal says: the first is
// never removed, and what is in a journal is younger than a day. An old value that a push uploads anew meanwhile is
// young again by the second look.
import { setTimeout as sleep } from 'node:timers/promises'
import { type Current, keys, type Push } from '../records.ts'
import { PUSHES_KEPT } from './live/history.ts'
import { listPushes, readEditions, readPreviews } from './live/kept.ts'
import { type Names, openNames } from './live/names.ts'
import { readCurrent } from './live.ts'
import { endForgotten, putForgotten, readForgotten } from './push/forgotten.ts'
import { byteSize, grouped, plural, section } from './report/lines.ts'
import { isoMinute } from './sources/instants.ts'
import { slices } from './stores/batches.ts'
import type { Store } from './stores/store.ts'

export type GcOptions = {
  store: Store
  /** Milliseconds since 1970. */
  now: number
  /** Asked before anything is written; nothing is when it says no. */
  confirm: (lines: readonly string[]) => Promise<boolean>
  /** Lets a time pass between what is forgotten and what is removed, or less; really waits if not given. Milliseconds. */
  wait?: (milliseconds: number, signal?: AbortSignal) => Promise<void>
  /** Breaks off what goes on after the question; that it has ended is written all the same. */
  signal?: AbortSignal
}

export type GcOutcome =
  | { state: 'empty' | 'nothing' | 'declined' }
  | {
      /** `stopped` is one that was broken off. */
      state: 'collected' | 'stopped'
      /** The lowest push that is kept. */
      kept: number
      /** How many keys were removed; `bytes` are those of pictures, the only values whose size is known. */
      removed: number
      bytes: number
    }

/** What was written within this time is kept, whether or not anything names it. */
const YOUNG_MS = 86_400_000
/** Every edition that was live within this time is kept. */
const KEPT_MS = 30 * 86_400_000
/** A store far away may answer with what was for a minute: one for what is forgotten, one for a push or a rollback. */
const WAIT_MS = 120_000
/** The free plan of KV removes no more a day. https://developers.cloudflare.com/kv/platform/pricing/ */
const FREE_REMOVALS = 1_000

/** Removes what is old and unnamed. */
export async function gc(options: GcOptions): Promise<GcOutcome> {
  const { store, now, confirm, wait = pause, signal } = options
  const live = await readCurrent(store)
  if (!live) return { state: 'empty' }
  const started = Date.now()
  const began = now + (await store.clockOffset())
  const forgotten = await readForgotten(store)
  const pushes = await listPushes(store)
  const kept = Math.max(forgotten?.before ?? 1, lowestKept(pushes, began))
  const names = openNames(store)
  await nameKept(store, names, { live, pushes, kept })
  const waste = await findWaste(store, names, { pushes, kept, until: began - YOUNG_MS })
  if (waste.count === 0) {
    // The last one may have been broken off when all was removed.
    await endForgotten(store, { forgotten, ended: began + Date.now() - started })
    return { state: 'nothing' }
  }
  if (!(await confirm(reportWaste(waste, { live, pushes, kept })))) return { state: 'declined' }

  const progress = { kept, removed: 0, bytes: 0 }
  try {
    await putForgotten(store, { before: kept, began })
    await wait(WAIT_MS, signal)
    await removeWaste(store, names, { progress, until: began - YOUNG_MS, signal })
    return { state: 'collected', ...progress }
  } catch (error) {
    if (!signal?.aborted || error !== signal.reason) throw error
    return { state: 'stopped', ...progress }
  } finally {
    // No push goes on while gc seems to be at work.
    await putForgotten(store, { before: kept, began, ended: began + Date.now() - started })
  }
}

type Removal = {
  /** How far it has come. */
  progress: { kept: number; removed: number; bytes: number }
  /** Milliseconds since 1970. */
  until: number
  signal: AbortSignal | undefined
}

/** Whoever breaks it off does not want to wait for more than one call. */
const REMOVED_AT_ONCE = 1_000

/** Looks once more, and removes what is still old and unnamed. Throws the signal's reason where that breaks it off. */
async function removeWaste(store: Store, names: Names, { progress, until, signal }: Removal): Promise<void> {
  signal?.throwIfAborted()
  const again = { live: await readCurrent(store), pushes: await listPushes(store), kept: progress.kept }
  await nameKept(store, names, again)
  signal?.throwIfAborted()
  const { keys: unwanted, bytes } = await findWaste(store, names, { ...again, until })
  // Each kind before what it names, so that one who dies here leaves no edition with holes.
  for (const kind of KINDS) {
    for (const slice of slices(unwanted[kind], REMOVED_AT_ONCE)) {
      signal?.throwIfAborted()
      await store.remove(slice)
      progress.removed += slice.length
    }
  }
  progress.bytes = bytes
}

/** Waits, or not any longer where it is broken off. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch((error: unknown) => {
    if (!signal?.aborted) throw error
  })
}

/** What a collection came to. */
export function reportGc(outcome: GcOutcome): string[] {
  if (outcome.state !== 'collected' && outcome.state !== 'stopped') return [SAID[outcome.state]]
  const { kept, removed, bytes } = outcome
  const size = bytes > 0 ? `, ${byteSize(bytes)} of pictures among them` : ''
  const oldest = `Push ${kept} is the oldest that can be rolled back to.`
  if (outcome.state === 'collected') return [`Removed ${plural(removed, 'value')}${size}. ${oldest}`]
  const done = removed === 0 ? 'nothing was removed' : `${plural(removed, 'value')} of them are removed`
  return [`Stopped: ${done}. ${oldest} What is left over goes the next time.`]
}

const SAID = {
  empty: 'Nothing was published yet, so there is nothing to remove.',
  nothing: 'There is nothing to remove.',
  declined: 'Nothing was removed.',
}

/** The lowest number among the last pushes, and among those that were live within the time for which all are kept. */
function lowestKept(pushes: ReadonlyMap<number, Push>, now: number): number {
  const numbers = [...pushes.keys()]
  const last = numbers.at(-PUSHES_KEPT) ?? numbers[0] ?? 1
  // What was live when that time began was pushed before it.
  const replaced = numbers.findLast((number) => (pushes.get(number)?.time ?? now) <= now - KEPT_MS)
  return replaced === undefined ? (numbers[0] ?? 1) : Math.min(last, replaced)
}

type Kept = { live: Current | null; pushes: ReadonlyMap<number, Push>; kept: number }

/** Names all that the live edition, the kept pushes and the previews need. Throws where a kept push has no edition. */
async function nameKept(store: Store, names: Names, { live, pushes, kept }: Kept): Promise<void> {
  if (!live)
    throw new Error('Nothing was removed: the store says that nothing is live. Run the command again')
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
      `Nothing was removed: the store lacks edition ${lost.slice(0, 12)} of push ${number}, which is to be kept, so what it ` +
        'needs is not known. Run the command again in a minute',
    )
  }
  for await (const body of readPreviews(store)) await names.add(body)
}

/** Kinds of values, each before those that it names. */
const KINDS = ['push', 'edition', 'part', 'list', 'month', 'page', 'article', 'media'] as const
type Kind = (typeof KINDS)[number]

const NOUNS: Record<Kind, [one: string, many: string]> = {
  push: ['push', 'pushes'],
  edition: ['edition', 'editions'],
  part: ['part of a table', 'parts of tables'],
  list: ['list page', 'list pages'],
  month: ['month of the archive', 'months of the archive'],
  page: ['version of a standing page', 'versions of standing pages'],
  article: ['version of an article', 'versions of articles'],
  media: ['file of a picture', 'files of pictures'],
}

type Waste = {
  keys: Record<Kind, string[]>
  count: number
  bytes: number
  /** Values that nothing names, and that stay: those younger than a day, and those that do not tell their age. */
  young: number
  ageless: number
}

/** What is to be removed: pushes that are not kept, and what nothing names and was written before an instant. */
async function findWaste(
  store: Store,
  names: Names,
  { pushes, kept, until }: Omit<Kept, 'live'> & { until: number },
): Promise<Waste> {
  const dropped = [...pushes.keys()].filter((number) => number < kept).map(keys.push)
  const waste: Waste = {
    keys: { push: dropped, edition: [], part: [], list: [], month: [], page: [], article: [], media: [] },
    ...{ count: dropped.length, bytes: 0, young: 0, ageless: 0 },
  }
  for (const kind of KINDS) {
    if (kind === 'push') continue
    for await (const { key, metadata } of store.list(`${kind}/`)) {
      if (names.has(key)) continue
      const written = metadata?.written
      // Whoever wrote it may have done so just now.
      if (typeof written !== 'number') waste.ageless += 1
      else if (written * 1000 > until) waste.young += 1
      else {
        waste.keys[kind].push(key)
        waste.count += 1
        waste.bytes += typeof metadata?.bytes === 'number' ? metadata.bytes : 0
      }
    }
  }
  return waste
}

/** What a collection is going to do. */
function reportWaste({ keys, count, bytes, young, ageless }: Waste, { live, pushes, kept }: Kept): string[] {
  const first = pushes.get(kept)
  const zone = live?.body.settings.zone ?? 'UTC'
  const since = first ? ` of ${isoMinute(first.time, zone)}` : ''
  const line = (kind: Kind): string[] => {
    const number = keys[kind].length
    const noun = NOUNS[kind][number === 1 ? 0 : 1]
    return number === 0 ? [] : [`${grouped(number)} ${noun}${kind === 'media' ? `, ${byteSize(bytes)}` : ''}`]
  }
  return [
    ...section(`${plural(count, 'value')} to be removed`, KINDS.flatMap(line)),
    `What stays: every push from number ${kept}${since} on, and all previews that have not expired.`,
    ...(young > 0 ? [`Named by nothing, and kept until it is a day old: ${plural(young, 'value')}.`] : []),
    ...(ageless > 0
      ? [`Named by nothing, and kept because its age is not known: ${plural(ageless, 'value')}.`]
      : []),
    ...(count > FREE_REMOVALS
      ? [
          `The free plan removes ${plural(FREE_REMOVALS, 'value')} a day. What is left over goes the next time.`,
        ]
      : []),
  ]
}
