// Text on its way into HTML: escaping, character references, characters that HTML forbids.
// Never builds a tag, never judges an address.

const SPECIAL = /[&<>"']/
const SPECIALS = /[&<>"']/g
const AMPERSAND_ALONE = '&(?!#\\d{1,7};|#[xX][\\da-fA-F]{1,6};|[a-zA-Z][a-zA-Z\\d]{1,31};)'
const MARKUP_SPECIALS = new RegExp(`[<>"']|${AMPERSAND_ALONE}`, 'g')
const REFERENCE = /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([a-zA-Z][a-zA-Z\d]{1,31}));/g
const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
/** The names of the characters from U+00A0 to U+00FF, in their order. */
const LATIN =
  `nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3
  acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig
  Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash
  Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc
  euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml
  yacute thorn yuml`.split(/\s+/)
const NAMED: Record<string, string> = Object.assign(Object.create(null), {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  ...Object.fromEntries(LATIN.map((name, index) => [name, String.fromCharCode(0xa0 + index)])),
})

/**
 * What the numbers from 128 to 159 mean, which are controls in Unicode and letters in old text from Windows.
 * https://html.spec.whatwg.org/multipage/parsing.html#numeric-character-reference-end-state
 */
const WINDOWS = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'

/** What may not stand in an HTML document: controls but for tab and line ends, and noncharacters of the first plane. */
const FORBIDDEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]/
const ALL_FORBIDDEN = new RegExp(FORBIDDEN, 'g')

/** Escapes text that means itself, for content and for quoted attributes. */
export function escapeHtml(text: string): string {
  return SPECIAL.test(text) ? text.replace(SPECIALS, escapeOne) : text
}

/** Escapes text of the Markdown, in which `&eacute;` means é. */
export function escapeMarkdown(text: string): string {
  return SPECIAL.test(text) ? text.replace(MARKUP_SPECIALS, escapeOne) : text
}

/** Replaces the character references by which an address or a name can be disguised; other names stay as written. */
export function decodeReferences(text: string): string {
  return text.includes('&') ? text.replace(REFERENCE, decodeOne) : text
}

/** Drops the characters that may not stand in an HTML document. */
export function dropForbidden(text: string): string {
  return FORBIDDEN.test(text) ? text.replace(ALL_FORBIDDEN, '') : text
}

/** Markdown as it is read: well-formed, NUL shown, what HTML forbids dropped; `\r\n` is left to marked. */
export function readable(markdown: string): string {
  return dropForbidden(markdown.toWellFormed().replaceAll('\0', '\ufffd'))
}

function escapeOne(character: string): string {
  return ESCAPES[character] ?? character
}

function decodeOne(reference: string, decimal?: string, hex?: string, name?: string): string {
  if (name !== undefined) return NAMED[name] ?? reference
  const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number.parseInt(decimal, 10)
  const exists = point > 0 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff)
  if (point >= 0x80 && point < 0xa0) return WINDOWS[point - 0x80] ?? ''
  return exists ? String.fromCodePoint(point) : '\ufffd'
}
