// Languages: the direction of a script, dates, and the interface's own words.
import { AR } from '../words/ar.ts'
import { EN, type Words } from '../words/en.ts'

export type Direction = 'ltr' | 'rtl'

const RIGHT_TO_LEFT = new Set(['ar', 'ckb', 'dv', 'fa', 'he', 'ks', 'ps', 'sd', 'ug', 'ur', 'yi'])
const WORDS: Record<string, Words> = { en: EN, ar: AR }

/** The way a language runs. */
export function directionOf(lang: string): Direction {
  return RIGHT_TO_LEFT.has(primary(lang)) ? 'rtl' : 'ltr'
}

/** The interface in a language; in English where no file of words exists. */
export function wordsFor(lang: string): Words {
  return WORDS[primary(lang)] ?? EN
}

/** The language and direction to mark where a text's language differs from that of what surrounds it. */
export function marks(lang: string | undefined, around: string): { lang?: string; dir?: Direction } {
  if (lang === undefined || lang === around) return {}
  return { lang, dir: directionOf(lang) }
}

function primary(lang: string): string {
  return lang.toLowerCase().split('-')[0] ?? ''
}

export type DateForm = 'day' | 'weekday' | 'time'

const FORMS: Record<DateForm, Intl.DateTimeFormatOptions> = {
  day: { dateStyle: 'long' },
  weekday: { dateStyle: 'full' },
  time: { dateStyle: 'long', timeStyle: 'short' },
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** An instant (milliseconds) as people of a language write it, in a zone. */
export function formatDate(
  instant: number,
  { lang, zone, form }: { lang: string; zone: string; form: DateForm },
): string {
  const key = `${lang} ${zone} ${form}`
  let format = formats.get(key)
  if (!format) {
    format = new Intl.DateTimeFormat(lang, { ...FORMS[form], timeZone: zone })
    formats.set(key, format)
  }
  return format.format(instant)
}

const listFormats = new Map<string, Intl.ListFormat>()

/** A list of names as a sentence holds it: "A, B and C". */
export function formatList(items: readonly string[], lang: string): string {
  let format = listFormats.get(lang)
  if (!format) {
    format = new Intl.ListFormat(lang, { type: 'conjunction' })
    listFormats.set(lang, format)
  }
  return format.format(items)
}
