// Publishing: `prepare` reads, checks, builds and plans, and writes nothing; `complete` pushes what was prepared.
import { type Current, keys, type Takedown } from '../records.ts'
import { type Built, build } from './build.ts'
import { type Content, checkSources } from './check.ts'
import type { Making } from './pictures.ts'
import { type Comparison, compareWithLive } from './plan/compare.ts'
import { assertRestorable, carriedTakedowns, restoredSlugs } from './plan/takedowns.ts'
import { assertClock } from './push/clock.ts'
import { openJournal } from './push/journal.ts'
import { openMemory } from './push/last-push.ts'
import {
  beginPush,
  type Phase,
  type Progress,
  type Pushing,
  type PushNote,
  summaryOf,
  type Written,
} from './push.ts'
import { readContent } from './sources/content.ts'
import type { Problem } from './sources/problem.ts'
import { laidOutAt } from './stored/history.ts'
import type { Store } from './stores/store.ts'

export type PrepareOptions = {
  /** The folder that holds `content/`. */
  root: string
  store: Store
  /** Now, which is also the instant that the edition is laid out at. Milliseconds since 1970. */
  time: number
  /** Slugs of live articles that may go although the sources do not mention them; 'any' at the desk. */
  remove: readonly string[] | 'any'
  /** Slugs that were taken down and may be seen again. */
  restore?: readonly string[]
}

/** What would be pushed, and what that would change. */
export type Prepared = Comparison & {
  /**
   * - `stopped`: live articles are absent from the sources (`plan.missing`)
   * - `unchanged`: the live edition is what the sources say
   * - `ready`: there is something to push
   */
  state: 'stopped' | 'unchanged' | 'ready'
  /** Advice alone. */
  problems: Problem[]
  live: Current | null
  built: Built
  takedowns: Takedown[]
  /** Slugs that are shown again after a takedown. */
  restored: readonly string[]
  zone: string
  time: number
  push: Pushing
}

/** Sources that cannot be published. */
export type WithProblems = { state: 'problems'; problems: Problem[] }

/**
 * Reads, checks, builds and compares. A push stops here, by what is thrown or by the state, for these reasons:
 * - a problem in the sources (state `problems`)
 * - a live article that is absent from the sources (state `stopped`)
 * - a clock that differs from the store's by more than a minute (assertClock)
 * - gc at work, or at work since this began (watchCollections, again in `complete`)
 * - a slug to restore that was not taken down, or would stay hidden (assertRestorable)
 * - a live edition of a newer format, or one that cannot be read (readCurrent)
 * - another push since this began (replaceCurrent, in `complete`)
 */
export async function prepare(options: PrepareOptions): Promise<Prepared | WithProblems> {
  const { root, store, time, remove, restore = [] } = options
  const { content, problems } = await checkSources(await readContent(root))
  if (!content) return { state: 'problems', problems }
  await assertClock(store)
  const journal = openJournal(root, store)
  const push = await beginPush(store, { journal, memory: openMemory(root, store) })
  const { live } = push
  assertRestorable(content, { live, restore })
  const built = await buildOn(store, live, { content, time })
  const takedowns = carriedTakedowns(built, { live, restore })
  const { plan: compared, newlyScheduled } = await compareWithLive(store, {
    live,
    built,
    content,
    takedowns,
    now: time,
  })
  const missing = compared.missing.filter(({ slug }) => remove !== 'any' && !remove.includes(slug))
  const plan = { ...compared, missing }
  const isUnchanged = live && plan.unchanged && takedowns.length === live.takedowns.length
  return {
    state: live && missing.length > 0 ? 'stopped' : isUnchanged ? 'unchanged' : 'ready',
    problems,
    plan,
    newlyScheduled,
    live,
    built,
    takedowns,
    restored: [...restoredSlugs(built, { live, restore })],
    zone: content.site.settings.zone,
    time,
    push,
  }
}

/**
 * Builds content, laid out as the live edition was where it is the same content: what has appeared or expired since is
 * no reason to push.
 */
async function buildOn(
  store: Pick<Store, 'get'>,
  live: Current | null,
  { content, time }: { content: Content; time: number },
): Promise<Built> {
  const instant = live && (await laidOutAt(store, live))
  if (instant !== null) {
    const same = build(content, instant)
    if (same.hash === live?.edition) return same
  }
  return build(content, time)
}

export type CompleteOptions = {
  note: Pick<PushNote, 'author' | 'message'>
  onPhase?: (phase: Phase) => void
  onMade?: (progress: Making) => void
  onProgress?: (progress: Progress) => void
}

export type Completed = { live: Current; written: Written }

/** Uploads what the store lacks of a plan that is `ready`, and puts it live. */
export async function complete(prepared: Prepared, options: CompleteOptions): Promise<Completed> {
  const { plan, built, takedowns, restored, newlyScheduled, live, time, push } = prepared
  const { note, ...watching } = options
  const changes = summaryOf({
    appearing: plan.appearing,
    changed: [...plan.moved, ...plan.changed],
    disappearing: plan.disappearing,
    scheduled: newlyScheduled,
  })
  return push.complete({
    ...watching,
    built,
    lacking: plan.lacking,
    next: {
      edition: built.hash,
      body: built.body,
      takedowns,
      restored: [...new Set([...(live?.restored ?? []), ...restored])],
    },
    push: { edition: built.hash, author: note.author, message: note.message, time, changes },
  })
}

/** What came of publishing without a question. */
export type Outcome =
  | WithProblems
  | (Prepared & { state: 'stopped' | 'unchanged' })
  | (Omit<Prepared, 'state'> & Completed & { state: 'pushed' })

export type PublishOptions = Omit<PrepareOptions, 'time'> & CompleteOptions & { note: PushNote }

/** Prepares, and completes what is ready; the note's time is the instant that the edition is laid out at. */
export async function publish(options: PublishOptions): Promise<Outcome> {
  const prepared = await prepare({ ...options, time: options.note.time })
  if (prepared.state === 'problems') return prepared
  const { state } = prepared
  if (state !== 'ready') return { ...prepared, state }
  return { ...prepared, ...(await complete(prepared, options)), state: 'pushed' }
}

/** Who made a push; null where it is not known. */
export async function authorOf(store: Pick<Store, 'get'>, sequence: number): Promise<string | null> {
  const push = await store.get(keys.push(sequence))
  return push === null ? null : ((JSON.parse(push) as { author?: string }).author ?? null)
}
