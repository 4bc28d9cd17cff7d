// Videos and frames, which become links that say where they lead: no article makes a reader's browser ask another site.

import type { TextWords } from '../words/en.ts'
import { parseAddress } from './address.ts'
import { decodeReferences } from './text.ts'

/** Where a link in the place of a video or frame leads, and its words; neither is escaped. */
export type Embed = { href: string; label: (words: EmbedWords) => string }
type EmbedWords = Pick<TextWords, 'watch' | 'open'>

const YOUTUBE =
  /^https?:\/\/(?:(?:www\.|m\.)?youtube(?:-nocookie)?\.com\/(?:watch\?(?:[^#\s]*&)?v=|shorts\/|live\/|embed\/)|youtu\.be\/)([\w-]{6,20})(?:[?&#/][^\s]*)?$/i
const VIMEO = /^https?:\/\/(?:www\.|player\.)?vimeo\.com\/(?:video\/)?(\d{4,12})(?:[?#/][^\s]*)?$/i
const HOST = /^https?:\/\/(?:[^/?#@\\]*@)?([^/?#:\\]+)/i

const LONE_FRAME =
  /^\s*<iframe((?:\s+[a-z-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>`]+))?)*)\s*>\s*(?:<\/iframe>)?\s*$/i
const ATTRIBUTE = /([a-z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>`]+)))?/gi

/** The video at this address, if it is one's. */
export function videoAt(address: string): Embed | null {
  if (YOUTUBE.test(address)) return { href: address, label: watchLabel('YouTube') }
  return VIMEO.test(address) ? { href: address, label: watchLabel('Vimeo') } : null
}

/** Whether a block of raw HTML is one frame and nothing else. */
export function isFrame(html: string): boolean {
  return LONE_FRAME.test(html)
}

/** What such a block shows; null where that is not on the web. */
export function frameIn(html: string): Embed | null {
  const found = new Map<string, string>()
  for (const [, name = '', double, single, bare] of (LONE_FRAME.exec(html)?.[1] ?? '').matchAll(ATTRIBUTE))
    if (!found.has(name.toLowerCase()))
      found.set(name.toLowerCase(), decodeReferences(double ?? single ?? bare ?? ''))
  return frameLink(found.get('src') ?? '', found.get('title') ?? '')
}

/** What the frame with this src shows; null where that is not on the web. */
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
