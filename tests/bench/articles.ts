// Plausible articles, the same on every machine: 2 to 8 KB of Markdown each, every fourth with some raw HTML.
// What stands in them is fixed here before anything is measured, and is not tuned to a figure.

export type Source = { slug: string; text: string }

/** So many articles, the oldest first; the last is months older than any run of the benchmark. */
export function makeArticles(count: number): Source[] {
  return Array.from({ length: count }, (_, index) => makeArticle(index))
}

const FIRST_DATE = Date.UTC(2023, 0, 2, 6)
const STEP_MS = 14 * 3_600_000
export const SHORTEST = 2_000
export const LONGEST = 7_600

function makeArticle(index: number): Source {
  const dice = new Dice(index + 1)
  const title = capital(dice.words(4, 9))
  const slug = `${title.toLowerCase().replaceAll(/[^a-z]+/g, '-')}-${index}`
  const head = [
    `title: ${title}`,
    `kicker: ${dice.pick(KICKERS)}`,
    `standfirst: ${JSON.stringify(sentence(dice))}`,
    `date: ${new Date(FIRST_DATE + index * STEP_MS).toISOString()}`,
    `authors: [${dice.pick(AUTHORS)}]`,
    `tags: [${dice.pick(TAGS)}, ${dice.pick(MORE_TAGS)}]`,
  ]
  return { slug, text: `---\n${head.join('\n')}\n---\n\n${makeBody(dice, index % 4 === 3)}` }
}

/** Blocks until the length is reached; raw HTML, where there is some, stands among them at one to three places. */
function makeBody(dice: Dice, raw: boolean): string {
  const length = SHORTEST + dice.below(LONGEST - SHORTEST)
  const blocks = [paragraph(dice)]
  const extras: string[] = []
  if (dice.below(4) === 0) extras.push(table(dice))
  if (dice.below(4) === 0) extras.push(code(dice))
  if (dice.below(3) === 0) extras.push(`${paragraph(dice)}[^1]\n\n[^1]: ${sentence(dice)} ${link(dice)}.`)
  if (raw) for (let count = 1 + dice.below(3); count > 0; count -= 1) extras.push(rawHtml(dice))
  const written = () => [...blocks, ...extras].reduce((sum, block) => sum + block.length + 2, 0)
  while (written() < length) {
    const kind = dice.below(10)
    if (kind < 2) blocks.push(`## ${capital(dice.words(2, 6))}`, paragraph(dice))
    else if (kind === 2) blocks.push(list(dice))
    else if (kind === 3) blocks.push(`> ${sentence(dice)} ${sentence(dice)}`)
    else blocks.push(paragraph(dice))
  }
  for (const extra of extras) blocks.splice(1 + dice.below(blocks.length), 0, extra)
  return `${blocks.join('\n\n')}\n`
}

export function paragraph(dice: Dice): string {
  return Array.from({ length: 3 + dice.below(4) }, () => sentence(dice)).join(' ')
}

export function sentence(dice: Dice): string {
  const words = dice.words(8, 22).split(' ')
  const at = dice.below(words.length)
  const kind = dice.below(12)
  if (kind === 0) words[at] = `*${words[at]}*`
  if (kind === 1) words[at] = `**${words[at]}**`
  if (kind === 2) words[at] = link(dice)
  if (kind === 3) words[at] = `\`${words[at]}\``
  if (kind === 4) words[at] = `“${words[at]}”,`
  if (kind === 5) words[at] = `${words[at]} – ${words[0]}’s –`
  return `${capital(words.join(' '))}.`
}

function link(dice: Dice): string {
  const text = dice.words(1, 3)
  if (dice.below(2) === 0) return `[${text}](/tags/${dice.pick(TAGS).toLowerCase()})`
  return `[${text}](https://example.org/${text.replaceAll(' ', '-')}?page=${dice.below(90)})`
}

export function list(dice: Dice): string {
  const numbered = dice.below(3) === 0
  const items = Array.from({ length: 3 + dice.below(4) }, (_, index) => {
    return `${numbered ? `${index + 1}.` : '-'} ${sentence(dice)}`
  })
  return items.join('\n')
}

export function table(dice: Dice): string {
  const rows = Array.from({ length: 3 + dice.below(6) }, () => {
    return `| ${capital(dice.words(1, 2))} | ${dice.below(9000)} | ${dice.words(2, 5)} |`
  })
  return ['| Place | Number | Remark |', '| --- | ---: | --- |', ...rows].join('\n')
}

export function code(dice: Dice): string {
  const [language, lines] = dice.pick<readonly [string, string]>(CODE)
  const text = Array.from({ length: 2 }, () => lines.replaceAll('NAME', () => dice.words(1, 1))).join('\n')
  return `\`\`\`${language}\n${text}\n\`\`\``
}

export function rawHtml(dice: Dice): string {
  const [one, two] = [sentence(dice), sentence(dice)]
  return dice.pick<() => string>([
    () => `<details>\n<summary>${dice.words(3, 6)}</summary>\n\n${one} ${two}\n\n</details>`,
    () => `${one} Water is H<sub>2</sub>O, and <abbr title="${dice.words(2, 4)}">ABC</abbr> is not. ${two}`,
    () => `<p align="center" style="color: red">${dice.words(5, 9)}<br>${dice.words(5, 9)}</p>`,
    () => `Press <kbd>Ctrl</kbd>+<kbd>S</kbd>, and <mark>${dice.words(2, 5)}</mark>. ${two}`,
    () => `<div class="box" onclick="go()">\n<b>${dice.words(2, 4)}</b> ${dice.words(6, 12)}\n</div>`,
    () => `<blockquote cite="https://example.org/${dice.below(90)}"><p>${dice.words(9, 20)}</p></blockquote>`,
  ])()
}

/** A generator of numbers that depend on the seed alone (mulberry32). */
export class Dice {
  #state: number

  constructor(seed: number) {
    this.#state = Math.imul(seed, 0x9e3779b1)
  }

  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let bits = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) % limit
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0]
  }

  words(least: number, most: number): string {
    return Array.from({ length: least + this.below(most - least + 1) }, () => this.pick(WORDS)).join(' ')
  }
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

export const AUTHORS = ['amira', 'bruno', 'chidi', 'dolores'] as const
export const KICKERS = ['City', 'Culture', 'Harbour', 'Science', 'Sport'] as const
const TAGS = ['Archive', 'Budget', 'Council', 'Docks', 'Energy', 'Ferries', 'Gardens', 'Health'] as const
const MORE_TAGS = ['Letters', 'Maps', 'Night', 'Opera', 'Parks', 'Rain', 'Schools', 'Trams'] as const

const CODE = [
  ['js', 'const NAME = await fetch("/articles/NAME")\nif (!NAME.ok) throw new Error("no NAME") // 404'],
  ['bash', 'npm run deploy -- --remove NAME\ncurl -sI "https://example.org/NAME" | grep etag'],
  ['yaml', 'title: NAME\ndate: 2026-02-16T09:00:00+01:00\ntags: [NAME, 12]'],
  ['', 'NAME ........ 12\nNAME ......... 7'],
] as const

export const WORDS =
  `harbour council morning letter river bridge engine paper story number window garden market street station
  evening minister teacher doctor captain question answer report budget winter summer north south water light record
  school theatre museum tower corner village company worker reader editor printer weather signal journey passenger
  quiet early late small large bright heavy narrow public private local foreign modern ancient certain common broken
  open closed first second third last next former daily weekly yearly before after under over between among against
  carried opened closed wrote read found lost kept moved turned began ended printed counted measured promised refused
  said told asked the a of and to in that it was for with as his they be at one have this from by not but what all were
  we when your can there an each which do how their if will up other about out many then them these so some`.split(
    /\s+/,
  ) as [string, ...string[]]
