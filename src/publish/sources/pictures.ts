// A picture file: its type and size from its header, its hash from its bytes. Encodes nothing.
import { readSource, type StoredFile } from '../content.ts'
import { hashBytes } from '../hash.ts'
import type { Problem } from './problem.ts'
import { mebibytes, PICTURE_LIMIT_BYTES, type SourceFile } from './text.ts'

/** A picture as it is published. Width and height in CSS pixels, after the rotation that the file asks for. */
export type PictureFile = {
  path: string
  hash: string
  /** The last segment of its address. */
  variant: string
  type: string
  width: number
  height: number
  /** How many bytes it has. */
  size: number
}

/** Counts up when pictures are to be made anew from the same bytes. */
const RECIPE = 'as-is/1'

const TYPES: Record<string, { type: string; extension: string }> = {
  jpeg: { type: 'image/jpeg', extension: 'jpg' },
  png: { type: 'image/png', extension: 'png' },
  webp: { type: 'image/webp', extension: 'webp' },
  gif: { type: 'image/gif', extension: 'gif' },
  svg: { type: 'image/svg+xml', extension: 'svg' },
  heif: { type: 'image/avif', extension: 'avif' },
}

/** The hash of a picture's bytes and of what is done with them. */
export function pictureHash(bytes: Uint8Array): string {
  return hashBytes(RECIPE, bytes)
}

/** Reads a picture: its header, and all of it for its hash. */
export async function readPicture(
  file: SourceFile | StoredFile,
): Promise<PictureFile | { problem: Problem }> {
  const source = readSource(file, PICTURE_LIMIT_BYTES)
  if ('problem' in source) return source
  const problem = (message: string): { problem: Problem } => ({
    problem: { path: source.path, line: 1, column: 1, level: 'problem', message },
  })
  const bytes = source.unreadBytes ?? source.bytes.length
  if (bytes > PICTURE_LIMIT_BYTES)
    return problem(`must be at most 25 MiB: found ${mebibytes(bytes)}. Save it smaller`)
  const header = await readHeader(source.bytes)
  if ('reason' in header) return problem(`must be a picture (${FORMATS}): ${header.reason}. Save it anew`)
  const { width, height, format, compression, orientation = 1 } = header
  // What a phone calls HEIC has the container of AVIF, and few browsers show it.
  if (format === 'heif' && compression !== 'av1') {
    return problem(`must be a picture (${FORMATS}): found HEIC. Save it as JPEG`)
  }
  const known = TYPES[format]
  if (!known) return problem(`must be a picture (${FORMATS}): found ${format}. Save it as one of them`)
  const turned = orientation >= 5
  return {
    path: source.path,
    hash: pictureHash(source.bytes),
    variant: `original.${known.extension}`,
    type: known.type,
    width: turned ? height : width,
    height: turned ? width : height,
    size: source.bytes.length,
  }
}

const FORMATS = 'JPEG, PNG, WebP, AVIF, GIF or SVG'

type Header = {
  width: number
  height: number
  format: string
  compression?: string | undefined
  orientation?: number | undefined
}

async function readHeader(bytes: Uint8Array): Promise<Header | { reason: string }> {
  try {
    // Slow to load, and needed for pictures that nobody has seen yet.
    const { default: sharp } = await import('sharp')
    return await sharp(bytes).metadata()
  } catch (error) {
    return { reason: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) }
  }
}

/** The file under `content/images/` that an address in an article means; null when it can mean none. */
export function pictureName(src: string): string | null {
  if (/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(src)) return null
  let path: string
  try {
    path = decodeURIComponent(src.replace(/[?#].*$/, '')).normalize('NFC')
  } catch (error) {
    if (error instanceof URIError) return null
    throw error
  }
  const name = path.replace(/^(?:\.{0,2}\/)*(?:content\/)?(?:images\/)?/, '')
  return name === '' || name.split('/').includes('..') ? null : name
}
