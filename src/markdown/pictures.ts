// The pictures that a text names, and where it names them. Reads tokens only; never renders.

import type { Token, Tokens } from 'marked'
import { picturesInUnsafe } from './sanitize.ts'
import { decodeReferences } from './text.ts'
import { childrenOf, loneToken, plainText } from './tokens.ts'

/** `isBare` means that the picture is alone in its paragraph and has no title, so that it has no caption. */
type Located = { src: string; alt: string; offset: number; isBare: boolean }

// The characters that `readable` and marked drop. NUL is not among them, because it is replaced.
const DROPPED = /\r(?=\n)|[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]/g

/** False only if a text has no picture. The text must come from `readable`, or dropped characters could hide a `![`. */
export function mayHavePictures(text: string): boolean {
  return text.includes('![') || (text.includes('<') && /<img/i.test(text))
}

/** The pictures in the tokens of a text from `readable`, in order; their offsets are offsets in the text as given. */
export function locatePictures(given: string, text: string, tokens: Token[]): Located[] {
  const source = text.replace(/\r\n?/g, '\n')
  const definitions = new Map<string, number>()
  const found: (Located & { reference: boolean })[] = []
  let cursor = 0
  let end = 0
  let lone: Token | null = null
  for (const token of tokens) {
    const start = end
    end += token.raw.length
    cursor = start
    visit(token)
  }
  const offsets = found.map(({ src, offset, reference }) =>
    reference ? (definitions.get(src) ?? offset) : offset,
  )
  const toGivenOffset = givenOffsets(given)
  return found.map(({ src, alt, isBare }, index) => ({
    src,
    alt,
    isBare,
    offset: toGivenOffset(offsets[index] ?? 0),
  }))

  function visit(token: Token): void {
    if (token.type === 'image') {
      const at = skip(token.raw)
      const inside = source.indexOf(token.href, at + 2 + token.text.length)
      const reference = !token.raw.endsWith(')')
      const alt = decodeReferences(plainText((token as Tokens.Image).tokens)).trim()
      const offset = inside === -1 || inside >= cursor ? at : inside
      found.push({ src: token.href, alt, offset, reference, isBare: token === lone && !token.title })
      return
    }
    if (token.type === 'paragraph') lone = loneToken(token.tokens ?? [])
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
   * Moves the cursor behind the next occurrence of this raw text, and returns the start of the occurrence. Inside
   * quotes and lists the source has prefixes that raw texts lack, so a raw text of several lines is searched line by
   * line. Always takes the earliest occurrence, or the cursor would overtake the tokens that follow.
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

/** Converts offsets in the text that marked parsed to offsets in the text as given. */
function givenOffsets(given: string): (offset: number) => number {
  const dropped: number[] = []
  for (const match of given.matchAll(DROPPED)) dropped.push(match.index - dropped.length)
  return (offset) => {
    let before = 0
    while (before < dropped.length && (dropped[before] ?? 0) <= offset) before++
    return offset + before
  }
}
