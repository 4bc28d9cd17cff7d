// Videos and iframes become links that name the other site. An article must never make a reader's browser send a
// request to another site.

import type { TextWords } from '../words/en.ts'
import { parseAddress } from './address.ts'
import { decodeReferences } from './text.ts'

/** The link in place of a video or an iframe; address and label are not escaped. */
export type Embed = { href: string; label: (words: EmbedWords) => string }
type EmbedWords = Pick<TextWords, 'watch' | 'open'>

const YOUTUBE =
  /^https?:\/\/(?:(?:www\.|m\.)?youtube(?:-nocookie)?\.com\/(?:watch\?(?:[^#\s]*&)?v=|shorts\/|live\/|embed\/)|youtu\.be\/)([\w-]{6,20})(?:[?&#/][^\s]*)?$/i
const VIMEO = /^https?:\/\/(?:www\.|player\.)?vimeo\.com\/(?:video\/)?(\d{4,12})(?:[?#/][^\s]*)?$/i
const HOST = /^https?:\/\/(?:[^/?#@\\]*@)?([^/?#:\\]+)/i

const LONE_FRAME =
  /^\s*<iframe((?:\s+[a-z-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>`]+))?)*)\s*>\s*(?:<\/iframe>)?\s*$/i
const ATTRIBUTE = /([a-z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>`]+)))?/gi

/** A link to the video at this address; null if the address is no video's. */
export function videoAt(address: string): Embed | null {
  if (YOUTUBE.test(address)) return { href: address, label: watchLabel('YouTube') }
  return VIMEO.test(address) ? { href: address, label: watchLabel('Vimeo') } : null
}

/** Whether a block of raw HTML is exactly one iframe. */
export function isFrame(html: string): boolean {
  return LONE_FRAME.test(html)
}

/** A link to the page that such a block shows; null if its src is not an external http(s) address. */
export function frameIn(html: string): Embed | null {
  const found = new Map<string, string>()
  for (const [, name = '', double, single, bare] of (LONE_FRAME.exec(html)?.[1] ?? '').matchAll(ATTRIBUTE))
    if (!found.has(name.toLowerCase()))
      found.set(name.toLowerCase(), decodeReferences(double ?? single ?? bare ?? ''))
  return frameLink(found.get('src') ?? '', found.get('title') ?? '')
}

/** A link to the page that an iframe with this src shows; null if the src is not an external http(s) address. */
export function frameLink(src: string, title: string): Embed | null {
  const address = parseAddress(src, '')
  if (address === null || !address.external) return null
  const youtube = YOUTUBE.exec(address.href)?.[1]
  if (youtube !== undefined)
    return { href: `https://www.youtube.com/watch?v=${youtube}`, label: watchLabel('YouTube') }
  const vimeo = VIMEO.exec(address.href)?.[1]
  if (vimeo !== undefined) return { href: `https://vimeo.com/${vimeo}`, label: watchLabel('Vimeo') }
  const host = HOST.exec(address.href)?.[1]
  if (host === undefined) return null
  const label = title.trim()
  return { href: address.href, label: ({ open }) => (label === '' ? open(host) : `${label} (${host})`) }
}

function watchLabel(service: string): Embed['label'] {
  return ({ watch }) => watch(service)
}
