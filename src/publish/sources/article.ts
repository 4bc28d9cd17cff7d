// An article as its source gives it: its shape, what it claims for itself, its published text, and its pictures.
import type { ArticleTexts } from '../../records.ts'
import { hashText } from '../hash.ts'
import { pictureName } from './pictures.ts'
import { type Place, type Problem, quote } from './problem.ts'
import { placeIn } from './text.ts'
import { withoutComments } from './yaml-comments.ts'

/** A source that was parsed and checked. Instants in milliseconds; text in NFC with LF line ends. */
export type Article = ArticleTexts & {
  path: string
  slug: string
  id: string
  title: string
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

/** An article's claims, as far as they are sound by themselves, whatever else is wrong with it. */
export type Claims = {
  path: string
  draft: boolean
  slug: string | null
  slugPlace: Place
  id: string | null
  /** Null where the identity is the default. */
  idPlace: Place | null
  aliases: { path: string; place: Place }[]
  tags: ArticleTag[]
  translations: ArticleTranslation[]
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
      const message = `a picture must be a file in content/images/: found ${quote(src)}. Put the file there`
      problems.push({ ...place, level: 'problem', message })
      continue
    }
    used.set(src.normalize('NFC'), name)
    if (isBare) wordless.push({ name, place, lacks: ['title'] })
    if (alt === '') {
      problems.push({ ...place, level: 'advice', message: `picture ${quote(src)} ${NO_ALT}` })
    }
  }
  return { pictures: used, wordless, problems }
}

const NO_ALT = 'has no alt: say in a sentence what one sees, for readers who cannot see it'
