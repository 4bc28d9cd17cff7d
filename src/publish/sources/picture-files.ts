// Reads a picture file: its kind and sizes from the header, its hash from the bytes. Encodes nothing.
import { type Measured, type PictureKind, pictureFrom } from '../../pictures.ts'
import type { Picture } from '../../records.ts'
import { grouped } from '../format.ts'
import { hashBytes, hashText } from '../hash.ts'
import { readSource, type StoredFile } from './content.ts'
import { readWords, type Words } from './picture-metadata.ts'
import type { Problem } from './problem.ts'
import { mebibytes, PICTURE_LIMIT_BYTES, type SourceFile } from './source-file.ts'

/** A picture file, and the picture that is published from it. */
export type PictureFile = {
  path: string
  /** The hash of its bytes. */
  bytesHash: string
  picture: Picture
  kind: PictureKind
  /** How many bytes it has. */
  size: number
  /** The caption and credit that the file's metadata holds. */
  words?: Words
}

/**
 * The recipe is part of a picture's hash. Increase its number when all pictures of that kind must be encoded again from
 * the same bytes.
 */
const RECIPES: Record<Exclude<PictureKind, 'drawing'>, string> = {
  photograph: 'photograph/1',
  animation: 'animation/1',
}
/** The recipe of bytes that are published unchanged. */
const AS_IS = 'as-is/1'

/** The hash of a picture file's bytes. */
export function hashPicture(bytes: Uint8Array): string {
  return hashBytes(AS_IS, bytes)
}

/** Reads a picture file: the header for its kind and sizes, all bytes for the hash. */
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
    return problem(`must be at most 25 MiB: found ${mebibytes(bytes)}. Save a smaller one`)
  const header = await readHeader(source.bytes)
  if ('reason' in header) return problem(`must be a picture (${FORMATS}): ${header.reason}. Save it again`)
  const { format, compression, pages = 1 } = header
  // HEIC has the same container as AVIF, but few browsers show it.
  if (format === 'heif' && compression !== 'av1') {
    return problem(`must be a picture (${FORMATS}): found HEIC. Save it as JPEG`)
  }
  if (!KNOWN.has(format))
    return problem(`must be a picture (${FORMATS}): found ${format}. Save it as one of them`)
  const measured = measure(header)
  const pixels = measured.kind === 'drawing' ? 0 : header.width * header.height * pages
  if (pixels > PIXELS_LIMIT) {
    const frames = pages > 1 ? ` in ${pages} frames` : ''
    return problem(
      `must have at most ${millions(PIXELS_LIMIT)} pixels${frames}: found ${millions(pixels)}. Save a smaller one`,
    )
  }
  const bytesHash = hashPicture(source.bytes)
  const { kind } = measured
  const hash = kind === 'drawing' ? bytesHash : hashText(`${RECIPES[kind]}\n${bytesHash}`)
  const picture = pictureFrom(hash, measured)
  if (kind !== 'drawing' && picture.height > HEIGHT_LIMIT) {
    return problem(
      `must be at most ${grouped(HEIGHT_LIMIT)} pixels high where it is ${picture.width} wide: found ${grouped(picture.height)}. Crop it`,
    )
  }
  const words = await readWords(source.bytes, header)
  return {
    path: source.path,
    bytesHash,
    picture,
    kind,
    size: source.bytes.length,
    ...(words ? { words } : {}),
  }
}

function measure({ format, width, height, pages = 1, orientation = 1, hasAlpha = false }: Header): Measured {
  const isTurned = orientation >= 5
  const isMoving = (format === 'gif' || format === 'webp') && pages > 1
  return {
    kind: format === 'svg' ? 'drawing' : isMoving ? 'animation' : 'photograph',
    width: isTurned ? height : width,
    height: isTurned ? width : height,
    isTransparent: hasAlpha,
  }
}

const KNOWN: ReadonlySet<string> = new Set(['jpeg', 'png', 'webp', 'gif', 'svg', 'heif'])
/** The most pixels that sharp may decode. Without this limit one file could take all memory. */
export const PIXELS_LIMIT = 0x3fff ** 2
/** JPEG stores a height of at most 65,535. */
const HEIGHT_LIMIT = 65_500

function millions(pixels: number): string {
  return `${Math.ceil(pixels / 1e6)} million`
}

const FORMATS = 'JPEG, PNG, WebP, AVIF, GIF or SVG'

type Header = {
  width: number
  height: number
  format: string
  compression?: string
  orientation?: number
  /** The number of frames. */
  pages?: number
  hasAlpha?: boolean
  iptc?: Uint8Array
  xmp?: Uint8Array
}

async function readHeader(bytes: Uint8Array): Promise<Header | { reason: string }> {
  try {
    // Loaded late: sharp is slow to load, and pictures in the cache do not need it.
    const { default: sharp } = await import('sharp')
    // `readPicture` checks the size itself, to give a message for editors.
    return await sharp(bytes, { limitInputPixels: false }).metadata()
  } catch (error) {
    return { reason: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) }
  }
}

/** The file name under `content/images/` for an address in an article; null if the address cannot mean such a file. */
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
