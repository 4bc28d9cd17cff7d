// Hides character references in raw HTML from the parser: its table of 2,231 names is left out of the Worker's bundle.
// Tags and addresses are checked with the references that text.ts knows; all others are output as they were written.
import { decodeReferences, escapeHtml } from './text.ts'

/** Stands for `&` while HTML is cleaned. It is removed from all input, and output never contains it. */
const HIDDEN = '\x02'
const REFERENCE = '(?:#\\d{1,7}|#[xX][\\da-fA-F]{1,6}|[a-zA-Z][a-zA-Z\\d]{1,31});'
const SHOWN_REFERENCE = new RegExp(`&(${REFERENCE})?`, 'g')
const HIDDEN_REFERENCE = new RegExp(`${HIDDEN}${REFERENCE}`, 'g')

/** HTML with every `&` hidden. A lone `&` becomes `&amp;`, so that it cannot form a reference with later text. */
export function hideReferences(html: string): string {
  return withoutHidden(html).replace(SHOWN_REFERENCE, (_, reference = 'amp;') => HIDDEN + reference)
}

/** The decoded value of an attribute. In an unknown reference the `&` is an ordinary character. */
export function decodeHidden(value: string): string {
  return withoutHidden(decodeReferences(value.replaceAll(HIDDEN, '&')))
}

/** The decoded value of an attribute that is only shown, such as a title: unknown references stay hidden. */
export function decodeHiddenText(value: string): string {
  return value.replace(HIDDEN_REFERENCE, (hidden) => decodeHiddenReference(hidden) ?? hidden)
}

/** Cleaned HTML with known references decoded and escaped, and unknown ones as they were written. */
export function showReferences(html: string): string {
  return html.replace(HIDDEN_REFERENCE, (hidden) => {
    const meaning = decodeHiddenReference(hidden)
    return meaning === null ? `&${hidden.slice(1)}` : escapeHtml(meaning)
  })
}

/** The character that a hidden reference means; null if the reference is unknown. */
function decodeHiddenReference(hidden: string): string | null {
  const reference = `&${hidden.slice(1)}`
  const meaning = decodeReferences(reference)
  return meaning === reference ? null : withoutHidden(meaning)
}

function withoutHidden(text: string): string {
  return text.replaceAll(HIDDEN, '')
}
