// Text on its way into HTML: escaping, character references, characters that HTML forbids.
// Never builds a tag, never judges an address.

const SPECIAL = /[&<>"']/
const SPECIALS = /[&<>"']/g
const AMPERSAND_ALONE = '&(?!#\\d{1,7};|#[xX][\\da-fA-F]{1,6};|[a-zA-Z][a-zA-Z\\d]{1,31};)'
const MARKUP_SPECIALS = new RegExp(`[<>"']|${AMPERSAND_ALONE}`, 'g')
const REFERENCE = /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|(amp|lt|gt|quot|apos|nbsp));/g
const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' }

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

function decodeOne(_: string, decimal?: string, hex?: string, name?: string): string {
  if (name !== undefined) return NAMED[name] ?? ''
  const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number.parseInt(decimal, 10)
  const exists = point > 0 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff)
  return exists ? String.fromCodePoint(point) : '\ufffd'
}
