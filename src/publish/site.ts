// `site.yaml`, `authors.yaml` and `tags.yaml`: parsed and checked.
import * as v from 'valibot'
import { slugOf, tagIdentity } from '../addresses.ts'
import type { Settings } from '../records.ts'
import { found, type Place, type Problem } from './problem.ts'
import { decodeText, type SourceFile } from './text.ts'
import { checkShape, parseYaml, type YamlData } from './yaml.ts'

/** The site's own sources. */
export type Site = {
  settings: Settings
  /** Slugs of articles that were taken away for good. */
  gone: { slug: string; place: Place }[]
  /** Names by slug. */
  authors: ReadonlyMap<string, string>
  tags: readonly KnownTag[]
}

/** A tag as `tags.yaml` describes it. */
export type KnownTag = {
  name: string
  identity: string
  description?: string | undefined
  /** Identities that mean this tag too. */
  aliases: string[]
  place: Place
}

type Checked<T> = { value: T | null; problems: Problem[] }

/** What articles are checked against, also while the site's own files have problems. */
export type SiteContext = { zone: string; authors: Site['authors'] | null }

/** Parses the three files; the site is null when one of them has a problem. */
export function parseSite(sources: {
  site: SourceFile | null
  authors: SourceFile | null
  tags: SourceFile | null
  problems: readonly Problem[]
}): { site: Site | null; context: SiteContext; problems: Problem[] } {
  const settings = sources.site ? parseSettings(sources.site) : noSettings(sources.problems)
  const authors = sources.authors ? parseAuthors(sources.authors) : { value: new Map(), problems: [] }
  const tags = sources.tags ? parseTags(sources.tags) : { value: [], problems: [] }
  const problems = [...settings.problems, ...authors.problems, ...tags.problems]
  const context = { zone: settings.value?.settings.zone ?? 'UTC', authors: authors.value }
  if (!settings.value || !authors.value || !tags.value) return { site: null, context, problems }
  return { site: { ...settings.value, authors: authors.value, tags: tags.value }, context, problems }
}

const text = (message = 'must be text') => v.string(message)

const SiteSchema = v.looseObject(
  {
    title: v.pipe(text("must be the paper's name"), v.nonEmpty("must be the paper's name")),
    tagline: v.optional(text()),
    url: text('must be the address of the live site, such as https://news.example'),
    lang: text('must be a language tag such as en or ar'),
    timezone: text('must be a time zone such as Europe/Berlin'),
    publisher: v.looseObject(
      { name: text("must be the publisher's name"), url: v.optional(text()) },
      'must have a name',
    ),
    navigation: v.optional(
      v.array(
        v.object({ label: text(), href: text() }, 'must have a label and an href'),
        'must be a list of label and href',
      ),
      [],
    ),
    gone: v.optional(v.array(text(), 'must be a list of slugs'), []),
  },
  'must be fields such as title: The Paper',
)

function parseSettings(source: SourceFile): Checked<Pick<Site, 'settings' | 'gone'>> {
  const yaml = readYaml(source)
  if ('problems' in yaml) return { value: null, problems: yaml.problems }
  const shape = checkShape(SiteSchema, yaml)
  if ('problems' in shape) return { value: null, problems: shape.problems }
  const { output } = shape
  const problems: Problem[] = []
  const wrong = (path: readonly PropertyKey[], message: string) =>
    problems.push({ ...yaml.at(path), level: 'problem', message })
  const url = siteUrl(output.url)
  if (url === null)
    wrong(['url'], `url must be https:// and a host, without a path: found ${found(output.url)}`)
  if (!isLanguage(output.lang))
    wrong(['lang'], `lang must be a language tag such as en or ar: found ${found(output.lang)}`)
  if (!isZone(output.timezone)) {
    wrong(['timezone'], `timezone must be a time zone such as Europe/Berlin: found ${found(output.timezone)}`)
  }
  output.navigation.forEach(({ href }, index) => {
    if (/^(?:\/(?![/\\])|https:\/\/)/.test(href)) return
    wrong(['navigation', index, 'href'], `href must begin with / or https://: found ${found(href)}`)
  })
  const gone = output.gone.map((slug, index) => {
    if (slugOf(slug) !== slug) {
      wrong(['gone', index], `gone must hold slugs: found ${found(slug)}, perhaps ${found(slugOf(slug))}`)
    }
    return { slug, place: yaml.at(['gone', index]) }
  })
  if (problems.length > 0 || url === null) return { value: null, problems }
  const settings: Settings = {
    title: output.title,
    ...(output.tagline === undefined ? {} : { tagline: output.tagline }),
    url,
    lang: output.lang,
    zone: output.timezone,
    publisher: {
      name: output.publisher.name,
      ...(output.publisher.url === undefined ? {} : { url: output.publisher.url }),
    },
    navigation: output.navigation,
  }
  return { value: { settings, gone }, problems }
}

const AuthorsSchema = v.record(
  v.string(),
  v.looseObject({ name: text("must be the author's name") }, 'must have a name'),
  'must be authors by slug, such as desk: { name: The desk }',
)

function parseAuthors(source: SourceFile): Checked<Map<string, string>> {
  const yaml = readYaml(source)
  if ('problems' in yaml) return { value: null, problems: yaml.problems }
  const shape = checkShape(AuthorsSchema, yaml)
  if ('problems' in shape) return { value: null, problems: shape.problems }
  const problems: Problem[] = []
  for (const slug of Object.keys(shape.output)) {
    if (slug === slugOf(slug) && slug !== '') continue
    const message = `authors must be keyed by slugs: found ${found(slug)}, write ${found(slugOf(slug) || 'desk')}`
    problems.push({ ...yaml.atKey(slug), level: 'problem', message })
  }
  const authors = new Map(Object.entries(shape.output).map(([slug, { name }]) => [slug, name]))
  return { value: problems.length > 0 ? null : authors, problems }
}

const TagsSchema = v.array(
  v.looseObject(
    {
      name: text("must be the tag's name"),
      description: v.optional(text()),
      aliases: v.optional(v.array(text(), 'must be a list of names'), []),
    },
    'must have a name',
  ),
  'must be a list of tags, such as - name: Telegraph',
)

function parseTags(source: SourceFile): Checked<KnownTag[]> {
  const yaml = readYaml(source)
  if ('problems' in yaml) return { value: null, problems: yaml.problems }
  if (yaml.data === undefined || yaml.data === null || yaml.data === '') return { value: [], problems: [] }
  const shape = checkShape(TagsSchema, yaml)
  if ('problems' in shape) return { value: null, problems: shape.problems }
  const problems: Problem[] = []
  const taken = new Map<string, string>()
  const tags = shape.output.map((tag, index): KnownTag => {
    const identities = [tag.name, ...tag.aliases].map(tagIdentity)
    for (const identity of identities) {
      const owner = taken.get(identity)
      if (owner !== undefined) {
        const message = `tags must be named once: ${found(identity)} belongs to ${found(owner)} already. Remove one of them`
        problems.push({ ...yaml.at([index]), level: 'problem', message })
      }
      taken.set(identity, tag.name)
    }
    const { name, description } = tag
    return {
      name,
      identity: tagIdentity(name),
      ...(description === undefined ? {} : { description }),
      aliases: identities.slice(1),
      place: yaml.at([index, 'name']),
    }
  })
  return { value: problems.length > 0 ? null : tags, problems }
}

function readYaml(source: SourceFile): YamlData | { problems: Problem[] } {
  const decoded = decodeText(source)
  if ('problem' in decoded) return { problems: [decoded.problem] }
  return parseYaml({ path: source.path, text: decoded.text, line: 1 })
}

/** Says that there is no site.yaml, unless it is known already why it could not be read. */
function noSettings(known: readonly Problem[]): Checked<never> {
  const path = 'content/site.yaml'
  if (known.some((problem) => problem.path === path)) return { value: null, problems: [] }
  const message = 'is missing: write one with title, url, lang, timezone and publisher'
  return { value: null, problems: [{ path, line: 1, column: 1, level: 'problem', message }] }
}

/** The site's origin, spelled as URLs spell it. */
function siteUrl(address: string): string | null {
  if (!URL.canParse(address)) return null
  const url = new URL(address)
  const plain = url.pathname === '/' && url.search === '' && url.hash === '' && url.username === ''
  return url.protocol === 'https:' && plain ? url.origin : null
}

/** Whether a language tag is well-formed, by BCP 47. */
export function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== null
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
