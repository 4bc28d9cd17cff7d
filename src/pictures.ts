// What a picture is published as: its variants, their names and types, and its markup. Pure; encodes nothing, and no
// text of an author gets into the markup unescaped.
import { mediaPath } from './addresses.ts'
import { escapeHtml } from './markdown/text.ts'
import type { Picture } from './records.ts'

/** A drawing is published as it is, all else in several sizes. */
export type PictureKind = 'photograph' | 'animation' | 'drawing'

/** A picture's source: its size after the rotation that it asks for, and whether it has a channel for transparency. */
export type Measured = { kind: PictureKind; width: number; height: number; isTransparent: boolean }

/** Widths in pixels at which a photograph is made, none of them wider than its source. */
const WIDTHS = [320, 640, 960, 1440]
const WIDEST = 1440
/** What is shown where neither AVIF nor WebP can be, and by those who show a link to a page. */
const FALLBACK_WIDTH = 1200
const ANIMATION_WIDTH = 960
/** https://developers.google.com/speed/webp/faq#what_is_the_maximum_size_a_webp_image_can_be */
const WEBP_SIDE = 16_383

const TYPES: Record<string, string> = {
  avif: 'image/avif',
  webp: 'image/webp',
  jpg: 'image/jpeg',
  png: 'image/png',
  svg: 'image/svg+xml',
}

/** What a source of a hash is published as; the size is that of what its address leads to. */
export function pictureFrom(hash: string, { kind, width, height, isTransparent }: Measured): Picture {
  if (kind === 'drawing') return { address: mediaPath(hash, 'original.svg'), width, height }
  const sized = (most: number) => {
    const own = Math.min(width, most)
    return { width: own, height: Math.max(1, Math.round((height * own) / width)) }
  }
  const still = (size: { width: number }): string => `${size.width}.${isTransparent ? 'png' : 'jpg'}`
  if (kind === 'animation') {
    const size = sized(ANIMATION_WIDTH)
    return { address: mediaPath(hash, `${size.width}.webp`), ...size, still: still(size) }
  }
  const size = sized(FALLBACK_WIDTH)
  const steps = WIDTHS.filter((step) => step <= width)
  if (width < WIDEST && !steps.includes(width)) steps.push(width)
  const widths = steps.filter((step) => sized(step).height <= WEBP_SIDE)
  const address = mediaPath(hash, still(size))
  return { address, ...size, ...(widths.length > 0 ? { widths } : {}) }
}

/** The hash of a picture's source, and the variants that it is published in. */
export function variantsOf({ address, widths = [], still }: Picture): { hash: string; variants: string[] } {
  const [, , hash = '', own = ''] = address.split('/')
  const made = widths.flatMap((width) => [`${width}.avif`, `${width}.webp`])
  return { hash, variants: [...made, own, ...(still === undefined ? [] : [still])] }
}

/** The type of a variant; null where its name tells none. */
export function variantType(variant: string): string | null {
  const ending = variant.slice(variant.lastIndexOf('.') + 1)
  return Object.hasOwn(TYPES, ending) ? (TYPES[ending] ?? null) : null
}

/** The picture for those who show a link to its page: one that stands still; null for a drawing, which they do not. */
export function sharedPicture(picture: Picture): Picture | null {
  return isDrawing(picture) ? null : stillOf(picture)
}

/** Whether it is published as it is, and sharp in any size. */
export function isDrawing({ address }: Pick<Picture, 'address'>): boolean {
  return variantType(address) === 'image/svg+xml'
}

export type Showing = {
  alt: string
  /** How wide it is shown, as the attribute `sizes` says it. */
  sizes: string
  /** It is what the page is opened for: loaded at once and first. All others wait until they are near. */
  isLead?: boolean
  /** An animation does not move where it is a sign for something else. */
  isStill?: boolean
  title?: string | null
  className?: string
  /** How `alt` and `title` are escaped, where that is done already or otherwise. */
  escaped?: (text: string) => string
  /** Stands first in every tag: see markdown/sanitize.ts. */
  mark?: string
}

/** A picture as HTML: its variants to choose from, and one for those who cannot. */
export function renderPicture(picture: Picture, showing: Showing): string {
  const { sizes, isStill = false, mark = '' } = showing
  const { address, widths = [], still } = picture
  const image = imageTag(isStill ? stillOf(picture) : picture, showing)
  // Cleaning reads no `srcset`, so where there is a mark it is part of the name until the article is done.
  const source = (attributes: string, srcset: string): string =>
    `<source${mark}${attributes}${mark || ' '}srcset="${escapeHtml(srcset)}">`
  if (still !== undefined && !isStill) {
    const attributes = ' media="(prefers-reduced-motion: reduce)"'
    return `<picture${mark}>${source(attributes, beside(address, still))}${image}</picture>`
  }
  if (widths.length === 0) return image
  const sources = ['avif', 'webp'].map((ending) => {
    const attributes = ` type="image/${ending}" sizes="${escapeHtml(sizes)}"`
    const srcset = widths.map((width) => `${beside(address, `${width}.${ending}`)} ${width}w`)
    return source(attributes, srcset.join(', '))
  })
  return `<picture${mark}>${sources.join('')}${image}</picture>`
}

function stillOf(picture: Picture): Picture {
  const { address, still } = picture
  return still === undefined ? picture : { ...picture, address: beside(address, still) }
}

function imageTag(
  { address, width, height }: Picture,
  { alt, title, className, isLead = false, escaped = escapeHtml, mark = '' }: Showing,
): string {
  const attributes = [
    `src="${escapeHtml(address)}" width="${width}" height="${height}" alt="${escaped(alt)}"`,
    ...(title ? [`title="${escaped(title)}"`] : []),
    ...(className === undefined ? [] : [`class="${escapeHtml(className)}"`]),
    isLead ? 'fetchpriority="high"' : 'loading="lazy"',
    'decoding="async"',
  ]
  return `<img${mark} ${attributes.join(' ')}>`
}

/** The address of another variant of the same picture. */
function beside(address: string, variant: string): string {
  return address.slice(0, address.lastIndexOf('/') + 1) + variant
}
