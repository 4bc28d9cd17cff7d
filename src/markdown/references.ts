// Character references in raw HTML, which are kept out of the parser's sight: it knows all 2,231 names, and neither a
// tag nor an address depends on any that is not known here. A browser reads the others in the text as they were written.
import { decodeReferences, escapeHtml } from './text.ts'

/** Stands for `&` while HTML is cleaned, and is in nothing that goes in or comes out. */
const HIDDEN = '\x02'
const REFERENCE = '(?:#\\d{1,7}|#[xX][\\da-fA-F]{1,6}|[a-zA-Z][a-zA-Z\\d]{1,31});'
const SHOWN_REFERENCE = new RegExp(`&(${REFERENCE})?`, 'g')
const HIDDEN_REFERENCE = new RegExp(`${HIDDEN}${REFERENCE}`, 'g')

/** HTML without any `&`. One that begins no reference is one of its own, whatever comes to stand behind it. */
export function hideReferences(html: string): string {
  return unhidden(html).replace(SHOWN_REFERENCE, (_, reference = 'amp;') => HIDDEN + reference)
}

/** What an attribute's value means; of a name that is not known here, the `&` is a character like any other. */
export function decodeHidden(value: string): string {
  return unhidden(decodeReferences(value.replaceAll(HIDDEN, '&')))
}

/** The same of words that are shown and mean nothing else: a name that is not known here stays hidden. */
export function decodeHiddenWords(value: string): string {
  return value.replace(HIDDEN_REFERENCE, (hidden) => meaningOf(hidden) ?? hidden)
}

/** Clean HTML with its references, of which those that are known here are the characters that they mean. */
export function showReferences(html: string): string {
  return html.replace(HIDDEN_REFERENCE, (hidden) => {
    const meaning = meaningOf(hidden)
    return meaning === null ? `&${hidden.slice(1)}` : escapeHtml(meaning)
  })
}

/** The character that a hidden reference means; null of a name that is not known here. */
function meaningOf(hidden: string): string | null {
  const reference = `&${hidden.slice(1)}`
  const meaning = decodeReferences(reference)
  return meaning === reference ? null : unhidden(meaning)
}

function unhidden(text: string): string {
  return text.replaceAll(HIDDEN, '')
}
