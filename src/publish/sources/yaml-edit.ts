// Makes one change to an editor's YAML. Must keep all other characters: comments, order, quotes, line ends. Pure.
import { type Document, isMap, isScalar, isSeq, type Pair, parseDocument, type YAMLSeq } from 'yaml'

/**
 * Adds an item to a list at the top level, and the list itself if it is absent. Returns the same text if the list has
 * the item already; null if the text cannot be changed safely.
 */
export function addToList(text: string, name: string, item: string): string | null {
  const document = parse(text)
  if (!document) return null
  const data = dataOf(document)
  const list = normalized(data[name])
  if (Array.isArray(list) && list.includes(item.normalize('NFC'))) return text
  if (list !== '' && !Array.isArray(list)) return null
  const wanted = { ...data, [name]: [...(Array.isArray(data[name]) ? data[name] : []), item] }
  const spliced = spliceItem(text, document, { name, item })
  if (spliced !== null && isSame(spliced, wanted)) return spliced
  // The layout is unusual. The library's own writer keeps comments and order, but may change spaces.
  if (Array.isArray(list)) document.addIn([name], item)
  else document.set(name, [item])
  const written = withLineEnds(document.toString({ lineWidth: 0 }), lineEnd(text))
  return isSame(written, wanted) ? written : null
}

/** Sets a field at the top level to a plain word. Returns null if the text cannot be changed safely. */
export function setField(text: string, name: string, word: string): string | null {
  const document = parse(text)
  if (!document) return null
  const wanted = { ...dataOf(document), [name]: word }
  const spliced = spliceField(text, pairOf(document, name), { name, word })
  return spliced !== null && isSame(spliced, wanted) ? spliced : null
}

function spliceField(
  text: string,
  pair: Pair | undefined,
  { name, word }: { name: string; word: string },
): string | null {
  if (!pair) return appended(text, `${name}: ${word}`)
  const [from, until] = (isScalar(pair.value) && pair.value.range) || [0, 0]
  if (until > from) return text.slice(0, from) + word + text.slice(until)
  const key = isScalar(pair.key) ? pair.key.range : null
  if (!key) return null
  const colon = text.indexOf(':', key[1])
  return `${text.slice(0, colon + 1)} ${word}${text.slice(colon + 1)}`
}

type Wanted = { name: string; item: string }

function spliceItem(text: string, document: Document, { name, item }: Wanted): string | null {
  const end = lineEnd(text)
  const pair = pairOf(document, name)
  if (!pair) return appended(text, `${name}:${end}  - ${item}`)
  if (isSeq(pair.value)) return spliceSeq(text, pair.value, item)
  // The field has no value, perhaps a comment.
  const key = isScalar(pair.key) ? pair.key.range : null
  return key ? insertAfterLine(text, key[1], `  - ${item}`) : null
}

function spliceSeq(text: string, list: YAMLSeq, item: string): string | null {
  const [start] = list.range ?? [0]
  const last = list.items.at(-1)
  const range = isScalar(last) ? last.range : null
  if (list.flow && list.items.length === 0)
    return `${text.slice(0, start + 1)}${item}${text.slice(start + 1)}`
  if (!range) return null
  if (list.flow) return `${text.slice(0, range[1])}, ${item}${text.slice(range[1])}`
  const before = text.slice(text.lastIndexOf('\n', range[0] - 1) + 1, range[0])
  const dash = /^ *- +/.exec(before)?.[0]
  return dash === undefined ? null : insertAfterLine(text, range[1], `${dash}${item}`)
}

/** Inserts a line after the line that contains the offset. */
function insertAfterLine(text: string, offset: number, line: string): string {
  const end = text.indexOf('\n', offset)
  if (end < 0) return text + lineEnd(text) + line
  return `${text.slice(0, end + 1)}${line}${lineEnd(text)}${text.slice(end + 1)}`
}

function appended(text: string, lines: string): string {
  const end = lineEnd(text)
  return `${text}${text === '' || text.endsWith('\n') ? '' : end}${lines}${end}`
}

function lineEnd(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n'
}

function withLineEnds(text: string, end: string): string {
  return text.replace(/\r?\n/g, end)
}

/** The parsed document; null if it is not valid YAML or not a map. */
function parse(text: string): Document | null {
  const document = parseDocument(text, { schema: 'failsafe', prettyErrors: false, logLevel: 'error' })
  if (document.errors.length > 0) return null
  return document.contents === null || isMap(document.contents) ? document : null
}

function isSame(text: string, data: unknown): boolean {
  const document = parse(text)
  return document !== null && JSON.stringify(document.toJS()) === JSON.stringify(data)
}

function pairOf(document: Document, name: string): Pair | undefined {
  if (!isMap(document.contents)) return undefined
  return document.contents.items.find((item) => isScalar(item.key) && item.key.value === name)
}

function dataOf(document: Document): Record<string, unknown> {
  return (document.toJS() as Record<string, unknown> | null) ?? {}
}

/** A value for comparison: strings in NFC, and an absent value as the empty string. */
function normalized(value: unknown): unknown {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value))
    return value.map((item) => (typeof item === 'string' ? item.normalize('NFC') : item))
  return value
}
