// Reads from the store what a plan compares, and no more.
import * as v from 'valibot'
import { ArticleRecord, type Card, type Current, keys, ListRecord, type Takedown } from '../../records.ts'
import type { Built } from '../build.ts'
import type { Content } from '../check-sources.ts'
import { hiddenSlugs } from '../stored/coming.ts'
import { compareTables, type TableChanges } from '../stored/reading.ts'
import type { Store } from '../stores/store.ts'
import { type Plan, type PlanInput, planPush } from './changes.ts'
import { type ReadRecords, readRecords, rewrittenArticles } from './rewritten.ts'

export type Compared = {
  live: Current | null
  built: Built
  content: Content
  /** The takedowns over the built edition. */
  takedowns: readonly Takedown[]
  /** Milliseconds since 1970. */
  now: number
}

export type Comparison = {
  plan: Plan
  /** Scheduled articles that this push adds. */
  newlyScheduled: Plan['scheduled']
}

/** The plan of a push. */
export async function compareWithLive(
  store: Pick<Store, 'get' | 'getMany'>,
  compared: Compared,
): Promise<Comparison> {
  const { live, built } = compared
  const changes = await compareTables(store, live?.body ?? null, built)
  const rewritten = await rewrittenArticles(changes.articles, readerOf(store, built))
  const leads = await readBothLeads(store, compared)
  const plan = planPush({ ...compared, changes, leads, isRewritten: (slug) => rewritten.has(slug) })
  return { plan, newlyScheduled: newlyScheduled(plan, changes, compared) }
}

/** Takes the records of the built edition from it, and all others from the store. */
function readerOf(store: Pick<Store, 'getMany'>, built: Built): ReadRecords {
  return async (hashes) => {
    const own = new Set(hashes.filter((hash) => built.stages[0]?.has(keys.article(hash))))
    const records = await readRecords(
      store,
      hashes.filter((hash) => !own.has(hash)),
    )
    for (const hash of own) {
      const text = await textOf(built, keys.article(hash))
      if (text !== null) records.set(hash, v.parse(ArticleRecord, JSON.parse(text)))
    }
    return records
  }
}

/** The rows pinned to the top of the front page, in the live edition and in the built one. */
async function readBothLeads(
  store: Pick<Store, 'get'>,
  { live, built }: Compared,
): Promise<PlanInput['leads']> {
  const parse = (text: string | null): Card[] =>
    text === null ? [] : v.parse(ListRecord, JSON.parse(text)).lead
  const key = keys.list(built.body.front.newest.record)
  const next = parse(await textOf(built, key))
  if (!live) return { live: [], built: next }
  const liveKey = keys.list(live.body.front.newest.record)
  return { live: liveKey === key ? next : parse(await store.get(liveKey)), built: next }
}

async function textOf(built: Built, key: string): Promise<string | null> {
  const value = await built.stages[0]?.get(key)?.()
  return typeof value?.value === 'string' ? value.value : null
}

function newlyScheduled(
  { scheduled }: Plan,
  { articles: { before, after } }: TableChanges,
  { live, built, takedowns, now }: Compared,
): Plan['scheduled'] {
  const [hiddenBefore, hidden] = [
    hiddenSlugs({ takedowns: live?.takedowns ?? [] }),
    hiddenSlugs({ takedowns }),
  ]
  const wasComing = (slug: string): boolean => {
    // A row without changes is the same in both editions.
    const row = after.has(slug) ? before.get(slug) : built.tables.articles.get(slug)
    return row !== undefined && row.from > now && !hiddenBefore.has(slug)
  }
  return scheduled.filter(({ slug }) => !hidden.has(slug) && !wasComing(slug))
}
