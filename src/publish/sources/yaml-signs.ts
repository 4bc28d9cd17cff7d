// Signs that YAML takes for its own where editors mean text, and YAML's errors in an editor's words.
import { CST, type Document, isCollection, isScalar, Lexer, visit, type YAMLError } from 'yaml'
import { type Problem, quote } from './problem.ts'

/** A sign that takes something away from what is published. */
export type Sign = { offset: number; kind: 'comment' | 'anchor' | 'alias' | 'tag' } & Pick<
  Problem,
  'level' | 'message'
>

/** Comments that may be cut-off text, and every anchor, alias and tag. */
export function findSigns(text: string): Sign[] {
  // Every sign begins with one of these, and to take a text apart is not cheap.
  if (!/[#&*!]/.test(text)) return []
  const signs: Sign[] = []
  let offset = 0
  let isText = false
  let isAfterPlain = false
  for (const token of new Lexer().lex(text)) {
    const kind: CST.TokenType | 'text' | null = isText ? 'text' : CST.tokenType(token)
    // These stand for no characters of the source.
    if (kind === 'scalar' || kind === 'doc-mode' || kind === 'flow-error-end') {
      isText = kind === 'scalar'
      continue
    }
    if (kind === 'comment') {
      const level = commentLevel(text, offset, isAfterPlain)
      if (level !== null) signs.push({ offset, kind, level, message: COMMENT[level](token) })
    } else if (kind === 'anchor' || kind === 'alias' || kind === 'tag') {
      signs.push({ offset, kind, level: 'problem', message: mustBeQuoted(restOfLine(text, offset)) })
    }
    if (kind !== 'space') isAfterPlain = kind === 'text'
    isText = false
    offset += token.length
  }
  return signs
}

const COMMENT: Record<Problem['level'], (comment: string) => string> = {
  problem: (comment) =>
    `what follows # is not published: found ${quote(comment)}. Put the whole value in quotes, or a space after the # of a comment`,
  advice: (comment) =>
    `what follows # is not published: found ${quote(comment)}. Put the whole value in quotes, or a comment on a line of its own`,
}

/** How bad it is to lose a comment; null where it is plainly meant as one. */
function commentLevel(text: string, offset: number, isAfterPlain: boolean): Problem['level'] | null {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  const isSpaced = /^#+(?:\s|$)/.test(text.slice(offset))
  if (text.slice(lineStart, offset).trim() !== '') {
    if (!isSpaced) return 'problem'
    return isAfterPlain ? 'advice' : null
  }
  // A line of its own further in may go on with the text above it, unless it is a field that was taken out.
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

/** Where an error's cause is, and what to say about it. */
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
  DUPLICATE_KEY: 'found this field for the second time. Keep one of the two',
  TAB_AS_INDENT: 'found a tab. Indent with spaces',
  BLOCK_AS_IMPLICIT_KEY:
    'found a second colon. Put text that holds a colon in quotes, and begin every field where the others begin',
  MULTILINE_IMPLICIT_KEY: 'found no field. Write a name, a colon, a space and the value on one line',
  MISSING_CHAR: 'found no field. Write a name, a colon, a space and the value on one line',
  MULTIPLE_DOCS: 'found a second beginning. Remove the line that begins with ---',
  BAD_DQ_ESCAPE: 'found a \\ that means nothing in double quotes. Write it twice, or use single quotes',
}
const UNCLOSED = 'found no end of the quote or bracket that begins here. Close it'

/** What to say about text after the end of a value: it depends on the sign that began and ended the value. */
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

/** Where the quote or bracket begins that an error found open; null when it is about something else. */
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
