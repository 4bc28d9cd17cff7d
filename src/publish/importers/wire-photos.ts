// Owns the photo lines of a wire text and the pictures that they name.
// Never reads the disk, and never takes a paragraph for a photo line without something that speaks for it.

import { type Doubt, doubtAt, endsSentence, type Line, startsSmall } from './wire-lines.ts'

export type Photo = { line: Line; stem: string; caption: string; credit: string; picture: string | null }

/** The picture's forms, the one to take first where a stem has several. */
const EXTENSIONS = ['jpg', 'jpeg', 'png', 'webp', 'avif', 'svg', 'gif']
const CAPTION_CHARACTERS = 500

/**
 * A line of the head as a photo, or null where it is an ordinary line; a doubt where it was close.
 * It begins with a stem (letters, digits, `-`, `_`, one hyphen at least), and besides one of these speaks for it:
 * a picture of that stem; an underscore; a credit, with a stem in small letters or else a caption that does not go
 * on in small letters (or a "via" in the credit); a stem in small letters before a caption that begins with a
 * capital, which no sentence does. "Twenty-two people …", "19-year-old Anna …" and
 * "long-awaited Results | of" stay paragraphs.
 */
export function readPhoto(line: Line, pictures: readonly string[]): { photo: Photo | null; doubts: Doubt[] } {
  const [, stem = '', after = ''] = /^\s*([\p{L}\p{M}\p{N}_-]+)((?:\s.*)?)$/u.exec(line.text) ?? []
  if (!/^[\p{L}\p{N}_][^-]*-(?:.*[\p{L}\p{M}\p{N}_])$/u.test(stem)) return { photo: null, doubts: [] }
  const picture = findPicture(stem, pictures)
  const photo = { line, stem, picture, ...splitCredit(after) }
  const doubt = (message: string) => [doubtAt(line, message)]
  switch (weigh(photo)) {
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

/** The file name of a stem's picture, spelt alike before spelt in other letters, or null. */
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

/** The last ` | ` parts caption and credit; either may be missing. */
function splitCredit(text: string): { caption: string; credit: string } {
  const bar = `${text} `.lastIndexOf(' | ')
  if (bar < 0) return { caption: text.trim(), credit: '' }
  return { caption: text.slice(0, bar).trim(), credit: text.slice(bar + 2).trim() }
}

type Weight = 'photo' | 'rather a photo' | 'rather a paragraph' | 'paragraph'

function weigh({ stem, caption, credit, picture }: Photo): Weight {
  const small = /^\p{Ll}/u.test(stem) && !/\p{Lu}/u.test(stem)
  const runsOn = caption !== '' && startsSmall(caption)
  const via = /\svia\s/i.test(` ${credit}`)
  const credited = via || (credit !== '' && !startsSmall(credit) && !endsSentence(credit))
  if (picture !== null) return runsOn && !credited ? 'rather a photo' : 'photo'
  if (stem.includes('_')) return 'photo'
  if (caption.length > CAPTION_CHARACTERS) return 'rather a paragraph'
  if (credited && small) return 'photo'
  if (credited && (via || !runsOn)) return 'rather a photo'
  if (credit !== '') return 'rather a paragraph'
  if (small && caption !== '' && !runsOn) return 'rather a photo'
  return small || /\d{3}/.test(stem) ? 'rather a paragraph' : 'paragraph'
}
