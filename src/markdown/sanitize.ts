// Cleans the raw HTML of authors: the output is always allowed and balanced. No raw HTML may go another way.
// Two lists decide: TAGS is what an author may write, BASE is what sanitize-html lets through, our own tags included.

import sanitizeHtml from 'sanitize-html'
import type { TextWords } from '../words/en.ts'
import { parseAddress, SCHEMES } from './address.ts'
import { frameLink } from './embeds.ts'
import { nestStrictly } from './nesting.ts'
import { decodeHidden, decodeHiddenText, hideReferences, showReferences } from './references.ts'

/**
 * The first attribute of every tag with attributes that our own renderer makes beside raw HTML. No article can forge
 * it: control characters are dropped from the Markdown, and attribute names cannot hold character references.
 */
export const OWN_MARK = '\x01'

export type CleanOptions = {
  origin: string
  /** The attributes of the article's picture with this src; null if there is none. */
  picture: (src: string) => Record<string, string> | null
  /** Makes a free id for an id that an author wrote. */
  claim: (name: string) => string
  /** The class names that our own renderer uses. */
  classes: readonly string[]
  /** The words of the link that replaces an iframe. */
  words: Pick<TextWords, 'watch' | 'open'>
}

type Attributes = Record<string, string>

// The tags that an author may write, with a pattern for each attribute's value; EVERYWHERE has further attributes.
const NUMBER = /^-?\d{1,6}$/
const SPAN = /^\d{1,3}$/
const DATE = /^[\d\w:.,+ -]{1,40}$/
const EMPTY_OR_TRUE = /^/
const TAGS: Record<string, Record<string, RegExp>> = Object.assign(Object.create(null), {
  ol: { start: NUMBER, reversed: EMPTY_OR_TRUE, type: /^[1aAiI]$/ },
  li: { value: NUMBER },
  td: { colspan: SPAN, rowspan: SPAN },
  th: { colspan: SPAN, rowspan: SPAN, scope: /^(?:col|row|colgroup|rowgroup)$/ },
  col: { span: SPAN },
  colgroup: { span: SPAN },
  time: { datetime: DATE },
  ins: { datetime: DATE },
  del: { datetime: DATE },
  details: { open: EMPTY_OR_TRUE },
  data: { value: /^[^<>]{0,200}$/ },
})
for (const tag of `a abbr address b bdi bdo blockquote br caption cite code dd dfn div dl dt em figcaption figure h2 h3 h4
  h5 h6 hr i img kbd mark p pre q rb rp rt rtc ruby s samp small span strong sub summary sup table tbody tfoot thead tr
  u ul var wbr`.split(/\s+/))
  TAGS[tag] ??= {}

const EVERYWHERE: Record<string, RegExp> = Object.assign(Object.create(null), {
  lang: /^[a-z\d-]{1,35}$/i,
  dir: /^(?:ltr|rtl|auto)$/i,
  title: /^/,
  translate: /^(?:yes|no)$/,
})
const CITING = ['blockquote', 'q', 'ins', 'del']
const CELLS = ['td', 'th']
const ALIGNMENT = /^(?:left|center|right)$/i
// Excludes invisible characters, so that two ids never look the same.
const NAME = /^[\p{L}\p{M}\p{N}_.:-]{1,100}$/u

// Only our own renderer may make these tags; an author's are renamed to the tag on the right. Their attributes are
// dropped, so that an author cannot give a `<source>` an address.
const OWN_TAGS = {
  aside: 'div',
  section: 'div',
  label: 'span',
  input: 'span',
  picture: 'span',
  source: 'span',
}
// A tag must be renamed to an allowed one: sanitize-html would remember the new name of a tag that it drops, and close
// a later tag by that name.
const RENAMED: Record<string, string> = Object.assign(Object.create(null), {
  ...OWN_TAGS,
  h1: 'h2',
  strike: 's',
  tt: 'code',
})

const BASE: sanitizeHtml.IOptions & { allowedEmptyAttributes: string[] } = {
  // iframe is never output, because `frame` renames it. If it were not listed, its content would be output as text.
  allowedTags: [...Object.keys(TAGS), ...Object.keys(OWN_TAGS), 'iframe'],
  allowedAttributes: {
    '*': ['id', 'lang', 'dir', 'title', 'translate', 'tabindex', 'role', 'aria-label', 'aria-labelledby'],
    a: ['href', 'rel'],
    blockquote: ['cite'],
    q: ['cite'],
    img: ['src', 'alt', 'width', 'height', 'loading', 'decoding'],
    // The mark in the name keeps sanitize-html from parsing the srcset: the parser is left out of the Worker's bundle.
    source: ['type', 'media', 'sizes', `${OWN_MARK}srcset`],
    input: ['type', 'checked', 'disabled'],
    ...Object.fromEntries(
      ['ol', 'li', 'td', 'th', 'col', 'colgroup', 'time', 'data', 'details'].map((tag) => [
        tag,
        Object.keys(TAGS[tag] ?? {}),
      ]),
    ),
    ins: ['cite', 'datetime'],
    del: ['cite', 'datetime'],
  },
  allowedSchemes: SCHEMES,
  allowProtocolRelative: false,
  // These are dropped with their content, because a browser does not parse it as HTML.
  nonTextTags: `script style textarea select option xmp noscript noembed noframes template svg math object
    plaintext`.split(/\s+/),
  selfClosing: ['img', 'br', 'hr', 'wbr', 'col', 'input', 'source'],
  allowedEmptyAttributes: ['alt', 'href'],
  nestingLimit: 250,
  // Articles have no style attributes, so postcss is left out of the Worker's bundle.
  parseStyleAttributes: false,
}

/** Cleans a part of an article that holds raw HTML beside our own markup. */
export function cleanUnsafe(html: string, options: CleanOptions): string {
  const clean = sanitizeHtml(hideReferences(html), {
    ...BASE,
    allowedClasses: { '*': [...options.classes] },
    transformTags: {
      iframe: (_, attributes) => frame(attributes, options),
      img: (_, attributes) => image(attributes, options),
      '*': (tagName, attributes) => transform(tagName, attributes, options),
    },
  })
  return showReferences(nestStrictly(clean.replaceAll(' />', '>')))
}

/** The pictures with a src that cleaning would find in raw HTML, in order. */
export function picturesInUnsafe(html: string): { src: string; alt: string }[] {
  const found: { src: string; alt: string }[] = []
  sanitizeHtml(hideReferences(html), {
    ...BASE,
    transformTags: {
      img: (tagName, attribs) => {
        const { src, alt = '' } = attribs
        if (src !== undefined) found.push({ src: decodeHidden(src), alt: decodeHidden(alt).trim() })
        return { tagName, attribs: {} }
      },
    },
  })
  return found
}

/** Whether an author's tag of this name is kept or renamed, so that its content is parsed as HTML. */
export function isKnown(tagName: string): boolean {
  return tagName in TAGS || tagName in RENAMED
}

function transform(tagName: string, attributes: Attributes, options: CleanOptions): sanitizeHtml.Tag {
  if (isOwn(attributes)) {
    delete attributes[OWN_MARK]
    return { tagName, attribs: attributes }
  }
  const name = RENAMED[tagName] ?? tagName
  return { tagName: name, attribs: keepAllowed(name, attributes, options) }
}

/** In our own tags the mark comes first. A later mark means that an author's unclosed tag has swallowed our tag. */
function isOwn(attributes: Attributes): boolean {
  for (const first in attributes) return first === OWN_MARK
  return false
}

/** The allowed attributes among those that an author gave to a tag. */
function keepAllowed(tagName: string, given: Attributes, options: CleanOptions): Attributes {
  const kept: Attributes = {}
  const allowed = TAGS[tagName]
  if (allowed === undefined) return kept
  for (const name in given) {
    const value = decodeValue(name, given[name])
    const pattern = allowed[name] ?? EVERYWHERE[name]
    if (pattern?.test(value)) kept[name] = value
  }
  const name = given.id ?? (tagName === 'a' ? given.name : undefined)
  if (name !== undefined && NAME.test(decodeHidden(name))) kept.id = options.claim(decodeHidden(name))
  if (tagName === 'a' && given.href !== undefined)
    Object.assign(kept, linkAttributes(decodeHidden(given.href), options.origin))
  if (given.cite !== undefined && CITING.includes(tagName)) {
    const source = parseAddress(decodeHidden(given.cite), options.origin)
    if (source !== null) kept.cite = source.href
  }
  if (tagName === 'pre') kept.tabindex = '0'
  if (given.align !== undefined && CELLS.includes(tagName) && ALIGNMENT.test(given.align))
    kept.class = `align-${given.align.toLowerCase()}`
  return kept
}

/** The decoded value of an author's attribute; a title is only shown, so its unknown references are kept. */
function decodeValue(name: string, value = ''): string {
  return name === 'title' ? decodeHiddenText(value) : decodeHidden(value)
}

function linkAttributes(written: string, origin: string): Attributes {
  const address = parseAddress(written, origin)
  if (address === null) return {}
  return address.external ? { href: address.href, rel: 'external noopener' } : { href: address.href }
}

function image(attributes: Attributes, options: CleanOptions): sanitizeHtml.Tag {
  if (isOwn(attributes)) return { tagName: 'img', attribs: attributes }
  const alt = decodeHiddenText(attributes.alt ?? '')
  const known = attributes.src === undefined ? null : options.picture(decodeHidden(attributes.src))
  if (known === null) return { tagName: 'span', attribs: {}, text: alt }
  return { tagName: 'img', attribs: { [OWN_MARK]: '', ...known, alt } }
}

function frame(attributes: Attributes, { words }: CleanOptions): sanitizeHtml.Tag {
  const link = frameLink(decodeHidden(attributes.src ?? ''), decodeHiddenText(attributes.title ?? ''))
  if (link === null) return { tagName: 'span', attribs: {}, text: '' }
  return {
    tagName: 'a',
    attribs: { [OWN_MARK]: '', href: link.href, rel: 'external noopener' },
    text: link.label(words),
  }
}
