// Parses and checks `site.yaml`, `authors.yaml` and `tags.yaml`. Reads no disk.
import * as v from 'valibot'
import { slugOf, tagIdentity } from '../../addresses.ts'
import type { Settings, SiteRecord } from '../../records.ts'
import { type Place, type Problem, quote } from './problem.ts'
import { checkShape } from './shape.ts'
import { decodeText, type SourceFile } from './source-file.ts'
import { parseYaml, withoutComments, type YamlData } from './yaml.ts'

/** The content of the three files. */
export type Site = {
  settings: Settings
  /** Slugs of articles that were removed for good. */
  gone: { slug: string; place: Place }[]
  /** By slug. */
  authors: ReadonlyMap<string, KnownAuthor>
  tags: readonly KnownTag[]
  /** The three files as they are published. */
  files: SiteRecord
}

/** An author as `authors.yaml` describes them. */
export type KnownAuthor = { name: string; role?: string; description?: string }

/** A tag as `tags.yaml` describes it. */
export type KnownTag = {
  name: string
  identity: string
  description?: string
  /** Other identities of this tag. */
  aliases: string[]
  place: Place
}

/** The valid part of the three files, so that articles are checked even if these files have problems. */
export type SiteContext = { zone: string; authors: Site['authors'] | null } & Pick<Site, 'gone' | 'tags'>

/** `value` is null if there is any problem. */
type Checked<T> = { value: T | null; problems: Problem[] }

/** Parses the three files. `site` is null if one of them has a problem. */
export function parseSite(sources: {
  site: SourceFile | null
  authors: SourceFile | null
  tags: SourceFile | null
  problems: readonly Problem[]
}): { site: Site | null; context: SiteContext; problems: Problem[] } {
  const isUnread = (path: string) => sources.problems.some((problem) => problem.path === path)
  const settings = sources.site ? parseSettings(sources.site) : noSettings(isUnread(SITE_PATH))
  const authors = sources.authors
    ? parseAuthors(sources.authors)
    : { value: isUnread('content/authors.yaml') ? null : new Map<string, KnownAuthor>(), problems: [] }
  const tags = sources.tags
    ? parseTags(sources.tags)
    : { value: isUnread('content/tags.yaml') ? null : [], problems: [] }
  const problems = [...settings.problems, ...authors.problems, ...tags.problems]
  const context = { zone: settings.zone, gone: settings.gone, authors: authors.value, tags: tags.value ?? [] }
  if (!settings.value || !authors.value || !tags.value) return { site: null, context, problems }
  const site = {
    settings: settings.value,
    gone: settings.gone,
    authors: authors.value,
    tags: tags.value,
    files: publishedFiles(sources),
  }
  return { site, context, problems }
}

/** The three files' texts as they are published. Call this only for files without a problem. */
function publishedFiles(sources: Record<'site' | 'authors' | 'tags', SourceFile | null>): SiteRecord {
  const textOf = (source: SourceFile | null): string | undefined => {
    const decoded = source && decodeText(source)
    return decoded && 'text' in decoded ? withoutComments(decoded.text).normalize('NFC') : undefined
  }
  const { site, authors, tags } = sources
  return { site: textOf(site) ?? '', authors: textOf(authors), tags: textOf(tags) }
}

const SITE_PATH = 'content/site.yaml'

const text = (message = 'must be text') => v.string(message)

const SiteSchema = v.object(
  {
    title: v.pipe(text("must be the paper's name"), v.nonEmpty("must be the paper's name")),
    tagline: v.optional(text()),
    url: text('must be the address of the live site, such as https://news.example'),
    lang: text('must be a language tag such as en or ar'),
    timezone: text('must be a time zone such as Europe/Berlin'),
    publisher: v.object(
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

/** `zone` and `gone` are set even if the rest has a problem. */
type CheckedSettings = Checked<Settings> & { zone: string; gone: Site['gone'] }
const NOTHING_KNOWN = { value: null, zone: 'UTC', gone: [] }

function parseSettings(source: SourceFile): CheckedSettings {
  const { yaml, problems } = readYaml(source)
  if (!yaml) return { ...NOTHING_KNOWN, problems }
  const shape = checkShape(SiteSchema, yaml)
  problems.push(...shape.problems)
  const { url: address, lang, timezone, navigation } = shape.sound
  const wrong = (path: readonly PropertyKey[], message: string) =>
    problems.push({ ...yaml.at(path), level: 'problem', message })
  const url = address === undefined ? null : siteUrl(address)
  if (address !== undefined && url === null)
    wrong(['url'], `url must be https:// and a host, without a path: found ${quote(address)}`)
  if (lang !== undefined && !isLanguage(lang))
    wrong(['lang'], `lang must be a language tag such as en or ar: found ${quote(lang)}`)
  const isZoneKnown = timezone !== undefined && isZone(timezone)
  if (timezone !== undefined && !isZoneKnown) {
    wrong(['timezone'], `timezone must be a time zone such as Europe/Berlin: found ${quote(timezone)}`)
  }
  navigation?.forEach(({ href }, index) => {
    if (/^(?:\/(?![/\\])|https:\/\/)/.test(href)) return
    wrong(['navigation', index, 'href'], `href must begin with / or https://: found ${quote(href)}`)
  })
  const gone: Site['gone'] = []
  shape.sound.gone?.forEach((slug, index) => {
    if (slugOf(slug) === slug) gone.push({ slug, place: yaml.at(['gone', index]) })
    else wrong(['gone', index], `gone must be slugs: found ${quote(slug)}, perhaps ${quote(slugOf(slug))}`)
  })
  const known = { zone: isZoneKnown ? timezone : 'UTC', gone, problems }
  if (shape.output === null || url === null || hasProblem(problems)) return { ...known, value: null }
  const { title, tagline, publisher } = shape.output
  const settings: Settings = {
    title,
    url,
    lang: shape.output.lang,
    zone: known.zone,
    tagline,
    publisher: {
      name: publisher.name,
      url: publisher.url,
    },
    navigation: shape.output.navigation,
  }
  return { ...known, value: settings }
}

function hasProblem(problems: readonly Problem[]): boolean {
  return problems.some(({ level }) => level === 'problem')
}

const AuthorsSchema = v.record(
  v.string(),
  v.object(
    {
      name: text("must be the author's name"),
      role: v.optional(text()),
      description: v.optional(text('must be a paragraph of plain text')),
    },
    'must have a name',
  ),
  'must be authors by slug, such as desk: { name: The desk }',
)

function parseAuthors(source: SourceFile): Checked<Site['authors']> {
  const { yaml, problems } = readYaml(source)
  if (!yaml) return { value: null, problems }
  const shape = checkShape(AuthorsSchema, yaml)
  problems.push(...shape.problems)
  for (const slug of Object.keys(shape.sound)) {
    if (slug === slugOf(slug) && slug !== '') continue
    const message = `authors must be keyed by slugs: found ${quote(slug)}, write ${quote(slugOf(slug) || 'desk')}`
    problems.push({ ...yaml.atKey([slug]), level: 'problem', message })
  }
  if (shape.output === null || hasProblem(problems)) return { value: null, problems }
  return { value: new Map(Object.entries(shape.output)), problems }
}

const TagsSchema = v.array(
  v.object(
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
  const { yaml, problems } = readYaml(source)
  if (!yaml) return { value: null, problems }
  if (yaml.data === undefined || yaml.data === null || yaml.data === '') return { value: [], problems }
  const shape = checkShape(TagsSchema, yaml)
  problems.push(...shape.problems)
  const taken = new Map<string, string>()
  const tags: KnownTag[] = []
  shape.sound.forEach((tag, index) => {
    if (!tag) return
    const identities = [tag.name, ...tag.aliases].map(tagIdentity)
    for (const identity of identities) {
      const owner = taken.get(identity)
      if (owner !== undefined) {
        const message = `tags must be named once: ${quote(identity)} already belongs to ${quote(owner)}. Remove one of them`
        problems.push({ ...yaml.at([index]), level: 'problem', message })
      }
      taken.set(identity, tag.name)
    }
    const { name, description } = tag
    tags.push({
      name,
      identity: tagIdentity(name),
      description,
      aliases: identities.slice(1),
      place: yaml.at([index, 'name']),
    })
  })
  return { value: hasProblem(problems) ? null : tags, problems }
}

function readYaml(source: SourceFile): { yaml: YamlData | null; problems: Problem[] } {
  const decoded = decodeText(source)
  if ('problem' in decoded) return { yaml: null, problems: [decoded.problem] }
  return parseYaml({ path: source.path, text: decoded.text, line: 1 })
}

/** The problem that site.yaml is missing. None if another problem already says why the file could not be read. */
function noSettings(isUnread: boolean): CheckedSettings {
  if (isUnread) return { ...NOTHING_KNOWN, problems: [] }
  const message = 'is missing: write one with title, url, lang, timezone and publisher'
  return { ...NOTHING_KNOWN, problems: [{ path: SITE_PATH, line: 1, column: 1, level: 'problem', message }] }
}

/** The origin of an https URL without path, query and user name; null for any other address. */
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
