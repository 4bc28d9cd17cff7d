// The order of an index: names sorted as in a dictionary of the site's language, grouped by first letters.
import { memoize } from '../../memoize.ts'
import { primaryLanguage } from '../../words.ts'

/** A letter and its rows, in order. */
export type Group<T> = { letter: string; rows: T[] }

/** Groups rows by first letters and sorts them by name. Names that do not begin with a letter come first, under `#`. */
export function groupByLetter<T extends { name: string }>(rows: readonly T[], lang: string): Group<T>[] {
  const compare = new Intl.Collator(lang, { numeric: true }).compare
  const isPlain = PLAIN_LANGUAGES.has(primaryLanguage(lang)) ? (key: string) => PLAIN.test(key) : () => false
  const byBase = new Intl.Collator(lang, { sensitivity: 'base' }).compare
  const letterOf = (name: string): string =>
    (primaryLanguage(lang) === 'zh' ? pinyinLetterOf(name) : null) ?? firstLetterOf(name, { lang, byBase })
  // Printed Arabic indexes ignore the article too.
  const sortKeyOf = (name: string): string =>
    primaryLanguage(lang) === 'ar' ? name.replace(ARABIC_ARTICLE, '') : name
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const letter = letterOf(sortKeyOf(row.name))
    const group = groups.get(letter)
    if (group) group.push(row)
    else groups.set(letter, [row])
  }
  return [...groups]
    .sort(([a], [b]) => (a === '#' ? -1 : b === '#' ? 1 : compare(a, b)))
    .map(([letter, rows]) => {
      const keyed = rows.map((row) => {
        const key = row.name.toLowerCase()
        return { row, key, isPlain: isPlain(key), sortKey: sortKeyOf(row.name) }
      })
      keyed.sort((a, b) => {
        // This is much faster than a collator, which would take most of the time for five thousand names.
        if (a.isPlain && b.isPlain && a.key !== b.key) return a.key < b.key ? -1 : 1
        return compare(a.sortKey, b.sortKey)
      })
      return { letter, rows: keyed.map(({ row }) => row) }
    })
}

/** Lower-case names whose order by code units is the dictionary order of these languages. */
const PLAIN = /^[a-z ]+$/
const PLAIN_LANGUAGES = new Set(['de', 'en', 'fr', 'id', 'it', 'ms', 'nl', 'pt'])

type Alphabet = { lang: string; byBase: (a: string, b: string) => number }

/**
 * A name's first letter, without accents if the language sorts both letters as one; `#` if the name begins with a digit
 * or has no letter.
 */
function firstLetterOf(name: string, { lang, byBase }: Alphabet): string {
  // Thai and Lao write some vowels before the consonant under which a name is sorted.
  const [, first = '', marks = ''] =
    /^(?:[^\p{L}\p{N}]|[เ-ไເ-ໄ])*([\p{L}\p{N}])(\p{M}*)/u.exec(name.normalize('NFKD')) ?? []
  if (!/\p{L}/u.test(first)) return '#'
  // Han characters are too many for a group each, so they share one.
  if (/\p{Script=Han}/u.test(first)) return '漢'
  const whole = (first + marks).normalize('NFC')
  const isLetter = byBase(whole, first) === 0 || SAME_LETTER.test(whole) || SYLLABIC.test(first)
  const letter = isLetter ? first : whole
  return (VARIANTS[letter] ?? letter).toLocaleUpperCase(lang)
}

/** In these scripts a combining mark is a vowel, so it is no part of the first letter. */
const SYLLABIC =
  /[\p{Script=Deva}\p{Script=Beng}\p{Script=Guru}\p{Script=Gujr}\p{Script=Taml}\p{Script=Telu}\p{Script=Knda}\p{Script=Mlym}\p{Script=Thai}\p{Script=Laoo}\p{Script=Sinh}\p{Script=Orya}\p{Script=Khmr}\p{Script=Mymr}]/u
/** The Arabic article, before at least three letters: shorter words begin with these letters themselves. */
const ARABIC_ARTICLE = /^ال(?=\p{L}{3})/u

/** Arabic dictionaries sort these forms as one letter. */
const SAME_LETTER = /^[أإآؤئ]$/
const VARIANTS: Record<string, string> = { ٱ: 'ا', ى: 'ي', ة: 'ت' }

/** The letters with which a pinyin syllable can begin, and the first character of each in pinyin order. */
const PINYIN_LETTERS = 'ABCDEFGHJKLMNOPQRSTWXYZ'
const PINYIN_FIRSTS = [...'阿八嚓哒妸发旮哈丌咔垃妈拏噢妑七呥仨他穵夕丫匝']
const collator = memoize((lang) => new Intl.Collator(lang))

/** The first letter of a Chinese name's pinyin; null if the name does not begin with a Han character. */
function pinyinLetterOf(name: string): string | null {
  const first = /^[^\p{L}\p{N}]*(\p{Script=Han})/u.exec(name)?.[1]
  if (first === undefined) return null
  const { compare } = collator('zh-u-co-pinyin')
  return PINYIN_LETTERS[PINYIN_FIRSTS.findLastIndex((bound) => compare(first, bound) >= 0)] ?? '#'
}
