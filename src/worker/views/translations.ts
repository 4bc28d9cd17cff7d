// Links to an article's translations: in the head for search engines, above the text for readers.
import { articlePath } from '../../addresses.ts'
import type { ArticleRecord, Settings } from '../../records.ts'
import { spokenBeside, wordsFor } from '../../words.ts'
import { type Html, html } from './html.ts'
import { languageName } from './language.ts'
import { renderMarks } from './layout.ts'

/** Alternate links to the article itself and to its translations. */
export function renderAlternates(article: ArticleRecord, settings: Settings): Html | false {
  const { slug, lang = settings.lang, translations = [] } = article
  if (translations.length === 0) return false
  return html`${[{ lang, slug }, ...translations].map(
    (one) => html`<link rel="alternate" hreflang="${one.lang}" href="${settings.url}${articlePath(one.slug)}">
`,
  )}`
}

/** A line of links to the translations, each named in its own language. */
export function renderAlsoIn({ translations = [], lang }: ArticleRecord, settings: Settings): Html | false {
  if (translations.length === 0) return false
  const textLang = lang ?? settings.lang
  return html`<p class="also-in">${wordsFor(spokenBeside(textLang, settings.lang)).translations} ${translations.map(
    (one) =>
      html`<a rel="alternate" hreflang="${one.lang}" href="${articlePath(one.slug)}"${renderMarks(one.lang, textLang)}>${languageName(one.lang)}</a> `,
  )}</p>`
}
