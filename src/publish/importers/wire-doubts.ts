// Finds doubtful places in the words of a wire text: doubled spaces, joined words, garbled characters. Never changes a
// word. A rare false report is acceptable, except in URLs, numbers and abbreviations. Pure.
import type { Doubt, Line } from './wire-lines.ts'

/** Names with a capital inside, and prefixes after which a capital is usual. */
const NAMES =
  /^(?:Mac|Fitz|YouTube|PayPal|LinkedIn|TikTok|WhatsApp|WordPress|GitHub|JavaScript|TypeScript|FedEx|MasterCard|PowerPoint|PlayStation|BuzzFeed|SoundCloud|AstraZeneca|DeepMind|HarperCollins|PricewaterhouseCoopers|WikiLeaks|CrowdStrike|DreamWorks)/u
/** Endings of domains and files. Any two small letters count as a country's domain. */
const SUFFIXES =
  /^(?:com|org|net|edu|gov|mil|int|info|biz|app|dev|news|blog|online|site|shop|example|test|invalid|jpg|jpeg|png|gif|svg|webp|pdf|doc|docx|xls|xlsx|txt|html|css|json|zip|mp3|mp4)$/i

/** How many characters to look at on each side of a place. In a script without spaces, a token may be a whole page. */
const NEAR = 40

/** The doubtful places of the lines, in order. The same word is reported once. */
export function checkWords(lines: Line[]): Doubt[] {
  const seen = new Set<string>()
  return lines.flatMap((line) => {
    const doubts: Doubt[] = []
    const doubt = (index: number, message: string) =>
      doubts.push({ line: line.number, column: index + 1, message })
    for (const { index } of line.text.matchAll(/(?<=\S) {2,}(?=\S)/g)) doubt(index, 'a doubled space')
    for (const { index, 0: sign } of line.text.matchAll(/[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffd]/g)) {
      const code = sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
      doubt(index, `a character that cannot be printed, perhaps damaged in transfer: found U+${code}`)
    }
    for (const { index, 0: token } of line.text.matchAll(/\S+/g)) {
      if (isAddress(token)) continue
      for (const { at, found, message } of checkToken(token)) {
        if (!seen.has(found)) doubt(index + at, `${message}: found "${found}"`)
        seen.add(found)
      }
    }
    return doubts.sort((a, b) => a.column - b.column)
  })
}

/** Whether a token is a URL, an e-mail address, a user name or a hashtag. */
function isAddress(token: string): boolean {
  return /:\/\/|\S@\S|\.\p{Ll}{2,}[/:]|^[^\p{L}\p{N}]*(?:[@#]|www\.)/u.test(token)
}

type Find = { at: number; found: string; message: string }

function checkToken(token: string): Find[] {
  return [...checkCapitals(token), ...checkStops(token), ...checkSigns(token)]
}

function checkCapitals(token: string): Find[] {
  const message = 'two words may have run together'
  return [...token.matchAll(/(?<!\p{L}\p{M}*)(\p{Lu}?(?:\p{Ll}\p{M}*){2,})\p{Lu}\p{M}*\p{Ll}[\p{L}\p{M}]*/gu)]
    .filter(([word]) => !NAMES.test(word))
    .map(({ index, 0: found, 1: before = '' }) => ({ at: index + before.length, found, message }))
}

function checkStops(token: string): Find[] {
  const message = 'a space may be missing after the full stop'
  const suffix = /([\p{L}\p{M}]+)[^\p{L}\p{M}\p{N}]*$/u.exec(token.slice(-NEAR))?.[1] ?? ''
  const domain = SUFFIXES.test(suffix) || (/^\p{Ll}{2}$/u.test(suffix) && token.includes(`.${suffix}`))
  const pattern = /[.۔।](?<=([\p{L}\p{M}\p{N}]{1,40}|[\p{Pe}\p{Pf}"]).)(?=([\p{L}\p{M}]{1,40})(\.?))/gu
  const finds: Find[] = []
  for (const { index, 1: before = '', 2: after = '', 3: stop = '' } of token.matchAll(pattern)) {
    const word = /^\p{L}.*\p{L}/su.test(before)
    const closed = /^[\p{Pe}\p{Pf}"]$/u.test(before)
    const missing = /^\p{Lu}/u.test(after)
      ? closed || /^\p{N}+$/u.test(before) || (word && !/\p{Lu}\p{M}*$/u.test(before))
      : (word || closed) && after.length > 2
    // The parts of an abbreviation such as "Ph.D." are short.
    const abbreviation = after.length === 1 && (before.length <= 2 || stop !== '')
    if (missing && !abbreviation && !domain)
      finds.push({ at: index + 1, found: around(token, index), message })
  }
  return finds
}

function checkSigns(token: string): Find[] {
  const finds: Find[] = []
  const add = (pattern: RegExp, message: string) => {
    for (const { index } of token.matchAll(pattern)) {
      if (!/&#?\w+$/.test(token.slice(Math.max(0, index - NEAR), index)))
        finds.push({ at: index + 1, found: around(token, index), message })
    }
  }
  add(
    /(?<=[\p{L}\p{M}\p{N}\p{Pe}\p{Pf}"])[,;!?،؛؟](?=\p{L})/gu,
    'a space may be missing after the punctuation mark',
  )
  add(
    /(?<=[\p{L}\p{M}\p{N}.,!?…;؟،])[”»](?=\p{L})(?!s(?!\p{L}))/gu,
    'a space may be missing after the quotation mark',
  )
  // Between Hebrew letters a straight quote is part of the word; after a digit it means inches.
  add(
    /(?<=[\p{L}\p{M}.,!?…;؟،])(?<!\p{Script=Hebrew})["“](?=\p{L})(?!s(?!\p{L}))/gu,
    'a space may be missing at the quotation mark',
  )
  return finds
}

/** The words on both sides of a place. Not the whole token, which may be long. */
function around(token: string, index: number): string {
  const before =
    /[\p{L}\p{M}\p{N}]*[^\p{L}\p{M}\p{N}]?$/u.exec(token.slice(Math.max(0, index - NEAR), index))?.[0] ?? ''
  const after = /^.[\p{L}\p{M}\p{N}]*/su.exec(token.slice(index, index + NEAR))?.[0] ?? ''
  return before + after
}
