// Parses the source of one static page, such as content/pages/imprint.md, to the page or to all its problems. Looks
// only at the source and the site's settings.
import * as v from 'valibot'
import { RESERVED_SEGMENTS } from '../../addresses.ts'
import { type ArticleContext, type ArticleText, hashPublished, publishedText } from './article.ts'
import type { StoredFile } from './content.ts'
import { checkAliases, checkSlug, FrontMatter } from './fields.ts'
import { parseInstant } from './instants.ts'
import { parseFrontMatter } from './parse.ts'
import { type Place, type Problem, quote } from './problem.ts'
import { checkShape } from './shape.ts'
import { isLanguage } from './site.ts'
import type { SourceFile } from './source-file.ts'
import type { YamlData } from './yaml.ts'

/** A static page that was parsed and checked. Instants in milliseconds; text in NFC with LF line ends. */
export type StaticPage = {
  path: string
  slug: string
  title: string
  standfirst?: string
  lang?: string
  updated?: number
  /** The position among the links to static pages; pages without one come last. */
  order?: number
  aliases: { path: string; place: Place }[]
  draft: boolean
  /** The hash of the published text and front matter. Both are read from disk again when they are needed. */
  textHash: string
  /** The pictures in the text: from the address as the text spells it to the file's name under `content/images/`. */
  pictures: ReadonlyMap<string, string>
  slugPlace: Place
}

/** The slug and aliases of one static page. A value that is not valid by itself is left out. */
export type StaticPageClaims = Pick<StaticPage, 'path' | 'draft' | 'aliases' | 'slugPlace'> & {
  slug: string | null
}

export type ParsedStaticPage = {
  /** Null if there is any problem; advice does not count. The Markdown is not rendered yet. */
  page: Omit<StaticPage, 'pictures'> | null
  text: ArticleText | null
  claims: StaticPageClaims | null
  problems: Problem[]
}

const words = v.string('must be text')
const StaticPageMatter = v.looseObject(
  {
    title: v.string("must be the page's name: add a line such as title: Imprint"),
    standfirst: v.optional(words),
    lang: v.optional(words),
    updated: v.optional(words),
    order: v.optional(v.pipe(words, v.regex(/^-?\d{1,6}$/, 'must be a whole number such as 1'))),
    slug: v.optional(words),
    aliases: v.optional(v.array(words, 'must be a list such as [/old/path]'), []),
    draft: v.optional(v.picklist(['true', 'false'], 'must be true or false'), 'false'),
  },
  'must be fields such as title: Imprint',
)
type Fields = Partial<v.InferOutput<typeof StaticPageMatter>>

/** Parses and checks one source's front matter, and returns all its problems. */
export function parseStaticPage(
  file: SourceFile | StoredFile,
  { zone }: Pick<ArticleContext, 'zone'>,
): ParsedStaticPage {
  const { text, yaml, problems } = parseFrontMatter(file)
  if (!text || !yaml) return { page: null, text, claims: null, problems }
  const { path } = text
  const shape = checkShape(StaticPageMatter, yaml)
  const isArticles = (problem: Problem): boolean => articlesOnly.some(({ at }) => isAt(problem, at))
  const articlesOnly = fieldsOfArticles(yaml)
  problems.push(...shape.problems.filter((problem) => problem.level === 'problem' || !isArticles(problem)))
  for (const { at, message } of articlesOnly) problems.push({ ...at, level: 'advice', message })
  const fields: Fields = shape.sound
  const wrong = (at: readonly PropertyKey[], message: string): void => {
    problems.push({ ...yaml.at(at), level: 'problem', message })
  }
  const slug = checkPageSlug(fields.slug, { path, yaml, wrong })
  const updated = fields.updated === undefined ? null : parseInstant(fields.updated, { zone })
  if (updated && 'wrong' in updated)
    wrong(['updated'], `updated ${updated.wrong}: found ${quote(fields.updated)}`)
  if (fields.lang !== undefined && !isLanguage(fields.lang))
    wrong(['lang'], `lang must be a language tag such as en or ar: found ${quote(fields.lang)}`)
  const aliases = checkAliases(fields.aliases ?? [], { yaml, wrong })
  const draft = fields.draft === 'true'
  const slugPlace = fields.slug === undefined ? { path, line: 1, column: 1 } : yaml.at(['slug'])
  const claims = { path, draft, slug, slugPlace, aliases }
  const { title, standfirst, lang, order } = fields
  const isWrong = problems.some(({ level }) => level === 'problem')
  if (isWrong || slug === null || title === undefined) return { page: null, text, claims, problems }
  const page = {
    path,
    slug,
    title,
    standfirst,
    lang,
    aliases,
    draft,
    slugPlace,
    updated: updated && 'instant' in updated ? updated.instant : undefined,
    order: order === undefined ? undefined : Number(order),
    textHash: hashPublished(publishedText(text)),
  }
  return { page, text, claims, problems }
}

function checkPageSlug(
  given: string | undefined,
  {
    path,
    yaml,
    wrong,
  }: { path: string; yaml: YamlData; wrong: (at: readonly PropertyKey[], message: string) => void },
): string | null {
  const { data } = yaml
  const isGiven = typeof data === 'object' && data !== null && Object.hasOwn(data, 'slug')
  if (isGiven && given === undefined) return null
  const slug = checkSlug(given, { path, wrong })
  if (slug === null || !RESERVED_SEGMENTS.includes(slug)) return slug
  const remedy =
    given === undefined ? 'Rename the file, or give a slug: in the front matter' : 'Choose another'
  wrong(['slug'], `slug must not be a reserved address: found ${quote(slug)}. ${remedy}`)
  return null
}

/** Advice for the fields of an article that a static page does not have. */
function fieldsOfArticles(yaml: YamlData): { at: Place; message: string }[] {
  return Object.keys(yaml.data ?? {})
    .filter(
      (name) => Object.hasOwn(FrontMatter.entries, name) && !Object.hasOwn(StaticPageMatter.entries, name),
    )
    .map((name) => ({
      at: yaml.atKey([name]),
      message: `${quote(name)} belongs to articles: a static page does not show it. Remove the line`,
    }))
}

function isAt({ line, column }: Place, place: Place): boolean {
  return line === place.line && column === place.column
}
