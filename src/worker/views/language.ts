// Formats that depend on a language: the direction of its script, and its dates, times, numbers and lists.
import { memoize } from '../../memoize.ts'
import { primaryLanguage, wordsFor } from '../../words.ts'

/** ISO 15924 codes of the scripts that run from right to left. */
const RIGHT_TO_LEFT = new Set(['Adlm', 'Arab', 'Hebr', 'Mand', 'Nkoo', 'Rohg', 'Samr', 'Syrc', 'Thaa'])

/** The direction of a language's usual script, or of the script that its tag names. */
export const directionOf = memoize((lang): 'ltr' | 'rtl' => {
  const { script = '' } = new Intl.Locale(lang).maximize()
  return RIGHT_TO_LEFT.has(script) ? 'rtl' : 'ltr'
})

/** `day` is the date in words; `weekday` adds the day of the week, `time` the time of day; `clock` is the time alone. */
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

/** An instant (milliseconds) in a zone, as a language writes it. */
export function formatDate(
  instant: number,
  { lang, zone, form }: { lang: string; zone: string; form: DateForm },
): string {
  const text = keepDayTogether(dateFormat(`${lang} ${zone} ${form}`).format(instant))
  // Chinese newspapers put a space here, and a line may break at it.
  return form === 'weekday' && primaryLanguage(lang) === 'zh' ? text.replace('日星期', '日 星期') : text
}

/** Keeps a day's number and the month's name on one line. */
function keepDayTogether(date: string): string {
  return date.replace(/(?<!\d)(\d{1,2}) (?=\p{L})|(\p{L}) (?=\d{1,2},)/gu, '$1$2\u00a0')
}

/** A range of days between two instants (milliseconds). Not `formatRange`, which writes figures in some languages. */
export function formatDays(
  [first, last]: [number, number],
  { lang, zone }: { lang: string; zone: string },
): string {
  const [from, to] = [first, last].map((instant) => formatDate(instant, { lang, zone, form: 'day' }))
  if (from === to) return `${from}`
  return primaryLanguage(lang) === 'zh' ? `${from}—${to}` : `${from}\u00a0– ${to}`
}

/** `month` is the month with its year, `name` the month's name alone, `year` the year alone. */
export type MonthForm = 'month' | 'name' | 'year'

const MONTH_FORMS: Record<MonthForm, Intl.DateTimeFormatOptions> = {
  month: { year: 'numeric', month: 'long' },
  name: { month: 'long' },
  year: { year: 'numeric' },
}

const monthFormat = memoize((key): Intl.DateTimeFormat => {
  const [lang = '', form = ''] = key.split(' ')
  // Chinese dates write a month as a figure, 11月; the long name would be 十一月.
  const isFigure = form === 'name' && primaryLanguage(lang) === 'zh'
  // The archive's addresses use this calendar, even if the language's usual calendar is another.
  const calendar = 'gregory'
  return new Intl.DateTimeFormat(lang, {
    ...MONTH_FORMS[form as MonthForm],
    ...(isFigure ? { month: 'short' } : {}),
    calendar,
    timeZone: 'UTC',
  })
})

/** A month such as `2026-02`, as a language writes it. */
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

/** A number of articles in words. Phrases are kept, because long indexes repeat a few numbers many times. */
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

// In Chinese the long style would write 和 before the last name.
const listFormat = memoize(
  (lang) =>
    new Intl.ListFormat(lang, {
      type: 'conjunction',
      style: primaryLanguage(lang) === 'zh' ? 'narrow' : 'long',
    }),
)

/** The parts of a list in a sentence: "A", ", ", "B", " and ", "C". */
export function listParts(items: readonly string[], lang: string): { isItem: boolean; text: string }[] {
  return listFormat(lang)
    .formatToParts(items)
    .map(({ type, value }) => ({ isItem: type === 'element', text: value }))
}
