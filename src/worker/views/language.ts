// What depends on a language: which way its script runs, and how it writes dates, times, numbers and lists.
import { memoize } from '../../memoize.ts'
import { primaryLanguage, wordsFor } from '../../words.ts'

/** ISO 15924 codes of the scripts that run from right to left. */
const RIGHT_TO_LEFT = new Set(['Adlm', 'Arab', 'Hebr', 'Mand', 'Nkoo', 'Rohg', 'Samr', 'Syrc', 'Thaa'])

/** The way a language runs in its usual script, or in the one that its tag names. */
export const directionOf = memoize((lang): 'ltr' | 'rtl' => {
  const { script = '' } = new Intl.Locale(lang).maximize()
  return RIGHT_TO_LEFT.has(script) ? 'rtl' : 'ltr'
})

/** `day` is the date in words, `weekday` with the day of the week, `time` with the time of day; `clock` is that alone. */
export type DateForm = 'day' | 'weekday' | 'time' | 'clock'

const FORMS: Record<DateForm, Intl.DateTimeFormatOptions> = {
  day: { dateStyle: 'long' },
  weekday: { dateStyle: 'full' },
  time: { dateStyle: 'long', timeStyle: 'short' },
  clock: { timeStyle: 'short' },
}

const dateFormat = memoize((key): Intl.DateTimeFormat => {
  const [lang = '', zone = '', form = ''] = key.split(' ')
  return new Intl.DateTimeFormat(lang, { ...FORMS[form as DateForm], timeZone: zone })
})

/** An instant (milliseconds) as people of a language write it, in a zone. */
export function formatDate(
  instant: number,
  { lang, zone, form }: { lang: string; zone: string; form: DateForm },
): string {
  const text = keepDayTogether(dateFormat(`${lang} ${zone} ${form}`).format(instant))
  // As newspapers set it, and so that it may be broken there.
  return form === 'weekday' && primaryLanguage(lang) === 'zh' ? text.replace('日星期', '日 星期') : text
}

/** The number of a day and the name of its month stay on one line. */
function keepDayTogether(date: string): string {
  return date.replace(/(?<!\d)(\d{1,2}) (?=\p{L})|(\p{L}) (?=\d{1,2},)/gu, '$1$2\u00a0')
}

/** The days from one instant (milliseconds) to another; whole dates, for some languages shorten ranges to figures. */
export function formatDays(
  [first, last]: [number, number],
  { lang, zone }: { lang: string; zone: string },
): string {
  const [from, to] = [first, last].map((instant) => formatDate(instant, { lang, zone, form: 'day' }))
  if (from === to) return `${from}`
  return primaryLanguage(lang) === 'zh' ? `${from}—${to}` : `${from}\u00a0– ${to}`
}

/** A month such as `2026-02`: with its year, its name alone, or its year alone. */
export type MonthForm = 'month' | 'name' | 'year'

const MONTH_FORMS: Record<MonthForm, Intl.DateTimeFormatOptions> = {
  month: { year: 'numeric', month: 'long' },
  name: { month: 'long' },
  year: { year: 'numeric' },
}

const monthFormat = memoize((key): Intl.DateTimeFormat => {
  const [lang = '', form = ''] = key.split(' ')
  // Chinese names a month by its figure, as in its dates; the long name is 十一月.
  const isFigure = form === 'name' && primaryLanguage(lang) === 'zh'
  // The addresses of the archive are of this calendar, whatever else a language counts its years by.
  const calendar = 'gregory'
  return new Intl.DateTimeFormat(lang, {
    ...MONTH_FORMS[form as MonthForm],
    ...(isFigure ? { month: 'short' } : {}),
    calendar,
    timeZone: 'UTC',
  })
})

/** A month such as `2026-02` as people of a language write it. */
export function formatMonth(month: string, { lang, form }: { lang: string; form: MonthForm }): string {
  return monthFormat(`${lang} ${form}`).format(Date.parse(`${month}-01T00:00:00Z`))
}

const languageNames = memoize((lang) => new Intl.DisplayNames(lang, { type: 'language' }))

/** The name of a language in that language. */
export function languageName(lang: string): string {
  return languageNames(lang).of(lang) ?? lang
}

const numberFormat = memoize((lang) => new Intl.NumberFormat(lang))

/** A number in a language's own digits. */
export function formatNumber(number: number, lang: string): string {
  return numberFormat(lang).format(number)
}

const phrases = memoize(() => new Map<number, string>())

/** How many articles there are, in words; long lists say the same few numbers over and over. */
export function formatArticles(count: number, lang: string): string {
  const known = phrases(lang)
  let phrase = known.get(count)
  if (phrase === undefined) {
    phrase = wordsFor(lang).articles(count, formatNumber(count, lang))
    if (known.size < PHRASES_KEPT) known.set(count, phrase)
  }
  return phrase
}

const PHRASES_KEPT = 1_000

// In Chinese 和 would join the last name to the one before it.
const listFormat = memoize(
  (lang) =>
    new Intl.ListFormat(lang, {
      type: 'conjunction',
      style: primaryLanguage(lang) === 'zh' ? 'narrow' : 'long',
    }),
)

/** A list as a sentence holds it, in parts: "A", ", ", "B", " and ", "C". */
export function listParts(items: readonly string[], lang: string): { isItem: boolean; text: string }[] {
  return listFormat(lang)
    .formatToParts(items)
    .map(({ type, value }) => ({ isItem: type === 'element', text: value }))
}
