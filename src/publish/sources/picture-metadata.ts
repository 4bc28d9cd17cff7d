// Reads the caption and the credit that an agency or a photographer wrote into a picture file. They are only offered to
// the editor, so broken metadata counts as absent and never stops a command.
import { debuglog } from 'node:util'

const debug = debuglog('dateline')

/** One line of text each. */
export type Words = { caption?: string; credit?: string }

/** Some programs store the whole editing history in XMP; parsing that takes too long. */
const XMP_LIMIT_BYTES = 512 * 1024
/** The limit that IPTC sets for a caption. */
const CAPTION_LIMIT = 2_000

/** The caption and credit in a picture file; null if it has neither. `iptc` and `xmp` are the blocks of its header. */
export async function readWords(
  bytes: Uint8Array,
  { iptc, xmp }: { iptc?: Uint8Array; xmp?: Uint8Array },
): Promise<Words | null> {
  const includeTags = {
    ...(iptc ? { iptc: true as const } : {}),
    ...(xmp && xmp.length <= XMP_LIMIT_BYTES ? { xmp: true as const } : {}),
  }
  if (Object.keys(includeTags).length === 0) return null
  const tags = await readTags(bytes, includeTags)
  if (!tags) return null
  const [iptcTags, xmpTags]: Tags[] = [{ ...tags.iptc }, { ...tags.xmp }]
  const caption = firstOf([iptcTags?.['Caption/Abstract'], xmpTags?.description])
  const credit = firstOf([
    iptcTags?.Credit,
    xmpTags?.Credit,
    iptcTags?.['By-line'],
    xmpTags?.creator,
    iptcTags?.['Copyright Notice'],
  ])
  if (caption === null && credit === null) return null
  return { ...(caption === null ? {} : { caption }), ...(credit === null ? {} : { credit }) }
}

type Tags = Record<string, unknown>

async function readTags(
  bytes: Uint8Array,
  includeTags: { iptc?: true; xmp?: true },
): Promise<{ iptc?: object; xmp?: object } | null> {
  try {
    // Loaded late: few pictures need the library.
    const { default: reader } = await import('exifreader')
    const { buffer, byteOffset, byteLength } = bytes
    const copy = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer
    return reader.load(copy, { expanded: true, includeTags })
  } catch (error) {
    // Best effort: a picture with broken metadata is published like any other.
    debug('What a camera wrote into a picture could not be read: %O', error)
    return null
  }
}

/** The text of the first tag that has one. */
function firstOf(tags: readonly unknown[]): string | null {
  for (const tag of tags) {
    const text = [tag]
      .flat()
      .map(textOf)
      .filter((part) => part !== '')
      .join(', ')
    if (text !== '' && text.length <= CAPTION_LIMIT) return text
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
