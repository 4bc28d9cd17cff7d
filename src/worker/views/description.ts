// What search engines are told of a page that says nothing of itself: the first things that stand on it.
import { decodeReferences, escapeMarkdown } from '../../markdown/text.ts'
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

const PARAGRAPHS = /<p>([\s\S]*?)<\/p>/g
const NOTE_REFERENCES = /<sup class="note-ref"[\s\S]*?<\/sup>/g
const TAGS = /<[^>]*>/g

/** The beginning of the first paragraph with words in it, of a text as it is rendered; undefined if it has none. */
export function describeText(markup: string): Html | undefined {
  for (const [, paragraph = ''] of markup.matchAll(PARAGRAPHS)) {
    const words = paragraph.replace(NOTE_REFERENCES, '').replace(TAGS, '')
    const text = decodeReferences(words).replace(/\s+/g, ' ').trim()
    // What is left of character references is markup still.
    if (text !== '') return unsafeHtml(escapeMarkdown(shortened(text)))
  }
  return undefined
}

/** Ends with a whole word, or with any character in a script without spaces. */
function shortened(text: string): string {
  if (text.length <= LENGTH_MOST) return text
  const start = text.slice(0, LENGTH_MOST)
  const space = start.lastIndexOf(' ')
  const end = space > LENGTH_MOST / 2 ? space : start.length
  return `${start
    .slice(0, end)
    .toWellFormed()
    .replace(/[\s,:–—\ufffd-]+$/, '')}…`
}
