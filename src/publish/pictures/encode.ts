// Encodes the variants of one picture: rotated as the file's orientation says, in sRGB, without the file's metadata.
// Only this file encodes. If its output changes, the recipe in sources/picture-files.ts needs a new number.
import { availableParallelism } from 'node:os'
import type { Sharp, default as SharpModule, SharpOptions } from 'sharp'
import { PIXELS_LIMIT, type PictureFile } from '../sources/picture-files.ts'

/** Measured on photographs: a higher effort takes ten times as long and saves eight per cent of the bytes. */
const AVIF = { quality: 50, effort: 1 }
const WEBP = { quality: 75 }
const JPEG = { quality: 78, mozjpeg: true }
const PNG = { compressionLevel: 9 }
const WHITE = '#ffffff'
/** A truncated picture must fail here, or readers would see half of it. */
const READING: SharpOptions = { failOn: 'error', limitInputPixels: PIXELS_LIMIT }

export type Keep = (variant: string, bytes: Uint8Array) => Promise<void>

/** Makes variants of a picture, one after the other. Throws if the bytes cannot be decoded. */
export async function encode(
  bytes: Uint8Array,
  { kind, variants }: Pick<PictureFile, 'kind'> & { variants: readonly string[] },
  keep: Keep,
): Promise<void> {
  const open = await openSharp()
  const sizes = variants.map((variant) => Number.parseInt(variant, 10))
  if (kind === 'animation') {
    for (const [index, variant] of variants.entries()) {
      const isAnimated = variant.endsWith('.webp')
      const frames = open(bytes, { ...READING, animated: isAnimated }).resize(resizeOptions(sizes[index]))
      await keep(variant, await encodeAs(frames.toColourspace('srgb'), variant))
    }
    return
  }
  // Decode the file only once: the smaller sizes are made from the largest one.
  const { data, info } = await open(bytes, READING)
    .rotate()
    .resize(resizeOptions(Math.max(...sizes)))
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  for (const [index, variant] of variants.entries()) {
    const sized = open(data, { raw: { width, height, channels } }).resize(resizeOptions(sizes[index]))
    await keep(variant, await encodeAs(sized, variant))
  }
}

/** How many pictures are encoded at the same time: Node's thread pool runs no more tasks at once. */
export function encodersAtOnce(): number {
  return Math.min(availableParallelism(), Number(process.env.UV_THREADPOOL_SIZE) || 4)
}

async function openSharp(): Promise<typeof SharpModule> {
  // Loaded late: sharp is slow to load, and variants that are kept do not need it.
  const { default: open } = await import('sharp')
  // One picture on each core is faster than one picture on all cores.
  open.concurrency(Math.max(1, Math.floor(availableParallelism() / encodersAtOnce())))
  return open
}

/** No enlargement: a pulled file may be smaller than the original that the variants' sizes come from. */
function resizeOptions(width: number | undefined) {
  return { width: width ?? 0, withoutEnlargement: true }
}

function encodeAs(image: Sharp, variant: string): Promise<Uint8Array> {
  const ending = variant.slice(variant.lastIndexOf('.') + 1)
  if (ending === 'avif') return image.avif(AVIF).toBuffer()
  if (ending === 'webp') return image.webp(WEBP).toBuffer()
  if (ending === 'png') return image.png(PNG).toBuffer()
  return image.flatten({ background: WHITE }).jpeg(JPEG).toBuffer()
}
