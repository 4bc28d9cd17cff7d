// `rollback`: shows what an earlier push would bring back, asks, and puts it live in two writes.
import { canonicalJson } from '../../canonical.ts'
import { isVisible, type Moment } from '../../projection.ts'
import {
  type ArticleEntry,
  type Current,
  type Edition,
  keys,
  type Settings,
  type Takedown,
  takedownOver,
} from '../../records.ts'
import { articleAddress, section, shortHash } from '../format.ts'
import { type NearChange, nearChanges } from '../plan/changes.ts'
import { readRecords, rewrittenArticles } from '../plan/rewritten.ts'
import { type Memory, openMemory, readLatest } from '../push/last-push.ts'
import { assertClock, type PushNote, replaceCurrent, summaryOf } from '../push.ts'
import { isoMinute } from '../sources/instants.ts'
import { quote } from '../sources/problem.ts'
import { type Coming, comingOf, hiddenSlugs, readTitles } from '../stored/coming.ts'
import { assertKept, type Earlier, pushBefore, pushNumbered } from '../stored/history.ts'
import { readEdition, readTable } from '../stored/reading.ts'
import type { Store } from '../stores/store.ts'
import { consent, type Terminal } from '../terminal/terminal.ts'
import { fieldName, reportNear } from './plan-report.ts'
import { reportReach } from './publish-report.ts'

export type RollbackCommand = {
  root: string
  store: Store
  isLocal: boolean
  note: PushNote
  to?: number
  sure: boolean
}

/** The number of a push, as an editor writes it. */
export function parsePushNumber(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
  throw new Error(
    `--to must be the number of a push, which npm run editions tells, such as 12: found ${quote(text)}`,
  )
}

/** Rolls back; the exit code. */
export async function runRollback(command: RollbackCommand, terminal: Terminal): Promise<number> {
  const { root, store, isLocal, note, to, sure } = command
  const memory = openMemory(root, store)
  const live = await readLatest(store, memory)
  if (!live) throw new Error(`Nothing was published to ${store.name} yet, so there is nothing to go back to`)
  const plan = await planRollback({ store, live, to, now: note.time })
  if (!plan) {
    const edition = shortHash(live.edition)
    terminal.print([
      `Nothing changed: the edition of push ${to ?? live.sequence} (${edition}) is live already.`,
    ])
    return 0
  }
  terminal.print(reportRollback(plan))
  const question = `Roll ${store.name} back?`
  if (!(await consent(terminal, { question, isGiven: isLocal || sure }))) {
    terminal.print(['Nothing was rolled back.'])
    return 1
  }
  const { sequence } = await rollBack(store, plan, { note, memory })
  terminal.print([reportRolledBack(plan, sequence)])
  if (!isLocal) terminal.print([reportReach(Date.now(), plan.body.settings.zone)])
  terminal.print(['The sources were not changed: the next deploy publishes them.'])
  return 0
}

/** An article in the report; its title is the slug if the title cannot be read. */
export type RolledArticle = { slug: string; title: string }

export type Rollback = {
  live: Current
  earlier: Earlier
  body: Edition
  /** The takedowns over the older edition: articles taken down, gone since, or erased. */
  takedowns: Takedown[]
  appearing: RolledArticle[]
  changed: RolledArticle[]
  disappearing: RolledArticle[]
  /** Fields of site.yaml that every page shows and that differ. */
  settings: string[]
  /** Slugs that the older edition has and that stay hidden. */
  withheld: string[]
  /** What the edition will do by itself. */
  coming: (Coming & { title: string })[]
  /** Appearances to come that the live edition does not have. */
  newlyScheduled: RolledArticle[]
  /** Appearances and expiries that change and are so near that some locations will learn of it too late. */
  near: (NearChange & { title: string })[]
}

export type RollbackOptions = {
  store: Store
  live: Current
  /** The push to go back to; the one before the live one if not given. */
  to?: number
  /** Milliseconds since 1970. */
  now: number
}

/** What a rollback would do; null when the edition of that push is live already. Writes nothing. */
export async function planRollback({ store, live, to, now }: RollbackOptions): Promise<Rollback | null> {
  await assertClock(store)
  const earlier = to === undefined ? await pushBefore(store, live) : await pushNumbered(store, live, to)
  if (earlier.push.edition === live.edition) return null
  await assertKept(store, earlier)
  const body = await readEdition(store, earlier.push.edition)
  const articles = {
    live: await readTable(store, live.body, 'articles'),
    old: await readTable(store, body, 'articles'),
  }
  const takedowns = await takedownsOverOlder(store, { live, old: body, articles: articles.old })
  const [hiddenNow, hidden] = [hiddenSlugs(live), hiddenSlugs({ takedowns })]
  const before = seenAt(articles.live, { now, hidden: hiddenNow })
  const after = seenAt(articles.old, { now, hidden })
  const coming = comingOf(articles.old, { now, hidden })
  const wasComing = comingOf(articles.live, { now, hidden: hiddenNow })
  const wasToAppear = new Set(wasComing.flatMap(({ becomes, slug }) => (becomes === 'appears' ? [slug] : [])))
  const rewritten = await rewrittenArticles({ before, after }, (hashes) => readRecords(store, hashes))
  const [appearing, disappearing] = [outside(after, before), outside(before, after)]
  const near = nearChanges(
    { before: without(articles.live, hiddenNow), after: without(articles.old, hidden) },
    now,
  ).map((change) => ({
    ...change,
    record: (articles.old.get(change.slug) ?? articles.live.get(change.slug))?.record ?? '',
  }))
  const titles = await readTitles(
    store,
    [appearing, disappearing, coming, near]
      .flatMap((rows) => rows.slice(0, TITLED_LIMIT))
      .map(({ record }) => record),
  )
  const titled = <T extends { slug: string; record: string }>(row: T): T & RolledArticle => ({
    ...row,
    title: titles.get(row.record) ?? row.slug,
  })
  const titledComing = coming.map(titled)
  return {
    live,
    earlier,
    body,
    takedowns,
    appearing: appearing.map(titled),
    changed: [...rewritten].map(([slug, record]) => ({ slug, title: record?.title ?? slug })),
    disappearing: disappearing.map(titled),
    settings: differing(live.body.settings, body.settings),
    withheld: [...hidden].filter((slug) => articles.old.has(slug)).sort(),
    coming: titledComing,
    newlyScheduled: titledComing.filter(
      ({ becomes, slug }) => becomes === 'appears' && !wasToAppear.has(slug),
    ),
    near: near.map(titled),
  }
}

/** Writes the two values that put the edition live again. */
export async function rollBack(
  store: Store,
  plan: Rollback,
  { note, memory }: { note: PushNote; memory: Memory },
): Promise<Current> {
  const { live, earlier, body, takedowns, newlyScheduled } = plan
  // gc may have begun while the question was open.
  await assertKept(store, earlier)
  const { edition, sequence } = earlier.push
  const changes = summaryOf({ ...plan, scheduled: newlyScheduled })
  const push = { edition, ...note, rollback: sequence, changes }
  const next = { edition, body, takedowns }
  return replaceCurrent(store, { live, next, push, memory })
}

type Articles = ReadonlyMap<string, ArticleEntry>

/** How many titles of a kind are read; no report shows more. */
const TITLED_LIMIT = 20

/** The rows that readers see at an instant. */
function seenAt(rows: Articles, { now, hidden }: { now: number; hidden: ReadonlySet<string> }): Articles {
  const moment: Moment = { embargoNow: now, expiryNow: now, takedowns: hidden }
  return new Map([...without(rows, hidden)].filter(([, row]) => isVisible(row, moment)))
}

/** The rows without the hidden ones. */
function without(rows: Articles, hidden: ReadonlySet<string>): Articles {
  return new Map([...rows].filter(([slug]) => !hidden.has(slug)))
}

/** Slugs that are gone today and not in the older edition. */
async function goneSince(store: Store, live: Current, old: Edition): Promise<string[]> {
  const [today, then] = [await readTable(store, live.body, 'gone'), await readTable(store, old, 'gone')]
  const hidden = live.takedowns.flatMap(({ slug, untilNextPush }) => (untilNextPush ? [slug] : []))
  return [...new Set([...today.keys(), ...hidden])].filter((slug) => !then.has(slug)).sort()
}

/** The takedowns over the older edition: articles that were taken down, that are gone since, and that gc has erased. */
async function takedownsOverOlder(
  store: Store,
  { live, old, articles }: { live: Current; old: Edition; articles: Articles },
): Promise<Takedown[]> {
  const down = live.takedowns.filter(({ untilNextPush }) => !untilNextPush)
  const known = new Set(down.map(({ slug }) => slug))
  const gone = await goneSince(store, live, old)
  const erased = await erasedOf(store, live, articles)
  const others = [...new Set([...gone, ...erased])].filter((slug) => !known.has(slug))
  const all = [...down, ...others.map((slug) => ({ slug, untilNextPush: true as const }))]
  return all.map((takedown) => takedownOver(takedown, articles.get(takedown.slug)))
}

/** Slugs that were taken down once and restored, and whose record in the older edition is not in the store. */
async function erasedOf(
  store: Pick<Store, 'list'>,
  { restored = [] }: Current,
  articles: Articles,
): Promise<string[]> {
  const erased: string[] = []
  for (const slug of restored) {
    const row = articles.get(slug)
    if (row && !(await isHeld(store, keys.article(row.record)))) erased.push(slug)
  }
  return erased
}

/** Looks for a key in the list of keys. To read an absent key would make KV cache that it is absent. */
async function isHeld(store: Pick<Store, 'list'>, key: string): Promise<boolean> {
  for await (const listed of store.list(key)) if (listed.key === key) return true
  return false
}

function differing(live: Settings, old: Settings): string[] {
  const names = Object.keys({ ...live, ...old }) as (keyof Settings)[]
  return names.filter((name) => canonicalJson([live[name]]) !== canonicalJson([old[name]])).sort()
}

function outside(rows: Articles, others: Articles): { slug: string; record: string }[] {
  return [...rows].flatMap(([slug, { record }]) => (others.has(slug) ? [] : [{ slug, record }]))
}

/** All that is to be seen of a rollback before it is done. */
export function reportRollback(plan: Rollback): string[] {
  const { live, body } = plan
  const to = plan.earlier.push
  const { zone } = body.settings
  const line = ({ title, slug }: RolledArticle): string => `${title}  ${articleAddress(slug)}`
  const about = to.message === '' ? '' : ` “${to.message}”`
  return [
    `Back to push ${to.sequence} of ${isoMinute(to.time, zone)} by ${to.author}${about}, in place of push ${live.sequence}.`,
    ...section('Comes back', plan.appearing.map(line)),
    ...section('Is again as it was', plan.changed.map(line)),
    ...section('No longer there', plan.disappearing.map(line)),
    ...section(
      'Site settings are again as they were',
      plan.settings.length > 0 ? [plan.settings.map(fieldName).join(', ')] : [],
    ),
    ...section('Stays away, because it was taken down or is gone since', plan.withheld.map(articleAddress)),
    ...section(
      'Will still go live or expire',
      plan.coming.map((one) => `${isoMinute(one.at, zone)} ${one.becomes}  ${line(one)}`),
    ),
    ...reportNear(plan.near, zone),
  ]
}

/** The line that says what is live after a rollback. */
export function reportRolledBack({ earlier: { push } }: Rollback, sequence: number): string {
  return `Push ${sequence} is live: back to push ${push.sequence} (edition ${shortHash(push.edition)}), 2 values written.`
}
