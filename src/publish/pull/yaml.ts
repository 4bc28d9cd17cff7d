// What KV holds, as the sources that an editor would have written: front matter, site.yaml, authors.yaml, tags.yaml. Pure.
import { Document, isSeq } from 'yaml'
import { canonicalPath, slugOf } from '../../addresses.ts'
import type { ArticleRecord, Settings, StandingRecord } from '../../records.ts'
import { isoDay, isoMinute, parseInstant } from '../sources/instants.ts'
import type { KnownAuthor } from '../sources/site.ts'

/** What an article's file says beyond its record. */
export type ArticleSource = {
  record: ArticleRecord
  /** How the front matter names the photo's file; absent where there is none. */
  photo?: string | undefined
  /** The old paths that lead to it. */
  aliases: readonly string[]
  lead: boolean
  /** It is kept, and no reader sees it: under `gone`, and not taken down. */
  draft: boolean
  /** The slugs of the same article in other languages, by language. */
  translations: Readonly<Record<string, string>>
  zone: string
}

/** An article's file: its front matter, and its text byte for byte. */
export function articleText(source: ArticleSource): string {
  const { record, photo, aliases, lead, draft, translations, zone } = source
  const { title, kicker, standfirst, dateline, lang, body, extra = {} } = record
  const { alt, caption, credit } = record.photo ?? {}
  const date = formatInstant(record.from, { zone })
  const fields = {
    ...{ title, kicker, standfirst, dateline, lang, date },
    updated: record.updated === undefined ? undefined : formatInstant(record.updated, { zone }),
    expires: record.until === undefined ? undefined : formatInstant(record.until, { zone, dayEnd: true }),
    authors: unlessEmpty(record.authors.map(({ slug }) => slug)),
    tags: unlessEmpty(record.tags.map(({ name }) => name)),
    image: record.photo && { src: photo, alt, caption, credit },
    translations: Object.keys(translations).length === 0 ? undefined : translations,
    slug: defaultSlug(record.slug) === record.slug ? undefined : record.slug,
    id: record.id === `${isoDay(record.from, zone)}/${record.slug}` ? undefined : record.id,
    aliases: unlessEmpty([...aliases].sort().map(readablePath)),
    corrections: unlessEmpty(
      record.corrections.map(({ date, text }) => ({ date: formatInstant(date, { zone }), text })),
    ),
    lead: lead || undefined,
    draft: draft || undefined,
    ...extra,
  }
  return `---\n${yamlText(fields, ['authors', 'tags'])}---\n${body}`
}

/** A standing page's file, with its place in the order of all. */
export function standingText(
  record: StandingRecord,
  { order, aliases, zone }: { order: number; aliases: readonly string[]; zone: string },
): string {
  const { slug, title, standfirst, lang, updated, body, extra = {} } = record
  const fields = {
    ...{ title, standfirst, lang },
    updated: updated === undefined ? undefined : formatInstant(updated, { zone }),
    order,
    slug: defaultSlug(slug) === slug ? undefined : slug,
    aliases: unlessEmpty([...aliases].sort().map(readablePath)),
    ...extra,
  }
  return `---\n${yamlText(fields)}---\n${body}`
}

/** The slug that an article's file would have by its name alone. */
function defaultSlug(slug: string): string | null {
  return slug === 'index' ? null : slugOf(slug.replace(/^\d{4}-\d{2}-\d{2}-(?=.)/, ''))
}

/** `site.yaml`. */
export function siteText(settings: Settings, gone: readonly string[]): string {
  const { title, tagline, url, lang, zone, publisher, navigation } = settings
  return yamlText({
    ...{ title, tagline, url, lang, timezone: zone, publisher },
    navigation: unlessEmpty(navigation),
    gone: unlessEmpty(gone),
  })
}

/** `authors.yaml`, of authors by slug. */
export function authorsText(authors: ReadonlyMap<string, KnownAuthor>): string {
  const entries = [...authors].sort(byKey).map(([slug, { name, role, description }]) => {
    return [slug, { name, role, description }] as const
  })
  return yamlText(Object.fromEntries(entries))
}

/** A tag of which there is more to say than its name. */
export type PulledTag = { name: string; description?: string | undefined; aliases: string[] }

/** `tags.yaml`. */
export function tagsText(tags: readonly PulledTag[]): string {
  return yamlText(
    tags.map(({ name, description, aliases }) => ({ name, description, aliases: unlessEmpty(aliases) })),
  )
}

/** An instant as an editor would write it, in the site's zone; one that it cannot tell is in UTC. */
export function formatInstant(
  instant: number,
  { zone, dayEnd = false }: { zone: string; dayEnd?: boolean },
): string {
  const day = isoDay(dayEnd ? instant - 1 : instant, zone)
  const minute = isoMinute(instant, zone).replace(' ', 'T')
  const ahead = Date.parse(`${minute}Z`) / MINUTE - Math.floor(instant / MINUTE)
  const sign = ahead < 0 ? '-' : '+'
  const offset = `${sign}${two(Math.floor(Math.abs(ahead) / 60))}:${two(Math.abs(ahead) % 60)}`
  const seconds = instant % MINUTE === 0 ? '' : `:${two(Math.floor(instant / 1000) % 60)}`
  const utc = new Date(instant).toISOString().replace('.000Z', 'Z')
  const forms = [day, `${minute}${seconds}${offset}`, utc]
  const isRead = (form: string): boolean => {
    const parsed = parseInstant(form, { zone, dayEnd })
    return 'instant' in parsed && parsed.instant === instant
  }
  return forms.find(isRead) ?? utc
}

const MINUTE = 60_000

function two(number: number): string {
  return String(number).padStart(2, '0')
}

/** A path in letters that one can read, where that still means the same path. */
function readablePath(path: string): string {
  const decoded = decodeURI(path)
  return /^\/[^?#]*$/.test(decoded) && canonicalPath(decoded) === path ? decoded : path
}

/** Lists under the names given stand on one line. */
function yamlText(data: object, inline: readonly string[] = []): string {
  const document = new Document(data)
  for (const name of inline) {
    const node = document.get(name)
    if (isSeq(node)) node.flow = true
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}

function unlessEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}
