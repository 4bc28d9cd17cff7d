// The schema of an article's front matter, and the checks of each field. Looks at one source and the site's settings;
// conflicts between sources, such as a slug that is taken, are found in check/conflicts.ts.
import * as v from 'valibot'
import { canonicalPath, SLUG_LIMIT_BYTES, slugOf, tagIdentity, tagSlug } from '../../addresses.ts'
import { ARTICLE_TEXTS, type ArticleTexts, articleTexts } from '../../records.ts'
import type {
  Article,
  ArticleContext,
  ArticleImage,
  ArticleTag,
  Claims,
  ParsedArticle,
  Wordless,
} from './article.ts'
import { isoDay, parseInstant } from './instants.ts'
import { pictureName } from './picture-files.ts'
import { type Place, type Problem, quote } from './problem.ts'
import { isLanguage } from './site.ts'
import type { YamlData } from './yaml.ts'

const words = v.string('must be text')
const flag = v.picklist(['true', 'false'], 'must be true or false')
const list = (example: string) => v.array(words, `must be a list such as [${example}]`)
const TITLE_MESSAGE = 'must be the headline: add a line such as title: Storm closes the harbour'

const textFields = Object.fromEntries(ARTICLE_TEXTS.map((name) => [name, v.optional(words)])) as Record<
  keyof ArticleTexts,
  v.OptionalSchema<typeof words, undefined>
>

/** The schema of an article's front matter. Unknown fields are kept. */
export const FrontMatter = v.looseObject(
  {
    title: v.string(TITLE_MESSAGE),
    ...textFields,
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
      v.object(
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

/** The fields that fit the schema. */
export type Fields = Partial<v.InferOutput<typeof FrontMatter>>

type Say = (path: readonly PropertyKey[], message: string) => void

/** The article whose fields are checked, and the functions that report a problem or advice on one of them. */
type Subject = { path: string; yaml: YamlData; context: ArticleContext; wrong: Say; advise: Say }

/** The result of checking the fields. */
export type Checked = {
  /** The article without the hash of its text; null if a field is missing or has a problem. */
  article: Omit<ParsedArticle, 'textHash'> | null
  claims: Claims
  problems: Problem[]
}

/** Checks every field that fits the schema. */
export function checkFields(
  fields: Fields,
  { path, yaml, context }: Pick<Subject, 'path' | 'yaml' | 'context'>,
): Checked {
  const problems: Problem[] = []
  const say =
    (level: Problem['level']): Say =>
    (path, message) =>
      problems.push({ ...yaml.at(path), level, message })
  const subject: Subject = { path, yaml, context, wrong: say('problem'), advise: say('advice') }
  const times = checkTimes(fields, subject)
  if (lacksDate(fields, yaml)) problems.push({ ...start(path), level: 'problem', message: NO_DATE })
  const { title, lang, authors = [] } = fields
  if (lang !== undefined && !isLanguage(lang)) {
    subject.wrong(['lang'], `lang must be a language tag such as en or ar: found ${quote(lang)}`)
  }
  checkAuthors(authors, subject)
  const isSlugSound = fields.slug !== undefined || !isGiven('slug', yaml)
  const slug = isSlugSound ? checkSlug(fields.slug, subject) : null
  const tags = checkTags(fields.tags ?? [], subject)
  const image = checkImage(fields.image, subject)
  const wordless = wordlessImage(image, subject)
  const aliases = checkAliases(fields.aliases ?? [], subject)
  const draft = fields.draft === 'true'
  const lead = fields.lead === 'true'
  const translations = checkTranslations(fields.translations ?? {}, subject)
  const slugPlace = fields.slug === undefined ? start(path) : yaml.at(['slug'])
  const idPlace = fields.id === undefined ? null : yaml.at(['id'])
  const id = isGiven('id', yaml)
    ? (fields.id ?? null)
    : defaultId(slug, { draft, date: times.date }, context.zone)
  const claims = { path, draft, slug, slugPlace, id, idPlace, aliases, tags, translations }

  const isWrong = problems.some(({ level }) => level === 'problem')
  if (isWrong || title === undefined || slug === null || id === null)
    return { article: null, claims, problems }
  const article = {
    path,
    slug,
    id,
    title,
    ...articleTexts(fields),
    lang,
    ...times,
    authors,
    tags,
    image,
    wordless,
    aliases,
    translations,
    draft,
    lead,
    slugPlace,
    idPlace,
  }
  return { article, claims, problems }
}

type Times = Pick<Article, 'date' | 'updated' | 'expires' | 'corrections'>

function checkTimes(fields: Fields, { context, wrong }: Subject): Times {
  const instant = (
    value: string | undefined,
    {
      path,
      name = String(path[0]),
      dayEnd = false,
    }: { path: PropertyKey[]; name?: string; dayEnd?: boolean },
  ): number | undefined => {
    if (value === undefined) return undefined
    const parsed = parseInstant(value, { zone: context.zone, dayEnd })
    if ('instant' in parsed) return parsed.instant
    wrong(path, `${name} ${parsed.wrong}: found ${quote(value)}`)
    return undefined
  }
  const date = instant(fields.date, { path: ['date'] })
  const updated = instant(fields.updated, { path: ['updated'] })
  const expires = instant(fields.expires, { path: ['expires'], dayEnd: true })
  if (date !== undefined && expires !== undefined && expires <= date) {
    wrong(['expires'], `expires must be later than date: found ${quote(fields.expires)}`)
  }
  if (date !== undefined && updated !== undefined && updated < date) {
    wrong(['updated'], `updated must not be earlier than date: found ${quote(fields.updated)}`)
  }
  const corrections: Times['corrections'] = []
  fields.corrections?.forEach(({ date, text }, index) => {
    const path = ['corrections', index, 'date']
    const parsed = instant(date, { path, name: 'the date of a correction' })
    if (parsed !== undefined) corrections.push({ date: parsed, text })
  })
  return { date, updated, expires, corrections }
}

/** Whether the required date is missing. A date of the wrong shape does not count: the schema has reported it. */
function lacksDate(fields: Fields, yaml: YamlData): boolean {
  return !isGiven('date', yaml) && fields.draft === 'false'
}

/** Whether a field is there, valid or not. */
function isGiven(name: string, { data }: YamlData): boolean {
  return typeof data === 'object' && data !== null && Object.hasOwn(data, name)
}

const NO_DATE =
  'must have a date: add a line such as date: 2026-02-16T09:30, or draft: true while it is not ready'

function start(path: string): Place {
  return { path, line: 1, column: 1 }
}

/** A file's name without its ending and without a leading date. For `index.md`, the name of its folder. */
function stemOf(path: string): string {
  const [folder = '', file = ''] = path.split('/').slice(-2)
  const stem = file.replace(/\.md$/i, '')
  return (stem === 'index' ? folder : stem).normalize('NFC').replace(/^\d{4}-\d{2}-\d{2}-(?=.)/, '')
}

function checkAuthors(authors: readonly string[], { context, wrong }: Subject): void {
  authors.forEach((author, index) => {
    if (!context.authors || context.authors.has(author)) return
    const known = [...context.authors.keys()].join(', ') || 'none yet'
    wrong(
      ['authors', index],
      `authors must be slugs of content/authors.yaml (${known}): found ${quote(author)}`,
    )
  })
}

/** The given slug, or the one that the file's name gives. Null if it is not valid, which is reported. */
export function checkSlug(
  given: string | undefined,
  { path, wrong }: Pick<Subject, 'path' | 'wrong'>,
): string | null {
  const slug = given ?? slugOf(stemOf(path))
  const bytes = Buffer.byteLength(slug)
  if (bytes > SLUG_LIMIT_BYTES) {
    const remedy = given === undefined ? 'Give a shorter slug: in the front matter' : 'Shorten it'
    wrong(['slug'], `slug must be at most ${SLUG_LIMIT_BYTES} bytes long: found ${bytes}. ${remedy}`)
    return null
  }
  if (slug === '') {
    wrong(
      ['slug'],
      'slug must have a letter or a digit. Rename the file, or give a slug: in the front matter',
    )
    return null
  }
  if (slugOf(slug) === '') {
    wrong(['slug'], `slug must have a letter or a digit: found ${quote(slug)}`)
    return null
  }
  if (slugOf(slug) !== slug) {
    wrong(
      ['slug'],
      `slug must be in lower case with hyphens: found ${quote(slug)}, write ${quote(slugOf(slug))}`,
    )
    return null
  }
  return slug
}

function checkTags(names: readonly string[], { yaml, wrong }: Subject): ArticleTag[] {
  const tags = new Map<string, ArticleTag>()
  names.forEach((name, index) => {
    const identity = tagIdentity(name)
    if (!/[\p{L}\p{N}]/u.test(identity)) {
      wrong(['tags', index], `tags must have a letter or a digit: found ${quote(name)}`)
      return
    }
    if (Buffer.byteLength(tagSlug(identity)) > SLUG_LIMIT_BYTES) {
      wrong(['tags', index], `tags must be at most ${SLUG_LIMIT_BYTES} bytes long: found ${quote(name)}`)
      return
    }
    if (!tags.has(identity)) tags.set(identity, { name, identity, place: yaml.at(['tags', index]) })
  })
  return [...tags.values()]
}

function checkImage(fields: Fields['image'], { context, wrong, advise }: Subject): ArticleImage | undefined {
  if (fields === undefined) return undefined
  const { src, alt, caption, credit } = fields
  if (src === undefined) {
    advise(['image'], 'image has no src, so it is not shown: add the name of a file in content/images/')
    return { alt, caption, credit }
  }
  const name = pictureName(src)
  if (name === null || !context.hasPicture(name)) {
    wrong(
      ['image', 'src'],
      `image.src must be a file in content/images/: found ${quote(src)}. Put the file there`,
    )
  } else if (alt === undefined) {
    advise(['image'], 'image has no alt: describe the picture in one sentence, for readers who cannot see it')
  }
  return { src: name ?? src, alt, caption, credit }
}

/** The picture at the top, if it has no caption or no credit. */
function wordlessImage(image: ArticleImage | undefined, { yaml }: Subject): Wordless[] | undefined {
  if (image?.src === undefined) return undefined
  const lacks = (['caption', 'credit'] as const).filter((field) => image[field] === undefined)
  return lacks.length === 0 ? undefined : [{ name: image.src, place: yaml.at(['image']), lacks }]
}

/** Aliases as canonical paths. */
export function checkAliases(
  paths: readonly string[],
  { yaml, wrong }: Pick<Subject, 'yaml' | 'wrong'>,
): Article['aliases'] {
  const aliases: Article['aliases'] = []
  paths.forEach((path, index) => {
    // A path with ? or # in it never reaches the Worker: both signs end the path of a URL.
    const canonical = /^\/[^?#]*$/.test(path) ? canonicalPath(path) : null
    if (canonical !== null) aliases.push({ path: canonical, place: yaml.at(['aliases', index]) })
    else
      wrong(
        ['aliases', index],
        `aliases must be paths that begin with /, without ? or #: found ${quote(path)}`,
      )
  })
  return aliases
}

function checkTranslations(
  slugs: Readonly<Record<string, string>>,
  { yaml, wrong }: Subject,
): Article['translations'] {
  return Object.entries(slugs).map(([lang, slug]) => {
    if (!isLanguage(lang)) {
      const message = `translations must be keyed by language tags such as en or ar: found ${quote(lang)}`
      wrong(['translations', lang], message)
    }
    return { lang, slug, place: yaml.at(['translations', lang]) }
  })
}

/** The default identity: the article's day and its slug. A draft without a date has its slug alone. */
function defaultId(
  slug: string | null,
  { draft, date }: Pick<Article, 'draft' | 'date'>,
  zone: string,
): string | null {
  if (slug === null) return null
  if (date === undefined) return draft ? slug : null
  return `${isoDay(date, zone)}/${slug}`
}
