// Finds the YAML indicators (# & * !) that would remove or change text of an editor, and explains YAML's errors to editors.
import { CST, type Document, isCollection, isScalar, Lexer, visit, type YAMLError } from 'yaml'
import { type Problem, quote } from './problem.ts'

/** A place where YAML reads a comment, an anchor, an alias or a tag instead of text. */
export type Indicator = { offset: number; kind: 'comment' | 'anchor' | 'alias' | 'tag' } & Pick<
  Problem,
  'level' | 'message'
>

/** All anchors, aliases and tags, and the comments that may be text cut off by mistake. */
export function findIndicators(text: string): Indicator[] {
  // Skip the lexer, which is slow, if the text has none of these characters.
  if (!/[#&*!]/.test(text)) return []
  const indicators: Indicator[] = []
  let offset = 0
  let isText = false
  let isAfterPlain = false
  for (const token of new Lexer().lex(text)) {
    const kind: CST.TokenType | 'text' | null = isText ? 'text' : CST.tokenType(token)
    // These tokens are markers of the lexer and have no characters in the source.
    if (kind === 'scalar' || kind === 'doc-mode' || kind === 'flow-error-end') {
      isText = kind === 'scalar'
      continue
    }
    if (kind === 'comment') {
      const level = commentLevel(text, offset, isAfterPlain)
      if (level !== null) indicators.push({ offset, kind, level, message: COMMENT[level](token) })
    } else if (kind === 'anchor' || kind === 'alias' || kind === 'tag') {
      indicators.push({ offset, kind, level: 'problem', message: mustBeQuoted(restOfLine(text, offset)) })
    }
    if (kind !== 'space') isAfterPlain = kind === 'text'
    isText = false
    offset += token.length
  }
  return indicators
}

const COMMENT: Record<Problem['level'], (comment: string) => string> = {
  problem: (comment) =>
    `text after # is not published: found ${quote(comment)}. Quote the whole value, or put a space after #`,
  advice: (comment) =>
    `text after # is not published: found ${quote(comment)}. Quote the whole value, or put the comment on its own line`,
}

/** The level to report a comment at; null if it is clearly meant as a comment. */
function commentLevel(text: string, offset: number, isAfterPlain: boolean): Problem['level'] | null {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  const isSpaced = /^#+(?:\s|$)/.test(text.slice(offset))
  if (text.slice(lineStart, offset).trim() !== '') {
    if (!isSpaced) return 'problem'
    return isAfterPlain ? 'advice' : null
  }
  // An indented line that begins with # may continue the text above, unless it is a field that was commented out.
  const isField = /^#+(?:[\w-]+:(?:\s|$)|-\s)/.test(text.slice(offset))
  return offset === lineStart || isSpaced || isField ? null : 'problem'
}

function mustBeQuoted(value: string): string {
  return `a value that begins with ${value.charAt(0)} must be in quotes: found ${quote(value)}. Put the whole value in ${quotesFor(value)} quotes`
}

function quotesFor(value: string): 'single' | 'double' {
  return value.includes('"') ? 'single' : 'double'
}

function restOfLine(text: string, offset: number): string {
  const end = text.indexOf('\n', offset)
  return text.slice(offset, end < 0 ? text.length : end).trim()
}

/** The offset of an error's cause, and a message for editors. */
export function explainError(
  document: Document,
  error: YAMLError,
  text: string,
): { offset: number; message: string } {
  const [offset] = error.pos
  const opened = openedAt(document, error)
  if (opened !== null) return { offset: opened, message: `${INVALID}${UNCLOSED}` }
  if (error.code === 'BAD_SCALAR_START') return { offset, message: mustBeQuoted(restOfLine(text, offset)) }
  const reason = error.code === 'UNEXPECTED_TOKEN' ? unexpected(text, offset) : REASONS[error.code]
  const message = reason ?? `${error.message}. Check quotes, colons and indentation here`
  return { offset, message: `${INVALID}${message}` }
}

const INVALID = 'is not valid YAML: '
const REASONS: Record<string, string> = {
  DUPLICATE_KEY: 'found this field a second time. Keep one of them',
  TAB_AS_INDENT: 'found a tab. Indent with spaces',
  BLOCK_AS_IMPLICIT_KEY:
    'found a second colon. Put text that holds a colon in quotes, and begin every field where the others begin',
  MULTILINE_IMPLICIT_KEY: 'found no field. Write a name, a colon, a space and the value on one line',
  MISSING_CHAR: 'found no field. Write a name, a colon, a space and the value on one line',
  MULTIPLE_DOCS: 'found a second beginning. Remove the line that begins with ---',
  BAD_DQ_ESCAPE: 'found a \\ that means nothing in double quotes. Write it twice, or use single quotes',
}
const UNCLOSED = 'the quote or bracket that begins here has no end. Close it'

/** The message about text after the end of a value. It depends on the character that began the value. */
function unexpected(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  const value = restOfLine(text, lineStart).replace(/^(?:-\s+)*(?:[^\s'"[{][^:]*:\s+)?/, '')
  const remedy = `Put the whole value in ${quotesFor(value)} quotes`
  if (/^['"]/.test(value)) return `found text after the quote was closed. ${remedy}`
  if (/^[[{]/.test(value)) return `found text after the bracket was closed. ${remedy}`
  if (/^[|>]/.test(value))
    return `found text beside ${value.charAt(0)}. Begin it on the next line, or put the whole value in quotes`
  return `found text where none can be. ${remedy}`
}

/** The offset of the quote or bracket that was never closed; null if the error has another cause. */
function openedAt(document: Document, { code, pos }: YAMLError): number | null {
  if (code !== 'MISSING_CHAR' && code !== 'BAD_INDENT') return null
  let opened: number | null = null
  visit(document, {
    Node: (_, node) => {
      const opens = isScalar(node) ? node.type?.startsWith('QUOTE_') : isCollection(node) && node.flow
      const [from, until] = node.range ?? [0, 0]
      if (opens && from < pos[0] && pos[0] <= until) opened = from
    },
  })
  return opened
}
