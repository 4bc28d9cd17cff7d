// The published form of a picture: its variants, their names and types, and its markup. Pure.
// Never encodes a picture, and never puts an author's text into markup unescaped.
import { mediaPath } from './addresses.ts'
import { escapeHtml } from './markdown/text.ts'
import type { Picture } from './records.ts'

/** A drawing is published unchanged, the other kinds in several sizes. */
export type PictureKind = 'photograph' | 'animation' | 'drawing'

/** A picture's source: its size in pixels after its EXIF rotation, and whether it has an alpha channel. */
export type Measured = { kind: PictureKind; width: number; height: number; isTransparent: boolean }

/** Widths in pixels of a photograph's variants; those wider than the source are left out. */
const WIDTHS = [320, 640, 960, 1440]
const WIDEST = 1440
/** Width in pixels of the JPEG or PNG for browsers without AVIF and WebP, and for link previews. */
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

/** The published picture of the source with this hash; width and height are those of the variant at its address. */
export function pictureFrom(hash: string, { kind, width, height, isTransparent }: Measured): Picture {
  if (kind === 'drawing') return { address: mediaPath(hash, 'original.svg'), width, height }
  const sized = (maxWidth: number) => {
    const shown = Math.min(width, maxWidth)
    return { width: shown, height: Math.max(1, Math.round((height * shown) / width)) }
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

/** The hash of a picture's source, and the names of its published variants. */
export function variantsOf({ address, widths = [], still }: Picture): { hash: string; variants: string[] } {
  const [, , hash = '', main = ''] = address.split('/')
  const made = widths.flatMap((width) => [`${width}.avif`, `${width}.webp`])
  return { hash, variants: [...made, main, ...(still === undefined ? [] : [still])] }
}

/** The media type of a variant; null if its file extension is unknown. */
export function variantType(variant: string): string | null {
  const ending = variant.slice(variant.lastIndexOf('.') + 1)
  return Object.hasOwn(TYPES, ending) ? (TYPES[ending] ?? null) : null
}

/** The still picture for link previews on other services; null for a drawing, because they do not show SVG. */
export function sharedPicture(picture: Picture): Picture | null {
  return isDrawing(picture) ? null : stillOf(picture)
}

/** Whether the picture is an SVG, which is published unchanged and is sharp at any size. */
export function isDrawing({ address }: Pick<Picture, 'address'>): boolean {
  return variantType(address) === 'image/svg+xml'
}

export type Showing = {
  alt: string
  /** The width at which the picture is shown, in the syntax of the attribute `sizes`. */
  sizes: string
  /** The page's main picture, which is loaded first. All others are loaded when the reader comes near. */
  isLead?: boolean
  /** Shows the still variant of an animation, as lists do. */
  isStill?: boolean
  title?: string | null
  className?: string
  /** Escapes `alt` and `title`; `escapeHtml` if not given. */
  escaped?: (text: string) => string
  /** Put first into every tag: see `OWN_MARK` in markdown/sanitize.ts. */
  mark?: string
}

/** A picture as HTML: a `<picture>` with its variants, or an `<img>` if there is only one. */
export function renderPicture(picture: Picture, showing: Showing): string {
  const { sizes, isStill = false, mark = '' } = showing
  const { address, widths = [], still } = picture
  const image = imageTag(isStill ? stillOf(picture) : picture, showing)
  // The sanitizer must not parse `srcset`, so the mark stays part of the attribute's name until the article is cleaned.
  const source = (attributes: string, srcset: string): string =>
    `<source${mark}${attributes}${mark || ' '}srcset="${escapeHtml(srcset)}">`
  if (still !== undefined && !isStill) {
    const attributes = ' media="(prefers-reduced-motion: reduce)"'
    return `<picture${mark}>${source(attributes, addressOfVariant(address, still))}${image}</picture>`
  }
  if (widths.length === 0) return image
  const sources = ['avif', 'webp'].map((ending) => {
    const attributes = ` type="image/${ending}" sizes="${escapeHtml(sizes)}"`
    const srcset = widths.map((width) => `${addressOfVariant(address, `${width}.${ending}`)} ${width}w`)
    return source(attributes, srcset.join(', '))
  })
  return `<picture${mark}>${sources.join('')}${image}</picture>`
}

function stillOf(picture: Picture): Picture {
  const { address, still } = picture
  return still === undefined ? picture : { ...picture, address: addressOfVariant(address, still) }
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

/** The address of another variant of the picture at this address. */
function addressOfVariant(address: string, variant: string): string {
  return address.slice(0, address.lastIndexOf('/') + 1) + variant
}
