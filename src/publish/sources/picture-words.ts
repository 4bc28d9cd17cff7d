// What a picture file says of itself: the caption and the credit that its agency or its photographer wrote into it. It is
// offered and nothing more, so whatever is broken in there is as good as absent.
import { debuglog } from 'node:util'

const debug = debuglog('dateline')

/** One line of text each. */
export type Words = { caption?: string; credit?: string }

/** Programs keep whole histories of a file in its XMP. */
const XMP_MOST_BYTES = 512 * 1024
/** IPTC's own limit for a caption; what is longer is no caption. */
const LONGEST = 2_000

/** The words in a picture file; null where there are none. `iptc` and `xmp` are what its header has of either. */
export async function readWords(
  bytes: Uint8Array,
  { iptc, xmp }: { iptc?: Uint8Array; xmp?: Uint8Array },
): Promise<Words | null> {
  const includeTags = {
    ...(iptc ? { iptc: true as const } : {}),
    ...(xmp && xmp.length <= XMP_MOST_BYTES ? { xmp: true as const } : {}),
  }
  if (Object.keys(includeTags).length === 0) return null
  const tags = await readTags(bytes, includeTags)
  if (!tags) return null
  const [own, other]: Groups[] = [{ ...tags.iptc }, { ...tags.xmp }]
  const caption = firstOf([own?.['Caption/Abstract'], other?.description])
  const credit = firstOf([
    ...[own?.Credit, other?.Credit, own?.['By-line'], other?.creator],
    own?.['Copyright Notice'],
  ])
  if (caption === null && credit === null) return null
  return { ...(caption === null ? {} : { caption }), ...(credit === null ? {} : { credit }) }
}

type Groups = Record<string, unknown>

async function readTags(
  bytes: Uint8Array,
  includeTags: { iptc?: true; xmp?: true },
): Promise<{ iptc?: object; xmp?: object } | null> {
  try {
    // Needed for few pictures, and for each of them once.
    const { default: reader } = await import('exifreader')
    const { buffer, byteOffset, byteLength } = bytes
    const copy = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer
    return reader.load(copy, { expanded: true, includeTags })
  } catch (error) {
    // Best effort: a picture that is broken in there is shown as well as any other.
    debug('What a camera wrote into a picture could not be read: %O', error)
    return null
  }
}

/** The first of some tags that holds words. */
function firstOf(tags: readonly unknown[]): string | null {
  for (const tag of tags) {
    const text = [tag]
      .flat()
      .map(textOf)
      .filter((part) => part !== '')
      .join(', ')
    if (text !== '' && text.length <= LONGEST) return text
  }
  return null
}

/** A tag's text on one line. */
function textOf(tag: unknown): string {
  const description = (tag as { description?: unknown } | null | undefined)?.description
  if (typeof description !== 'string') return ''
  return description
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
}
