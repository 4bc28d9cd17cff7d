// The authors index, and the byline with links to the authors' pages.
import { authorPath, ROUTES } from '../../addresses.ts'
import type { Author, AuthorRow, Settings } from '../../records.ts'
import type { Words } from '../../words/en.ts'
import { wordsFor } from '../../words.ts'
import { describeBy } from './description.ts'
import { fillBlank, type Html, html } from './html.ts'
import { formatArticles, listParts } from './language.ts'
import { renderPage } from './layout.ts'

/** The index of all authors with visible articles, by name. */
export function renderAuthorsPage(authors: readonly AuthorRow[], settings: Settings): string {
  const { lang } = settings
  const words = wordsFor(lang)
  const { compare } = new Intl.Collator(lang, { numeric: true })
  const sorted = [...authors].sort((a, b) => compare(a.name, b.name) || (a.slug < b.slug ? -1 : 1))
  return renderPage(
    {
      settings,
      title: words.authors,
      description: describeBy(sorted.map(({ name }) => name)),
      path: ROUTES.authors,
    },
    html`<header class="list-head"><h1>${words.authors}</h1></header>
${
  sorted.length === 0
    ? html`<p class="empty">${words.listEmpty}</p>`
    : html`<ul class="authors">
${sorted.map(
  ({
    slug,
    name,
    role,
    count,
  }) => html`<li><a href="${authorPath(slug)}"><bdi>${name}</bdi></a> <span class="count">${formatArticles(count, lang)}</span>${role && html`<p>${role}</p>`}</li>
`,
)}</ul>`
}`,
  )
}

type Byline = {
  lang: string
  words: Words
  /** The attributes that mark `lang` if it differs from the article's language. */
  marks: Html | false
}

/** The names of an article's authors, joined as `lang` joins them. */
export function renderByline(authors: readonly Author[], { lang, words, marks }: Byline): Html | false {
  if (authors.length === 0) return false
  const names = authors.map(
    ({ slug, name }) => html`<a rel="author" href="${authorPath(slug)}"><bdi>${name}</bdi></a>`,
  )
  let next = 0
  const parts = listParts(
    authors.map(({ name }) => name),
    lang,
  ).map(({ isItem, text }) => (isItem ? names[next++] : text))
  return html`<p class="byline"${marks}>${fillBlank(words.by, parts)}</p>`
}
