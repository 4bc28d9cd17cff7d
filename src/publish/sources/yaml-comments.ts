// Removes comments from YAML. Comments may name confidential sources, so they must never reach the store. Pure.
import { CST, Lexer } from 'yaml'

/** The text without comments, and without the lines that held only a comment. */
export function withoutComments(text: string): string {
  if (!text.includes('#')) return text
  let kept = ''
  let line = ''
  let isText = false
  let isLineDropped = false
  for (const token of new Lexer().lex(text)) {
    // The lexer emits a marker token before the text of a value. Without it, text with # would be taken for a comment.
    const kind: CST.TokenType | 'text' | null = isText ? 'text' : CST.tokenType(token)
    isText = kind === 'scalar'
    if (kind === 'scalar' || kind === 'doc-mode' || kind === 'flow-error-end') continue
    if (kind === 'comment') {
      line = line.replace(/[ \t]+$/, '')
      isLineDropped = line === '' || line.endsWith('\n')
    } else if (kind === 'newline' && isLineDropped) {
      // Also drop an empty line after a comment: a block scalar (|+) before the comment would include that line.
      line = line.replace(/[ \t]+$/, '')
    } else {
      line += token
      if (kind !== 'space') isLineDropped = false
      if (kind !== 'newline') continue
      kept += line
      line = ''
    }
  }
  return kept + line
}
