// The reading time of an article, from its Markdown.

/** Reading speeds: words of a script with spaces, characters of a script without. */
const WORDS_A_MINUTE = 220
const CHARACTERS_A_MINUTE = 450

const SPACE = 0x20
/** The first characters of the scripts of Chinese and Japanese, without spaces, and of Hangul, which has spaces. */
const FIRST_IDEOGRAPH = 0x2e80
const FIRST_HANGUL = 0xac00
/** Full-width forms are punctuation and not counted. */
const FIRST_FULL_WIDTH = 0xff00

/** Whole minutes, at least one. Counts in one pass without copies, because it runs for every rendered article. */
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
