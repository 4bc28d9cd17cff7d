// Reads marked's tokens: their children and their text. Never makes a tag.

import type { Token } from 'marked'
import { escapeHtml, escapeMarkdown } from './text.ts'

/** The tokens inside a token; null for a type of token that has none. */
export function childrenOf(token: Token): Token[] | null {
  if (token.type === 'list') return token.items
  if (token.type === 'table') return [token.header, ...token.rows].flat().flatMap((cell) => cell.tokens)
  return ('tokens' in token && token.tokens) || null
}

/** The text of inline tokens without tags, escaped for an attribute or for content. */
export function plainText(tokens: Token[]): string {
  let out = ''
  for (const token of tokens) {
    const children = childrenOf(token)
    if (token.type === 'codespan' || (token.type === 'link' && token.autolink)) out += escapeHtml(token.text)
    else if (children !== null) out += plainText(children)
    else if (token.type === 'br') out += ' '
    else if (token.type === 'text' || token.type === 'escape') out += escapeMarkdown(token.text)
  }
  return out
}

/** The only token of a paragraph besides blank text; null if there are several or none. */
export function loneToken(tokens: Token[]): Token | null {
  if (tokens.length === 1) return tokens[0] ?? null
  if (tokens.length > 3) return null
  const others = tokens.filter((token) => token.type !== 'text' || token.raw.trim() !== '')
  return others.length === 1 ? (others[0] ?? null) : null
}
