// Escapes plain text for Markdown, so that the rendered words equal the text. Must not escape more than necessary:
// ordinary copy stays byte for byte the same in the file. Pure.

/**
 * One paragraph of plain text (lines separated by LF, none blank) as Markdown that renders to the same words.
 * Drops an indent that Markdown would read as code. A bare URL that needs an escape is no longer a link.
 */
export function escapeMarkdown(paragraph: string): string {
  const text = paragraph.replace(/^(?: {4}| {0,3}\t)[ \t]*/, '')
  const marks = new Set<number>()
  markBlocks(text, marks)
  markCode(text, marks)
  for (const delimiter of ['*', '_', '~']) markDelimiters(text, delimiter, marks)
  markEach(text, /\\(?=[!-/:-@[-`{-~\n]|$)/g, marks)
  markEach(text, /&(?=(?:#\d{1,7}|#x[\da-f]{1,6}|\w+);)/gi, marks)
  // Without the closing partner, a bracket has no meaning in Markdown.
  if (text.includes('[')) markEach(text, /\](?=\()/g, marks)
  if (text.includes('>')) markEach(text, /<(?=[a-z/!?]|[^\s<>@]+@)/gi, marks)
  markAddresses(text, marks)
  let escaped = ''
  for (let i = 0; i < text.length; i++) escaped += marks.has(i) ? `\\${text[i]}` : text[i]
  return escaped
}

/** Escapes the text of a picture's title for use between straight double quotes. */
export function escapeTitle(text: string): string {
  // Not `\&`: marked removes the backslash, and the browser would still decode the entity.
  return text.replace(/["\\]/g, '\\$&').replace(/&(?=(?:#\d{1,7}|#x[\da-f]{1,6}|\w+);)/gi, '&amp;')
}

/** Marks characters that would begin a block: heading, quote, list, fence, rule, underline, table, HTML, definition. */
function markBlocks(text: string, marks: Set<number>): void {
  let start = 0
  for (const line of text.split('\n')) {
    const [from, length] = blockStart(line, { first: start === 0, rest: text.slice(start) }) ?? [0, 0]
    for (let i = 0; i < length; i++) marks.add(start + from + i)
    start += line.length + 1
  }
}

/** The index in a line of the characters that would begin a block, and how many of them to escape; null if none. */
function blockStart(line: string, at: { first: boolean; rest: string }): [number, number] | null {
  const indent = line.search(/[^ ]/)
  if (indent > 3 || line[indent] === '\t') return null
  const words = line.slice(indent)
  const fence = /^(?:`{3,}|~{3,})/.exec(words)
  if (fence) return [indent, fence[0].length]
  // Escape the whole run of delimiters, because the rest of a run could still close an emphasis.
  if (isRule(words)) return [indent, /^(?:-|_+|\*+)/.exec(words)?.[0].length ?? 1]
  if (/^(?:#{1,6}(?:\s|$)|>|[*+-](?:[ \t]|$)|<[a-z/!?])/i.test(words)) return [indent, 1]
  // After a paragraph's first line, only a list that begins with 1 can interrupt the paragraph.
  const number = (at.first ? /^\d{1,9}(?=[.)](?:[ \t]|$))/ : /^0*1(?=[.)][ \t])/).exec(words)
  if (number) return [indent + number[0].length, 1]
  if (/^\[.*\]:/s.test(at.rest.slice(indent))) return [indent, 1]
  if (!at.first && /^(?:=+|-+|[|: \t-]*-[|: \t-]*)$/.test(words)) return [indent, 1]
  return null
}

function isRule(words: string): boolean {
  const signs = words.replace(/[ \t]/g, '')
  return /^(?:-{3,}|_{3,}|\*{3,})$/.test(signs)
}

/** Marks the backticks that a later run of the same length would close. */
function markCode(text: string, marks: Set<number>): void {
  // Inside a code span a backslash escapes nothing, so an escaped backtick can close a single one before it.
  const closing = new Set<number>()
  for (const { index, 0: run } of [...text.matchAll(/`+/g)].reverse()) {
    const escaped = marks.has(index) || closing.has(run.length)
    closing.add(escaped ? 1 : run.length)
    if (escaped) for (let i = 0; i < run.length; i++) marks.add(index + i)
  }
}

/**
 * Marks the runs of a delimiter that can open an emphasis that a later run can close.
 * https://spec.commonmark.org/0.31.2/#emphasis-and-strong-emphasis
 */
function markDelimiters(text: string, delimiter: string, marks: Set<number>): void {
  const runs = [...text.matchAll(new RegExp(`\\${delimiter}+`, 'g'))]
    .map(({ index, 0: run }) => ({ start: index, end: index + run.length }))
    .filter(({ start }) => !marks.has(start))
  // Marked reads the text after a bare URL as if the URL were not there.
  const bare = text.replace(/\S+/g, (token) =>
    /@|:\/\/|www\./i.test(token) ? '\0'.repeat(token.length) : token,
  )
  const isVisible = (character: string) => /\S/.test(character)
  const isWord = (character: string) => /[\p{L}\p{N}]/u.test(character)
  const isPunctuation = (character: string) => /(?!~)[\p{P}\p{S}]/u.test(character)
  const isInsideWord = (start: number, end: number) =>
    delimiter === '_' && isWord(text.charAt(start - 1)) && isWord(text.charAt(end))
  const canOpen = (start: number, end: number) =>
    isVisible(text.charAt(end)) && !(isWord(bare.charAt(start - 1)) && isPunctuation(text.charAt(end)))
  const canClose = (start: number, end: number) =>
    isVisible(text.charAt(start - 1)) && !(isPunctuation(text.charAt(start - 1)) && isWord(text.charAt(end)))
  const last =
    runs.findLast(({ start, end }) => canClose(start, end) && !isInsideWord(start, end))?.start ?? 0
  for (const { start, end } of runs) {
    if (start >= last) return
    if (!canOpen(start, end) || isInsideWord(start, end)) continue
    for (let i = start; i < end; i++) marks.add(i)
  }
}

function markEach(text: string, pattern: RegExp, marks: Set<number>): void {
  for (const { index } of text.matchAll(pattern)) marks.add(index)
}

/** Marks the colon or dot that makes a bare URL a link, if the URL contains an escape. */
function markAddresses(text: string, marks: Set<number>): void {
  // Inside a bare URL a backslash is part of the URL, so readers would see it.
  for (const { index, 0: token } of text.matchAll(/\S+/g)) {
    let last = index + token.length - 1
    while (last >= index && !marks.has(last)) last--
    for (const { index: at, 0: start } of token.matchAll(/(?:https?|ftp)(?=:\/\/)|www(?=\.)/gi)) {
      if (index + at < last) marks.add(index + at + start.length)
    }
  }
}
