// What one edit costs in KV: an archive is built, and after each edit of its editors built again and compared with
// what was live. The articles are held in memory as `check` hands them over; nothing is rendered, nothing uploaded.
import { tagIdentity } from '../../src/addresses.ts'
import { canonicalJson } from '../../src/canonical.ts'
import { type Built, build } from '../../src/publish/build.ts'
import type { Content } from '../../src/publish/check-sources.ts'
import { hashText } from '../../src/publish/hash.ts'
import { lackingKeys } from '../../src/publish/plan/lacking.ts'
import type { Article } from '../../src/publish/sources/article.ts'
import { parseInstant } from '../../src/publish/sources/instants.ts'
import { parseSite } from '../../src/publish/sources/site.ts'
import { compareTables, type TableChanges } from '../../src/publish/stored/reading.ts'
import type { Value } from '../../src/publish/stores/store.ts'
import { type Current, FORMAT, keys, TABLE_NAMES } from '../../src/records.ts'
import { partsOf } from '../../src/tables.ts'
import { bodyOf, makeArchive, makeStory, PRESS_TIME, SITE_FILES, type Story } from './archive.ts'
import { Dice } from './articles.ts'

export type Edit = 'new' | 'scheduled' | 'body' | 'headline'

/** An edit that was pushed: what it wrote, by kind, how much, and how many articles were still to come then. */
export type Pushed = { edit: Edit; kinds: string[]; bytes: number; ahead: number; seconds: number }

const HOUR_MS = 3_600_000
/** `push/<n>` is about so long. */
const PUSH_BYTES = 300

/** How many articles there are, how many are added, and how many hours ahead a new one is scheduled at most. */
export type Tries = { articles: number; tries: number; ahead: number }

/**
 * Publishes new articles, one push each, into an archive: every other one at once, the others hours ahead, so that some
 * of them appear before later pushes. Then corrects bodies and headlines of all ages.
 */
export async function tryEdits({ articles: count, tries, ahead }: Tries): Promise<Pushed[]> {
  const newsroom = await openNewsroom(count)
  const { articles } = newsroom
  const dice = new Dice(count + 7)
  const pushed: Pushed[] = []
  let now = PRESS_TIME
  for (let index = 0; index < tries; index += 1) {
    now += pause(dice)
    const edit = index % 2 === 0 ? 'new' : 'scheduled'
    const date = edit === 'new' ? now : now + HOUR_MS * (1 + dice.below(ahead))
    articles.push(newArticle(dice, { date, number: articles.length }))
    pushed.push(await newsroom.push(edit, now))
  }
  const corrected = Math.ceil(tries / 10)
  const ofAnyAge = Array.from({ length: corrected }, (_, index) => Math.floor((count * index) / corrected))
  const recent = Array.from({ length: corrected }, (_, index) => articles.length - 1 - index * 3)
  for (const place of [...ofAnyAge, ...recent]) {
    const article = articles[place]
    if (!article) continue
    for (const edit of ['body', 'headline'] as const) {
      now += pause(dice)
      if (edit === 'body') article.textHash = hashText(article.textHash)
      else article.title += ' after all'
      pushed.push(await newsroom.push(edit, now))
    }
  }
  return pushed
}

/** Minutes, while a newsroom is at work; hours now and then. In milliseconds. */
function pause(dice: Dice): number {
  return 60_000 * (dice.below(4) === 0 ? 60 + dice.below(600) : 3 + dice.below(120))
}

function newArticle(dice: Dice, { date, number }: { date: number; number: number }): Article {
  const article = articleOf(makeStory(dice, { time: date, number }))
  return { ...article, date, updated: undefined, expires: undefined, corrections: [], aliases: [] }
}

type Newsroom = {
  articles: Article[]
  /** Builds what the articles have become at an instant, and takes it for live. */
  push: (edit: Edit, now: number) => Promise<Pushed>
}

async function openNewsroom(count: number): Promise<Newsroom> {
  const content = contentOf(count)
  const parts = new Map<string, string>()
  const store = {
    getMany: async (keys: readonly string[]) => new Map(keys.map((key) => [key, parts.get(key) ?? ''])),
  }
  const keepParts = async ({ stages }: Built): Promise<void> => {
    for (const [key, make] of stages[1] ?? []) if (!parts.has(key)) parts.set(key, textOf(await make()))
  }
  let live = build(content, PRESS_TIME)
  await keepParts(live)
  const push: Newsroom['push'] = async (edit, now) => {
    const started = performance.now()
    const built = build(content, now)
    const changes = await compareTables(store, live.body, built)
    const lacking = lackingKeys(
      { edition: live.hash, body: live.body, takedowns: [] },
      { built, changes, takedowns: [] },
    )
    const seconds = (performance.now() - started) / 1000
    const current: Current = {
      format: FORMAT,
      sequence: 1,
      takedowns: [],
      edition: built.hash,
      body: built.body,
    }
    let bytes = Buffer.byteLength(canonicalJson(current)) + PUSH_BYTES
    for (const [stage, wanted] of lacking.entries()) {
      for (const key of wanted) bytes += Buffer.byteLength(textOf(await built.stages[stage]?.get(key)?.()))
    }
    const kinds = [...kindsOf(lacking.flat(), { built, changes }), 'push/<n>', 'current']
    await keepParts(built)
    live = built
    const ahead = content.articles.filter(({ date = 0 }) => date > now).length
    return { edit, kinds, bytes, ahead, seconds }
  }
  return { articles: content.articles, push }
}

function contentOf(count: number): Content {
  const [site = null, authors = null] = [...SITE_FILES].map(([path, text]) => {
    return { path, bytes: new TextEncoder().encode(text) }
  })
  const parsed = parseSite({ site, authors, tags: null, problems: [] })
  if (!parsed.site) throw new Error("The benchmark's site has a problem")
  const seeds = new Map<string, number>()
  const articles: Article[] = []
  for (const story of makeArchive(count)) {
    seeds.set(story.path, story.seed)
    articles.push(articleOf(story))
  }
  return {
    site: parsed.site,
    articles,
    staticPages: [],
    pictures: new Map(),
    readText: async ({ path }) => ({
      frontMatter: '',
      body: bodyOf({ seed: seeds.get(path) ?? path.length }),
    }),
    readPicture: async () => new Uint8Array(),
    makePictures: async () => {},
    weighPicture: () => 0,
  }
}

/** A story as `check` would hand it over. */
function articleOf(story: Story): Article {
  const { path, slug, title, kicker, standfirst, dateline, author, correction, alias, seed } = story
  const place = { path, line: 1, column: 1 }
  const instant = (text: string | undefined, dayEnd = false): number | undefined => {
    const parsed = text === undefined ? null : parseInstant(text, { zone: 'Europe/Berlin', dayEnd })
    return parsed && 'instant' in parsed ? parsed.instant : undefined
  }
  return {
    path,
    slug,
    id: `${story.date.slice(0, 10)}/${slug}`,
    title,
    kicker,
    standfirst,
    dateline,
    date: instant(story.date),
    updated: instant(story.updated),
    expires: instant(story.expires, true),
    authors: [author],
    tags: story.tags.map((name) => ({ name, identity: tagIdentity(name), place })),
    aliases: alias === undefined ? [] : [{ path: alias, place }],
    translations: [],
    corrections: correction ? [{ date: instant(correction.date) ?? 0, text: correction.text }] : [],
    lead: false,
    draft: false,
    pictures: new Map(),
    slugPlace: place,
    idPlace: null,
    textHash: hashText(String(seed)),
  }
}

function textOf(value: Value | undefined): string {
  return typeof value?.value === 'string' ? value.value : ''
}

/** What each key holds, in words. */
function kindsOf(
  lacking: readonly string[],
  { built, changes }: { built: Built; changes: TableChanges },
): string[] {
  const { articles, tags, authors, pages, months } = changes
  const kinds = new Map<string, string>()
  for (const [slug, { record }] of articles.after)
    kinds.set(keys.article(record), articles.before.has(slug) ? 'known article' : 'new article')
  for (const { record } of pages.after.values()) kinds.set(keys.list(record), 'full page')
  for (const { newest } of tags.after.values()) kinds.set(keys.list(newest.record), 'newest page of a tag')
  for (const { newest } of authors.after.values())
    kinds.set(keys.list(newest.record), 'newest page of an author')
  for (const { record } of months.after.values()) kinds.set(keys.month(record), 'month')
  kinds.set(keys.list(built.body.front.newest.record), 'front page')
  for (const name of TABLE_NAMES) {
    const table = built.body[name]
    const hashes = 'parts' in table ? partsOf(table.parts) : []
    for (const hash of hashes) kinds.set(keys.part(hash), `part of ${name}`)
  }
  kinds.set(keys.edition(built.hash), 'edition')
  return lacking.map((key) => kinds.get(key) ?? key)
}
