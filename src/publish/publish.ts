// The pipeline: read, check, build, plan, push. The steps between the reading and the pushing are pure.
import { type Current, keys, type Takedown } from '../records.ts'
import { type Built, build } from './build.ts'
import { type Content, checkSources } from './check.ts'
import { readContent } from './content.ts'
import { readLayout } from './live.ts'
import type { Making } from './pictures.ts'
import { type Comparison, compareWithLive } from './plan/compare.ts'
import type { Plan } from './plan.ts'
import { assertClock } from './push/clock.ts'
import { openJournal } from './push/journal.ts'
import { openMemory, readLatest } from './push/last-push.ts'
import { beginPush, type Phase, type Progress, type PushNote, summaryOf, type Written } from './push.ts'
import { assertRestorable, carriedRemovals, carriedTakedowns, withRestored } from './restore.ts'
import type { Problem } from './sources/problem.ts'
import type { Store } from './stores/store.ts'

export type PlanOptions = {
  /** The folder that holds `content/`. */
  root: string
  store: Store
  /** The instant that the edition is laid out at. Milliseconds since 1970. */
  time: number
  /** Slugs of live articles that may go although the sources do not mention them; 'any' at the desk. */
  remove: readonly string[] | 'any'
  /** Slugs that were taken down and may be seen again. */
  restore?: readonly string[]
}

/** Content that could be published, and what that would change. */
export type Prepared = Comparison & {
  problems: Problem[]
  live: Current | null
  built: Built
  takedowns: Takedown[]
  zone: string
}

/** Reads, checks, builds and compares; writes nothing. The problems alone where there are any. */
export async function prepare(
  options: PlanOptions,
): Promise<Prepared | { problems: Problem[]; plan?: never }> {
  const { root, store } = options
  const { content, problems } = await checkSources(await readContent(root))
  if (!content) return { problems }
  await assertClock(store)
  const live = await readLatest(store, openMemory(root, store))
  return { problems, ...(await prepareOn(live, content, options)) }
}

export type PublishOptions = Omit<PlanOptions, 'time'> & {
  /** Its `time` is also the instant that the edition is laid out at. */
  note: PushNote
  /** Asked before anything is written; nothing is when it says no. */
  confirm?: (prepared: Prepared) => Promise<boolean>
  onPhase?: (phase: Phase) => void
  onMade?: (progress: Making) => void
  onProgress?: (progress: Progress) => void
}

/** What came of it: problems alone, or a plan that was stopped, declined or pushed. */
export type Outcome =
  | { state: 'problems'; problems: Problem[] }
  | (Pick<Prepared, 'problems' | 'plan' | 'zone'> &
      (
        | { state: 'stopped'; live: Current; publishedBy: string | null }
        | { state: 'unchanged'; live: Current }
        | { state: 'declined'; live: Current | null }
        | { state: 'pushed'; live: Current; written: Written }
      ))

/** Publishes a project's content into a store. */
export async function publish(options: PublishOptions): Promise<Outcome> {
  const { root, store, note, restore = [], confirm, onPhase, onMade, onProgress } = options
  const { content, problems } = await checkSources(await readContent(root))
  if (!content) return { state: 'problems', problems }
  await assertClock(store)
  const journal = openJournal(root, store)
  const { live, complete } = await beginPush(store, { journal, memory: openMemory(root, store) })
  const prepared = { problems, ...(await prepareOn(live, content, { ...options, time: note.time })) }
  const { plan, built, takedowns, newlyScheduled, zone } = prepared
  const outcome = { problems, plan, zone }
  const state = stateOf(prepared)
  if (live && state === 'stopped') {
    return { ...outcome, state, live, publishedBy: await authorOf(store, live.sequence) }
  }
  if (live && state === 'unchanged') return { ...outcome, state, live }
  if (confirm && !(await confirm(prepared))) return { ...outcome, state: 'declined', live }
  // It may tell of what a takedown has removed since.
  if (restore.length > 0) await journal.remove()
  const removed = carriedRemovals(built, { live, restore })
  const changes = summaryOf({
    ...{ appearing: plan.appearing, changed: [...plan.moved, ...plan.changed] },
    ...{ disappearing: plan.disappearing, scheduled: newlyScheduled },
  })
  const pushed = await complete({
    ...{ built, lacking: plan.lacking, onPhase, onMade, onProgress },
    next: { edition: built.hash, body: built.body, takedowns, removed },
    push: { edition: built.hash, ...note, changes },
  })
  return { ...outcome, state: 'pushed', ...pushed }
}

/** What comes of a push: it stops, it has nothing to change, or it goes on. */
export function stateOf({
  plan,
  live,
  takedowns,
}: Pick<Prepared, 'plan' | 'live' | 'takedowns'>): 'stopped' | 'unchanged' | 'ready' {
  if (live && plan.missing.length > 0) return 'stopped'
  return live && plan.unchanged && takedowns.length === live.takedowns.length ? 'unchanged' : 'ready'
}

/** Builds content, and compares it with what is live. */
async function prepareOn(
  live: Current | null,
  content: Content,
  { store, time, remove, restore = [] }: PlanOptions,
): Promise<Omit<Prepared, 'problems'>> {
  assertRestorable(content, { live, restore })
  const built = build(content, time, live ? await readLayout(store, live.body) : null)
  const takedowns = carriedTakedowns(built, { live, restore })
  const compared = await compareWithLive(store, { live, built, content, takedowns, now: time })
  const plan: Plan = {
    ...compared.plan,
    lacking: withRestored(compared.plan.lacking, { built, live, restore }),
    missing: compared.plan.missing.filter(({ slug }) => remove !== 'any' && !remove.includes(slug)),
  }
  return { ...compared, plan, live, built, takedowns, zone: content.site.settings.zone }
}

async function authorOf(store: Pick<Store, 'get'>, sequence: number): Promise<string | null> {
  const push = await store.get(keys.push(sequence))
  return push === null ? null : ((JSON.parse(push) as { author?: string }).author ?? null)
}
