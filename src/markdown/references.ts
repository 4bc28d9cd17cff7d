// Character references in raw HTML, which are kept out of the parser's sight: it knows all 2,231 names, and neither a
// tag nor an address depends on any that is not known here. A browser reads the others in the text as they were written.
import { decodeReferences, escapeHtml } from './text.ts'

/** Stands for `&` while HTML is cleaned. No article can forge it: control characters are dropped from the Markdown. */
const HIDDEN = '\x02'
const HIDDEN_REFERENCE = /\x02(?:#\d{1,7};|#[xX][\da-fA-F]{1,6};|[a-zA-Z][a-zA-Z\d]{1,31};)?/g

/** HTML without any `&`. */
export function hideReferences(html: string): string {
  return html.replaceAll('&', HIDDEN)
}

/** What an attribute's value means; of a name that is not known here, the `&` is a character like any other. */
export function decodeHidden(value: string): string {
  return decodeReferences(value.replaceAll(HIDDEN, '&'))
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

/** The character that a hidden reference, or a `&` alone, means; null of a name that is not known here. */
function meaningOf(hidden: string): string | null {
  const reference = `&${hidden.slice(1)}`
  const meaning = decodeReferences(reference)
  return meaning === reference && reference !== '&' ? null : meaning
}
