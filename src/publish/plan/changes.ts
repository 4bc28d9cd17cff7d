// What a push would change, for readers and in the store. Pure.
import { articlePath, staticPagePath, tagPath } from '../../addresses.ts'
import { canonicalJson } from '../../canonical.ts'
import { type Counted, countOf, isVisible, type Moment } from '../../projection.ts'
import type {
  ArticleEntry,
  ArticleRecord,
  Card,
  Current,
  Edition,
  Row,
  Settings,
  Takedown,
} from '../../records.ts'
import type { Built } from '../build.ts'
import type { Content } from '../check-sources.ts'
import { hiddenSlugs } from '../stored/coming.ts'
import type { RowChanges, TableChanges } from '../stored/reading.ts'
import { lackingKeys } from './lacking.ts'

export type Plan = {
  /** Articles that readers will see and did not see before. */
  appearing: PlannedPage[]
  /** Articles whose own text, pictures or fields differ. */
  changed: PlannedPage[]
  /** How many other articles change only in links to other articles, or in fields that readers do not see. */
  neighbours: number
  disappearing: PlannedPage[]
  /** Articles whose address changes; `oldPath` is the old one. */
  moved: (PlannedPage & { oldPath: string })[]
  /** Articles that appear later by themselves; `from` in milliseconds. */
  scheduled: (PlannedPage & { from: number })[]
  /** Articles that expire later by themselves; `until` in milliseconds. */
  expiring: (PlannedPage & { until: number })[]
  /** Appearances and expiries that are so near that some locations will learn of the change too late. */
  near: (PlannedPage & {
    at: number
    becomes: 'appears' | 'expires' | 'no longer appears' | 'no longer expires'
  })[]
  /** The article that is pinned to the front page from now on; null for none, absent if unchanged. */
  lead?: PlannedPage | null
  /** Fields of site.yaml that every page shows and that differ. */
  settings: string[]
  /** Old paths that change their target, or lose it; without those of moved articles. */
  redirects: { path: string; to: string | null }[]
  /** Slugs that answer 410 from now on, and those that no longer do. */
  newGone: string[]
  lostGone: string[]
  newTags: string[]
  lostTags: string[]
  /** Slugs of authors who have a page from now on, and of those who have none any more. */
  newAuthors: string[]
  lostAuthors: string[]
  staticPages: StaticPageChanges
  /** Live or scheduled articles that are absent from the sources. They stop the push, unless it may remove them. */
  missing: { slug: string; from: number; isAhead: boolean }[]
  /** All slugs that the sources say are gone. */
  gone: string[]
  /** Keys that the store lacks, in the stages in which they are to be written. */
  lacking: string[][]
  /** Whether the live edition is this one. */
  unchanged: boolean
}

export type PlanInput = {
  live: Current | null
  built: Built
  /** The rows in which the two editions differ. */
  changes: TableChanges
  content: Content
  /** Milliseconds since 1970. */
  now: number
  /** Whether readers see another text of an article, apart from its links to other articles. */
  isRewritten: (slug: string) => boolean
  /** The takedowns over the built edition. */
  takedowns: readonly Takedown[]
  /** The rows pinned to the top of the front page, as they are live and as they were built. */
  leads: { live: readonly Card[]; built: readonly Card[] }
}

/** Compares the built edition with the live one. */
export function planPush(input: PlanInput): Plan {
  const { live, built, changes, content, now, leads } = input
  const momentUnder = (takedowns: PlanInput['takedowns']): Moment => ({
    embargoNow: now,
    expiryNow: now,
    takedowns: hiddenSlugs({ takedowns }),
  })
  const [liveMoment, moment] = [momentUnder(live?.takedowns ?? []), momentUnder(input.takedowns)]
  const titles = new Map(content.articles.map(({ slug, title }) => [slug, title]))
  const page = (slug: string): PlannedPage => ({
    slug,
    title: titles.get(slug) ?? slug,
    path: articlePath(slug),
  })
  const plan: Plan = {
    appearing: [],
    changed: [],
    neighbours: 0,
    disappearing: [],
    scheduled: [],
    expiring: [],
    near: [],
    ...subjectChanges(changes, moment),
    staticPages: staticPageChanges(changes, {
      before: live?.body.settings.pages ?? [],
      after: built.body.settings.pages ?? [],
    }),
    ...(live ? siteChanges(live.body, built.body, changes) : NO_SITE_CHANGES),
    moved: [],
    missing: [],
    gone: [...built.tables.gone.keys()],
    lacking: lackingKeys(live, input),
    unchanged: live?.edition === built.hash,
  }
  for (const [slug, entry] of built.tables.articles) {
    if (moment.takedowns.has(slug)) continue
    if (entry.from > now) plan.scheduled.push({ ...page(slug), from: entry.from })
    if (entry.until !== undefined && entry.until > now)
      plan.expiring.push({ ...page(slug), until: entry.until })
  }
  addArticleChanges(plan, input, { liveMoment, moment, page })
  const isMoved = (path: string): boolean =>
    plan.moved.some((moved) => [moved.path, moved.oldPath].includes(path))
  plan.appearing = plan.appearing.filter(({ path }) => !isMoved(path))
  plan.redirects = plan.redirects.filter(({ path }) => !isMoved(path))
  for (const change of nearChanges(changes.articles, now)) {
    if (!moment.takedowns.has(change.slug)) plan.near.push({ ...page(change.slug), ...change })
  }
  const oldLead = leads.live.find((row) => isVisible(row, liveMoment))
  const lead = leads.built.find((row) => isVisible(row, moment))
  if (live && oldLead?.slug !== lead?.slug) plan.lead = lead ? page(lead.slug) : null
  plan.scheduled.sort((a, b) => a.from - b.from)
  plan.expiring.sort((a, b) => a.until - b.until)
  return plan
}

/** Adds each article whose row differs, by what readers see: it appears, changes, moves, goes, or is missing. */
function addArticleChanges(
  plan: Plan,
  { built, changes, content, now, isRewritten }: PlanInput,
  { liveMoment, moment, page }: { liveMoment: Moment; moment: Moment; page: (slug: string) => PlannedPage },
): void {
  const { before, after } = changes.articles
  const known = new Set(content.articles.map(({ slug }) => slug))
  const seen = (rows: Rows, slug: string, { takedowns }: Moment): ArticleEntry | null => {
    const entry = rows.get(slug)
    return entry && !takedowns.has(slug) && isVisible(entry, moment) ? entry : null
  }
  for (const [slug, entry] of after) {
    if (!seen(after, slug, moment)) continue
    const old = seen(before, slug, liveMoment)
    if (!old) plan.appearing.push(page(slug))
    else if (old.record !== entry.record && isRewritten(slug)) plan.changed.push(page(slug))
    else if (old.record !== entry.record) plan.neighbours += 1
  }
  for (const [slug, entry] of before) {
    if (seen(before, slug, liveMoment) && !seen(after, slug, moment)) {
      const target = targetOf(articlePath(slug), built)
      if (target !== null && seen(built.tables.articles, target, moment)) {
        plan.moved.push({ ...page(target), oldPath: articlePath(slug) })
      } else plan.disappearing.push(page(slug))
    }
    const isOver = entry.until !== undefined && entry.until <= now
    if (!isOver && !isAccountedFor(slug, built, known))
      plan.missing.push({ slug, from: entry.from, isAhead: entry.from > now })
  }
}

/** What readers see of an article, without its neighbours. */
export function ownPart(record: ArticleRecord): string {
  const { newer: _newer, older: _older, related: _related, source: _source, ...own } = record
  return canonicalJson(own)
}

/** Whether the sources say what became of an article: it is there, a draft, renamed with an alias, or gone. */
function isAccountedFor(slug: string, { tables }: Built, articles: ReadonlySet<string>): boolean {
  return articles.has(slug) || tables.aliases.has(articlePath(slug)) || tables.gone.has(slug)
}

/** The article that an old path leads to; null if it leads to none. */
function targetOf(path: string, { tables }: Built): string | null {
  const alias = tables.aliases.get(path)
  return alias && 'article' in alias ? alias.article : null
}

type SiteChanges = Pick<Plan, 'settings' | 'redirects' | 'newGone' | 'lostGone'>

/** For the first edition, which has nothing to compare with. */
const NO_SITE_CHANGES: SiteChanges = { settings: [], redirects: [], newGone: [], lostGone: [] }

function siteChanges(live: Edition, next: Edition, { aliases, gone }: TableChanges): SiteChanges {
  const differs = (a: unknown, b: unknown): boolean => canonicalJson([a]) !== canonicalJson([b])
  const names = ['title', 'tagline', 'url', 'lang', 'zone', 'publisher', 'navigation'] as const
  const target = (to: Row<'aliases'>): string => {
    if ('staticPage' in to) return staticPagePath(to.staticPage)
    return 'article' in to ? articlePath(to.article) : tagPath(to.tag)
  }
  const lost = [...aliases.before.keys()].filter((path) => !aliases.after.has(path))
  return {
    settings: names.filter((name) => differs(live.settings[name], next.settings[name])),
    redirects: [
      ...[...aliases.after].map(([path, to]) => ({ path, to: target(to) })),
      ...lost.map((path) => ({ path, to: null })),
    ],
    newGone: [...gone.after.keys()],
    lostGone: [...gone.before.keys()],
  }
}

/** A location may keep `current` and then a page, together for this long. */
const NEAR_MS = 180_000

type Rows = ReadonlyMap<string, ArticleEntry>
export type NearChange = Pick<Plan['near'][number], 'at' | 'becomes'> & { slug: string }

/** Instants less than three minutes ahead that a push or a rollback sets, moves or cancels. */
export function nearChanges({ before, after }: RowChanges<'articles'>, now: number): NearChange[] {
  const changes: NearChange[] = []
  const isNear = (at: number | undefined): at is number => at !== undefined && at > now && at < now + NEAR_MS
  for (const slug of new Set([...after.keys(), ...before.keys()])) {
    const [old, next] = [before.get(slug), after.get(slug)]
    if (isNear(next?.from) && old?.from !== next.from)
      changes.push({ slug, at: next.from, becomes: 'appears' })
    else if (isNear(old?.from) && old.from !== next?.from)
      changes.push({ slug, at: old.from, becomes: 'no longer appears' })
    if (isNear(next?.until) && old?.until !== next.until)
      changes.push({ slug, at: next.until, becomes: 'expires' })
    else if (isNear(old?.until) && next && old.until !== next.until)
      changes.push({ slug, at: old.until, becomes: 'no longer expires' })
  }
  return changes
}

function subjectChanges(
  { tags, authors }: TableChanges,
  moment: Moment,
): Pick<Plan, 'newTags' | 'lostTags' | 'newAuthors' | 'lostAuthors'> {
  const visible = (rows: ReadonlyMap<string, Counted>): Set<string> =>
    new Set([...rows].filter(([, row]) => countOf(row, moment) > 0).map(([slug]) => slug))
  const [oldTags, nextTags] = [visible(tags.before), visible(tags.after)]
  const [oldAuthors, nextAuthors] = [visible(authors.before), visible(authors.after)]
  return {
    newTags: [...nextTags.difference(oldTags)],
    lostTags: [...oldTags.difference(nextTags)],
    newAuthors: [...nextAuthors.difference(oldAuthors)],
    lostAuthors: [...oldAuthors.difference(nextAuthors)],
  }
}

/** A page in a plan: its title where the sources know it, else its slug. */
export type PlannedPage = { slug: string; title: string; path: string }

/** Static pages that are new, that changed, and that are gone. */
export type StaticPageChanges = {
  added: PlannedPage[]
  changed: PlannedPage[]
  removed: PlannedPage[]
  /** All static pages in their new order, if those that stay change places; else none. */
  reordered: PlannedPage[]
}

/** Compares the static pages of two editions. `pages` are their lists in the settings. */
export function staticPageChanges(
  { staticPages: { before, after } }: Pick<TableChanges, 'staticPages'>,
  pages: Record<'before' | 'after', NonNullable<Settings['pages']>>,
): StaticPageChanges {
  const titles = new Map([...pages.before, ...pages.after].map(({ slug, title }) => [slug, title]))
  const page = (slug: string): PlannedPage => ({
    slug,
    title: titles.get(slug) ?? slug,
    path: staticPagePath(slug),
  })
  const [old, next] = [[...before.keys()], [...after.keys()]]
  const [oldOrder, newOrder] = [pages.before, pages.after].map((list) => list.map(({ slug }) => slug))
  const intersection = (slugs: string[] = [], others: string[] = []): string[] =>
    slugs.filter((slug) => others.includes(slug))
  const isReordered = intersection(oldOrder, newOrder).join() !== intersection(newOrder, oldOrder).join()
  return {
    added: next.filter((slug) => !before.has(slug)).map(page),
    changed: next.filter((slug) => before.has(slug)).map(page),
    removed: old.filter((slug) => !after.has(slug)).map(page),
    reordered: isReordered ? pages.after.map(({ slug }) => page(slug)) : [],
  }
}

/** Slugs of static pages whose addresses will answer 404. */
export function dyingStaticPages(
  { removed }: StaticPageChanges,
  { tables }: Pick<Built, 'tables'>,
): string[] {
  return removed.filter(({ path }) => !tables.aliases.has(path)).map(({ slug }) => slug)
}
