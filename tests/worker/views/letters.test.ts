// Under which letter an index has a name, and in which order.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { groupByLetter } from '../../../src/worker/views/letters.ts'

const indexOf = (names: string[], lang: string): string[] =>
  groupByLetter(
    names.map((name) => ({ name })),
    lang,
  ).map(({ letter, rows }) => `${letter}: ${rows.map(({ name }) => name).join(' ')}`)

test('groupByLetter keeps the accented with the plain, and what begins with none first', () => {
  expect(
    indexOf(['zoo', 'Ärzte', 'arts', '2024', 'Éclair', '"Quoted"', '!?', 'Area 10', 'Area 9'], 'en'),
  ).toEqual(['#: !? 2024', 'A: Area 9 Area 10 arts Ärzte', 'E: Éclair', 'Q: "Quoted"', 'Z: zoo'])
})

test('groupByLetter orders letters as the language does', () => {
  expect(indexOf(['Zebra', 'Åland', 'Apple'], 'en').map((line) => line[0])).toEqual(['A', 'Z'])
  expect(indexOf(['ι', 'i', 'I'], 'tr').map((line) => line[0])).toEqual(['I', 'İ', 'Ι'])
})

test('groupByLetter gives a letter its own place where the language does', () => {
  const names = ['Zebra', 'Åland', 'Ärzte', 'Apa', 'Éclair']
  const lettersIn = (lang: string): string[] => indexOf(names, lang).map((line) => line.split(':')[0] ?? '')
  expect(lettersIn('sv')).toEqual(['A', 'E', 'Z', 'Å', 'Ä'])
  expect(lettersIn('de')).toEqual(['A', 'E', 'Z'])
})

test('groupByLetter keeps the forms of an Arabic letter together', () => {
  expect(
    indexOf(['أخبار', 'اقتصاد', 'إذاعة', 'بحر', 'آثار'], 'ar').map((line) => line.split(':')[0]),
  ).toEqual(['ا', 'ب'])
})

test('groupByLetter leaves the Arabic article out of account in Arabic', () => {
  expect(indexOf(['الميناء', 'بحر', 'البلدية', 'الله', 'أثر'], 'ar')).toEqual([
    'ا: أثر الله',
    'ب: بحر البلدية',
    'م: الميناء',
  ])
  expect(indexOf(['الميناء'], 'en')).toEqual(['ا: الميناء'])
})

test('groupByLetter heads syllables by their letter', () => {
  expect(indexOf(['हिंदी', 'हाथी'], 'hi')).toEqual(['ह: हाथी हिंदी'])
  expect(indexOf(['ไทย', 'ทะเล'], 'th').map((line) => line[0])).toEqual(['ท'])
})

test('groupByLetter heads Chinese names by their pinyin in Chinese, and together elsewhere', () => {
  expect(indexOf(['港口', '教育', '地铁', '安全', '中文', 'GDP'], 'zh-Hans')).toEqual([
    'A: 安全',
    'D: 地铁',
    'G: 港口 GDP',
    'J: 教育',
    'Z: 中文',
  ])
  expect(indexOf(['港口', '教育', 'GDP'], 'en').map((line) => line.split(':')[0])).toEqual(['G', '漢'])
})

test('groupByLetter orders plain names without a collator as a collator would', () => {
  const word = fc.string({ unit: fc.constantFrom(...'abcxyzABCXYZ éß-9'), minLength: 1, maxLength: 6 })
  const names = fc.uniqueArray(
    word.map((rest) => `m${rest}`),
    { maxLength: 12 },
  )
  const { compare } = new Intl.Collator('en', { numeric: true })
  fc.assert(
    fc.property(names, (names) => {
      const [group] = groupByLetter(
        names.map((name) => ({ name })),
        'en',
      )
      const ordered = group?.rows.map(({ name }) => name) ?? []
      for (let index = 1; index < ordered.length; index += 1)
        expect(compare(ordered[index - 1] ?? '', ordered[index] ?? '')).toBeLessThanOrEqual(0)
    }),
  )
})
