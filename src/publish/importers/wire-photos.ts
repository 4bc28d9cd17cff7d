// Recognizes the photo lines of a wire text and finds the pictures that they name. Never reads the disk, and never
// takes a paragraph for a photo line without evidence.
import { type Doubt, doubtAt, endsSentence, type Line, startsSmall } from './wire-lines.ts'

export type Photo = { line: Line; stem: string; caption: string; credit: string; picture: string | null }

/** The endings of picture files. If a stem has several files, the first ending wins. */
const EXTENSIONS = ['jpg', 'jpeg', 'png', 'webp', 'avif', 'svg', 'gif']
const CAPTION_CHARACTERS = 500

/**
 * A line of the head as a photo; null if it is an ordinary line; with a doubt if the decision was close.
 * A photo line begins with a stem (letters, digits, `-`, `_`, at least one hyphen) and has one of these: a picture with
 * that stem; an underscore in the stem; a credit, and either a stem in small letters, or a caption that does not begin
 * with a small letter, or "via" in the credit; a stem in small letters before a caption that begins with a capital.
 * "Twenty-two people …", "19-year-old Anna …" and "long-awaited Results | of" stay paragraphs.
 */
export function readPhoto(line: Line, pictures: readonly string[]): { photo: Photo | null; doubts: Doubt[] } {
  const [, stem = '', after = ''] = /^\s*([\p{L}\p{M}\p{N}_-]+)((?:\s.*)?)$/u.exec(line.text) ?? []
  if (!/^[\p{L}\p{N}_][^-]*-(?:.*[\p{L}\p{M}\p{N}_])$/u.test(stem)) return { photo: null, doubts: [] }
  const picture = findPicture(stem, pictures)
  const photo = { line, stem, picture, ...splitCredit(after) }
  const doubt = (message: string) => [doubtAt(line, message)]
  switch (classify(photo)) {
    case 'photo':
      return { photo, doubts: [] }
    case 'rather a photo':
      return { photo, doubts: doubt(`taken as the photo "${stem}": is it the first paragraph?`) }
    case 'rather a paragraph':
      return { photo: null, doubts: doubt(`taken as text: is it a photo line for "${stem}"?`) }
    default:
      return { photo: null, doubts: [] }
  }
}

/** The file name of the picture with a stem, or null. Prefers an exact match to one that ignores case. */
function findPicture(stem: string, pictures: readonly string[]): string | null {
  const fold = (text: string) => text.normalize('NFC').toLowerCase()
  const spellings = [(text: string) => text.normalize('NFC'), fold]
  for (const spell of spellings) {
    for (const extension of EXTENSIONS) {
      const found = pictures.find((name) => {
        const dot = name.lastIndexOf('.')
        return spell(name.slice(0, dot)) === spell(stem) && fold(name.slice(dot + 1)) === extension
      })
      if (found !== undefined) return found
    }
  }
  return null
}

/** Splits at the last ` | ` into caption and credit; either may be empty. */
function splitCredit(text: string): { caption: string; credit: string } {
  const bar = `${text} `.lastIndexOf(' | ')
  if (bar < 0) return { caption: text.trim(), credit: '' }
  return { caption: text.slice(0, bar).trim(), credit: text.slice(bar + 2).trim() }
}

type Verdict = 'photo' | 'rather a photo' | 'rather a paragraph' | 'paragraph'

function classify({ stem, caption, credit, picture }: Photo): Verdict {
  const stemIsSmall = /^\p{Ll}/u.test(stem) && !/\p{Lu}/u.test(stem)
  const captionIsSmall = caption !== '' && startsSmall(caption)
  const via = /\svia\s/i.test(` ${credit}`)
  const credited = via || (credit !== '' && !startsSmall(credit) && !endsSentence(credit))
  if (picture !== null) return captionIsSmall && !credited ? 'rather a photo' : 'photo'
  if (stem.includes('_')) return 'photo'
  if (caption.length > CAPTION_CHARACTERS) return 'rather a paragraph'
  if (credited && stemIsSmall) return 'photo'
  if (credited && (via || !captionIsSmall)) return 'rather a photo'
  if (credit !== '') return 'rather a paragraph'
  if (stemIsSmall && caption !== '' && !captionIsSmall) return 'rather a photo'
  return stemIsSmall || /\d{3}/.test(stem) ? 'rather a paragraph' : 'paragraph'
}
