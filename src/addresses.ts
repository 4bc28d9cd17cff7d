// The site's addresses and the one spelling of each; slugs and the identity of tags. Pure.

/** First segments that belong to the site itself, so that no standing page or alias may take them. */
export const RESERVED_SEGMENTS: readonly string[] = [
  'page',
  'articles',
  'tags',
  'authors',
  'archive',
  'feed.xml',
  'atom.xml',
  'feed.json',
  'sitemap',
  'sitemap.xml',
  'news-sitemap.xml',
  'robots.txt',
  'llms.txt',
  'search',
  'media',
  'preview',
  'favicon.svg',
  'favicon.ico',
  'apple-touch-icon.png',
]

/** Slugs are limited so that every key and address that holds one stays within the platform's limits. */
export const SLUG_LIMIT_BYTES = 200

export const FRONT_PATH = '/'
export const TAGS_PATH = '/tags'
export const AUTHORS_PATH = '/authors'
export const ARCHIVE_PATH = '/archive'
export const FAVICON_PATH = '/favicon.svg'
export const TOUCH_ICON_PATH = '/apple-touch-icon.png'
export const SITEMAP_PATH = '/sitemap.xml'
export const ROBOTS_PATH = '/robots.txt'

export const frontPagePath = (number: number): string => `/page/${number}`
export const articlePath = (slug: string): string => `/articles/${encodeSegment(slug)}`
export const tagPath = (slug: string): string => `/tags/${encodeSegment(slug)}`
export const tagPagePath = (slug: string, number: number): string => `${tagPath(slug)}/page/${number}`
export const authorPath = (slug: string): string => `${AUTHORS_PATH}/${encodeSegment(slug)}`
export const authorPagePath = (slug: string, number: number): string => `${authorPath(slug)}/page/${number}`
/** Of a month such as `2026-02`. */
export const monthPath = (month: string): string => `${ARCHIVE_PATH}/${month.replace('-', '/')}`
export const standingPath = (slug: string): string => `/${encodeSegment(slug)}`
export const sitemapPath = (number: number): string => `/sitemap/${number}.xml`
export const previewPath = (token: string): string => `/preview/${token}`
export const mediaPath = (hash: string, variant: string): string => `/media/${hash}/${variant}`

/** A text as a slug in any script: letters, marks and numbers in lower case, everything else a hyphen. */
export function slugOf(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/(\p{Script=Latin})[\u0300-\u036f]+/gu, '$1')
    .toLowerCase()
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
}

/** What makes two spellings of a tag one tag. */
export function tagIdentity(name: string): string {
  return lowerCase(name.normalize('NFKC')).replace(/\s+/gu, ' ').trim()
}

/** The segment of a tag's address, not yet percent-encoded. */
export function tagSlug(identity: string): string {
  return identity.replace(/ /g, '-')
}

const PLAIN_PATH = /^(?:\/[a-z0-9][a-z0-9._~-]*)+$/

/** The one spelling of a path as it came in a URL; null when it is not one that any page could have. */
export function canonicalPath(path: string): string | null {
  if (path === '/' || PLAIN_PATH.test(path)) return path
  const segments: string[] = []
  for (const raw of path.split(/[/\\]/)) {
    if (raw === '') continue
    const segment = decodeSegment(raw)
    if (segment === null) return null
    segments.push(encodeSegment(lowerCase(segment)))
  }
  return `/${segments.join('/')}`
}

/** In NFC at the end, because small letters compose with marks where capitals do not: `Ϊ́` has no composed form, `ΐ` has. */
function lowerCase(text: string): string {
  return text.toLowerCase().normalize('NFC')
}

function decodeSegment(raw: string): string | null {
  try {
    return decodeURIComponent(raw)
  } catch (error) {
    if (error instanceof URIError) return null
    throw error
  }
}

/** RFC 3986, section 3.3: what a path segment may hold besides letters, digits and `-._~` without encoding. */
const SEGMENT_PLAIN = /%(?:2B|24|26|2C|3B|3D|3A|40)/g

function encodeSegment(segment: string): string {
  return encodeURIComponent(segment.toWellFormed()).replace(SEGMENT_PLAIN, decodeURIComponent)
}
