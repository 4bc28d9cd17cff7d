// What a push would change: for readers, in their terms, and in the store. Pure; what is live is handed in.
import { articlePath, tagPath } from '../addresses.ts'
import { countOf, isVisible, type Moment } from '../projection.ts'
import { type ArticleEntry, type Card, type Current, canonicalJson, type Edition, keys } from '../records.ts'
import type { Built } from './build.ts'
import type { Content } from './check.ts'

/** A page in a plan: its title where the sources know it, else its slug. */
export type PlannedPage = { slug: string; title: string; path: string }

export type Plan = {
  /** Articles that readers will see and did not see before. */
  appearing: PlannedPage[]
  /** Articles whose own words, pictures or settings differ. */
  changed: PlannedPage[]
  /** How many other articles change only in what they say of their neighbours. */
  neighbours: number
  disappearing: PlannedPage[]
  /** Articles that readers will find at another address, by the old one. */
  moved: (PlannedPage & { oldPath: string })[]
  /** Articles that appear later by themselves; `from` in milliseconds. */
  scheduled: (PlannedPage & { from: number })[]
  /** Articles that go by themselves; `until` in milliseconds. */
  expiring: (PlannedPage & { until: number })[]
  /** Appearances and expiries so near that not every location will know of the change in time. */
  near: (PlannedPage & {
    at: number
    becomes: 'appears' | 'expires' | 'no longer appears' | 'no longer expires'
  })[]
  /** What is pinned to the top of the front page from now on; null for nothing, absent if that is as before. */
  lead?: PlannedPage | null
  /** Fields of site.yaml that every page shows and that differ. */
  settings: string[]
  /** Old paths that lead somewhere else from now on, or nowhere; those of moved articles are not among them. */
  redirects: { path: string; to: string | null }[]
  /** Slugs that answer 410 from now on, and those that no longer do. */
  newGone: string[]
  lostGone: string[]
  newTags: string[]
  lostTags: string[]
  /** Articles, live or still to come, that the sources do not know: a push without leave to remove them stops. */
  missing: { slug: string; from: number; isAhead: boolean }[]
  /** All slugs that the sources say are gone. */
  gone: string[]
  /** Keys that the store lacks, in the order in which they are to be written. */
  lacking: string[]
  /** The edition that is live is this one. */
  unchanged: boolean
}

export type PlanInput = {
  live: Current | null
  built: Built
  content: Content
  /** Milliseconds since 1970. */
  now: number
  /** Whether an article's own record, without what it says of others, is another one than the live one. */
  isRewritten: (slug: string) => boolean
  /** The rows pinned to the top of the front page, as they are live and as they were built. */
  leads: { live: readonly Card[]; built: readonly Card[] }
}

/** Compares what was built with what is live. */
export function planPush({ live, built, content, now, isRewritten, leads }: PlanInput): Plan {
  const moment: Moment = { opens: now, closes: now, takedowns: new Set() }
  const before = live?.body.articles.rows ?? {}
  const after = built.body.articles.rows
  const titles = new Map(content.articles.map(({ slug, title }) => [slug, title]))
  const page = (slug: string): PlannedPage => ({
    slug,
    title: titles.get(slug) ?? slug,
    path: articlePath(slug),
  })
  const shown = (rows: Record<string, ArticleEntry>, slug: string): ArticleEntry | null => {
    const entry = Object.hasOwn(rows, slug) ? rows[slug] : undefined
    return entry && isVisible(entry, moment) ? entry : null
  }

  const plan: Plan = {
    ...{ appearing: [], changed: [], neighbours: 0, disappearing: [], scheduled: [], expiring: [], near: [] },
    ...tagChanges(live?.body ?? null, built.body, moment),
    ...(live ? siteChanges(live.body, built.body) : NO_SITE_CHANGES),
    moved: [],
    missing: [],
    gone: Object.keys(built.body.gone.rows),
    lacking: lackingKeys(live, built),
    unchanged: live?.edition === built.hash,
  }
  for (const [slug, entry] of Object.entries(after)) {
    if (entry.from > now) plan.scheduled.push({ ...page(slug), from: entry.from })
    else if (entry.until !== undefined && entry.until > now)
      plan.expiring.push({ ...page(slug), until: entry.until })
    if (!shown(after, slug)) continue
    const old = shown(before, slug)
    if (!old) plan.appearing.push(page(slug))
    else if (old.record !== entry.record && isRewritten(slug)) plan.changed.push(page(slug))
    else if (old.record !== entry.record) plan.neighbours += 1
  }
  for (const [slug, entry] of Object.entries(before)) {
    if (shown(before, slug) && !shown(after, slug)) {
      const target = targetOf(articlePath(slug), built.body)
      if (target !== null && shown(after, target)) {
        plan.moved.push({ ...page(target), oldPath: articlePath(slug) })
      } else plan.disappearing.push(page(slug))
    }
    const isOver = entry.until !== undefined && entry.until <= now
    if (!isOver && !isAccountedFor(slug, built.body, titles))
      plan.missing.push({ slug, from: entry.from, isAhead: entry.from > now })
  }
  const isMoved = (path: string): boolean =>
    plan.moved.some((moved) => [moved.path, moved.oldPath].includes(path))
  plan.appearing = plan.appearing.filter(({ path }) => !isMoved(path))
  plan.redirects = plan.redirects.filter(({ path }) => !isMoved(path))
  for (const change of nearChanges({ before, after, now }))
    plan.near.push({ ...page(change.slug), ...change })
  const [oldLead, lead] = [leads.live, leads.built].map((rows) => rows.find((row) => isVisible(row, moment)))
  if (live && oldLead?.slug !== lead?.slug) plan.lead = lead ? page(lead.slug) : null
  plan.scheduled.sort((a, b) => a.from - b.from)
  plan.expiring.sort((a, b) => a.until - b.until)
  return plan
}

/** Whether the sources say what became of an article: it is there, a draft, renamed with an alias, or gone. */
function isAccountedFor(slug: string, body: Edition, articles: ReadonlyMap<string, unknown>): boolean {
  return (
    articles.has(slug) ||
    Object.hasOwn(body.aliases.rows, articlePath(slug)) ||
    Object.hasOwn(body.gone.rows, slug)
  )
}

/** The article that an old path leads to; null if it leads to none. */
function targetOf(path: string, { aliases }: Edition): string | null {
  const alias = Object.hasOwn(aliases.rows, path) ? aliases.rows[path] : undefined
  return alias && 'article' in alias ? alias.article : null
}

type SiteChanges = Pick<Plan, 'settings' | 'redirects' | 'newGone' | 'lostGone'>

/** The first edition is new as a whole. */
const NO_SITE_CHANGES: SiteChanges = { settings: [], redirects: [], newGone: [], lostGone: [] }

function siteChanges(live: Edition, next: Edition): SiteChanges {
  const differs = (a: unknown, b: unknown): boolean => canonicalJson([a]) !== canonicalJson([b])
  const names = ['title', 'tagline', 'url', 'lang', 'zone', 'publisher', 'navigation'] as const
  const targets = ({ aliases }: Edition): Map<string, string> =>
    new Map(
      Object.entries(aliases.rows).map(([path, to]) => [
        path,
        'article' in to ? articlePath(to.article) : tagPath(to.tag),
      ]),
    )
  const [before, after] = [targets(live), targets(next)]
  const paths = [...new Set([...after.keys(), ...before.keys()])]
  const [wasGone, isGone] = [live, next].map(({ gone }) => new Set(Object.keys(gone.rows)))
  return {
    settings: names.filter((name) => differs(live.settings[name], next.settings[name])),
    redirects: paths
      .filter((path) => before.get(path) !== after.get(path))
      .map((path) => ({ path, to: after.get(path) ?? null })),
    newGone: [...(isGone ?? [])].filter((slug) => !wasGone?.has(slug)),
    lostGone: [...(wasGone ?? [])].filter((slug) => !isGone?.has(slug)),
  }
}

/** `current` may be kept for so long by a location that has just read it, and a page for as long again. */
const NEAR_MS = 180_000

type Rows = Record<string, ArticleEntry>
type NearChange = Pick<Plan['near'][number], 'at' | 'becomes'> & { slug: string }

/** Instants less than three minutes ahead that this push sets, moves or cancels. */
function nearChanges({ before, after, now }: { before: Rows; after: Rows; now: number }): NearChange[] {
  const changes: NearChange[] = []
  const isNear = (at: number | undefined): at is number => at !== undefined && at > now && at < now + NEAR_MS
  for (const slug of new Set([...Object.keys(after), ...Object.keys(before)])) {
    const [old, next] = [before, after].map((rows) => (Object.hasOwn(rows, slug) ? rows[slug] : undefined))
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

function tagChanges(live: Edition | null, next: Edition, moment: Moment): Pick<Plan, 'newTags' | 'lostTags'> {
  const visible = (body: Edition | null): Set<string> => {
    const tags = Object.entries(body?.tags.rows ?? {})
    return new Set(tags.filter(([, tag]) => countOf(tag, moment) > 0).map(([slug]) => slug))
  }
  const [before, after] = [visible(live), visible(next)]
  return { newTags: [...after.difference(before)], lostTags: [...before.difference(after)] }
}

/** The store holds what the live edition names, because that was written before it. */
function lackingKeys(live: Current | null, built: Built): string[] {
  const held = live ? namedKeys(live.edition, live.body) : new Set<string>()
  return [...built.media.keys(), ...built.records.keys()].filter((key) => !held.has(key))
}

/** Every key that an edition names. */
export function namedKeys(hash: string, body: Edition): Set<string> {
  const named = new Set([keys.edition(hash), keys.list(body.tagsIndex.record)])
  for (const { newest, full } of [body.front, ...Object.values(body.tags.rows)]) {
    for (const { record } of [newest, ...full]) named.add(keys.list(record))
  }
  for (const { record } of Object.values(body.articles.rows)) named.add(keys.article(record))
  for (const id of Object.keys(body.media.rows)) {
    const [media = '', variant = ''] = id.split('/')
    named.add(keys.media(media, variant))
  }
  return named
}
