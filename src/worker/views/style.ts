// The one style sheet, as it stands in every page, and the hash that lets it pass the Content-Security-Policy.
import sheet from './styles.css'

/** The sheet without comments and indentation. */
export const STYLE: string = sheet
  .replace(/\/\*[\s\S]*?\*\//g, '')
  .replace(/\s*\n\s*/g, ' ')
  .replace(/\s*([{};,])\s*/g, '$1')
  .replace(/: /g, ':')
  .trim()

let hash: string | undefined

/** The source expression of the sheet: `sha256-…`. */
export async function styleHash(): Promise<string> {
  if (hash === undefined) {
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(STYLE))
    hash = `sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`
  }
  return hash
}
