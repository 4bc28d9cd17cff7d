// YAML without its comments. They may name sources, so they must never reach the store. Pure.
import { CST, Lexer } from 'yaml'

/** The text without its comments and the lines that hold nothing else. All other characters stay as they are. */
export function withoutComments(text: string): string {
  if (!text.includes('#')) return text
  let kept = ''
  let isText = false
  let isLineDropped = false
  for (const token of new Lexer().lex(text)) {
    // The lexer announces the text of a value by a token of its own, so that text is never taken for a comment.
    const kind: CST.TokenType | 'text' | null = isText ? 'text' : CST.tokenType(token)
    isText = kind === 'scalar'
    if (kind === 'scalar' || kind === 'doc-mode' || kind === 'flow-error-end') continue
    if (kind === 'comment') {
      kept = kept.replace(/[ \t]+$/, '')
      isLineDropped = kept === '' || kept.endsWith('\n')
    } else if (kind === 'newline' && isLineDropped) isLineDropped = false
    else kept += token
  }
  return kept
}
