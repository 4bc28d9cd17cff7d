// Owns the lines of a wire text: where each stands, which belong together, how a sentence ends.
// Never changes a word: only no-break spaces, blanks at line ends and the marks of a line's end.

/** A line that is not blank; `text` keeps its indent, so that index + 1 is the column in the file. */
export type Line = { number: number; text: string; parted: boolean }

/** A place that an editor should look at; line and column begin with 1, columns count UTF-16 units. */
export type Doubt = { line: number; column: number; message: string }

/** Agencies break lines by hand between these columns; lines that are longer, or all shorter, were not broken. */
const WRAP_COLUMNS = { least: 40, most: 100 }

/** The lines of a text that are not blank; `parted` tells that a blank one stands before. */
export function readLines(text: string): Line[] {
  const lines: Line[] = []
  let parted = false
  for (const [index, raw] of text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    const line = raw.replace(/[\u00a0\u202f]/g, ' ').trimEnd()
    if (line !== '') lines.push({ number: index + 1, text: line, parted })
    parted = line === ''
  }
  return lines
}

/**
 * The lines of the body by paragraph. Where blank lines part them, each block is one paragraph; a body of a single
 * block has one paragraph a line, unless its lines plainly were broken by hand.
 */
export function buildParagraphs(lines: Line[]): { paragraphs: Line[][]; doubts: Doubt[] } {
  const blocks = splitBefore(lines, (line) => line.parted)
  if (blocks.length !== 1) return { paragraphs: blocks, doubts: blocks.flatMap(checkBlock) }
  const width = widthOf(lines)
  const broken = lines.filter((line, i) => i > 0 && goesOn(lines[i - 1], line, width)).length
  if (broken === 0 || broken < (lines.length - 1) / 2) {
    return { paragraphs: lines.map((line) => [line]), doubts: [] }
  }
  const begins = (line: Line, before: Line) => endsSentence(before.text) && fits(before, line, width)
  return {
    paragraphs: splitBefore(lines, begins),
    doubts: [doubtAt(lines[0], 'no blank lines part the paragraphs: look where each begins')],
  }
}

/** Whether a text ends as a sentence does, in any script, closing quotes and brackets aside. */
export function endsSentence(text: string): boolean {
  return /[\p{Sentence_Terminal}…][\s"'\p{Pe}\p{Pf}\p{Pi}]*$/u.test(text)
}

/** Whether a line plainly runs on into the next: by a small letter, or by a width at which it had to be broken. */
export function goesOn(line: Line | undefined, next: Line, width: number): boolean {
  if (!line || next.parted || endsSentence(line.text)) return false
  return startsSmall(next.text) || !fits(line, next, width)
}

/** The width at which these lines seem to be broken by hand; infinite where they are not. */
export function widthOf(lines: Line[]): number {
  const width = Math.max(0, ...lines.map((line) => line.text.length))
  return width < WRAP_COLUMNS.least || width > WRAP_COLUMNS.most ? Number.POSITIVE_INFINITY : width
}

/** Whether a text holds a letter or a digit. */
export function isWorded(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text)
}

/** Whether a text begins with a small letter. */
export function startsSmall(text: string): boolean {
  return /^\s*["'\p{Pi}\p{Ps}]*\p{Ll}/u.test(text)
}

/** A doubt at the first sign of a line. */
export function doubtAt(line: Line | undefined, message: string): Doubt {
  return { line: line?.number ?? 1, column: line ? line.text.search(/\S/) + 1 : 1, message }
}

function splitBefore(lines: Line[], begins: (line: Line, before: Line) => boolean): Line[][] {
  const parts: Line[][] = []
  let before: Line | undefined
  for (const line of lines) {
    if (before && !begins(line, before)) parts.at(-1)?.push(line)
    else parts.push([line])
    before = line
  }
  return parts
}

function checkBlock(block: Line[]): Doubt[] {
  if (block.length < 2 || !block.every((line) => endsSentence(line.text))) return []
  return [
    doubtAt(block[0], `${block.length} lines were taken as one paragraph: part them if each is its own`),
  ]
}

/** Whether the next line's first word would still have stood on this one. */
function fits(line: Line, next: Line, width: number): boolean {
  const word = /\S+/.exec(next.text)?.[0] ?? ''
  return line.text.length + 1 + word.length <= width
}
