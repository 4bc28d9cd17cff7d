// YAML with the place of every value. All scalars are text, so that no date, number or `no` changes its
// meaning on the way; sole owner of the yaml library on the reading side.
import * as v from 'valibot'
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml'
import { found, type Place, type Problem } from './problem.ts'

/** A YAML text inside a file: `line` is the line of the file on which the text begins. */
export type YamlSource = { path: string; text: string; line: number }

/** Plain data with its places. Empty values are absent; text is in NFC and without blanks at its ends. */
export type YamlData = {
  data: unknown
  /** The place of the value under a path, or of the nearest thing around it that exists. */
  at: (path: readonly PropertyKey[]) => Place
  /** The place of a key itself. */
  atKey: (key: string) => Place
}

const ALIAS_LIMIT = 100

/** Parses YAML to data, or to the problems that it has. */
export function parseYaml(source: YamlSource): YamlData | { problems: Problem[] } {
  const lines = new LineCounter()
  const document = parseDocument(source.text, {
    schema: 'failsafe',
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
  })
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { path: source.path, line: source.line + line - 1, column: col }
  }
  // The first error brings about most of the others.
  const [error] = document.errors
  if (error) {
    const opened = openedAt(document, error)
    const what = opened === null ? REASONS[error.code] : UNCLOSED
    const message = `is not valid YAML: ${what ?? `${error.message}. Check quotes, colons and indentation here`}`
    return { problems: [{ ...place(opened ?? error.pos[0]), level: 'problem', message }] }
  }
  let data: unknown
  try {
    data = tidy(document.toJS({ maxAliasCount: ALIAS_LIMIT }))
  } catch (error) {
    const anchor = source.text.search(/[&*]\S/)
    const message = `must not repeat itself through aliases: ${error instanceof Error ? error.message : error}. Write the values out`
    return { problems: [{ ...place(Math.max(anchor, 0)), level: 'problem', message }] }
  }
  const offsetAt = (path: readonly PropertyKey[]): number => {
    for (let length = path.length; length > 0; length -= 1) {
      const offset = offsetOf(document, path.slice(0, length))
      if (offset !== null) return offset
    }
    return document.contents?.range?.[0] ?? 0
  }
  return {
    data,
    at: (path) => place(offsetAt(path)),
    atKey: (key) => {
      const contents = document.contents as {
        items?: { key?: { value?: unknown; range?: number[] } }[]
      } | null
      const pair = contents?.items?.find((item) => item.key?.value === key)
      return place(pair?.key?.range?.[0] ?? 0)
    },
  }
}

/** Where the value under a path of the tidied data begins; null when the document has no such value. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number | null {
  let node: unknown = document.contents
  for (const key of path) {
    if (isAlias(node)) node = node.resolve(document)
    if (isSeq(node)) node = node.items.filter((item) => !isEmpty(item, document))[Number(key)]
    else if (isMap(node))
      node = node.items.find((item) => isScalar(item.key) && tidy(item.key.value) === key)?.value
    else return null
  }
  return isScalar(node) || isAlias(node) || isSeq(node) || isMap(node) ? (node.range?.[0] ?? null) : null
}

function isEmpty(item: unknown, document: Document): boolean {
  const node = isAlias(item) ? item.resolve(document) : item
  return isScalar(node) && (node.value === null || tidy(node.value) === '')
}

const REASONS: Record<string, string> = {
  DUPLICATE_KEY: 'found this field for the second time. Keep one of the two',
  TAB_AS_INDENT: 'found a tab. Indent with spaces',
  BLOCK_AS_IMPLICIT_KEY:
    'found a second colon. Put text that holds a colon in quotes, and begin every field where the others begin',
  MULTILINE_IMPLICIT_KEY: 'found no field. Write a name, a colon, a space and the value on one line',
  MISSING_CHAR: 'found no field. Write a name, a colon, a space and the value on one line',
  UNEXPECTED_TOKEN: 'found text where none can be. Put a value that begins with a sign in quotes, all of it',
}
const UNCLOSED = 'found no end of the quote or bracket that begins here. Close it'

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

function tidy(value: unknown): unknown {
  if (typeof value === 'string') return value.normalize('NFC').trim()
  if (Array.isArray(value)) return value.map(tidy).filter((item) => item !== '' && item !== null)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).map(([key, item]) => [key.normalize('NFC'), tidy(item)] as const)
  return Object.fromEntries(kept.filter(([, item]) => item !== '' && item !== null))
}

/** Checks data against a schema whose messages complete the sentence "<field> …". */
export function checkShape<T extends v.GenericSchema>(
  schema: T,
  yaml: YamlData,
): { output: v.InferOutput<T> } | { problems: Problem[] } {
  const result = v.safeParse(schema, yaml.data ?? {})
  if (result.success) return { output: result.output }
  const problems = result.issues.map((issue): Problem => {
    const path = (issue.path ?? []).map((item) => item.key as PropertyKey)
    const name = path.length === 0 ? 'the file' : fieldName(path)
    if (issue.input !== undefined) {
      return {
        ...yaml.at(path),
        level: 'problem',
        message: `${name} ${issue.message}: found ${found(issue.input)}`,
      }
    }
    // For a field that is missing, valibot has the message of what should hold it.
    return {
      ...yaml.at(path),
      level: 'problem',
      message: `${name} ${messageAt(schema, path) ?? issue.message}`,
    }
  })
  return { problems }
}

type Part = {
  entries?: Record<PropertyKey, Part>
  item?: Part
  value?: Part
  wrapped?: Part
  message?: unknown
}

function messageAt(schema: v.GenericSchema, path: readonly PropertyKey[]): string | null {
  let part: Part | undefined = schema as Part
  for (const key of path) {
    part = part?.wrapped ?? part
    part = part?.entries?.[key] ?? part?.item ?? part?.value
  }
  return typeof part?.message === 'string' ? part.message : null
}

/** A path as people write it: `image.src`, `corrections[2].date`, `name of entry 2`. */
function fieldName(path: readonly PropertyKey[]): string {
  const [first, ...rest] = path
  if (typeof first === 'number')
    return `${rest.length === 0 ? '' : `${fieldName(rest)} of `}entry ${first + 1}`
  return path.reduce<string>(
    (name, key) =>
      typeof key === 'number' ? `${name}[${key + 1}]` : name === '' ? String(key) : `${name}.${String(key)}`,
    '',
  )
}
