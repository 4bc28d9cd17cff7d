// Parses YAML to plain data, with the place of every value. All scalars stay text, or YAML would change the meaning of
// dates, numbers and `no`. Only this file and the yaml-*.ts files beside it parse with the yaml library.
import {
  CST,
  type Document,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Pair,
  parseDocument,
} from 'yaml'
import type { Place, Problem } from './problem.ts'
import { explainError, findIndicators } from './yaml-problems.ts'

/** A YAML text inside a file: `line` is the line of the file on which the text begins. */
export type YamlSource = { path: string; text: string; line: number }

/** Plain data with its places. Empty values are absent; text is in NFC and trimmed. */
export type YamlData = {
  data: unknown
  /** The place of the value at a path. If there is none, the place of the nearest value that contains the path. */
  at: (path: readonly PropertyKey[]) => Place
  /** The place of the last key of a path. */
  atKey: (path: readonly PropertyKey[]) => Place
}

/** Parses YAML. `yaml` is null if the text is not valid. Valid text may have problems and advice, too. */
export function parseYaml(source: YamlSource): { yaml: YamlData | null; problems: Problem[] } {
  const lines = new LineCounter()
  const document = parseDocument(source.text, {
    schema: 'failsafe',
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
    uniqueKeys: true,
  })
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { path: source.path, line: source.line + line - 1, column: col }
  }
  const signs = findIndicators(source.text)
  // Report only the first sign of a line: its remedy usually removes the others.
  const problems = signs
    .map(({ offset, level, message }): Problem => ({ ...place(offset), level, message }))
    .filter(({ line }, index, all) => all[index - 1]?.line !== line)
  // Report only the first error, which causes most others. Skip it if a sign on its line is reported, which causes it.
  const [error] = document.errors
  if (error) {
    const { offset, message } = explainError(document, error, source.text)
    const at = place(offset)
    const isReported = problems.some(({ line, level }) => level === 'problem' && line === at.line)
    if (!isReported) problems.push({ ...at, level: 'problem', message })
    return { yaml: null, problems }
  }
  // An alias may have no target, or may expand to endless data.
  if (signs.some(({ kind }) => kind === 'alias')) return { yaml: null, problems }
  const start = document.contents?.range?.[0] ?? 0
  const offsetAt = (path: readonly PropertyKey[]): number => {
    for (let length = path.length; length > 0; length -= 1) {
      const offset = startOf(nodeAt(document, path.slice(0, length)))
      if (offset !== null) return offset
    }
    return start
  }
  const atKey = (path: readonly PropertyKey[]): Place => {
    const around = path.slice(0, -1)
    const pair = pairOf(nodeAt(document, around), path.at(-1))
    return place(startOf(pair?.key) ?? offsetAt(around))
  }
  return { yaml: { data: tidy(document.toJS()), at: (path) => place(offsetAt(path)), atKey }, problems }
}

/** The node under a path of the tidied data; undefined when the document has no such value. */
function nodeAt(document: Document, path: readonly PropertyKey[]): unknown {
  let node: unknown = document.contents
  for (const key of path) {
    if (isSeq(node)) node = node.items.filter((item) => !isEmpty(item))[Number(key)]
    else node = pairOf(node, key)?.value
  }
  return node
}

function pairOf(node: unknown, key: PropertyKey | undefined): Pair | undefined {
  return isMap(node)
    ? node.items.find((item) => isScalar(item.key) && String(item.key.value).normalize('NFC') === key)
    : undefined
}

function startOf(node: unknown): number | null {
  return isScalar(node) || isSeq(node) || isMap(node) ? (node.range?.[0] ?? null) : null
}

function isEmpty(node: unknown): boolean {
  return isScalar(node) && (node.value === null || tidy(node.value) === '')
}

function tidy(value: unknown): unknown {
  if (typeof value === 'string') return value.normalize('NFC').trim()
  if (Array.isArray(value)) return value.map(tidy).filter((item) => item !== '' && item !== null)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).map(([key, item]) => [key.normalize('NFC'), tidy(item)] as const)
  return Object.fromEntries(kept.filter(([, item]) => item !== '' && item !== null))
}

/**
 * The text without comments, and without the lines that held only a comment. Comments may name confidential sources,
 * so they must never reach the store.
 */
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
