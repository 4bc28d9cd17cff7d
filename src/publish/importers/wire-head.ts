// Splits a wire text into its head (headline, standfirst, photo lines) and its body. Never drops a line: each line that
// does not belong to the head belongs to the body.
import {
  buildParagraphs,
  type Doubt,
  doubtAt,
  endsSentence,
  goesOn,
  isWorded,
  type Line,
  startsSmall,
  widthOf,
} from './wire-lines.ts'
import { type Photo, readPhoto } from './wire-photos.ts'

export type Head = { headline: Line; standfirst: Line | null; photos: Photo[]; body: Line[]; doubts: Doubt[] }

const HEADLINE_CHARACTERS = 200
const STANDFIRST_CHARACTERS = 240
/** A line up to this length counts as short, even if no paragraph is longer. */
const SHORT_CHARACTERS = 100

/** Splits the lines into head and body. Throws if there is no headline, or no line under it. */
export function readHead(lines: Line[], pictures: readonly string[]): Head {
  const [headline, ...rest] = lines
  if (!headline) {
    throw wireError(lines[0], 'a wire text must begin with a headline: found none. Put it on the first line')
  }
  const first = readPhoto(headline, pictures)
  if (first.photo && first.doubts.length === 0) {
    throw wireError(
      headline,
      `a headline must come first: found the photo "${first.photo.stem}". Put one above it`,
    )
  }
  if (!rest[0]) {
    throw wireError(headline, 'a text must stand under the headline: found nothing. Add a paragraph')
  }
  const doubts = checkHeadline(headline)
  const start = readPhotos(rest, pictures)
  const { standfirst, doubts: standfirstDoubts } = readStandfirst(rest, pictures, start.photos.length > 0)
  const { photos, body, doubts: photoDoubts } = standfirst ? readPhotos(rest.slice(1), pictures) : start
  doubts.push(...standfirstDoubts, ...photoDoubts, ...checkBody(body, pictures))
  if (body.length === 0) doubts.push(doubtAt(headline, 'there is no paragraph under the headline'))
  return { headline, standfirst, photos, body, doubts }
}

/** An error whose message begins with the place in the wire text. */
function wireError(line: Line | undefined, message: string): Error {
  const { line: number, column } = doubtAt(line, message)
  return Object.assign(new Error(`${number}:${column} ${message}`), { name: 'WireError' })
}

function checkHeadline(headline: Line): Doubt[] {
  const text = headline.text.trim()
  if (/(?<!\.\.)[.。．｡۔।]["'\p{Pe}\p{Pf}]*$/u.test(text) && !/(?:^|\s)(?:\p{L}\.){2,}$/u.test(text)) {
    return [doubtAt(headline, 'the headline ends with a full stop: is the first paragraph taken for it?')]
  }
  if (text.length <= HEADLINE_CHARACTERS) return []
  return [doubtAt(headline, `the headline is long (${text.length} characters): is it a paragraph?`)]
}

function readPhotos(
  lines: Line[],
  pictures: readonly string[],
): { photos: Photo[]; body: Line[]; doubts: Doubt[] } {
  const photos: Photo[] = []
  const doubts: Doubt[] = []
  for (const line of lines) {
    const { photo, doubts: lineDoubts } = readPhoto(line, pictures)
    doubts.push(...lineDoubts)
    if (!photo) break
    photos.push(photo)
  }
  return { photos, body: lines.slice(photos.length), doubts }
}

/**
 * The first line under the headline is the standfirst if it is short, is shorter than the longest paragraph (or has at
 * most 100 characters), does not end in the end of a sentence, a colon, a comma or a dash, is not the first line of a
 * paragraph broken by hand, and is not the only text.
 */
function readStandfirst(
  lines: Line[],
  pictures: readonly string[],
  isPhoto: boolean,
): { standfirst: Line | null; doubts: Doubt[] } {
  const [line, next] = lines
  const none = (message: string) => ({ standfirst: null, doubts: [doubtAt(line, message)] })
  const text = line?.text.trim() ?? ''
  if (!line || isPhoto || endsSentence(text) || !isWorded(text)) return { standfirst: null, doubts: [] }
  if (!next) return none('taken as the text because nothing follows: is it the standfirst?')
  const { photos, body } = readPhotos(lines.slice(1), pictures)
  if (photos.length === 0 && goesOn(line, next, widthOf(lines))) {
    if (startsSmall(next.text)) return { standfirst: null, doubts: [] }
    return none('taken as the first line of a paragraph: is it the standfirst?')
  }
  if (/[:;,：；，、،؛\p{Pd}]$/u.test(text))
    return none('taken as a paragraph because of its end: is it the standfirst?')
  const lengths = buildParagraphs(body).paragraphs.map((lines) => textOf(lines).length)
  const longest = Math.max(0, ...lengths)
  if (text.length > STANDFIRST_CHARACTERS || text.length > Math.max(longest - 1, SHORT_CHARACTERS)) {
    return none('taken as a paragraph because of its length: is it the standfirst?')
  }
  const doubts =
    text.length < longest || body.length === 0
      ? []
      : [doubtAt(line, 'taken as the standfirst, though no paragraph is longer: is it the first paragraph?')]
  return { standfirst: line, doubts }
}

function textOf(lines: Line[]): string {
  return lines.map((line) => line.text.trim()).join(' ')
}

/** Doubts about lines of the body that look like photo lines, or like the rest of a sentence. */
function checkBody(body: Line[], pictures: readonly string[]): Doubt[] {
  const photoLike = body.filter((line) => {
    const { photo, doubts } = readPhoto(line, pictures)
    return photo !== null || doubts.length > 0
  })
  const misplaced = photoLike.filter((line) => line !== body[0] && readPhoto(line, pictures).photo?.picture)
  const continued = buildParagraphs(body)
    .paragraphs.flatMap(([line]) => (line ? [line] : []))
    .filter((line) => !photoLike.includes(line) && beginsInSentence(line.text.trim()))
  return [
    ...misplaced.map((line) =>
      doubtAt(line, 'taken as text: a photo line stands right under the headline or standfirst'),
    ),
    ...continued.map((line) =>
      doubtAt(line, 'a paragraph begins with a small letter: does it belong to the line before?'),
    ),
  ]
}

/** Whether a paragraph begins in the middle of a sentence. "iPhone", "a)", "e-mail" and URLs may begin a sentence. */
function beginsInSentence(text: string): boolean {
  return /^\p{Ll}(?!\p{Lu}|[.)-])/u.test(text) && !/^(?:https?:|www\.)/.test(text)
}
