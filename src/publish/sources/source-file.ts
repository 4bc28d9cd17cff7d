// Decodes the text of a source: UTF-8, without a byte order mark, with LF line ends. Turns offsets into places.
import type { Place, Problem } from './problem.ts'

/** One file under `content/` with its bytes. The path is relative to the project and has `/`. */
export type SourceFile = {
  path: string
  bytes: Uint8Array
  /** Set if the file is larger than the limit: its size. `bytes` is empty then. */
  unreadBytes?: number
}

/** The same limit as for rendered HTML. An article's record must fit into one KV value. */
export const TEXT_LIMIT_BYTES = 10 * 1024 * 1024
/** KV's limit for one value. */
export const PICTURE_LIMIT_BYTES = 25 * 1024 * 1024

/** A size in MiB. Rounded up, or a size just above a limit would be shown as equal to the limit. */
export function mebibytes(bytes: number): string {
  return `${Math.ceil((bytes / 1024 / 1024) * 10) / 10} MiB`
}

// Made once: a new decoder takes longer than decoding an article.
const UTF_8 = new TextDecoder()

/** A source's text, or a problem if the bytes are not UTF-8. */
export function decodeText(source: SourceFile): { text: string } | { problem: Problem } {
  const decoded = UTF_8.decode(source.bytes)
  const bad = invalidOffset(source.bytes, decoded)
  if (bad === null) return { text: unifyLineEnds(decoded) }
  const place = placeIn(
    { path: source.path, text: unifyLineEnds(decoded.slice(0, bad)) },
    Number.POSITIVE_INFINITY,
  )
  return {
    problem: {
      ...place,
      level: 'problem',
      message: 'must be UTF-8 text: found a byte that is not. Save the file as UTF-8',
    },
  }
}

/** The place of an offset in a text, in UTF-16 units as editors count columns. */
export function placeIn(file: { path: string; text: string }, offset: number): Place {
  const before = file.text.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  return { path: file.path, line: before.split('\n').length, column: before.length - lineStart + 1 }
}

function unifyLineEnds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
}

/** The index of the first U+FFFD that decoding put in place of an invalid byte; null if there is none. */
function invalidOffset(bytes: Uint8Array, decoded: string): number | null {
  let index = decoded.indexOf('\ufffd')
  if (index < 0) return null
  const skipped = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  let offset = skipped + Buffer.byteLength(decoded.slice(0, index))
  while (index >= 0) {
    if (!(bytes[offset] === 0xef && bytes[offset + 1] === 0xbf && bytes[offset + 2] === 0xbd)) return index
    const next = decoded.indexOf('\ufffd', index + 1)
    if (next < 0) return null
    offset += Buffer.byteLength(decoded.slice(index, next))
    index = next
  }
  return null
}
