// What search engines are told of a page that says nothing of itself: the first things that stand on it.
import { escapeMarkdown } from '../../markdown/text.ts'
import { type Html, unsafeHtml } from './html.ts'

/** About as much as engines show. Characters. */
const LENGTH_MOST = 155

/** So many of some names or headlines as fit, in their order; undefined of none. */
export function describeBy(names: Iterable<string>): string | undefined {
  let description: string | undefined
  for (const name of names) {
    const longer = description === undefined ? name : `${description} · ${name}`
    if (longer.length > LENGTH_MOST && description !== undefined) break
    description = longer
  }
  return description
}

/** What stands beside the text: pictures, pull quotations, notes to the reader. */
const ASIDES = /<(figure|aside)[ >][\s\S]*?<\/\1>/g
/** Of an author's own making too, but no embed's. */
const PARAGRAPHS = /<p(?: (?!class)[^>]*)?>([\s\S]*?)<\/p>/g
const NOTE_REFERENCES = /<sup class="note-ref"[\s\S]*?<\/sup>/g
const TAGS = /<[^>]*>/g
const FOOTNOTES = '<section class="footnotes"'

/** The beginning of the first paragraph with words in it, of a text as it is rendered; undefined if it has none. */
export function describeText(markup: string): Html | undefined {
  const [text = ''] = markup.split(FOOTNOTES, 1)
  for (const [, paragraph = ''] of text.replace(ASIDES, '').matchAll(PARAGRAPHS)) {
    const words = paragraph.replace(NOTE_REFERENCES, '').replaceAll('<br>', ' ').replace(TAGS, '')
    const line = words.replace(/\s+/g, ' ').trim()
    // Its character references stay, as in any other markup.
    if (line !== '') return unsafeHtml(escapeMarkdown(shortened(line)))
  }
  return undefined
}

/** Ends with a whole word, or with any character in a script without spaces; never within a reference. */
function shortened(line: string): string {
  if (line.length <= LENGTH_MOST) return line
  const start = line.slice(0, LENGTH_MOST)
  const space = start.lastIndexOf(' ')
  const whole = start.slice(0, space > LENGTH_MOST / 2 ? space : start.length).toWellFormed()
  return `${whole.replace(/&[^;\s]*$/, '').replace(/[\s,:–—\ufffd-]+$/, '')}…`
}
