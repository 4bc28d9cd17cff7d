// How long an article takes to read, from its Markdown.

/** Words of a spaced script, and characters of one without spaces, that people read in a minute. */
const WORDS_A_MINUTE = 220
const CHARACTERS_A_MINUTE = 450

const SPACE = 0x20
/** From here on stand the scripts of China and Japan, one word a character or two, up to Hangul, which has spaces. */
const FIRST_IDEOGRAPH = 0x2e80
const FIRST_HANGUL = 0xac00
/** Full-width signs, which are no words. */
const FIRST_FULL_WIDTH = 0xff00

/** Whole minutes, at least one. Counts in one pass without any copies, because every rendered page does it. */
export function readingMinutes(markdown: string): number {
  let words = 0
  let characters = 0
  let isInWord = false
  for (let index = 0; index < markdown.length; index += 1) {
    const code = markdown.charCodeAt(index)
    if (code <= SPACE || code >= FIRST_FULL_WIDTH) isInWord = false
    else if (code >= FIRST_IDEOGRAPH && code < FIRST_HANGUL) {
      characters += 1
      isInWord = false
    } else if (!isInWord) {
      words += 1
      isInWord = true
    }
  }
  return Math.max(1, Math.round(words / WORDS_A_MINUTE + characters / CHARACTERS_A_MINUTE))
}
