// An article in other languages: for search engines in its head, for readers above its text.
import { articlePath } from '../../addresses.ts'
import type { ArticleRecord, Settings } from '../../records.ts'
import { spokenBeside, wordsFor } from '../../words.ts'
import { type Html, html } from './html.ts'
import { languageName } from './language.ts'
import { renderMarks } from './layout.ts'

/** The article itself and its translations, each with its language. */
export function renderAlternates(article: ArticleRecord, settings: Settings): Html | false {
  const { slug, lang = settings.lang, translations = [] } = article
  if (translations.length === 0) return false
  return html`${[{ lang, slug }, ...translations].map(
    (one) => html`<link rel="alternate" hreflang="${one.lang}" href="${settings.url}${articlePath(one.slug)}">
`,
  )}`
}

/** A line that leads to the translations, each named in its own language. */
export function renderAlsoIn({ translations = [], lang }: ArticleRecord, settings: Settings): Html | false {
  if (translations.length === 0) return false
  const own = lang ?? settings.lang
  return html`<p class="also-in">${wordsFor(spokenBeside(own, settings.lang)).translations} ${translations.map(
    (one) =>
      html`<a rel="alternate" hreflang="${one.lang}" href="${articlePath(one.slug)}"${renderMarks(one.lang, own)}>${languageName(one.lang)}</a> `,
  )}</p>`
}
