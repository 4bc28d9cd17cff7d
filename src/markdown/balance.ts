// Which tags an author's HTML leaves open, so that what is whole in itself can be cleaned by itself. It decides only
// where cleaning begins and ends: each piece comes out safe and balanced whatever is read here.

import type { Token } from 'marked'
import { VOID } from './nesting.ts'
import { isKnown } from './sanitize.ts'
import { childrenOf } from './tokens.ts'

/** How many of each tag are open; `NEVER_CLOSED` among them where something was not understood. */
export type OpenTags = Map<string, number>

const NEVER_CLOSED = '?'
const PLAIN_TEXT = /[^<]+/y
// Narrower than HTML's grammar, so that no other reader can see something else in it; ends before a comment can differ.
const COMMENT = /<!--(?!-?>)(?:[^-]|-[^-])*-->/y
const TAG = /<(\/?)([a-z][a-z\d]*)(?:[ \t\n]+[a-z-]+(?:=(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*[ \t\n]*\/?>/iy

/** Follows the raw HTML inside a block in the order in which it is put out. */
export function followTags(token: Token, open: OpenTags): void {
  if (token.type === 'html') {
    followHtml(token.text, open)
    return
  }
  // A footnote is rendered elsewhere, and of a picture's tokens only the words.
  if (token.type === 'footnote' || token.type === 'image') return
  for (const child of childrenOf(token) ?? []) followTags(child, open)
}

function followHtml(html: string, open: OpenTags): void {
  for (let at = 0; at < html.length; ) {
    const tag = matchAt(TAG, html, at)
    const match = tag ?? matchAt(PLAIN_TEXT, html, at) ?? matchAt(COMMENT, html, at)
    const name = tag?.[2]?.toLowerCase()
    if (match === null || (name !== undefined && !isKnown(name))) {
      open.set(NEVER_CLOSED, 1)
      return
    }
    if (name !== undefined && !VOID.has(name)) count(name, tag?.[1] === '' ? 1 : -1, open)
    at += match[0].length
  }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

/** An end tag without a beginning closes nothing, and is no debt of a later one. */
function count(name: string, change: 1 | -1, open: OpenTags): void {
  const now = (open.get(name) ?? 0) + change
  if (now > 0) open.set(name, now)
  else open.delete(name)
}
