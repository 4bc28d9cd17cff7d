// Counts the parts of Markdown that make marked slow, before marked parses the text. A count gives the same result on
// every machine, and a timeout does not. The limits are far above usual articles. Pure.

/** Why a text is refused, and the offset in it. The message completes the sentence "the article …". */
export type Refusal = { message: string; offset: number }

/** Marked adds the missing cells to every row of a table, so a short text can make millions of cells. */
const TABLE_CELLS_LIMIT = 100_000
/** For each mark, marked searches the whole paragraph for the closing mark. */
const PARAGRAPH_MARKS_LIMIT = 4_000
/** Marked tries each letter of a word as the start of an e-mail address. */
const WORD_LENGTH_LIMIT = 2_000

const FENCE = /^[> ]*(```|~~~)/
const BLANK = /^[>\s]*$/
/** The line below a table's head. */
const DELIMITERS = /^[-:|>\s]+$/
/** A heading or an item of a list begins a paragraph of its own. */
const NEW_BLOCK = /^[>\s]*(?:[-+*]|#{1,6}|\d{1,9}[.)])[ \t]/
/** The marks of emphasis, code and links. A `_` between two letters is not one. */
const MARKS = /[*~`[]+|(?<!\w)_+|_+(?!\w)/g
const WORDS = /[\w.+-]+/g

/** The first limit that a text exceeds; null if it exceeds none. Code between fences is not counted. */
export function checkSourceLimits(markdown: string): Refusal | null {
  let fence: string | null = null
  let columns = 0
  let cells = 0
  let marks = 0
  let blockStart = 0
  let nextStart = 0
  for (const line of markdown.split('\n')) {
    const lineStart = nextStart
    nextStart += line.length + 1
    const fenceMark = FENCE.exec(line)?.[1] ?? null
    const isSeparator = fence !== null || fenceMark !== null || BLANK.test(line)
    if (fence === null) fence = fenceMark
    else if (fence === fenceMark) fence = null
    if (isSeparator || (columns === 0 && NEW_BLOCK.test(line))) {
      columns = 0
      marks = 0
      blockStart = isSeparator ? nextStart : lineStart
    }
    if (isSeparator) continue
    if (columns > 0) cells += columns
    else if (line.includes('-') && line.includes('|') && DELIMITERS.test(line))
      columns = line.match(/-+/g)?.length ?? 0
    else marks += line.match(MARKS)?.length ?? 0
    if (cells > TABLE_CELLS_LIMIT) return { message: TOO_MANY_CELLS, offset: blockStart }
    if (marks > PARAGRAPH_MARKS_LIMIT) return { message: TOO_MANY_MARKS, offset: blockStart }
    if (line.length > WORD_LENGTH_LIMIT && longestWord(line) > WORD_LENGTH_LIMIT)
      return { message: TOO_LONG_WORD, offset: lineStart }
  }
  return null
}

const TOO_MANY_CELLS = `must have at most ${TABLE_CELLS_LIMIT} table cells: found more, counting empty ones. Make its tables smaller`
const TOO_MANY_MARKS = `must have at most ${PARAGRAPH_MARKS_LIMIT} marks such as * or [ in one paragraph: found more. Remove them, or split the paragraph`
const TOO_LONG_WORD = `must have no word of more than ${WORD_LENGTH_LIMIT} letters: found one. Put it between two lines of \`\`\`, or split it`

function longestWord(line: string): number {
  return (line.match(WORDS) ?? []).reduce((longest, { length }) => Math.max(longest, length), 0)
}
