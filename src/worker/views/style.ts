// The style sheet that is inline in every page, and its hash for the Content-Security-Policy.
import article from './styles/article.css'
import base from './styles/base.css'
import cards from './styles/cards.css'
import frame from './styles/frame.css'
import lists from './styles/lists.css'
import print from './styles/print.css'
import text from './styles/text.css'
import writingSystems from './styles/writing-systems.css'

/** The sheet without comments and indentation. */
export const STYLE: string = [base, writingSystems, frame, cards, lists, article, text, print]
  .join('')
  .replace(/\/\*[\s\S]*?\*\//g, '')
  .replace(/\s*\n\s*/g, ' ')
  .replace(/\s*([{};,])\s*/g, '$1')
  .replace(/: /g, ':')
  .trim()

let hash: string | undefined

/** The source expression of the sheet for the policy: `sha256-…`. */
export async function styleHash(): Promise<string> {
  if (hash === undefined) {
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(STYLE))
    hash = `sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`
  }
  return hash
}
