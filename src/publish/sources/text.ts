// The text of a source: UTF-8 without a byte order mark, with LF line ends, and the place of any offset in it.
import type { Place, Problem } from './problem.ts'

/** One file under `content/`, as it was read. The path is relative to the project and has `/`. */
export type SourceFile = {
  path: string
  bytes: Uint8Array
  /** The size of a file that is so large that it was not read; it has no bytes here. */
  unreadBytes?: number
}

/** An article renders to no more than that, and its record is one value of KV. */
export const TEXT_LIMIT_BYTES = 10 * 1024 * 1024
/** KV's limit for one value. */
export const PICTURE_LIMIT_BYTES = 25 * 1024 * 1024

/** A size as people say it, rounded up so that what is too much never looks like the limit. */
export function mebibytes(bytes: number): string {
  return `${Math.ceil((bytes / 1024 / 1024) * 10) / 10} MiB`
}

// Made once: to make one takes longer than to decode an article.
const UTF_8 = new TextDecoder()

/** A source's text, or the problem that it has none. */
export function decodeText(source: SourceFile): { text: string } | { problem: Problem } {
  const loose = UTF_8.decode(source.bytes)
  const bad = invalidOffset(source.bytes, loose)
  if (bad === null) return { text: unifyLineEnds(loose) }
  const place = placeIn(
    { path: source.path, text: unifyLineEnds(loose.slice(0, bad)) },
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

/** The index of the first replacement character that the bytes do not hold themselves. */
function invalidOffset(bytes: Uint8Array, loose: string): number | null {
  let index = loose.indexOf('\ufffd')
  if (index < 0) return null
  const skipped = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  let offset = skipped + Buffer.byteLength(loose.slice(0, index))
  while (index >= 0) {
    if (!(bytes[offset] === 0xef && bytes[offset + 1] === 0xbf && bytes[offset + 2] === 0xbd)) return index
    const next = loose.indexOf('\ufffd', index + 1)
    if (next < 0) return null
    offset += Buffer.byteLength(loose.slice(index, next))
    index = next
  }
  return null
}
