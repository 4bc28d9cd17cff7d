// The site's addresses in their canonical spelling, the slugs in them, and the identity of tags. Pure.

/**
 * Every address of the site, as a pattern of Hono's router. The Worker answers these, and the functions below link to
 * them.
 */
export const ROUTES = {
  front: '/',
  frontPage: '/page/:number',
  article: '/articles/:slug',
  tags: '/tags',
  tag: '/tags/:slug',
  tagPage: '/tags/:slug/page/:number',
  authors: '/authors',
  author: '/authors/:slug',
  authorPage: '/authors/:slug/page/:number',
  archive: '/archive',
  month: '/archive/:year{[0-9]{4}}/:month{[0-9]{2}}',
  media: '/media/:hash/:variant',
  favicon: '/favicon.svg',
  faviconIco: '/favicon.ico',
  touchIcon: '/apple-touch-icon.png',
  sitemap: '/sitemap.xml',
  numberedSitemap: '/sitemap/:file{[1-9][0-9]{0,3}\\.xml}',
  robots: '/robots.txt',
  preview: '/preview/:token/*',
  staticPage: '/:slug',
} as const

/** First segments of addresses that later versions will answer. */
const PLANNED_SEGMENTS = ['feed.xml', 'atom.xml', 'feed.json', 'news-sitemap.xml', 'llms.txt', 'search']

/** First segments that belong to the site itself: no static page or alias may take them. */
export const RESERVED_SEGMENTS: readonly string[] = [
  ...new Set([...Object.values(ROUTES).map((route) => route.split('/')[1] ?? ''), ...PLANNED_SEGMENTS]),
].filter((segment) => /^[a-z]/.test(segment))

/** Slugs are limited so that every key and address that holds one stays within the platform's limits. */
export const SLUG_LIMIT_BYTES = 200

const frontPage = linkTo(ROUTES.frontPage)
const tagPage = linkTo(ROUTES.tagPage)
const authorPage = linkTo(ROUTES.authorPage)
const month = linkTo(ROUTES.month)
const numberedSitemap = linkTo(ROUTES.numberedSitemap)

export const articlePath: (slug: string) => string = linkTo(ROUTES.article)
export const tagPath: (slug: string) => string = linkTo(ROUTES.tag)
export const authorPath: (slug: string) => string = linkTo(ROUTES.author)
export const staticPagePath: (slug: string) => string = linkTo(ROUTES.staticPage)
export const mediaPath: (hash: string, variant: string) => string = linkTo(ROUTES.media)
export const frontPagePath = (number: number): string => frontPage(String(number))
export const tagPagePath = (slug: string, number: number): string => tagPage(slug, String(number))
export const authorPagePath = (slug: string, number: number): string => authorPage(slug, String(number))
/** The path of a month such as `2026-02`. */
export const monthPath = (name: string): string => month(...name.split('-'))
export const sitemapPath = (number: number): string => numberedSitemap(`${number}.xml`)
/** The path that every address of a preview begins with, without a slash at its end. */
export const previewPath = (token: string): string => linkTo(ROUTES.preview)(token).slice(0, -'/*'.length)

/** Makes a function that puts percent-encoded values in the place of a pattern's parameters. */
function linkTo(pattern: string): (...values: readonly string[]) => string {
  const [first = '', ...pieces] = pattern.split(/:\w+(?:\{(?:[^{}]|\{[^}]*\})*\})?/)
  return (...values) => {
    let path = first
    for (const [index, piece] of pieces.entries()) path += encodeSegment(values[index] ?? '') + piece
    return path
  }
}

/** Turns a text of any script into a slug: letters, marks and numbers in lower case, with a hyphen for all else. */
export function slugOf(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/(\p{Script=Latin})[\u0300-\u036f]+/gu, '$1')
    .toLowerCase()
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
}

/** The identity of a tag: two spellings with the same identity are one tag. */
export function tagIdentity(name: string): string {
  return lowerCase(name.normalize('NFKC')).replace(/\s+/gu, ' ').trim()
}

/** The segment of a tag's address, not yet percent-encoded. */
export function tagSlug(identity: string): string {
  return identity.replace(/ /g, '-')
}

const PLAIN_PATH = /^(?:\/[a-z0-9][a-z0-9._~-]*)+$/

/** The canonical spelling of a URL's path; null when the path cannot be decoded, so that no page can have it. */
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

/** Normalised after lower-casing, because some letters and marks compose in lower case only, such as `ΐ`. */
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

/** RFC 3986, section 3.3: encoded characters that a path segment may hold unencoded. */
const UNENCODED_IN_SEGMENT = /%(?:2B|24|26|2C|3B|3D|3A|40)/g

function encodeSegment(segment: string): string {
  return encodeURIComponent(segment.toWellFormed()).replace(UNENCODED_IN_SEGMENT, decodeURIComponent)
}
