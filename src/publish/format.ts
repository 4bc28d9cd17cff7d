// Formats reports for the terminal: sections with a heading, counts, sizes, addresses. Pure.
import { articlePath } from '../addresses.ts'

/** A section shows at most this many lines, and then the number of the others. */
const LINES_PER_KIND = 12

/** Lines under a heading; nothing if there are no lines. */
export function section(title: string, lines: readonly string[], most = LINES_PER_KIND): string[] {
  if (lines.length === 0) return []
  const shown = lines.slice(0, most).map((line) => `  ${line}`)
  const left = lines.length - shown.length
  return [`${title}:`, ...shown, ...(left > 0 ? [`  and ${grouped(left)} more`] : [])]
}

/** "1 page", "2 pages", "1,200 pages". */
export function plural(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** A number with a comma between thousands. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US')
}

/** "820 bytes", "61 KB", "3.4 MB". */
export function byteSize(bytes: number): string {
  if (bytes < 1000) return plural(bytes, 'byte')
  if (bytes < 999_500) return `${Math.round(bytes / 1000)} KB`
  return `${(bytes / 1_000_000).toFixed(bytes < 99_500_000 ? 1 : 0)} MB`
}

/** The first digits of an edition's hash, which are enough to identify it. */
export function shortHash(hash: string): string {
  return hash.slice(0, 12)
}

/** An article's address for display, without percent-encoding. */
export function articleAddress(slug: string): string {
  return decodeURI(articlePath(slug))
}

/** A word for a YAML list: quoted unless YAML reads it as text anyway. */
export function yamlWord(word: string): string {
  return /^\p{L}[\p{L}\p{M}\p{N}-]*$/u.test(word) && !/^(?:true|false|null)$/.test(word)
    ? word
    : JSON.stringify(word)
}
