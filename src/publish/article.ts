// One source to one article, or to all its problems. Looks at nothing but the source and the site's settings.
import * as v from 'valibot'
import { canonicalPath, SLUG_LIMIT_BYTES, slugOf, tagIdentity, tagSlug } from '../addresses.ts'
import { isoDay, parseInstant } from './instants.ts'
import { found, type Place, type Problem } from './problem.ts'
import type { Site } from './site.ts'
import { isLanguage } from './site.ts'
import { decodeText, placeIn, type SourceFile } from './text.ts'
import { checkShape, parseYaml, type YamlData } from './yaml.ts'

/** A source that was parsed and checked. Instants in milliseconds; text in NFC with LF line ends. */
export type Article = {
  path: string
  slug: string
  id: string
  title: string
  kicker?: string | undefined
  standfirst?: string | undefined
  dateline?: string | undefined
  lang?: string | undefined
  /** Drafts may have none; nothing else may lack it. */
  date?: number | undefined
  updated?: number | undefined
  expires?: number | undefined
  authors: string[]
  tags: ArticleTag[]
  image?: ArticleImage | undefined
  aliases: { path: string; place: Place }[]
  corrections: { date: number; text: string }[]
  lead: boolean
  draft: boolean
  body: string
  /** The pictures in the text: the address as it is spelled, and the file under `content/images/` it means. */
  pictures: Map<string, string>
  /** Fields that Dateline does not know, as they were written. */
  extra: Record<string, unknown>
  slugPlace: Place
}

export type ArticleTag = { name: string; identity: string; place: Place }
export type ArticleImage = {
  src?: string | undefined
  alt?: string | undefined
  caption?: string | undefined
  credit?: string | undefined
}

/** An article whose Markdown was not looked at yet. */
export type ParsedArticle = Omit<Article, 'pictures'>

/** A source's text, in which places are counted, and the offset at which the article's own text begins. */
export type ArticleText = { path: string; text: string; bodyStart: number }

/** What an article is checked against. */
export type ArticleContext = {
  zone: string
  /** Names by slug; null while `authors.yaml` has a problem of its own, and any author passes. */
  authors: Site['authors'] | null
  /** Whether there is a file of this name under `content/images/`. */
  hasPicture: (name: string) => boolean
}

/**
 * Parses one source's front matter. The article is null when there is any problem; advice alone lets it pass.
 * The text is null only where it cannot be told where it begins.
 */
export function parseArticle(
  source: SourceFile,
  context: ArticleContext,
): { article: ParsedArticle | null; text: ArticleText | null; problems: Problem[] } {
  const decoded = decodeText(source)
  if ('problem' in decoded) return { article: null, text: null, problems: [decoded.problem] }
  const parts = splitFrontMatter({ path: source.path, text: decoded.text })
  if ('problem' in parts) return { article: null, text: null, problems: [parts.problem] }
  const text = { path: source.path, text: decoded.text, bodyStart: parts.bodyStart }
  const yaml = parseYaml({ path: source.path, text: parts.frontMatter, line: 2 })
  if ('problems' in yaml) return { article: null, text, problems: yaml.problems }
  const shape = checkShape(FrontMatter, yaml)
  if ('problems' in shape) return { article: null, text, problems: shape.problems }
  const { article, problems } = checkFields(shape.output, { source, yaml, context })
  const body = decoded.text.slice(parts.bodyStart).normalize('NFC')
  return { article: article && { ...article, body }, text, problems }
}

/** Finds the files that the pictures in an article's text mean. Offsets count from the start of the body. */
export function resolvePictures(
  { path, text, bodyStart }: ArticleText,
  pictures: readonly { src: string; offset: number }[],
  hasPicture: ArticleContext['hasPicture'],
): { used: Map<string, string>; problems: Problem[] } {
  const used = new Map<string, string>()
  const problems: Problem[] = []
  for (const { src, offset } of pictures) {
    const name = pictureName(src)
    if (name !== null && hasPicture(name)) {
      used.set(src.normalize('NFC'), name)
      continue
    }
    const message = `a picture must be a file in content/images/: found ${found(src)}. Put the file there`
    problems.push({
      ...placeIn({ path, text }, bodyStart + offset),
      level: 'problem',
      message,
    })
  }
  return { used, problems }
}

const OPENING = /^---[ \t]*\n/
const CLOSING = /^(?:---|\.\.\.)[ \t]*$/m

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
        message: 'must begin with front matter: a line ---, then title: and date:, then ---',
      },
    }
  const rest = file.text.slice(opening[0].length)
  const closing = CLOSING.exec(rest)
  if (!closing) return { problem: { ...start, message: 'must close its front matter with a line ---' } }
  const bodyStart = opening[0].length + closing.index + closing[0].length
  return { frontMatter: rest.slice(0, closing.index), bodyStart: Math.min(bodyStart + 1, file.text.length) }
}

const words = v.string('must be text')
const flag = v.picklist(['true', 'false'], 'must be true or false')
const list = (example: string) => v.array(words, `must be a list such as [${example}]`)
const TITLE_MESSAGE = 'must be the headline: add a line such as title: Storm closes the harbour'

const FrontMatter = v.looseObject(
  {
    title: v.string(TITLE_MESSAGE),
    standfirst: v.optional(words),
    kicker: v.optional(words),
    dateline: v.optional(words),
    lang: v.optional(words),
    translations: v.optional(
      v.record(words, words, 'must be slugs by language, such as { de: ein-artikel }'),
    ),
    date: v.optional(words),
    updated: v.optional(words),
    expires: v.optional(words),
    authors: v.optional(list('desk'), []),
    tags: v.optional(list('Telegraph, History'), []),
    image: v.optional(
      v.looseObject(
        {
          src: v.optional(words),
          alt: v.optional(words),
          caption: v.optional(words),
          credit: v.optional(words),
        },
        'must have fields: src, alt, caption, credit',
      ),
    ),
    slug: v.optional(words),
    id: v.optional(words),
    aliases: v.optional(list('/old/path'), []),
    corrections: v.optional(
      v.array(
        v.object({ date: words, text: words }, 'must have a date and a text'),
        'must be a list of date and text',
      ),
      [],
    ),
    lead: v.optional(flag, 'false'),
    draft: v.optional(flag, 'false'),
  },
  'must be fields such as title: Storm closes the harbour',
)
type FrontMatter = v.InferOutput<typeof FrontMatter>

type Subject = { source: SourceFile; yaml: YamlData; context: ArticleContext }

function checkFields(
  fields: FrontMatter,
  { source, yaml, context }: Subject,
): { article: Omit<ParsedArticle, 'body'> | null; problems: Problem[] } {
  const problems: Problem[] = []
  const say = (level: Problem['level']) => (path: readonly PropertyKey[], message: string) => {
    problems.push({ ...yaml.at(path), level, message })
  }
  const wrong = say('problem')
  const advise = say('advice')
  const { zone } = context
  const instant = (
    value: string | undefined,
    path: readonly PropertyKey[],
    dayEnd = false,
  ): number | undefined => {
    if (value === undefined) return undefined
    const parsed = parseInstant(value, { zone, dayEnd })
    if ('instant' in parsed) return parsed.instant
    wrong(
      path,
      `${path.at(-1) === 'date' && path.length > 1 ? 'the date of a correction' : String(path[0])} ${parsed.wrong}: found ${found(value)}`,
    )
    return undefined
  }

  const draft = fields.draft === 'true'
  const date = instant(fields.date, ['date'])
  const updated = instant(fields.updated, ['updated'])
  const expires = instant(fields.expires, ['expires'], true)
  if (fields.date === undefined && !draft) {
    problems.push({ ...start(source.path), level: 'problem', message: NO_DATE })
  }
  if (date !== undefined && expires !== undefined && expires <= date) {
    wrong(['expires'], `expires must be later than date: found ${found(fields.expires)}`)
  }
  if (date !== undefined && updated !== undefined && updated < date) {
    wrong(['updated'], `updated must not be earlier than date: found ${found(fields.updated)}`)
  }
  const corrections = fields.corrections.map(({ date, text }, index) => ({
    date: instant(date, ['corrections', index, 'date']) ?? 0,
    text,
  }))

  const slug = checkSlug(fields.slug ?? slugOf(stemOf(source.path)), fields.slug === undefined, wrong)
  if (fields.lang !== undefined && !isLanguage(fields.lang)) {
    wrong(['lang'], `lang must be a language tag such as en or ar: found ${found(fields.lang)}`)
  }
  fields.authors.forEach((author, index) => {
    if (!context.authors || context.authors.has(author)) return
    const known = [...context.authors.keys()].join(', ') || 'none yet'
    wrong(
      ['authors', index],
      `authors must be slugs of content/authors.yaml (${known}): found ${found(author)}`,
    )
  })
  const tags = checkTags(fields.tags, { yaml, wrong })
  const image = checkImage(fields.image, { context, wrong, advise })
  const aliases = checkAliases(fields.aliases, { yaml, wrong })
  const extra = Object.fromEntries(
    Object.entries(fields).filter(([name]) => !Object.hasOwn(FrontMatter.entries, name)),
  )
  for (const name of Object.keys(extra)) {
    const message = `${found(name)} is not a field that Dateline knows: it is kept, and shown nowhere`
    problems.push({ ...yaml.atKey(name), level: 'advice', message })
  }
  if (fields.translations) extra.translations = fields.translations

  if (problems.some(({ level }) => level === 'problem') || slug === null) return { article: null, problems }
  const { title, kicker, standfirst, dateline, lang } = fields
  const id = fields.id ?? (date === undefined ? slug : `${isoDay(date, zone)}/${slug}`)
  const article = {
    ...{ path: source.path, slug, id, title, kicker, standfirst, dateline, lang, date, updated, expires },
    ...{ authors: fields.authors, tags, image, aliases, corrections, extra, draft },
    lead: fields.lead === 'true',
    slugPlace: fields.slug === undefined ? start(source.path) : yaml.at(['slug']),
  }
  return { article, problems }
}

const NO_DATE =
  'must have a date: add a line such as date: 2026-02-16T09:30, or draft: true while it is not ready'

function start(path: string): Place {
  return { path, line: 1, column: 1 }
}

/** The name of a file without its ending and a leading date; of `index.md`, the name of its folder. */
function stemOf(path: string): string {
  const [folder = '', file = ''] = path.split('/').slice(-2)
  const stem = file.replace(/\.md$/i, '')
  return (stem === 'index' ? folder : stem).normalize('NFC').replace(/^\d{4}-\d{2}-\d{2}-(?=.)/, '')
}

type Say = (path: readonly PropertyKey[], message: string) => void

function checkSlug(slug: string, fromName: boolean, wrong: Say): string | null {
  const bytes = Buffer.byteLength(slug)
  if (bytes > SLUG_LIMIT_BYTES) {
    const remedy = fromName ? 'Give a shorter slug: in the front matter' : 'Shorten it'
    wrong(['slug'], `slug must be at most ${SLUG_LIMIT_BYTES} bytes long: found ${bytes}. ${remedy}`)
    return null
  }
  if (slug === '') {
    wrong(
      ['slug'],
      'slug must hold a letter or a digit. Rename the file, or give a slug: in the front matter',
    )
    return null
  }
  if (slugOf(slug) === '') {
    wrong(['slug'], `slug must hold a letter or a digit: found ${found(slug)}`)
    return null
  }
  if (slugOf(slug) !== slug) {
    wrong(
      ['slug'],
      `slug must be in lower case with hyphens: found ${found(slug)}, write ${found(slugOf(slug))}`,
    )
    return null
  }
  return slug
}

function checkTags(names: readonly string[], { yaml, wrong }: { yaml: YamlData; wrong: Say }): ArticleTag[] {
  const tags = new Map<string, ArticleTag>()
  names.forEach((name, index) => {
    const identity = tagIdentity(name)
    if (!/[\p{L}\p{N}]/u.test(identity)) {
      wrong(['tags', index], `tags must hold a letter or a digit: found ${found(name)}`)
      return
    }
    if (Buffer.byteLength(tagSlug(identity)) > SLUG_LIMIT_BYTES) {
      wrong(['tags', index], `tags must be at most ${SLUG_LIMIT_BYTES} bytes long: found ${found(name)}`)
      return
    }
    if (!tags.has(identity)) tags.set(identity, { name, identity, place: yaml.at(['tags', index]) })
  })
  return [...tags.values()]
}

type Checks = { context: ArticleContext; wrong: Say; advise: Say }

function checkImage(
  fields: FrontMatter['image'],
  { context, wrong, advise }: Checks,
): ArticleImage | undefined {
  if (fields === undefined) return undefined
  const { src, alt, caption, credit } = fields
  if (src === undefined) {
    advise(
      ['image'],
      'image has no src, so nothing of it is shown: add the name of a file in content/images/',
    )
    return { alt, caption, credit }
  }
  const name = pictureName(src)
  if (name === null || !context.hasPicture(name)) {
    wrong(
      ['image', 'src'],
      `image.src must be a file in content/images/: found ${found(src)}. Put the file there`,
    )
  } else if (alt === undefined) {
    advise(['image'], 'image has no alt: say in a sentence what one sees, for readers who cannot see it')
  }
  return { src: name ?? src, alt, caption, credit }
}

function checkAliases(
  paths: readonly string[],
  { yaml, wrong }: { yaml: YamlData; wrong: Say },
): Article['aliases'] {
  return paths.map((path, index) => {
    // A question mark ends the path of a URL, so nobody would ever ask for such a one.
    const canonical = /^\/[^?#]*$/.test(path) ? canonicalPath(path) : null
    if (canonical === null) {
      wrong(
        ['aliases', index],
        `aliases must be paths that begin with /, without ? or #: found ${found(path)}`,
      )
    }
    return { path: canonical ?? path, place: yaml.at(['aliases', index]) }
  })
}

/** The file under `content/images/` that an address in an article means; null when it can mean none. */
function pictureName(src: string): string | null {
  if (/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(src)) return null
  let path: string
  try {
    path = decodeURIComponent(src.replace(/[?#].*$/, '')).normalize('NFC')
  } catch (error) {
    if (error instanceof URIError) return null
    throw error
  }
  const name = path.replace(/^(?:\.{0,2}\/)*(?:content\/)?(?:images\/)?/, '')
  return name === '' || name.split('/').includes('..') ? null : name
}
