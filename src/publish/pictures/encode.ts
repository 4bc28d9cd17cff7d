// One picture's bytes to its variants: turned as the file asks, in sRGB, and without a word of what else the file holds.
// The only place that encodes. A change of what comes out needs a new number of the recipe in sources/pictures.ts.
import { availableParallelism } from 'node:os'
import type { Sharp, default as SharpModule, SharpOptions } from 'sharp'
import { PIXELS_MOST, type PictureFile } from '../sources/pictures.ts'

/** Measured on photographs: a higher effort takes ten times as long for eight per cent of the bytes. */
const AVIF = { quality: 50, effort: 1 }
const WEBP = { quality: 75 }
const JPEG = { quality: 78, mozjpeg: true }
const PNG = { compressionLevel: 9 }
const WHITE = '#ffffff'
/** A picture that is torn off in the middle is better noticed here than by readers. */
const READING: SharpOptions = { failOn: 'error', limitInputPixels: PIXELS_MOST }

export type Keep = (variant: string, bytes: Uint8Array) => Promise<void>

/** Makes variants of a picture, one after the other. Throws where the bytes cannot be decoded. */
export async function encode(
  bytes: Uint8Array,
  { kind, variants }: Pick<PictureFile, 'kind'> & { variants: readonly string[] },
  keep: Keep,
): Promise<void> {
  const open = await openSharp()
  const sizes = variants.map((variant) => Number.parseInt(variant, 10))
  if (kind === 'animation') {
    for (const [index, variant] of variants.entries()) {
      const moves = variant.endsWith('.webp')
      const frames = open(bytes, { ...READING, animated: moves }).resize(sizing(sizes[index]))
      await keep(variant, await written(frames.toColourspace('srgb'), variant))
    }
    return
  }
  // Decoded once: what the sizes are made of is the largest of them.
  const { data, info } = await open(bytes, READING)
    .rotate()
    .resize(sizing(Math.max(...sizes)))
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  for (const [index, variant] of variants.entries()) {
    const sized = open(data, { raw: { width, height, channels } }).resize(sizing(sizes[index]))
    await keep(variant, await written(sized, variant))
  }
}

/** How many pictures are made at the same time: Node hands out no more work at once than this. */
export function encodersAtOnce(): number {
  return Math.min(availableParallelism(), Number(process.env.UV_THREADPOOL_SIZE) || 4)
}

async function openSharp(): Promise<typeof SharpModule> {
  // Slow to load, and needed for pictures that nobody has made yet.
  const { default: open } = await import('sharp')
  // One picture a core takes less time than one picture on all of them.
  open.concurrency(Math.max(1, Math.floor(availableParallelism() / encodersAtOnce())))
  return open
}

/** What was pulled may be smaller than what it was made from. */
function sizing(width: number | undefined) {
  return { width: width ?? 0, withoutEnlargement: true }
}

function written(image: Sharp, variant: string): Promise<Uint8Array> {
  const ending = variant.slice(variant.lastIndexOf('.') + 1)
  if (ending === 'avif') return image.avif(AVIF).toBuffer()
  if (ending === 'webp') return image.webp(WEBP).toBuffer()
  if (ending === 'png') return image.png(PNG).toBuffer()
  return image.flatten({ background: WHITE }).jpeg(JPEG).toBuffer()
}
