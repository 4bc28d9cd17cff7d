// The languages of the interface. A new language needs a file in words/ and a line here. Pure.
import { AR } from './words/ar.ts'
import { EN, type Words } from './words/en.ts'
import { ZH } from './words/zh.ts'

const WORDS: Readonly<Record<string, Words>> = { en: EN, ar: AR, zh: ZH }

/** The interface's words in the language with this BCP 47 tag; English if there is no file for the language. */
export function wordsFor(lang: string): Words {
  return WORDS[primaryLanguage(lang)] ?? EN
}

/** The interface's language beside a text in `lang`: the same language, else the site's, else English. */
export function spokenBeside(lang: string, siteLang: string): string {
  return [lang, siteLang].find((one) => Object.hasOwn(WORDS, primaryLanguage(one))) ?? 'en'
}

/** The language of a BCP 47 tag without script and region, in lower case. */
export function primaryLanguage(lang: string): string {
  return lang.toLowerCase().split('-')[0] ?? ''
}
