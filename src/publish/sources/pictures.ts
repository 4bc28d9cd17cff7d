// A picture file: what it is published as, from its header, and its hash, from its bytes. Encodes nothing.
import { type Measured, type PictureKind, pictureFrom } from '../../pictures.ts'
import type { Picture } from '../../records.ts'
import { grouped } from '../format.ts'
import { hashBytes, hashText } from '../hash.ts'
import { readSource, type StoredFile } from './content.ts'
import { readWords, type Words } from './picture-words.ts'
import type { Problem } from './problem.ts'
import { mebibytes, PICTURE_LIMIT_BYTES, type SourceFile } from './text.ts'

/** A picture file, and what it is published as. */
export type PictureFile = {
  path: string
  /** The hash of its bytes. */
  bytesHash: string
  picture: Picture
  kind: PictureKind
  /** How many bytes it has. */
  size: number
  /** What the file itself says that could stand with the picture. */
  words?: Words
}

/**
 * What a picture is made by stands in its hash. A recipe counts up when all pictures of its kind are to be made anew from
 * the same bytes.
 */
const RECIPES: Record<Exclude<PictureKind, 'drawing'>, string> = {
  photograph: 'photograph/1',
  animation: 'animation/1',
}
/** Of bytes that are published as they are. */
const AS_IS = 'as-is/1'

/** The hash of a picture file's bytes. */
export function hashPicture(bytes: Uint8Array): string {
  return hashBytes(AS_IS, bytes)
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
  const { format, compression, pages = 1 } = header
  // What a phone calls HEIC has the container of AVIF, and few browsers show it.
  if (format === 'heif' && compression !== 'av1') {
    return problem(`must be a picture (${FORMATS}): found HEIC. Save it as JPEG`)
  }
  if (!KNOWN.has(format))
    return problem(`must be a picture (${FORMATS}): found ${format}. Save it as one of them`)
  const measured = measure(header)
  const pixels = measured.kind === 'drawing' ? 0 : header.width * header.height * pages
  if (pixels > PIXELS_MOST) {
    const frames = pages > 1 ? ` in ${pages} frames` : ''
    return problem(
      `must have at most ${millions(PIXELS_MOST)} pixels${frames}: found ${millions(pixels)}. Save it smaller`,
    )
  }
  const bytesHash = hashPicture(source.bytes)
  const { kind } = measured
  const hash = kind === 'drawing' ? bytesHash : hashText(`${RECIPES[kind]}\n${bytesHash}`)
  const picture = pictureFrom(hash, measured)
  if (kind !== 'drawing' && picture.height > HEIGHT_MOST) {
    return problem(
      `must be at most ${grouped(HEIGHT_MOST)} pixels high where it is ${picture.width} wide: found ${grouped(picture.height)}. Cut it`,
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
/** What sharp decodes at most, so that no file takes all of the memory. */
export const PIXELS_MOST = 0x3fff ** 2
/** JPEG counts no further than 65,535. */
const HEIGHT_MOST = 65_500

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
  /** How many frames it has. */
  pages?: number
  hasAlpha?: boolean
  iptc?: Uint8Array
  xmp?: Uint8Array
}

async function readHeader(bytes: Uint8Array): Promise<Header | { reason: string }> {
  try {
    // Slow to load, and needed for pictures that nobody has seen yet.
    const { default: sharp } = await import('sharp')
    // How large it may be is said here, in an editor's words.
    return await sharp(bytes, { limitInputPixels: false }).metadata()
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
