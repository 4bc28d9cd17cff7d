// Text for HTML: escaping, character references, and characters that HTML forbids.
// Never builds a tag, and never decides whether an address is safe.

const SPECIAL = /[&<>"']/
const SPECIALS = /[&<>"']/g
const LONE_AMPERSAND = '&(?!#\\d{1,7};|#[xX][\\da-fA-F]{1,6};|[a-zA-Z][a-zA-Z\\d]{1,31};)'
const MARKUP_SPECIALS = new RegExp(`[<>"']|${LONE_AMPERSAND}`, 'g')
const REFERENCE = /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([a-zA-Z][a-zA-Z\d]{1,31}));/g
const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
/** The names of the characters from U+00A0 to U+00FF, in order. */
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
 * The characters that the numeric references 128 to 159 mean: HTML reads these numbers as Windows-1252.
 * https://html.spec.whatwg.org/multipage/parsing.html#numeric-character-reference-end-state
 */
const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'

/** Forbidden in HTML: control characters except tab and line ends, and the noncharacters up to U+FFFF. */
const FORBIDDEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]/
const ALL_FORBIDDEN = new RegExp(FORBIDDEN, 'g')

/** Escapes plain text for content and for quoted attributes. */
export function escapeHtml(text: string): string {
  return SPECIAL.test(text) ? text.replace(SPECIALS, escapeOne) : text
}

/** Escapes text from Markdown, in which `&eacute;` means é: character references stay as they are. */
export function escapeMarkdown(text: string): string {
  return SPECIAL.test(text) ? text.replace(MARKUP_SPECIALS, escapeOne) : text
}

/** Decodes the character references that could disguise an address or an id; other names stay as written. */
export function decodeReferences(text: string): string {
  return text.includes('&') ? text.replace(REFERENCE, decodeOne) : text
}

/** Drops the characters that are forbidden in HTML. */
export function dropForbidden(text: string): string {
  return FORBIDDEN.test(text) ? text.replace(ALL_FORBIDDEN, '') : text
}

/** Markdown for the lexer: well-formed, NUL as U+FFFD, without forbidden characters; marked handles `\r\n`. */
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
  if (point >= 0x80 && point < 0xa0) return WINDOWS_1252[point - 0x80] ?? ''
  return exists ? String.fromCodePoint(point) : '\ufffd'
}
