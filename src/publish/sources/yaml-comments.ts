// YAML without its comments. They may name sources, so they must never reach the store. Pure.
import { CST, Lexer } from 'yaml'

/** The text without its comments, and without the lines that hold nothing else. */
export function withoutComments(text: string): string {
  if (!text.includes('#')) return text
  let kept = ''
  let line = ''
  let isText = false
  let isLineDropped = false
  for (const token of new Lexer().lex(text)) {
    // The lexer announces the text of a value by a token of its own, so that text is never taken for a comment.
    const kind: CST.TokenType | 'text' | null = isText ? 'text' : CST.tokenType(token)
    isText = kind === 'scalar'
    if (kind === 'scalar' || kind === 'doc-mode' || kind === 'flow-error-end') continue
    if (kind === 'comment') {
      line = line.replace(/[ \t]+$/, '')
      isLineDropped = line === '' || line.endsWith('\n')
    } else if (kind === 'newline' && isLineDropped) {
      // An empty line behind a comment goes too: a block scalar (|+) before the comment would take it in.
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
