// Which tags an author's HTML leaves open, so that balanced pieces can be cleaned one by one. This file only decides
// where a piece begins and ends: sanitize.ts makes every piece safe and balanced, even if this file is wrong.

import type { Token } from 'marked'
import { VOID } from './nesting.ts'
import { isKnown } from './sanitize.ts'
import { childrenOf } from './tokens.ts'

/** The number of open tags by name; `NEVER_CLOSED` is among them if some HTML was not understood. */
export type OpenTags = Map<string, number>

const NEVER_CLOSED = '?'
const PLAIN_TEXT = /[^<]+/y
// Narrower than HTML's grammar, so that every parser agrees on where such a comment ends.
const COMMENT = /<!--(?!-?>)(?:[^-]|-[^-])*-->/y
const TAG = /<(\/?)([a-z][a-z\d]*)(?:[ \t\n]+[a-z-]+(?:=(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*[ \t\n]*\/?>/iy

/** Counts the tags in the raw HTML of a block, in the order of output. */
export function followTags(token: Token, open: OpenTags): void {
  if (token.type === 'html') {
    followHtml(token.text, open)
    return
  }
  // A footnote is rendered at the end of the article; a picture outputs only the text of its tokens.
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

/** An end tag without a start tag is ignored: it must not close a later start tag. */
function count(name: string, change: 1 | -1, open: OpenTags): void {
  const now = (open.get(name) ?? 0) + change
  if (now > 0) open.set(name, now)
  else open.delete(name)
}
