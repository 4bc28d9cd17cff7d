// The steps of publishing. `prepare` reads, checks, builds and plans, and never writes. `complete` pushes the result.
import type { Current, Takedown } from '../records.ts'
import { type Built, build } from './build.ts'
import { type Content, checkSources } from './check-sources.ts'
import type { Making } from './pictures/make.ts'
import { type Comparison, compareWithLive } from './plan/compare.ts'
import { assertRestorable, carriedTakedowns, restoredSlugs } from './plan/takedowns.ts'
import { openJournal } from './push/journal.ts'
import { openMemory } from './push/last-push.ts'
import {
  assertClock,
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
  /** The current time, which is also the instant of the layout. Milliseconds since 1970. */
  time: number
  /** Slugs of live articles that the push may remove although the sources do not mention them; 'any' for all. */
  remove: readonly string[] | 'any'
  /** Slugs of taken-down articles to show again. */
  restore?: readonly string[]
}

/** An edition that is ready for a push, and what the push would change. */
export type Prepared = Comparison & {
  /**
   * - `stopped`: live articles are absent from the sources (`plan.missing`)
   * - `unchanged`: the sources give the live edition
   * - `ready`: there is something to push
   */
  state: 'stopped' | 'unchanged' | 'ready'
  /** Only advice: errors give `WithProblems`. */
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

/** The result for sources with errors. */
export type WithProblems = { state: 'problems'; problems: Problem[] }

/**
 * Reads, checks, builds and compares. Throws, or returns a state other than `ready`, for these reasons:
 * - a problem in the sources (state `problems`)
 * - a live article that is absent from the sources (state `stopped`)
 * - a clock that differs from the store's by more than a minute (assertClock)
 * - gc that runs, or has run since `prepare` began (watchCollections, again in `complete`)
 * - a slug to restore that was not taken down, or would stay hidden (assertRestorable)
 * - a live edition of a newer format, or one that cannot be read (readCurrent)
 * - another push since `prepare` began (replaceCurrent, in `complete`)
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
 * Builds content. If the content is the same as the live edition's, the layout is also the same: articles that have
 * appeared or expired since are no reason to push.
 */
async function buildOn(
  store: Pick<Store, 'get'>,
  live: Current | null,
  { content, time }: { content: Content; time: number },
): Promise<Built> {
  const instant = live && (await laidOutAt(store, live))
  if (instant !== null) {
    const built = build(content, instant)
    if (built.hash === live?.edition) return built
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

/** Uploads the values that the store lacks, and puts a `ready` edition live. */
export async function complete(prepared: Prepared, options: CompleteOptions): Promise<Completed> {
  const { plan, built, takedowns, restored, newlyScheduled, live, time, push } = prepared
  const { note, ...callbacks } = options
  const changes = summaryOf({
    appearing: plan.appearing,
    changed: [...plan.moved, ...plan.changed],
    disappearing: plan.disappearing,
    scheduled: newlyScheduled,
  })
  return push.complete({
    ...callbacks,
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

/** The result of `publish`. */
export type Outcome =
  | WithProblems
  | (Prepared & { state: 'stopped' | 'unchanged' })
  | (Omit<Prepared, 'state'> & Completed & { state: 'pushed' })

export type PublishOptions = Omit<PrepareOptions, 'time'> & CompleteOptions & { note: PushNote }

/** Prepares, and completes if the state is `ready`. Does not ask. The note's time is the instant of the layout. */
export async function publish(options: PublishOptions): Promise<Outcome> {
  const prepared = await prepare({ ...options, time: options.note.time })
  if (prepared.state === 'problems') return prepared
  const { state } = prepared
  if (state !== 'ready') return { ...prepared, state }
  return { ...prepared, ...(await complete(prepared, options)), state: 'pushed' }
}
