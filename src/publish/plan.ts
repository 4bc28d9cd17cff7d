// What a push would change: for readers, in their terms, and in the store. Pure; what is live is handed in.
import { articlePath } from '../addresses.ts'
import { countOf, isVisible, type Moment } from '../projection.ts'
import type { Current, Edition } from '../records.ts'
import { type ArticleEntry, keys } from '../records.ts'
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
  /** Articles that appear later by themselves; `from` in milliseconds. */
  scheduled: (PlannedPage & { from: number })[]
  /** Articles that go by themselves; `until` in milliseconds. */
  expiring: (PlannedPage & { until: number })[]
  newTags: string[]
  lostTags: string[]
  /** Articles, live or still to come, that the sources do not know: a push without leave to remove them stops. */
  missing: { slug: string; from: number }[]
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
}

/** Compares what was built with what is live. */
export function planPush({ live, built, content, now, isRewritten }: PlanInput): Plan {
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
    ...{ appearing: [], changed: [], neighbours: 0, disappearing: [], scheduled: [], expiring: [] },
    ...tagChanges(live?.body ?? null, built.body, moment),
    missing: [],
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
    if (shown(before, slug) && !shown(after, slug)) plan.disappearing.push(page(slug))
    const isOver = entry.until !== undefined && entry.until <= now
    if (!isOver && !isAccountedFor(slug, built.body, titles)) plan.missing.push({ slug, from: entry.from })
  }
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
