// The schemes that an article may link to, and whether an address leads out of the site.
// Every address in Markdown or raw HTML must pass `parseAddress`; no other code may decide whether one is safe.

/** Put before every id from an article, so that none equals an id of the page or a property of the DOM. */
export const ID_PREFIX = 'h-'

/** The schemes that a link may have; an address without a scheme is relative. */
export const SCHEMES = ['http', 'https', 'mailto', 'tel']

const SCHEME = /^([a-z][a-z\d+.-]*):/i
// https://url.spec.whatwg.org/#concept-basic-url-parser: browsers remove these before they parse.
const EDGES = /^[\x00-\x20]+|[\x00-\x20]+$/g
const TABS_AND_LINE_ENDS = /[\t\n\r]/g
const TWO_SLASHES = /^[\\/]{2,}/
const ESCAPED_PERCENT = /%25/g

export type Address = { href: string; external: boolean }

/** An address for `href`, not yet escaped; null if its scheme is not allowed. */
export function parseAddress(written: string, origin: string): Address | null {
  const address = written.replace(EDGES, '').replace(TABS_AND_LINE_ENDS, '')
  const scheme = SCHEME.exec(address)?.[1]?.toLowerCase()
  if (scheme !== undefined && !SCHEMES.includes(scheme)) return null
  if (address.startsWith('#')) return { href: inPage(address), external: false }
  if (TWO_SLASHES.test(address)) return parseAddress(address.replace(TWO_SLASHES, 'https://'), origin)
  const external = scheme?.startsWith('http') === true && !isInside(address, origin)
  return { href: encodeURI(address.toWellFormed()).replace(ESCAPED_PERCENT, '%'), external }
}

/** `#` and `#top` mean the top of the page; every other fragment is an id of the article and has the prefix. */
function inPage(fragment: string): string {
  if (fragment === '#' || fragment.toLowerCase() === '#top') return fragment
  const name = encodeURI(fragment.slice(1).toWellFormed()).replace(ESCAPED_PERCENT, '%')
  return `#${ID_PREFIX}${name}`
}

function isInside(address: string, origin: string): boolean {
  const site = origin.endsWith('/') ? origin.slice(0, -1) : origin
  if (site === '' || address.slice(0, site.length).toLowerCase() !== site.toLowerCase()) return false
  const next = address[site.length]
  return next === undefined || next === '/' || next === '?' || next === '#'
}
