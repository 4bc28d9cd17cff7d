// The order of an index: names as a dictionary of the site's language has them, under the letters they begin with.
import { memoize } from '../../memoize.ts'
import { primaryLanguage } from '../../words.ts'

/** A letter, and what stands under it in order. */
export type Group<T> = { letter: string; rows: T[] }

/** Sorts what has a name, and groups it by first letters; what begins with none comes first, under `#`. */
export function groupByLetter<T extends { name: string }>(rows: readonly T[], lang: string): Group<T>[] {
  const compare = new Intl.Collator(lang, { numeric: true }).compare
  const isPlain = PLAIN_LANGUAGES.has(primaryLanguage(lang)) ? (key: string) => PLAIN.test(key) : () => false
  const isSame = new Intl.Collator(lang, { sensitivity: 'base' }).compare
  const letterOf = (name: string): string =>
    (primaryLanguage(lang) === 'zh' ? pinyinLetterOf(name) : null) ?? firstLetterOf(name, { lang, isSame })
  // As printed Arabic indexes do.
  const sortedAs = (name: string): string =>
    primaryLanguage(lang) === 'ar' ? name.replace(ARABIC_ARTICLE, '') : name
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const letter = letterOf(sortedAs(row.name))
    const group = groups.get(letter)
    if (group) group.push(row)
    else groups.set(letter, [row])
  }
  return [...groups]
    .sort(([a], [b]) => (a === '#' ? -1 : b === '#' ? 1 : compare(a, b)))
    .map(([letter, rows]) => {
      const keyed = rows.map((row) => {
        const key = row.name.toLowerCase()
        return { row, key, isPlain: isPlain(key), sorted: sortedAs(row.name) }
      })
      keyed.sort((a, b) => {
        // A collator is slow: it takes most of the time that five thousand names need.
        if (a.isPlain && b.isPlain && a.key !== b.key) return a.key < b.key ? -1 : 1
        return compare(a.sorted, b.sorted)
      })
      return { letter, rows: keyed.map(({ row }) => row) }
    })
}

/** Names that a computer orders as the dictionaries of these languages do. */
const PLAIN = /^[a-z ]+$/
const PLAIN_LANGUAGES = new Set(['de', 'en', 'fr', 'id', 'it', 'ms', 'nl', 'pt'])

type Alphabet = { lang: string; isSame: (a: string, b: string) => number }

/**
 * A name's first letter, without its accents where the language takes both for one; `#` where it begins with a digit or
 * has no letter at all.
 */
function firstLetterOf(name: string, { lang, isSame }: Alphabet): string {
  // What Thai and Lao write before a consonant is spoken after it.
  const [, first = '', marks = ''] =
    /^(?:[^\p{L}\p{N}]|[เ-ไເ-ໄ])*([\p{L}\p{N}])(\p{M}*)/u.exec(name.normalize('NFKD')) ?? []
  if (!/\p{L}/u.test(first)) return '#'
  // Letters of this script are too many to head a list each.
  if (/\p{Script=Han}/u.test(first)) return '漢'
  const whole = (first + marks).normalize('NFC')
  const isLetter = isSame(whole, first) === 0 || SAME_LETTER.test(whole) || SYLLABIC.test(first)
  const letter = isLetter ? first : whole
  return (VARIANTS[letter] ?? letter).toLocaleUpperCase(lang)
}

/** In these scripts a mark is a vowel behind the letter. */
const SYLLABIC =
  /[\p{Script=Deva}\p{Script=Beng}\p{Script=Guru}\p{Script=Gujr}\p{Script=Taml}\p{Script=Telu}\p{Script=Knda}\p{Script=Mlym}\p{Script=Thai}\p{Script=Laoo}\p{Script=Sinh}\p{Script=Orya}\p{Script=Khmr}\p{Script=Mymr}]/u
/** Before a word of three letters or more; in shorter ones the letters are the word's own. */
const ARABIC_ARTICLE = /^ال(?=\p{L}{3})/u

/** Arabic dictionaries keep the forms of one letter together. */
const SAME_LETTER = /^[أإآؤئ]$/
const VARIANTS: Record<string, string> = { ٱ: 'ا', ى: 'ي', ة: 'ت' }

/** Each Latin letter that a syllable can begin with, and the first character under it in the order of pinyin. */
const PINYIN_LETTERS = 'ABCDEFGHJKLMNOPQRSTWXYZ'
const PINYIN_FIRSTS = [...'阿八嚓哒妸发旮哈丌咔垃妈拏噢妑七呥仨他穵夕丫匝']
const collator = memoize((lang) => new Intl.Collator(lang))

/** A Chinese name's letter is that of its first syllable; null where it begins with no character of that script. */
function pinyinLetterOf(name: string): string | null {
  const first = /^[^\p{L}\p{N}]*(\p{Script=Han})/u.exec(name)?.[1]
  if (first === undefined) return null
  const { compare } = collator('zh-u-co-pinyin')
  return PINYIN_LETTERS[PINYIN_FIRSTS.findLastIndex((bound) => compare(first, bound) >= 0)] ?? '#'
}
