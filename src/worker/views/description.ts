// Descriptions for search engines, made from the beginning of a page that has no description of its own.
import { escapeMarkdown } from '../../markdown/text.ts'
import { type Html, unsafeHtml } from './html.ts'

/** Search engines show about this many characters. */
const MAX_LENGTH = 155

/** The first names or headlines, as many as fit; undefined if there are none. */
export function describeBy(names: Iterable<string>): string | undefined {
  let description: string | undefined
  for (const name of names) {
    const longer = description === undefined ? name : `${description} · ${name}`
    if (longer.length > MAX_LENGTH && description !== undefined) break
    description = longer
  }
  return description
}

/** Content beside the text: pictures, pull quotes and alerts. */
const ASIDES = /<(figure|aside)[ >][\s\S]*?<\/\1>/g
/** Includes paragraphs in raw HTML, but not those with a class, such as embeds. */
const PARAGRAPHS = /<p(?: (?!class)[^>]*)?>([\s\S]*?)<\/p>/g
const NOTE_REFERENCES = /<sup class="note-ref"[\s\S]*?<\/sup>/g
const TAGS = /<[^>]*>/g
const FOOTNOTES = '<section class="footnotes"'

/** The beginning of the first paragraph with words in a rendered text; undefined if there is none. */
export function describeText(markup: string): Html | undefined {
  const [text = ''] = markup.split(FOOTNOTES, 1)
  for (const [, paragraph = ''] of text.replace(ASIDES, '').matchAll(PARAGRAPHS)) {
    const words = paragraph.replace(NOTE_REFERENCES, '').replaceAll('<br>', ' ').replace(TAGS, '')
    const line = words.replace(/\s+/g, ' ').trim()
    // The line is markup: its character references must stay, so the view must not escape it again.
    if (line !== '') return unsafeHtml(escapeMarkdown(shorten(line)))
  }
  return undefined
}

/** Cuts a line after a whole word, or after any character of a script without spaces; never inside a reference. */
function shorten(line: string): string {
  if (line.length <= MAX_LENGTH) return line
  const start = line.slice(0, MAX_LENGTH)
  const space = start.lastIndexOf(' ')
  const whole = start.slice(0, space > MAX_LENGTH / 2 ? space : start.length).toWellFormed()
  return `${whole.replace(/&[^;\s]*$/, '').replace(/[\s,:–—\ufffd-]+$/, '')}…`
}
