// Turns an agency's plain text into an article file. Never invents a date or an alt text and never corrects words:
// doubtful places are reported to the editor. Pure.
import { stringify } from 'yaml'
import { SLUG_LIMIT_BYTES, slugOf } from '../../addresses.ts'
import { escapeMarkdown, escapeTitle } from './markdown-escape.ts'
import { checkWords } from './wire-doubts.ts'
import { type Head, readHead } from './wire-head.ts'
import { buildParagraphs, type Doubt, doubtAt, readLines } from './wire-lines.ts'
import type { Photo } from './wire-photos.ts'
import { splitTags } from './wire-tags.ts'

export type { Doubt }

/** `date` goes into the front matter unchanged; without a date the article is a draft. */
export type WireOptions = { date?: string; pictures: readonly string[] }

/** `stem` is the proposed file name without `.md`; `text` is the whole file. */
export type WireArticle = { stem: string; text: string; doubts: Doubt[] }

/**
 * Turns an agency's text into an article file. Keeps all words; changes only no-break spaces and spaces at line ends.
 * Throws an Error whose message begins with `line:column ` if there is no headline, or no line under it.
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
    ...(stem === '' ? [doubtAt(head.headline, 'the headline gives no file name: choose one')] : []),
  ]
  return {
    stem: stem || 'wire',
    text: `${[`---\n${front}---`, ...body].join('\n\n')}\n`,
    doubts: doubts.sort((a, b) => a.line - b.line || a.column - b.column),
  }
}

/** A photo after the first one as a picture in the text; nothing if its file is absent. */
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
    ...(first && { image: { ...(first.picture !== null && { src: first.picture }), ...textsOf(first) } }),
    ...(missing.length > 0 && { photos: missing.map((one) => ({ stem: one.stem, ...textsOf(one) })) }),
  }
}

function textsOf({ caption, credit }: Photo) {
  return { ...(caption !== '' && { caption }), ...(credit !== '' && { credit }) }
}

function checkPhoto({ line, stem, caption, picture }: Photo, index: number): Doubt[] {
  const where = index === 0 ? 'image.src' : 'the text, out of photos'
  const doubts = [
    picture === null
      ? doubtAt(line, `no picture "${stem}" in content/images: add the file, then name it in ${where}`)
      : doubtAt(line, `the picture ${picture} needs an alt text: describe it`),
  ]
  if (caption === '') doubts.push(doubtAt(line, `the photo "${stem}" has no caption`))
  return doubts
}

/** The lines whose words are checked. In photo lines, spaces replace the stem, so that columns stay the same. */
function wordsOf({ headline, standfirst, photos, body }: Head) {
  const captions = photos.map(({ line }) => ({
    ...line,
    text: line.text.replace(/^\s*\S+/, (stem) => ' '.repeat(stem.length)),
  }))
  return [headline, ...(standfirst ? [standfirst] : []), ...captions, ...body]
}

/** A file name made from the headline; empty if the headline has no letter or digit. */
function stemOf(headline: string): string {
  let stem = ''
  for (const sign of slugOf(headline)) {
    if (Buffer.byteLength(stem + sign) > SLUG_LIMIT_BYTES) break
    stem += sign
  }
  return stem.replace(/-$/, '')
}
