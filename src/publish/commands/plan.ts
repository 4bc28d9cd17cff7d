// `plan`: what a deploy would change for readers, and what it would cost. Writes nothing.

import { shortHash } from '../format.ts'
import { type Cost, costOf, FREE_WRITES_PER_DAY, NO_COST, reportCost } from '../plan/cost.ts'
import { type Prepared, type PrepareOptions, prepare } from '../publish.ts'
import { openJournal } from '../push/journal.ts'
import type { Terminal } from '../terminal/terminal.ts'
import {
  dyingAddresses,
  fieldName,
  reportDying,
  reportMissing,
  reportPlan,
  reportTakedowns,
} from './plan-report.ts'
import { countProblems, reportProblems } from './publish-report.ts'

export type PlanCommand = PrepareOptions & { isLocal: boolean; json: boolean }

/** Prints what a deploy would change; the exit code is 1 if a deploy would stop. */
export async function runPlan(command: PlanCommand, terminal: Terminal): Promise<number> {
  const { root, store, isLocal, json } = command
  const prepared = await prepare(command)
  const { problems } = prepared
  if (prepared.state === 'problems') {
    const none = `A deploy would publish nothing: ${countProblems(problems)}.`
    terminal.print(json ? [JSON.stringify({ state: 'problems', problems })] : reportProblems(problems))
    if (!json) terminal.print([none])
    return 1
  }
  const { state } = prepared
  const cost = state === 'unchanged' ? NO_COST : await costOf(prepared, openJournal(root, store))
  if (json) terminal.print([JSON.stringify(planJson(prepared, cost))])
  else {
    terminal.print(reportProblems(problems))
    terminal.print(reportPrepared(prepared, { cost, isLocal }))
  }
  return state === 'stopped' ? 1 : 0
}

/** What a push will change, as lines. */
export function reportPush(prepared: Prepared): string[] {
  const { plan, zone } = prepared
  return [
    ...reportPlan(plan, zone),
    ...reportDying(dyingAddresses(prepared), plan.gone),
    ...reportTakedowns(takedownsOf(prepared)),
  ]
}

function reportPrepared(prepared: Prepared, { cost, isLocal }: { cost: Cost; isLocal: boolean }): string[] {
  const { state, plan, live, zone } = prepared
  if (state === 'unchanged' && live) {
    const edition = shortHash(live.edition)
    return [
      ...reportPush(prepared),
      `A deploy would change nothing: push ${live.sequence} (edition ${edition}) is already what the sources give.`,
    ]
  }
  const title = 'A deploy would stop: these articles are in the live edition, but not in the sources'
  const { named, waysOut } = reportMissing(plan, { title, zone })
  return [
    ...reportPush(prepared),
    ...reportCost(cost, { limited: !isLocal }),
    ...(state === 'stopped' ? [...named, 'If your checkout is old, update it.', ...waysOut] : []),
  ]
}

/** Slugs that the built edition has and that stay hidden, and slugs that are shown again. */
export function takedownsOf({ live, takedowns, built }: Pick<Prepared, 'live' | 'takedowns' | 'built'>): {
  hidden: string[]
  restored: string[]
} {
  const kept = new Set(takedowns.map(({ slug }) => slug))
  return {
    hidden: [...kept].filter((slug) => built.entries.has(slug)),
    restored: (live?.takedowns ?? [])
      .flatMap(({ slug, untilNextPush }) => (untilNextPush ? [] : [slug]))
      .filter((slug) => !kept.has(slug)),
  }
}

const iso = (instant: number): string => new Date(instant).toISOString()

/**
 * What `plan --json` prints, instants as ISO strings in UTC:
 * - `state`: 'ready', 'unchanged', 'stopped' (by `missing`), or 'problems', with `problems` beside it alone
 * - `problems`: {path, line, column, level, message}[], here advice only
 * - `live`: {push, edition} or null, and `edition`, the one that a deploy would put in its place
 * - `pages`: `new`, `changed`, `gone` as {slug, title, path}[], `moved` with oldPath, `neighbours` a number
 * - `later`: `appear` and `expire` with `at`, `near` with `at` and `becomes`
 * - `lead`: a page, null for none, absent if as before; `settings`: names in site.yaml
 * - `redirects`: {path, to or null}[]; `gone`: {new, lost} slugs; `tags`: {new, lost} slugs
 * - `authors`: {new, lost} slugs; `staticPages`: {new, changed, gone, reordered} as {slug, title, path}[]
 * - `dying`: {articles, tags, authors, staticPages} slugs of addresses that would answer 404
 * - `missing`: {slug, from, isAhead}[]
 * - `takedowns`: {hidden, restored} slugs
 * - `cost`: {writes, bytes, lists, uploaded, freeWritesPerDay}, `bytes` an estimate
 */
function planJson(prepared: Prepared, cost: Cost): object {
  const { state, plan, live, built, problems } = prepared
  return {
    state,
    problems,
    live: live && { push: live.sequence, edition: live.edition },
    edition: built.hash,
    pages: {
      new: plan.appearing,
      changed: plan.changed,
      moved: plan.moved,
      gone: plan.disappearing,
      neighbours: plan.neighbours,
    },
    later: {
      appear: plan.scheduled.map(({ from, ...page }) => ({ ...page, at: iso(from) })),
      expire: plan.expiring.map(({ until, ...page }) => ({ ...page, at: iso(until) })),
      near: plan.near.map((change) => ({ ...change, at: iso(change.at) })),
    },
    lead: plan.lead,
    settings: plan.settings.map(fieldName),
    redirects: plan.redirects,
    gone: { new: plan.newGone, lost: plan.lostGone },
    tags: { new: plan.newTags, lost: plan.lostTags },
    authors: { new: plan.newAuthors, lost: plan.lostAuthors },
    staticPages: {
      new: plan.staticPages.added,
      changed: plan.staticPages.changed,
      gone: plan.staticPages.removed,
      reordered: plan.staticPages.reordered,
    },
    dying: dyingAddresses(prepared),
    missing: plan.missing.map((article) => ({ ...article, from: iso(article.from) })),
    takedowns: takedownsOf(prepared),
    cost: { ...cost, freeWritesPerDay: FREE_WRITES_PER_DAY },
  }
}
