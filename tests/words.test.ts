// The languages of the interface: every file of words can be chosen, and no word is missing in any of them.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { EN } from '../src/words/en.ts'
import { spokenBeside, wordsFor } from '../src/words.ts'

const FOLDER = join(import.meta.dirname, '../src/words')
const LANGUAGES = readdirSync(FOLDER).map((name) => name.replace('.ts', ''))

describe('wordsFor', () => {
  test('gives English to a language that no file is written for', () => {
    expect(wordsFor('tlh')).toBe(EN)
    expect(wordsFor('en-GB')).toBe(EN)
  })

  test.each(LANGUAGES)('knows the file %s, also by a tag with a script and a region', async (lang) => {
    const words = Object.values((await import(join(FOLDER, `${lang}.ts`))) as Record<string, unknown>)
    expect(words).toContain(wordsFor(lang))
    expect(wordsFor(`${lang.toUpperCase()}-Xxxx-ZZ`)).toBe(wordsFor(lang))
  })

  test.each(LANGUAGES)('%s has every word of the interface, in its own language', (lang) => {
    const words = wordsFor(lang)
    for (const [name, word] of Object.entries(words)) {
      const text =
        typeof word === 'string' ? word : String((word as (...blanks: unknown[]) => string)(3, '3'))
      expect(text.trim(), name).not.toBe('')
      if (lang !== 'en') expect(word, name).not.toBe(EN[name as keyof typeof EN])
    }
    expect(Object.keys(words).sort()).toEqual(Object.keys(EN).sort())
  })
})

test('Arabic counts articles in the forms that its grammar has', () => {
  const { articles } = wordsFor('ar')
  const forms = [0, 1, 2, 3, 11, 100].map((count) => articles(count, String(count)))
  expect(new Set(forms).size).toBe(6)
  expect(forms[2]).toBe('مقالان')
})

test('spokenBeside falls back to the language of the site, then to English', () => {
  expect(spokenBeside('ar-EG', 'en-GB')).toBe('ar-EG')
  expect(spokenBeside('fr', 'ar')).toBe('ar')
  expect(spokenBeside('fr', 'de')).toBe('en')
})
