// How reports are laid out: headed sections of plain lines, counts, words for copying. Pure.
import { articlePath } from '../addresses.ts'

/** Lines of each kind are cut off here, with the number of those left out. */
const LINES_PER_KIND = 12

/** A headed list, or nothing where there is nothing to list. */
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

/** The first digits of an edition's hash, which are enough to tell it from others. */
export function shortHash(hash: string): string {
  return hash.slice(0, 12)
}

/** An article's address as a person reads it. */
export function articleAddress(slug: string): string {
  return decodeURI(articlePath(slug))
}

/** A word as it stands in a YAML list: quoted unless nobody could take it for anything but text. */
export function yamlWord(word: string): string {
  return /^\p{L}[\p{L}\p{M}\p{N}-]*$/u.test(word) && !/^(?:true|false|null)$/.test(word)
    ? word
    : JSON.stringify(word)
}
