// The languages that the interface speaks. A new one is a file in words/ and a line here. Pure.
import { AR } from './words/ar.ts'
import { EN, type Words } from './words/en.ts'
import { ZH } from './words/zh.ts'

const WORDS: Readonly<Record<string, Words>> = { en: EN, ar: AR, zh: ZH }

/** The interface in a language, by its BCP 47 tag; in English where no file of words exists. */
export function wordsFor(lang: string): Words {
  return WORDS[primaryLanguage(lang)] ?? EN
}

/** The language that the interface speaks beside a text in `lang`: that one, else the site's, else English. */
export function spokenBeside(lang: string, siteLang: string): string {
  return [lang, siteLang].find((one) => Object.hasOwn(WORDS, primaryLanguage(one))) ?? 'en'
}

/** The language of a tag without its script and region, in lower case. */
export function primaryLanguage(lang: string): string {
  return lang.toLowerCase().split('-')[0] ?? ''
}
