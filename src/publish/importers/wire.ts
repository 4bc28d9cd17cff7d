// Owns an agency's plain text on its way to an article file: parts, words, front matter.
// Never invents (no date, no alt text) and never mends: what is doubtful is pointed out to the editor.

import { stringify } from 'yaml'
import { SLUG_LIMIT_BYTES, slugOf } from '../../addresses.ts'
import { escapeMarkdown, escapeTitle } from './markdown-escape.ts'
import { checkWords } from './wire-doubts.ts'
import { type Head, readHead } from './wire-head.ts'
import { buildParagraphs, type Doubt, doubtAt, readLines } from './wire-lines.ts'
import type { Photo } from './wire-photos.ts'
import { splitTags } from './wire-tags.ts'

export type { Doubt }

/** `date` goes into the front matter as it is given; without one the article is a draft. */
export type WireOptions = { date?: string; pictures: readonly string[] }

/** `stem` is the file name proposed, without `.md`; `text` is the whole file. */
export type WireArticle = { stem: string; text: string; doubts: Doubt[] }

/**
 * An agency's text as an article file, its words byte for byte but for no-break spaces and blanks at line ends.
 * Throws an Error whose message begins `line:column ` where there is no headline, or nothing under it.
 */
export function parseWire(text: string, options: WireOptions): WireArticle {
  const { text: lines, tags, doubts: tagDoubts } = splitTags(readLines(text))
  const head = readHead(lines, options.pictures)
  const { paragraphs, doubts: paragraphDoubts } = buildParagraphs(head.body)
  const body = paragraphs.map((one) => escapeMarkdown(one.map((line) => line.text).join('\n')))
  body.splice(1, 0, ...head.photos.slice(1).flatMap(renderPicture))
  const front = stringify(buildFrontMatter(head, tags, options.date), { lineWidth: 0 })
  const stem = stemOf(head.headline.text)
  const doubts = [
    ...tagDoubts,
    ...head.doubts,
    ...paragraphDoubts,
    ...head.photos.flatMap(checkPhoto),
    ...checkWords(wordsOf(head)),
    ...(stem === '' ? [doubtAt(head.headline, 'the headline gives no file name: the file needs one')] : []),
  ]
  return {
    stem: stem || 'wire',
    text: `${[`---\n${front}---`, ...body].join('\n\n')}\n`,
    doubts: doubts.sort((a, b) => a.line - b.line || a.column - b.column),
  }
}

/** A further photo as a picture in the text, if its file is there. */
function renderPicture({ picture, caption, credit }: Photo): string[] {
  if (picture === null) return []
  const title = escapeTitle(credit === '' ? caption : `${caption} | ${credit}`)
  return [title === '' ? `![](../images/${picture})` : `![](../images/${picture} "${title}")`]
}

function buildFrontMatter({ headline, standfirst, photos }: Head, tags: string[], date?: string) {
  const [first, ...further] = photos
  const missing = further.filter(({ picture }) => picture === null)
  return {
    title: headline.text.trim(),
    ...(standfirst && { standfirst: standfirst.text.trim() }),
    ...(date === undefined ? { draft: true } : { date }),
    ...(tags.length > 0 && { tags }),
    ...(first && { image: { ...(first.picture !== null && { src: first.picture }), ...legendOf(first) } }),
    ...(missing.length > 0 && { photos: missing.map((one) => ({ stem: one.stem, ...legendOf(one) })) }),
  }
}

function legendOf({ caption, credit }: Photo) {
  return { ...(caption !== '' && { caption }), ...(credit !== '' && { credit }) }
}

function checkPhoto({ line, stem, caption, picture }: Photo, index: number): Doubt[] {
  const where = index === 0 ? 'image.src' : 'the text, out of photos'
  const doubts = [
    picture === null
      ? doubtAt(line, `no picture "${stem}" in content/images: bring the file, then name it in ${where}`)
      : doubtAt(line, `the picture ${picture} needs an alt text: say what it shows`),
  ]
  if (caption === '') doubts.push(doubtAt(line, `the photo "${stem}" has no caption`))
  return doubts
}

/** The lines with words in them, a photo's without its stem. */
function wordsOf({ headline, standfirst, photos, body }: Head) {
  const captions = photos.map(({ line }) => ({
    ...line,
    text: line.text.replace(/^\s*\S+/, (stem) => ' '.repeat(stem.length)),
  }))
  return [headline, ...(standfirst ? [standfirst] : []), ...captions, ...body]
}

/** The file name that a headline gives, empty where it holds no letter. */
function stemOf(headline: string): string {
  let stem = ''
  for (const sign of slugOf(headline)) {
    if (Buffer.byteLength(stem + sign) > SLUG_LIMIT_BYTES) break
    stem += sign
  }
  return stem.replace(/-$/, '')
}
