// The pipeline: read, check, build, plan, push. The steps between the reading and the pushing are pure.
import * as v from 'valibot'
import {
  ArticleRecord,
  type Card,
  type Current,
  keys,
  ListRecord,
  type Push,
  type Takedown,
} from '../records.ts'
import { spanOf } from './arrange.ts'
import { type Built, build } from './build.ts'
import { type Content, checkSources } from './check.ts'
import { assertClock } from './clock.ts'
import { readContent } from './content.ts'
import { watchCollections } from './forgotten.ts'
import { openJournal } from './journal.ts'
import { articleKeys } from './lacking.ts'
import { compareTables, readLayout, type TableChanges } from './live.ts'
import { type Memory, openMemory, readLatest } from './memory.ts'
import { ownPart, type Plan, type PlanInput, planPush } from './plan.ts'
import type { Problem } from './problem.ts'
import type { Proof } from './proof.ts'
import { type Progress, type PushNote, replaceCurrent, upload } from './push.ts'
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
  /** Whoever publishes often hands in one that stays open: it renders again only what is new to it. */
  proof?: Proof
}

/** Content that could be published, and what that would change. */
export type Prepared = {
  problems: Problem[]
  plan: Plan
  live: Current | null
  content: Content
  built: Built
  takedowns: Takedown[]
  memory: Memory
  zone: string
}

/** Reads, checks, builds and compares; writes nothing. The problems alone where there are any. */
export async function prepare(
  options: PlanOptions,
): Promise<Prepared | { problems: Problem[]; plan?: never }> {
  const { root, store, time, remove, restore = [], proof } = options
  const { content, problems } = await checkSources(await readContent(root), proof)
  if (!content) return { problems }
  await assertClock(store)
  const memory = openMemory(root, store)
  const live = await readLatest(store, memory)
  const built = build(content, time, live ? await readLayout(store, live.body) : new Map())
  const changes = await compareTables(store, live?.body ?? null, built)
  const rewritten = await rewrittenArticles(store, built, changes)
  const leads = await leadsOf(store, { live, built })
  const isRewritten = (slug: string): boolean => rewritten.has(slug)
  const whole = planPush({ live, built, changes, content, now: time, leads, isRewritten })
  const plan = { ...whole, lacking: withRestored(whole.lacking, { built, live, restore }) }
  const missing = remove === 'any' ? [] : plan.missing.filter(({ slug }) => !remove.includes(slug))
  const takedowns = takedownsOver(built, live?.takedowns ?? [], restore)
  const { zone } = content.site.settings
  return { problems, plan: { ...plan, missing }, live, content, built, takedowns, memory, zone }
}

export type PublishOptions = Omit<PlanOptions, 'time'> & {
  /** Its `time` is also the instant that the edition is laid out at. */
  note: PushNote
  /** Asked before anything is written; nothing is when it says no. */
  confirm?: (prepared: Prepared) => Promise<boolean>
  onProgress?: (progress: Progress) => void
}

/** What came of it: problems alone, or a plan that was stopped, declined or pushed. */
export type Outcome =
  | { state: 'problems'; problems: Problem[] }
  | (Pick<Prepared, 'problems' | 'plan' | 'zone'> &
      (
        | { state: 'stopped'; live: Current; publishedBy: string | null }
        | { state: 'unchanged' | 'pushed'; live: Current }
        | { state: 'declined'; live: Current | null }
      ))

/** Publishes a project's content into a store. */
export async function publish(options: PublishOptions): Promise<Outcome> {
  const { root, store, note, confirm, onProgress } = options
  const assertUndisturbed = await watchCollections(store)
  const prepared = await prepare({ ...options, time: note.time })
  if (!prepared.plan) return { state: 'problems', problems: prepared.problems }
  const { problems, plan, live, built, takedowns, memory, zone } = prepared
  const outcome = { problems, plan, zone }
  if (live && plan.missing.length > 0) {
    return { ...outcome, state: 'stopped', live, publishedBy: await authorOf(store, live.sequence) }
  }
  if (live && plan.unchanged && takedowns.length === live.takedowns.length) {
    return { ...outcome, state: 'unchanged', live }
  }
  if (confirm && !(await confirm(prepared))) return { ...outcome, state: 'declined', live }
  const journal = openJournal(root, store)
  // It may tell of what a takedown has removed since.
  if (options.restore?.length) await journal.remove()
  await upload(store, { built, lacking: plan.lacking, journal, onProgress })
  await assertUndisturbed().catch(async (error: unknown) => {
    // What it holds may be gone again.
    await journal.remove()
    throw error
  })
  const push: Push = { edition: built.hash, ...note, changes: summaryOf(plan) }
  const removed = removedSince(built, { live, restore: options.restore ?? [] })
  const next = { edition: built.hash, body: built.body, takedowns, removed }
  const current = await replaceCurrent(store, { live, next, push, memory })
  await journal.remove()
  return { ...outcome, state: 'pushed', live: current }
}

/** With what a takedown has removed of articles that may be seen again: the live edition names it, and it is not there. */
function withRestored(
  lacking: readonly string[][],
  { built, live, restore }: { built: Built; live: Current | null; restore: readonly string[] },
): string[][] {
  const down = new Set(live?.takedowns.map(({ slug }) => slug) ?? [])
  const own = restore.filter((slug) => down.has(slug)).flatMap((slug) => articleKeys(built.tables, slug))
  return lacking.map((stage, index) => (index === 0 ? [...new Set([...stage, ...own])] : stage))
}

async function authorOf(store: Pick<Store, 'get'>, sequence: number): Promise<string | null> {
  const push = await store.get(keys.push(sequence))
  return push === null ? null : ((JSON.parse(push) as { author?: string }).author ?? null)
}

/** What was taken down stays so over the new edition, whose counts may still hold it. */
function takedownsOver(built: Built, takedowns: readonly Takedown[], restore: readonly string[]): Takedown[] {
  return takedowns
    .filter(({ slug, passing }) => !passing && !restore.includes(slug))
    .map((takedown): Takedown => {
      const { slug, removed } = takedown
      const entry = built.entries.get(slug)
      if (!entry) return { ...takedown, tags: [] }
      const tags = entry.tags.map((tag) => tag.slug)
      const record = built.tables.articles.get(slug)?.record
      // The record is not uploaded, so a rollback to this edition cannot ask it.
      const known = record === undefined ? removed : { ...removed, [record]: tags }
      return { ...spanOf(entry), slug, tags, ...(known === undefined ? {} : { removed: known }) }
    })
}

/** What takedowns have removed of articles that are seen again, but for what this push uploads anew. */
function removedSince(
  { tables }: Built,
  { live, restore }: { live: Current | null; restore: readonly string[] },
): string[] {
  const restored = live?.takedowns.filter(({ slug }) => restore.includes(slug)) ?? []
  const all = [...(live?.removed ?? []), ...restored.flatMap(({ removed = {} }) => Object.keys(removed))]
  const named = new Set([...tables.articles.values()].map(({ record }) => record))
  return [...new Set(all)].filter((hash) => !named.has(hash)).sort()
}

const TITLES_NOTED = 3

function summaryOf({
  appearing,
  changed,
  disappearing,
  moved,
  scheduled,
}: Plan): NonNullable<Push['changes']> {
  const pages = [...appearing, ...moved, ...changed, ...disappearing, ...scheduled]
  return {
    appearing: appearing.length,
    changed: changed.length + moved.length,
    disappearing: disappearing.length,
    scheduled: scheduled.length,
    titles: pages.slice(0, TITLES_NOTED).map(({ title }) => title),
  }
}

/** What is pinned to the top of the front page in the live edition, and in the one that was built. */
async function leadsOf(
  store: Pick<Store, 'get'>,
  { live, built }: { live: Current | null; built: Built },
): Promise<PlanInput['leads']> {
  const parse = (text: string | null): Card[] =>
    text === null ? [] : v.parse(ListRecord, JSON.parse(text)).lead
  const key = keys.list(built.body.front.newest.record)
  const next = parse(await textOf(built, key))
  if (!live) return { live: [], built: next }
  const liveKey = keys.list(live.body.front.newest.record)
  return { live: liveKey === key ? next : parse(await store.get(liveKey)), built: next }
}

/** So many records are compared word by word; of a push that changes more, the rest counts as changed. */
const COMPARED_MOST = 500

/** Slugs of live articles whose own part of the record differs, not only what it says of neighbours. */
async function rewrittenArticles(
  store: Pick<Store, 'getMany'>,
  built: Built,
  { articles: { before, after } }: TableChanges,
): Promise<Set<string>> {
  const differing = [...after].flatMap(([slug, { record }]) => {
    const was = before.get(slug)?.record
    return was === undefined || was === record
      ? []
      : [{ slug, was: keys.article(was), is: keys.article(record) }]
  })
  const rewritten = new Set(differing.slice(COMPARED_MOST).map(({ slug }) => slug))
  const compared = differing.slice(0, COMPARED_MOST)
  const texts =
    compared.length === 0 ? new Map<string, string>() : await store.getMany(compared.map(({ was }) => was))
  for (const { slug, was, is } of compared) {
    const [old, next] = [texts.get(was), await textOf(built, is)]
    const own = [old, next].map((text) => text && ownPart(v.parse(ArticleRecord, JSON.parse(text))))
    if (!own[0] || own[0] !== own[1]) rewritten.add(slug)
  }
  return rewritten
}

async function textOf(built: Built, key: string): Promise<string | null> {
  const value = await built.stages[0]?.get(key)?.()
  return typeof value?.value === 'string' ? value.value : null
}
