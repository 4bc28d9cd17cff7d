// Splits a wire text into lines and groups lines into paragraphs. Never changes a word: only no-break spaces, spaces at
// line ends and line breaks change. Pure.

/** A line that is not blank. `text` keeps the indent, so index + 1 is the column. `parted`: after a blank line. */
export type Line = { number: number; text: string; parted: boolean }

/** A place that an editor should look at. Line and column count from 1, columns in UTF-16 units. */
export type Doubt = { line: number; column: number; message: string }

/** Agencies break lines by hand between these columns. If the longest line is outside, nobody broke the lines. */
const WRAP_COLUMNS = { least: 40, most: 100 }

/** The lines of a text that are not blank. */
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
 * Groups the lines of the body into paragraphs. If there are blank lines, each block between them is one paragraph.
 * In a single block each line is one paragraph, unless its lines were clearly broken by hand.
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
    doubts: [doubtAt(lines[0], 'no blank lines between paragraphs: check where each begins')],
  }
}

/** Whether a text ends a sentence, in any script. Ignores closing quotes and brackets. */
export function endsSentence(text: string): boolean {
  return /[\p{Sentence_Terminal}…][\s"'\p{Pe}\p{Pf}\p{Pi}]*$/u.test(text)
}

/** Whether the next line continues this one: it begins with a small letter, or its first word did not fit here. */
export function goesOn(line: Line | undefined, next: Line, width: number): boolean {
  if (!line || next.parted || endsSentence(line.text)) return false
  return startsSmall(next.text) || !fits(line, next, width)
}

/** The width at which the lines seem to be broken by hand; infinite if they are not. */
export function widthOf(lines: Line[]): number {
  const width = Math.max(0, ...lines.map((line) => line.text.length))
  return width < WRAP_COLUMNS.least || width > WRAP_COLUMNS.most ? Number.POSITIVE_INFINITY : width
}

/** Whether a text contains a letter or a digit. */
export function isWorded(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text)
}

/** Whether a text begins with a small letter. */
export function startsSmall(text: string): boolean {
  return /^\s*["'\p{Pi}\p{Ps}]*\p{Ll}/u.test(text)
}

/** A doubt at the first visible character of a line. */
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
    doubtAt(block[0], `${block.length} lines were taken as one paragraph: separate them if they are several`),
  ]
}

/** Whether the first word of the next line would have fitted on this one. */
function fits(line: Line, next: Line, width: number): boolean {
  const word = /\S+/.exec(next.text)?.[0] ?? ''
  return line.text.length + 1 + word.length <= width
}
