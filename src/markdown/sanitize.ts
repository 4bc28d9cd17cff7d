// The only door for raw HTML: what an author wrote in HTML becomes what an article may hold, always balanced.
// Two lists hold it: what an author may write (here) and what may stand in an article at all (sanitize-html's).

import sanitizeHtml from 'sanitize-html'
import type { TextWords } from '../words/en.ts'
import { parseAddress, SCHEMES } from './address.ts'
import { frameLink } from './embeds.ts'
import { nestStrictly } from './nesting.ts'
import { decodeHidden, decodeHiddenWords, hideReferences, showReferences } from './references.ts'

/**
 * Stands first in every tag with attributes that our own renderer makes within a stretch of raw HTML. No article can
 * forge it: control characters are dropped from the Markdown, and attribute names know no character references.
 */
export const OWN = '\x01'

export type CleanOptions = {
  origin: string
  /** The attributes of the picture that the article knows by this src; null if it knows none. */
  picture: (src: string) => Record<string, string> | null
  /** The id to use for a name that an author gave. */
  claim: (name: string) => string
  /** The class names that our own renderer makes. */
  classes: readonly string[]
  /** What a link in the place of a frame says. */
  words: Pick<TextWords, 'watch' | 'open'>
}

type Attributes = Record<string, string>

// What an author may write, beside the attributes of EVERYWHERE; the value is a pattern that the attribute must match.
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
// Without the invisible characters, so that two names that look alike are not two ids.
const NAME = /^[\p{L}\p{M}\p{N}_.:-]{1,100}$/u

// Our own renderer makes these; an author's become what stands beside them, and with them goes every address that an
// author gives to a source.
const OWN_TAGS = {
  aside: 'div',
  section: 'div',
  label: 'span',
  input: 'span',
  picture: 'span',
  source: 'span',
}
// A tag may only be renamed to one that is allowed: sanitize-html remembers the new name of a tag that it then drops,
// and closes a later one by it.
const RENAMED: Record<string, string> = Object.assign(Object.create(null), {
  ...OWN_TAGS,
  h1: 'h2',
  strike: 's',
  tt: 'code',
})

const BASE: sanitizeHtml.IOptions & { allowedEmptyAttributes: string[] } = {
  // iframe is never put out: the transformation below always renames it. Were it not listed, its content would count.
  allowedTags: [...Object.keys(TAGS), ...Object.keys(OWN_TAGS), 'iframe'],
  allowedAttributes: {
    '*': ['id', 'lang', 'dir', 'title', 'translate', 'tabindex', 'role', 'aria-label', 'aria-labelledby'],
    a: ['href', 'rel'],
    blockquote: ['cite'],
    q: ['cite'],
    img: ['src', 'alt', 'width', 'height', 'loading', 'decoding'],
    // To parse a srcset here would cost bytes in the Worker, and only our own markup can have this name.
    source: ['type', 'media', 'sizes', `${OWN}srcset`],
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
  // Their content goes too: a browser reads it by other rules than HTML's.
  nonTextTags: `script style textarea select option xmp noscript noembed noframes template svg math object
    plaintext`.split(/\s+/),
  selfClosing: ['img', 'br', 'hr', 'wbr', 'col', 'input', 'source'],
  allowedEmptyAttributes: ['alt', 'href'],
  nestingLimit: 250,
  // Articles have no style attributes, and so the Worker needs no postcss.
  parseStyleAttributes: false,
}

/** Cleans a stretch of an article that holds raw HTML beside our own markup. */
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

/** Every picture with a src in raw HTML that an article would show, in order, as cleaning would see them. */
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

/** Whether an author's tag of this name is kept or renamed; the content of each of these is read as any other HTML. */
export function isKnown(tagName: string): boolean {
  return tagName in TAGS || tagName in RENAMED
}

function transform(tagName: string, attributes: Attributes, options: CleanOptions): sanitizeHtml.Tag {
  if (isOwn(attributes)) {
    delete attributes[OWN]
    return { tagName, attribs: attributes }
  }
  const name = RENAMED[tagName] ?? tagName
  return { tagName: name, attribs: authored(name, attributes, options) }
}

/** Our own tags begin with the mark; one that stands later was swallowed by an author's unclosed tag. */
function isOwn(attributes: Attributes): boolean {
  for (const first in attributes) return first === OWN
  return false
}

/** What is left of the attributes that an author gave to a tag. */
function authored(tagName: string, given: Attributes, options: CleanOptions): Attributes {
  const kept: Attributes = {}
  const allowed = TAGS[tagName]
  if (allowed === undefined) return kept
  for (const name in given) {
    const value = read(name, given[name])
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

/** The value of an attribute that an author gave; only a title is words to be shown. */
function read(name: string, value = ''): string {
  return name === 'title' ? decodeHiddenWords(value) : decodeHidden(value)
}

function linkAttributes(written: string, origin: string): Attributes {
  const address = parseAddress(written, origin)
  if (address === null) return {}
  return address.external ? { href: address.href, rel: 'external noopener' } : { href: address.href }
}

function image(attributes: Attributes, options: CleanOptions): sanitizeHtml.Tag {
  if (isOwn(attributes)) return { tagName: 'img', attribs: attributes }
  const alt = decodeHiddenWords(attributes.alt ?? '')
  const known = attributes.src === undefined ? null : options.picture(decodeHidden(attributes.src))
  if (known === null) return { tagName: 'span', attribs: {}, text: alt }
  return { tagName: 'img', attribs: { [OWN]: '', ...known, alt } }
}

function frame(attributes: Attributes, { words }: CleanOptions): sanitizeHtml.Tag {
  const link = frameLink(decodeHidden(attributes.src ?? ''), decodeHiddenWords(attributes.title ?? ''))
  if (link === null) return { tagName: 'span', attribs: {}, text: '' }
  return {
    tagName: 'a',
    attribs: { [OWN]: '', href: link.href, rel: 'external noopener' },
    text: link.label(words),
  }
}
