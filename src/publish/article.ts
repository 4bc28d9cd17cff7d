// One source to one article, or to all its problems. Looks at nothing but the source and the site's settings.
import type { Claims } from './check/claims.ts'
import { readText, type StoredFile } from './content.ts'
import { hashText } from './hash.ts'
import { checkFields, FrontMatter } from './sources/fields.ts'
import { pictureName } from './sources/pictures.ts'
import { found, type Place, type Problem } from './sources/problem.ts'
import { checkShape } from './sources/shape.ts'
import { decodeText, placeIn, type SourceFile } from './sources/text.ts'
import { parseYaml, type YamlData } from './sources/yaml.ts'
import { withoutComments } from './sources/yaml-comments.ts'

/** A source that was parsed and checked. Instants in milliseconds; text in NFC with LF line ends. */
export type Article = {
  path: string
  slug: string
  id: string
  title: string
  kicker?: string
  standfirst?: string
  dateline?: string
  lang?: string
  /** Drafts may have none; nothing else may lack it. */
  date?: number
  updated?: number
  expires?: number
  authors: string[]
  tags: ArticleTag[]
  image?: ArticleImage
  aliases: { path: string; place: Place }[]
  /** Slugs of the same article in other languages. */
  translations: ArticleTranslation[]
  corrections: { date: number; text: string }[]
  lead: boolean
  draft: boolean
  /** A preview shows it, and nobody has given it a date. */
  undated?: true
  /** The hash of its text and front matter, which are read again when they are needed. */
  textHash: string
  /** The pictures in the text: the address as it is spelled, and the file under `content/images/` it means. */
  pictures: ReadonlyMap<string, string>
  /** Pictures that have no caption or no credit, if there are any. */
  wordless?: Wordless[]
  slugPlace: Place
  /** Null where the identity is the default. */
  idPlace: Place | null
}

/** A picture, by its file, that lacks words which could stand with it. One in the text has them all in its title. */
export type Wordless = { name: string; place: Place; lacks: ('caption' | 'credit' | 'title')[] }

export type ArticleTranslation = { lang: string; slug: string; place: Place }
export type ArticleTag = { name: string; identity: string; place: Place }
export type ArticleImage = {
  src?: string
  alt?: string
  caption?: string
  credit?: string
}

/** An article whose Markdown was not looked at yet. */
export type ParsedArticle = Omit<Article, 'pictures'>

/** A source's text, in which places are counted, its front matter, and the offset at which its body begins. */
export type ArticleText = { path: string; text: string; frontMatter: string; bodyStart: number }

/** What is published of a source's text, both parts in NFC with LF line ends. */
export type PublishedText = {
  /** Without its comments. */
  frontMatter: string
  body: string
}

/** What an article is checked against. */
export type ArticleContext = {
  zone: string
  /** By slug; null while `authors.yaml` has a problem of its own, and any author passes. */
  authors: { has: (slug: string) => boolean; keys: () => Iterable<string> } | null
  /** Whether there is a file of this name under `content/images/`. */
  hasPicture: (name: string) => boolean
}

/** What one source comes to. */
export type Parsed = {
  /** Null when there is any problem; advice alone lets it pass. */
  article: ParsedArticle | null
  /** Null only where it cannot be told where the text begins. */
  text: ArticleText | null
  /** Null where the front matter is no YAML. */
  claims: Claims | null
  problems: Problem[]
}

/** Parses one source's front matter, to all problems that it has. */
export function parseArticle(file: SourceFile | StoredFile, context: ArticleContext): Parsed {
  const { text, yaml, problems } = parseFrontMatter(file)
  if (!text || !yaml) return { article: null, text, claims: null, problems }
  const shape = checkShape(FrontMatter, yaml)
  const checked = checkFields(shape.sound, { path: text.path, yaml, context })
  problems.push(...shape.problems, ...checked.problems)
  const isWrong = problems.some(({ level }) => level === 'problem')
  const textHash = hashPublished(publishedText(text))
  const article = checked.article && !isWrong ? { ...checked.article, textHash } : null
  return { article, text, claims: checked.claims, problems }
}

/** Takes a source apart: its text where it can be told where that begins, and the front matter where it is YAML. */
export function parseFrontMatter(file: SourceFile | StoredFile): {
  text: ArticleText | null
  yaml: YamlData | null
  problems: Problem[]
} {
  const nothing = { text: null, yaml: null }
  const source = readText(file)
  if ('problem' in source) return { ...nothing, problems: [source.problem] }
  const decoded = decodeText(source)
  if ('problem' in decoded) return { ...nothing, problems: [decoded.problem] }
  const parts = splitFrontMatter({ path: source.path, text: decoded.text })
  if ('problem' in parts) return { ...nothing, problems: [parts.problem] }
  const text = { path: source.path, text: decoded.text, ...parts }
  const { length } = parts.frontMatter
  if (length > FRONT_MATTER_LIMIT) {
    const message = `front matter must have at most ${FRONT_MATTER_LIMIT} letters: found ${length}. Move long texts below it`
    return {
      text,
      yaml: null,
      problems: [{ path: source.path, line: 1, column: 1, level: 'problem', message }],
    }
  }
  return { text, ...parseYaml({ path: source.path, text: parts.frontMatter, line: 2 }) }
}

/** More letters take seconds to parse, which nothing can interrupt. An honest article has some hundreds. */
const FRONT_MATTER_LIMIT = 20_000

/** What is published of a source; null where it cannot be told where its text begins. */
export function parsePublishedText(source: SourceFile): PublishedText | null {
  const decoded = decodeText(source)
  if ('problem' in decoded) return null
  const { text } = decoded
  const parts = splitFrontMatter({ path: source.path, text })
  return 'problem' in parts ? null : publishedText({ text, ...parts })
}

/** What is published of a text. */
export function publishedText({ text, frontMatter, bodyStart }: Omit<ArticleText, 'path'>): PublishedText {
  return {
    frontMatter: withoutComments(frontMatter).normalize('NFC'),
    body: text.slice(bodyStart).normalize('NFC'),
  }
}

export function hashPublished({ frontMatter, body }: PublishedText): string {
  return hashText(`${frontMatter}---\n${body}`)
}

/** Finds the files that the pictures in an article's text mean. Offsets count from the start of the body. */
export function resolvePictures(
  { path, text, bodyStart }: ArticleText,
  shown: readonly { src: string; offset: number; alt?: string; isBare?: boolean }[],
  hasPicture: ArticleContext['hasPicture'],
): { pictures: ReadonlyMap<string, string>; wordless: Wordless[]; problems: Problem[] } {
  const used = new Map<string, string>()
  const wordless: Wordless[] = []
  const problems: Problem[] = []
  for (const { src, offset, alt, isBare } of shown) {
    const place = placeIn({ path, text }, bodyStart + offset)
    const name = pictureName(src)
    if (name === null || !hasPicture(name)) {
      const message = `a picture must be a file in content/images/: found ${found(src)}. Put the file there`
      problems.push({ ...place, level: 'problem', message })
      continue
    }
    used.set(src.normalize('NFC'), name)
    if (isBare) wordless.push({ name, place, lacks: ['title'] })
    if (alt === '') {
      problems.push({ ...place, level: 'advice', message: `picture ${found(src)} ${NO_ALT}` })
    }
  }
  return { pictures: used, wordless, problems }
}

const NO_ALT = 'has no alt: say in a sentence what one sees, for readers who cannot see it'

const OPENING = /^---[ \t]*\n/
const CLOSING = /^(?:---|\.\.\.)[ \t]*$/m

const mustBegin = (path: string): string =>
  isStanding(path)
    ? 'must begin with front matter: a line ---, then title:, then ---'
    : 'must begin with front matter: a line ---, then title: and date:, then ---'

/** Whether a source is a standing page's. */
export function isStanding(path: string): boolean {
  return path.startsWith('content/pages/')
}

function splitFrontMatter(file: {
  path: string
  text: string
}): { frontMatter: string; bodyStart: number } | { problem: Problem } {
  const opening = OPENING.exec(file.text)
  const start = { path: file.path, line: 1, column: 1, level: 'problem' } as const
  if (!opening)
    return {
      problem: {
        ...start,
        message: mustBegin(file.path),
      },
    }
  const rest = file.text.slice(opening[0].length)
  const closing = CLOSING.exec(rest)
  if (!closing) return { problem: { ...start, message: 'must close its front matter with a line ---' } }
  const bodyStart = opening[0].length + closing.index + closing[0].length
  return { frontMatter: rest.slice(0, closing.index), bodyStart: Math.min(bodyStart + 1, file.text.length) }
}
