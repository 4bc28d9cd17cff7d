// An archive of any size, the same on every machine: stories over twenty years, as editors would have written them.
// What stands in it is fixed here before anything is measured, and is not tuned to a figure.
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { slugOf } from '../../src/addresses.ts'
import {
  AUTHORS,
  capital,
  code,
  Dice,
  KICKERS,
  LONGEST,
  list,
  paragraph,
  rawHtml,
  SHORTEST,
  sentence,
  table,
  WORDS,
} from './articles.ts'

/** A story: its file, its front matter, and the seed of its text. Times are those of the site's zone. */
export type Story = {
  path: string
  slug: string
  title: string
  kicker: string
  standfirst: string
  dateline: string
  date: string
  updated?: string
  expires?: string
  correction?: { date: string; text: string }
  alias?: string
  author: string
  tags: string[]
  seed: number
}

/** Every archive ends here. */
const ARCHIVE_END = Date.UTC(2026, 1, 16)
/** When it is published: not the time of the clock, or no two runs would measure the same. */
export const PRESS_TIME = ARCHIVE_END + 12 * 3_600_000
const DAY_MS = 86_400_000
const ARCHIVE_MS = 20 * 365 * DAY_MS
const TAGS_EACH = 3

/** So many stories, the oldest first, spread over twenty years with busy days and silent ones. */
export function* makeArchive(count: number): Generator<Story> {
  const dice = new Dice(count)
  const step = ARCHIVE_MS / (count + 60)
  let time = ARCHIVE_END - ARCHIVE_MS
  for (let index = 0; index < count; index += 1) {
    const due = ARCHIVE_END - ARCHIVE_MS + index * step
    // Where stories came thick the next waits for its turn; where they came late, a burst of them follows.
    time = Math.max(time + dice.below(Math.ceil(step / 2)), due - 12 * step)
    if (dice.below(30) === 0) time += dice.below(Math.ceil(24 * step))
    yield makeStory(dice, { time: Math.min(time, ARCHIVE_END), number: index })
  }
}

/** One story, published at a time: milliseconds since 1970, in UTC. */
export function makeStory(dice: Dice, { time, number }: { time: number; number: number }): Story {
  const title = capital(dice.words(4, 9))
  const slug = `${slugOf(title)}-${number}`
  const date = wallTime(time)
  const [year, month] = date.split('-')
  const later = (days: number) => wallTime(time + (1 + dice.below(days)) * DAY_MS)
  return {
    path: `content/articles/${year}/${month}/${date.slice(0, 10)}-${slug}.md`,
    slug,
    title,
    kicker: dice.pick(KICKERS),
    standfirst: dice.pick(SENTENCES),
    dateline: capital(dice.words(1, 1)),
    date,
    author: dice.pick(AUTHORS),
    tags: pickTags(dice),
    seed: dice.below(2 ** 31),
    ...(dice.below(10) === 0 ? { updated: later(3) } : {}),
    ...(dice.below(100) === 0 ? { expires: later(90) } : {}),
    ...(dice.below(100) === 0 ? { correction: { date: later(9), text: dice.pick(SENTENCES) } } : {}),
    ...(dice.below(100) === 0 ? { alias: `/news/${number}` } : {}),
  }
}

/** A story's source. */
export function textOf(story: Story): string {
  const { title, kicker, standfirst, dateline, date, updated, expires, correction, alias, author, tags } =
    story
  const head = [
    ...[`title: ${title}`, `kicker: ${kicker}`, `standfirst: ${JSON.stringify(standfirst)}`],
    ...[`dateline: ${dateline}`, `date: ${date}`, `authors: [${author}]`, `tags: [${tags.join(', ')}]`],
    ...(updated === undefined ? [] : [`updated: ${updated}`]),
    ...(expires === undefined ? [] : [`expires: ${expires}`]),
    ...(alias === undefined ? [] : [`aliases: [${alias}]`]),
    ...(correction === undefined
      ? []
      : ['corrections:', `  - date: ${correction.date}`, `    text: ${JSON.stringify(correction.text)}`]),
  ]
  return `---\n${head.join('\n')}\n---\n${bodyOf(story)}`
}

/** A story's Markdown, 2 to 8 KB of it. */
export function bodyOf({ seed }: Pick<Story, 'seed'>): string {
  const dice = new Dice(seed)
  const wanted = SHORTEST + dice.below(LONGEST - SHORTEST)
  const blocks = dice.below(4) === 0 ? [dice.pick(EXTRAS)] : []
  let length = blocks[0]?.length ?? 0
  while (length < wanted) {
    const block = dice.pick(BLOCKS)
    blocks.push(block)
    length += block.length + 2
  }
  return `\n${blocks.join('\n\n')}\n`
}

/** Writes an archive's `content/` into a folder. */
export async function writeArchive(root: string, count: number): Promise<void> {
  await mkdir(join(root, 'content'), { recursive: true })
  for (const [path, text] of SITE_FILES) await writeFile(join(root, path), text)
  const folders = new Set<string>()
  let batch: Promise<void>[] = []
  for (const story of makeArchive(count)) {
    const folder = dirname(join(root, story.path))
    if (!folders.has(folder)) await mkdir(folder, { recursive: true })
    folders.add(folder)
    batch.push(writeFile(join(root, story.path), textOf(story)))
    if (batch.length < 64) continue
    await Promise.all(batch)
    batch = []
  }
  await Promise.all(batch)
}

/** An hour of the day between 5 and 23, when newsrooms are awake and no zone puts its clocks back or forth. */
function wallTime(time: number): string {
  const day = Math.floor(time / DAY_MS) * DAY_MS
  const awake = day + 5 * 3_600_000 + (time - day) * 0.75
  return new Date(awake).toISOString().slice(0, 16)
}

/** Different ones; the tag of rank r is chosen as often as the first one divided by r. */
function pickTags(dice: Dice): string[] {
  const tags = new Set<string>()
  while (tags.size < TAGS_EACH) {
    const share = (dice.below(2 ** 31) / 2 ** 31) * (ZIPF.at(-1) ?? 0)
    let [low, high] = [0, ZIPF.length - 1]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((ZIPF[middle] ?? 0) > share) high = middle
      else low = middle + 1
    }
    tags.add(TAG_NAMES[low] ?? '')
  }
  return [...tags]
}

const SUBJECTS = [...new Set(WORDS)].slice(0, 71)
const TAG_NAMES = [...SUBJECTS, ...SUBJECTS.flatMap((one) => SUBJECTS.map((two) => `${one} ${two}`))]
  .slice(0, 5_000)
  .map(capital)
/** For each tag, the weights of all tags up to it. */
const ZIPF: number[] = []
for (const rank of TAG_NAMES.keys()) ZIPF.push((ZIPF.at(-1) ?? 0) + 1 / (rank + 1))

/** Texts are put together from these, which is a hundred times faster than to make up every word of each. */
const pool = <T>(size: number, make: (dice: Dice) => T): [T, ...T[]] => {
  const dice = new Dice(size)
  return [make(dice), ...Array.from({ length: size - 1 }, () => make(dice))]
}
const SENTENCES = pool(4_000, sentence)
const EXTRAS = pool(600, (dice) => dice.pick([table, code, rawHtml])(dice))
const BLOCKS = pool(4_000, (dice) => {
  const kind = dice.below(10)
  if (kind < 2) return `## ${capital(dice.words(2, 6))}\n\n${paragraph(dice)}`
  if (kind === 2) return list(dice)
  return kind === 3 ? `> ${sentence(dice)} ${sentence(dice)}` : paragraph(dice)
})

/** The site's own sources, by path. */
export const SITE_FILES = new Map([
  [
    'content/site.yaml',
    `title: The Scale
tagline: Twenty years of stories that nobody wrote
url: https://scale.example
lang: en
timezone: Europe/Berlin
publisher:
  name: The Scale
navigation:
  - label: Front page
    href: /
  - label: All tags
    href: /tags
`,
  ],
  ['content/authors.yaml', AUTHORS.map((slug) => `${slug}:\n  name: ${capital(slug)}\n`).join('')],
])
