// The clock drill: moves a site through its instants, requests every address of the catalogue just before, at and just
// after each, and compares the answers with the sources. Returns every difference.
import { articlePath, authorPath, monthPath, tagPath } from '../../src/addresses.ts'
import { monthOf } from '../../src/dates.ts'
import type { Site, Wish } from '../harness/site.ts'

/** An article of the sources. Its word is in its title, its text and its slug, and nowhere else. */
export type Told = {
  slug: string
  word: string
  from: number
  until?: number
  tags: string[]
  authors: string[]
  alias: string
  /** The slug of the same article in another language. */
  translation?: string
}

type Holds = (text: string, part: string) => boolean

export type Drill = {
  articles: readonly Told[]
  paths: readonly string[]
  /** Milliseconds. */
  instants: readonly number[]
  zone: string
  wish?: Wish
}

/** The answer of an address at a moment. */
type Seen = {
  now: number
  status: number
  etag: string | null
  text: string
  location: string | null
  lifetime: Lifetime
  /** When the first of what it shows expires. */
  until?: number
}

export async function runClockDrill(site: Site, drill: Drill): Promise<string[]> {
  const wrong: string[] = []
  const moments = [...new Set(drill.instants.flatMap((at) => [at - 1000, at, at + 1000]))].sort(
    (a, b) => a - b,
  )
  const walks = new Map<string, Seen[]>(drill.paths.map((path) => [path, []]))
  const expiring = drill.articles.filter(({ until }) => until !== undefined)
  const holds = memoizedIncludes()
  for (const now of moments) {
    const seen = await askAll(site, drill, now)
    wrong.push(...checkMoment(seen, { ...drill, holds }, now))
    for (const [path, answer] of seen) {
      const untils = expiring.flatMap(({ word, until }) =>
        until !== undefined && holds(answer.text, `The story of ${word}`) ? [until] : [],
      )
      const until = untils.length > 0 ? { until: Math.min(...untils) } : {}
      walks.get(path)?.push({ ...answer, ...until })
    }
  }
  for (const [path, walk] of walks) wrong.push(...checkWalk(path, walk))
  return wrong
}

/** Whether a text includes another, memoized: most pages are the same at most moments. */
function memoizedIncludes(): Holds {
  const answers = new Map<string, Map<string, boolean>>()
  return (text, part) => {
    const known = answers.get(text) ?? new Map<string, boolean>()
    answers.set(text, known)
    const isThere = known.get(part) ?? text.includes(part)
    known.set(part, isThere)
    return isThere
  }
}

async function askAll(site: Site, { paths, wish }: Drill, now: number): Promise<Map<string, Seen>> {
  const answers = await site.getAll(paths, { ...wish, now })
  return new Map(
    answers.map(({ status, headers, body }, index) => {
      const location = headers.get('location')
      const seen: Seen = {
        now,
        status,
        etag: headers.get('etag'),
        text: body,
        location,
        lifetime: parseLifetime(headers.get('cloudflare-cdn-cache-control') ?? ''),
      }
      return [paths[index] ?? '', seen]
    }),
  )
}

const isShown = ({ from, until }: Told, now: number): boolean =>
  from <= now && (until === undefined || now < until)

/** Hidden articles are on no page, and visible ones on every page that lists them. */
function checkMoment(
  seen: ReadonlyMap<string, Seen>,
  { articles, zone, holds }: Drill & { holds: Holds },
  now: number,
): string[] {
  const wrong: string[] = []
  const when = new Date(now).toISOString()
  const hidden = articles.filter((article) => !isShown(article, now))
  const shown = articles.filter((article) => isShown(article, now))
  for (const [path, { status, text, location }] of seen) {
    if (status >= 500) wrong.push(`${when} ${path} answers ${status}`)
    for (const { word } of hidden)
      if (holds(text, word) || location?.includes(word)) wrong.push(`${when} ${path} betrays ${word}`)
  }
  const textOf = (path: string): string => seen.get(path)?.text ?? ''
  const textsOf = (isWanted: (path: string) => boolean): string[] =>
    [...seen].flatMap(([path, { text }]) => (isWanted(path) ? [text] : []))
  const listHolds = (start: string, word: string): boolean =>
    textsOf((path) => path === start || path.startsWith(`${start}/page/`)).some((text) => holds(text, word))
  const front = textsOf((path) => path === '/' || path.startsWith('/page/'))
  const sitemaps = textsOf((path) => path.startsWith('/sitemap'))
  for (const { slug, word, alias, tags, authors, from, translation } of shown) {
    const lacks = (what: string, isThere: boolean): void => {
      if (!isThere) wrong.push(`${when} ${what} lacks ${word}`)
    }
    lacks('its own page', seen.get(articlePath(slug))?.status === 200)
    lacks('its old address', seen.get(alias)?.location === articlePath(slug))
    lacks(
      'the front page',
      front.some((text) => holds(text, word)),
    )
    lacks(
      'the sitemap',
      sitemaps.some((text) => holds(text, word)),
    )
    lacks('its month', holds(textOf(monthPath(monthOf(from, zone))), `The story of ${word}`))
    for (const author of authors) lacks(`the list of ${author}`, listHolds(authorPath(author), word))
    const other = shown.find((one) => one.slug === translation)
    const page = textOf(articlePath(slug))
    if (other)
      lacks(`the page of ${other.word}`, holds(page, `hreflang="ar" href="${articlePath(other.slug)}"`))
    for (const tag of tags) lacks(`the list of ${tag}`, listHolds(tagPath(tag), word))
  }
  for (const { at, wish, part } of waysOn(articles, shown)) {
    if (!holds(textOf(at), part)) wrong.push(`${when} ${at} lacks ${wish}`)
  }
  for (const { slug, from } of hidden) {
    const { status } = seen.get(articlePath(slug)) ?? {}
    const due = from > now ? 404 : 410
    if (status !== due) wrong.push(`${when} ${articlePath(slug)} answers ${status}, not ${due}`)
  }
  const counted = (what: (article: Told) => string[]): Map<string, number> => {
    const counts = new Map<string, number>()
    for (const name of shown.flatMap(what)) counts.set(name, (counts.get(name) ?? 0) + 1)
    return counts
  }
  const months = counted(({ from }) => [monthOf(from, zone).replace('-', '/')])
  return [
    ...wrong,
    ...checkCounts({ index: '/tags', text: textOf('/tags'), counts: counted(({ tags }) => tags), when }),
    ...checkCounts({
      index: '/authors',
      text: textOf('/authors'),
      counts: counted(({ authors }) => authors),
      when,
    }),
    ...checkCounts({ index: '/archive', text: textOf('/archive'), counts: months, when }),
  ]
}

const BACKGROUND_MS = 2 * 86_400_000
const RELATED_PER_TAG = 2

type WayOn = { at: string; wish: string; part: string }

/** The links of every visible article: its visible neighbours and related articles. */
function waysOn(articles: readonly Told[], shown: readonly Told[]): WayOn[] {
  const inOrder = (some: readonly Told[]): Told[] =>
    some.toSorted((a, b) => a.from - b.from || (a.slug < b.slug ? -1 : 1))
  const [all, seen] = [inOrder(articles), inOrder(shown)]
  return seen.flatMap((article, index) => {
    const at = articlePath(article.slug)
    const linked = (rel: string, to: Told | undefined): WayOn[] =>
      to ? [{ at, wish: `${rel} ${to.word}`, part: `rel="${rel}" href="${articlePath(to.slug)}"` }] : []
    const related = article.tags.flatMap((tag) => {
      const older = all.slice(0, all.indexOf(article)).filter(({ tags }) => tags.includes(tag))
      const background = older.filter(({ from }) => from <= article.from - BACKGROUND_MS)
      return (background.length > 0 ? background : older).slice(-RELATED_PER_TAG)
    })
    return [
      ...linked('prev', seen[index - 1]),
      ...linked('next', seen[index + 1]),
      ...related
        .filter((one) => shown.includes(one))
        .map(({ word }) => ({ at, wish: `related ${word}`, part: word })),
    ]
  })
}

type Index = { index: string; text: string; counts: ReadonlyMap<string, number>; when: string }

/** An index lists exactly the visible names, each with its count. */
function checkCounts({ index, text, counts, when }: Index): string[] {
  const told = new Map<string, number>()
  const lines = new RegExp(`href="${index}/([^"]+)"[^>]*>.*?<span class="count">(\\d+) article`, 'gs')
  for (const [, name = '', count] of text.matchAll(lines)) told.set(name, Number(count))
  const all = new Set([...counts.keys(), ...told.keys()])
  return [...all]
    .filter((name) => counts.get(name) !== told.get(name))
    .map((name) => `${when} ${index} says ${told.get(name)} of ${name}, not ${counts.get(name)}`)
}

/** The ETag changes exactly when the page does; no lifetime reaches the next change. */
function checkWalk(path: string, walk: readonly Seen[]): string[] {
  const wrong: string[] = []
  const next = nextChanges(walk)
  walk.forEach((seen, index) => {
    const { now, status, etag, lifetime } = seen
    const when = new Date(now).toISOString()
    const before = walk[index - 1]
    if (before && status === 200 && before.status === 200) {
      const [isNew, isTagged] = [differs(seen, before), etag !== before.etag]
      if (isNew && !isTagged) wrong.push(`${when} ${path} changes and its ETag does not`)
      if (!isNew && isTagged) wrong.push(`${when} ${path} keeps its text and changes its ETag`)
    }
    const change = next[index]
    if (change === undefined) return
    const left = (change - now) / 1000
    const { age, revalidate } = lifetime
    if (age > 0 && age * 2 > left) wrong.push(`${when} ${path} lives ${age} s, and changes in ${left} s`)
    if (revalidate > 0 && (age + revalidate) * 2 > left)
      wrong.push(`${when} ${path} may be stale for ${revalidate} s, and changes in ${left} s`)
    if (left >= 4 && age === 0 && status === 200 && !path.startsWith('/page/') && !/\/page\//.test(path))
      wrong.push(`${when} ${path} may not be kept, and changes in ${left} s only`)
    if (left / 2 < 30 && left >= 4 && status === 200 && age !== Math.floor(left / 2))
      wrong.push(`${when} ${path} lives ${age} s, and could live ${Math.floor(left / 2)} s`)
  })
  return [...wrong, ...checkErrors(path, walk)]
}

/** For each answer, the moment of the next different one. */
function nextChanges(walk: readonly Seen[]): (number | undefined)[] {
  const next: (number | undefined)[] = []
  for (let index = walk.length - 2; index >= 0; index -= 1) {
    const [here, after] = [walk[index], walk[index + 1]]
    next[index] = here && after && differs(here, after) ? after.now : next[index + 1]
  }
  return next
}

function differs(one: Seen, other: Seen): boolean {
  return one.status !== other.status || one.location !== other.location || one.text !== other.text
}

/** A page with an article that expires must not be served after that, not even while storage fails. */
function checkErrors(path: string, walk: readonly Seen[]): string[] {
  return walk.flatMap(({ now, status, lifetime, until }) => {
    const reaches = (lifetime.age + lifetime.error) * 1000 + now
    return until === undefined || status !== 200 || lifetime.age === 0 || reaches <= until
      ? []
      : [`${new Date(now).toISOString()} ${path} may be served on errors after something on it expired`]
  })
}

type Lifetime = { age: number; revalidate: number; error: number }

function parseLifetime(header: string): Lifetime {
  const seconds = (name: string): number => Number(new RegExp(`${name}=(\\d+)`).exec(header)?.[1] ?? 0)
  return {
    age: seconds('max-age'),
    revalidate: seconds('stale-while-revalidate'),
    error: seconds('stale-if-error'),
  }
}
