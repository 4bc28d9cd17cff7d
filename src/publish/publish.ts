// The pipeline: read, check, build, plan, push. The steps between the reading and the pushing are pure.
import * as v from 'valibot'
import { ArticleRecord, type Card, type Current, keys, ListRecord } from '../records.ts'
import { type Built, build } from './build.ts'
import { checkSources } from './check.ts'
import { readContent } from './content.ts'
import { type Plan, type PlanInput, planPush } from './plan.ts'
import type { Problem } from './problem.ts'
import type { Proof } from './proof.ts'
import { type PushNote, pushEdition, readCurrent } from './push.ts'
import type { Store } from './stores/store.ts'

export type PublishOptions = {
  /** The folder that holds `content/`. */
  root: string
  store: Store
  /** Its `time`, in milliseconds since 1970, is also the instant that the edition is laid out at. */
  note: PushNote
  /** Slugs of live articles that may go although the sources do not mention them; 'any' at the desk. */
  remove: readonly string[] | 'any'
  /** Whoever publishes often hands in one that stays open: it renders again only what is new to it. */
  proof?: Proof
}

/** What came of it: problems alone, or a plan that was stopped or pushed. */
export type Outcome =
  | { state: 'problems'; problems: Problem[] }
  | {
      state: 'stopped'
      problems: Problem[]
      plan: Plan
      live: Current
      zone: string
      publishedBy: string | null
    }
  | { state: 'unchanged' | 'pushed'; problems: Problem[]; plan: Plan; live: Current; zone: string }

/** Publishes a project's content into a store. */
export async function publish({ root, store, note, remove, proof }: PublishOptions): Promise<Outcome> {
  const { content, problems } = await checkSources(await readContent(root), proof)
  if (!content) return { state: 'problems', problems }
  const now = note.time
  const { zone } = content.site.settings
  const built = build(content, now)
  const live = await readCurrent(store)
  const rewritten = live ? await rewrittenArticles(store, { live, built }) : new Set<string>()
  const leads = await leadsOf(store, { live, built })
  const plan = planPush({ live, built, content, now, leads, isRewritten: (slug) => rewritten.has(slug) })
  const missing = remove === 'any' ? [] : plan.missing.filter(({ slug }) => !remove.includes(slug))
  if (live && missing.length > 0) {
    const push = await store.get(keys.push(live.sequence))
    const author = push === null ? null : ((JSON.parse(push) as { author?: string }).author ?? null)
    return { state: 'stopped', problems, plan: { ...plan, missing }, live, zone, publishedBy: author }
  }
  if (live && plan.unchanged) return { state: 'unchanged', problems, plan, live, zone }
  const next = await pushEdition(store, { built, lacking: plan.lacking, live, note })
  return { state: 'pushed', problems, plan, live: next, zone }
}

/** What is pinned to the top of the front page in the live edition, and in the one that was built. */
async function leadsOf(
  store: Pick<Store, 'get'>,
  { live, built }: { live: Current | null; built: Built },
): Promise<PlanInput['leads']> {
  const parse = (text: string | null | undefined): Card[] =>
    typeof text === 'string' ? v.parse(ListRecord, JSON.parse(text)).lead : []
  const key = keys.list(built.body.front.newest.record)
  const liveKey = live ? keys.list(live.body.front.newest.record) : null
  const next = parse(built.records.get(key))
  if (liveKey === key) return { live: next, built: next }
  return { live: liveKey === null ? [] : parse(await store.get(liveKey)), built: next }
}

/** Slugs of live articles whose own part of the record differs, not only what it says of neighbours. */
async function rewrittenArticles(
  store: Pick<Store, 'get'>,
  { live, built }: { live: Current; built: Built },
): Promise<Set<string>> {
  const rewritten = new Set<string>()
  for (const [slug, { record }] of Object.entries(live.body.articles.rows)) {
    const { rows } = built.body.articles
    const next = Object.hasOwn(rows, slug) ? rows[slug] : undefined
    if (!next || next.record === record) continue
    const [before, after] = [
      await store.get(keys.article(record)),
      built.records.get(keys.article(next.record)),
    ]
    if (before === null || after === undefined || ownPart(before) !== ownPart(after)) rewritten.add(slug)
  }
  return rewritten
}

function ownPart(text: string): string {
  const { newer: _newer, older: _older, related: _related, ...own } = v.parse(ArticleRecord, JSON.parse(text))
  return JSON.stringify(own)
}
