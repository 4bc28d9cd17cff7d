// Splits the tags from the end of a wire text: the line TAGS, and the tags on it or below it. Never takes a paragraph
// that only contains the word.
import { tagIdentity } from '../../addresses.ts'
import { type Doubt, doubtAt, isWorded, type Line } from './wire-lines.ts'

type Piece = { line: Line; text: string; column: number }

const TAGS_LINE = /^\s*TAGS(\s*[:：]|(?=\s|$))\s*/
const TAG_CHARACTERS = 60
const COMMA = /[,،，、]/

/**
 * Splits the lines into text and tags. A line TAGS counts only if everything after it to the end is a tag: short,
 * without a full stop. If the line has neither a colon nor a comma, it may have at most four words after TAGS.
 */
export function splitTags(lines: Line[]): { text: Line[]; tags: string[]; doubts: Doubt[] } {
  const start = findTags(lines)
  const line = lines[start]
  const text = line ? lines.slice(0, start) : lines
  const doubts = text.flatMap((one, i) => checkStrayTags(one, i === lines.length - 1))
  if (!line) return { text, tags: [], doubts }
  const { tags, doubts: tagDoubts } = checkTags(readPieces(line, lines.slice(start + 1)))
  return { text, tags, doubts: [...doubts, ...tagDoubts] }
}

function findTags(lines: Line[]): number {
  for (let i = lines.length - 1; i >= 0; i--) {
    const text = lines[i]?.text ?? ''
    const match = TAGS_LINE.exec(text)
    if (match) return isTagRun(text.slice(match[0].length), match[1] !== '') ? i : -1
    if (!isTag(text.trim())) return -1
  }
  return -1
}

function isTagRun(text: string, colon: boolean): boolean {
  if (text === '') return true
  const pieces = text.split(COMMA)
  const isList = colon || pieces.length > 1 || text.split(/\s+/).length <= 4
  return isList && pieces.every((piece) => isTag(piece.trim()))
}

function isTag(text: string): boolean {
  if (!isWorded(text)) return true
  // The full stop at the end of "U.S." and "e.V." is part of the abbreviation.
  const endsWithStop = /[.。．｡۔।…]["'\p{Pe}\p{Pf}]*$/u.test(text) && !/(?:^|\s)(?:\p{L}\.){2,}$/u.test(text)
  return text.length <= TAG_CHARACTERS && text.split(/\s+/).length <= 8 && !endsWithStop
}

function readPieces(line: Line, below: Line[]): Piece[] {
  const from = TAGS_LINE.exec(line.text)?.[0].length ?? 0
  const own = splitPieces(line, from)
  const only = below[0]
  // A single line below TAGS is a list with commas. Of several lines each is one tag, such as "Washington, D.C.".
  if (below.length === 1 && only && own.length === 0) return splitPieces(only, 0)
  return [...own, ...below.map((one) => ({ line: one, ...trimAt(one.text, 0) }))]
}

function splitPieces(line: Line, from: number): Piece[] {
  const pieces: Piece[] = []
  let start = from
  for (const text of line.text.slice(from).split(COMMA)) {
    if (text.trim() !== '') pieces.push({ line, ...trimAt(text, start) })
    start += text.length + 1
  }
  return pieces
}

function trimAt(text: string, start: number): { text: string; column: number } {
  return { text: text.trim(), column: start + text.search(/\S/) + 1 }
}

function checkTags(pieces: Piece[]): { tags: string[]; doubts: Doubt[] } {
  const tags = new Map<string, string>()
  const doubts: Doubt[] = []
  for (const { line, text, column } of pieces) {
    const doubt = (message: string) => doubts.push({ line: line.number, column, message })
    const identity = tagIdentity(text)
    const first = tags.get(identity)
    if (!isWorded(text)) {
      doubt(`a tag without a letter or a digit was left out: found "${text}"`)
    } else if (first === undefined) {
      tags.set(identity, text)
      if (/[,;،，、；]/.test(text)) doubt(`one tag or several? Put each on its own line: found "${text}"`)
    } else if (first !== text) {
      doubt(`the tag "${first}" is there twice and is kept once: found "${text}"`)
    }
  }
  return { tags: [...tags.values()], doubts }
}

function checkStrayTags(line: Line, last: boolean): Doubt[] {
  const near = TAGS_LINE.test(line.text) || (last && /^\s*tags\s*(?:[:：]|$)/i.test(line.text))
  return near
    ? [
        doubtAt(
          line,
          'this line begins like a line of tags but was taken as text; tags come last, after TAGS',
        ),
      ]
    : []
}
