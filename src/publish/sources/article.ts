// The types of an article, its published text, and the picture files that its text shows. Reads no disk.
import type { ArticleTexts } from '../../records.ts'
import { hashText } from '../hash.ts'
import { pictureName } from './picture-files.ts'
import { type Place, type Problem, quote } from './problem.ts'
import { placeIn } from './source-file.ts'
import { withoutComments } from './yaml.ts'

/** A source that was parsed and checked. Instants in milliseconds; text in NFC with LF line ends. */
export type Article = ArticleTexts & {
  path: string
  slug: string
  id: string
  title: string
  lang?: string
  /** Required unless the article is a draft. */
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
  /** Set by a preview for a draft without a date. */
  undated?: true
  /** The hash of the published text and front matter. Both are read from disk again when they are needed. */
  textHash: string
  /** The pictures in the text: from the address as the text spells it to the file's name under `content/images/`. */
  pictures: ReadonlyMap<string, string>
  /** Pictures without caption or credit; absent if there are none. */
  wordless?: Wordless[]
  slugPlace: Place
  /** Null where the identity is the default. */
  idPlace: Place | null
}

/** A picture without caption or credit. A picture in the text has both in its title, so it lacks the title. */
export type Wordless = { name: string; place: Place; lacks: ('caption' | 'credit' | 'title')[] }

export type ArticleTranslation = { lang: string; slug: string; place: Place }
export type ArticleTag = { name: string; identity: string; place: Place }
export type ArticleImage = {
  src?: string
  alt?: string
  caption?: string
  credit?: string
}

/** The slug, identity, paths, tags and translations of one article. A value that is not valid by itself is left out. */
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

/** An article whose Markdown was not rendered yet. */
export type ParsedArticle = Omit<Article, 'pictures'>

/** The text of a whole source, its front matter, and the offset in the text at which the body begins. */
export type ArticleText = { path: string; text: string; frontMatter: string; bodyStart: number }

/** The parts of a source that are published, in NFC with LF line ends. */
export type PublishedText = {
  /** Without YAML comments. */
  frontMatter: string
  body: string
}

/** The facts about the site that an article is checked against. */
export type ArticleContext = {
  zone: string
  /** By slug. Null while `authors.yaml` has a problem: then every author passes. */
  authors: { has: (slug: string) => boolean; keys: () => Iterable<string> } | null
  /** Whether there is a file of this name under `content/images/`. */
  hasPicture: (name: string) => boolean
}

/** The published parts of a source's text. */
export function publishedText({ text, frontMatter, bodyStart }: Omit<ArticleText, 'path'>): PublishedText {
  return {
    frontMatter: withoutComments(frontMatter).normalize('NFC'),
    body: text.slice(bodyStart).normalize('NFC'),
  }
}

export function hashPublished({ frontMatter, body }: PublishedText): string {
  return hashText(`${frontMatter}---\n${body}`)
}

/** Finds the picture files that a body shows. Offsets count from the start of the body. */
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

const NO_ALT = 'has no alt: describe the picture in one sentence, for readers who cannot see it'
