// Where in a text its pictures are named. Reads tokens only; never renders.

import type { Token, Tokens } from 'marked'
import { picturesInUnsafe } from './sanitize.ts'
import { decodeReferences } from './text.ts'
import { childrenOf, loneToken, plainText } from './tokens.ts'

/** `isBare` is one that stands alone, and has no title from which its caption would come. */
type Located = { src: string; alt: string; offset: number; isBare: boolean }

// What `readable` and marked leave out of a text, but for NUL, which they replace.
const LEFT_OUT = /\r(?=\n)|[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]/g

/** False only where a text has no picture. The text is `readable`: nothing that marked drops parts the signs of one. */
export function mayHavePictures(text: string): boolean {
  return text.includes('![') || (text.includes('<') && /<img/i.test(text))
}

/** The pictures of a text that `readable` made and marked took apart, in order; offsets count in the text as given. */
export function locatePictures(given: string, text: string, tokens: Token[]): Located[] {
  const source = text.replace(/\r\n?/g, '\n')
  const definitions = new Map<string, number>()
  const found: (Located & { reference: boolean })[] = []
  let cursor = 0
  let end = 0
  let alone: Token | null = null
  for (const token of tokens) {
    const start = end
    end += token.raw.length
    cursor = start
    visit(token)
  }
  const offsets = found.map(({ src, offset, reference }) =>
    reference ? (definitions.get(src) ?? offset) : offset,
  )
  const original = toOriginal(given)
  return found.map(({ src, alt, isBare }, index) => ({
    src,
    alt,
    isBare,
    offset: original(offsets[index] ?? 0),
  }))

  function visit(token: Token): void {
    if (token.type === 'image') {
      const at = skip(token.raw)
      const inside = source.indexOf(token.href, at + 2 + token.text.length)
      const reference = !token.raw.endsWith(')')
      const alt = decodeReferences(plainText((token as Tokens.Image).tokens)).trim()
      const offset = inside === -1 || inside >= cursor ? at : inside
      found.push({ src: token.href, alt, offset, reference, isBare: token === alone && !token.title })
      return
    }
    if (token.type === 'paragraph') alone = loneToken(token.tokens ?? [])
    if (token.type === 'def') {
      const at = skip(token.raw)
      const inside = source.indexOf(token.href, at + token.raw.indexOf(']:') + 2)
      if (!definitions.has(token.href)) definitions.set(token.href, inside === -1 ? at : inside)
      return
    }
    if (token.type === 'html') {
      visitRaw(token.raw, token.text)
      return
    }
    const children = childrenOf(token)
    if (children === null) skip(token.raw)
    else for (const child of children) visit(child)
  }

  function visitRaw(raw: string, html: string): void {
    const from = cursor
    skip(raw)
    let at = from
    for (const { src, alt } of html.toLowerCase().includes('<img') ? picturesInUnsafe(html) : []) {
      const inside = nearest([src, src.replaceAll('&', '&amp;'), '<img'], at)
      at = inside === at ? at : inside
      found.push({ src, alt, offset: inside, reference: false, isBare: false })
      at = inside + 1
    }
  }

  function nearest(needles: string[], from: number): number {
    for (const needle of needles) {
      const at = source.indexOf(needle, from)
      if (at !== -1 && at < end) return at
    }
    return from
  }

  /**
   * Moves the cursor behind the next place where this raw text stands, and returns where it begins. Inside quotes and
   * lists the source has prefixes that raw texts lack, so a text of several lines is followed line by line. The cursor
   * never overtakes the token: it always takes the earliest place.
   */
  function skip(raw: string): number {
    let begin = -1
    for (const line of source.startsWith(raw, cursor) ? [raw] : raw.split('\n')) {
      const wanted = line.trim()
      if (wanted === '') continue
      const at = source.indexOf(wanted, cursor)
      if (at === -1 || at >= end) continue
      if (begin === -1) begin = at
      cursor = at + wanted.length
    }
    return begin === -1 ? cursor : begin
  }
}

/** From offsets in the text that marked saw to offsets in the text as it was given. */
function toOriginal(given: string): (offset: number) => number {
  const leftOut: number[] = []
  for (const match of given.matchAll(LEFT_OUT)) leftOut.push(match.index - leftOut.length)
  return (offset) => {
    let before = 0
    while (before < leftOut.length && (leftOut[before] ?? 0) <= offset) before++
    return offset + before
  }
}
