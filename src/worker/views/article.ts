// An article's page. What an article does not have leaves nothing behind on it.
import { articlePath, tagPath } from '../../addresses.ts'
import { renderMarkdown } from '../../markdown.ts'
import { renderPicture, sharedAddress } from '../../pictures.ts'
import type { ArticleRecord, Link, Photo, Settings } from '../../records.ts'
import type { Words } from '../../words/en.ts'
import { wordsFor } from '../../words.ts'
import { renderByline } from './authors.ts'
import { renderCard } from './cards.ts'
import { isoInstant, isTimed, renderTime } from './dates.ts'
import { around, type Html, html, unsafeHtml } from './html.ts'
import { directionOf, formatNumber } from './language.ts'
import { renderMarks, renderPage } from './layout.ts'
import { readingMinutes } from './reading-time.ts'
import { renderShare } from './share.ts'
import { renderAlsoIn, renderAlternates } from './translations.ts'

/** What all parts of the page need; the language is the article's own or the site's. */
type Story = { article: ArticleRecord; settings: Settings; lang: string; words: Words; linksAuthors: boolean }

/** The page of one article, in the article's own language inside the site's frame. */
export function renderArticlePage(
  article: ArticleRecord,
  settings: Settings,
  { linksAuthors }: { /** Whether authors have pages. */ linksAuthors: boolean },
): string {
  const { slug, title, standfirst, body, pictures, photo } = article
  const lang = article.lang ?? settings.lang
  const words = wordsFor(lang)
  const story = { article, settings, lang, words, linksAuthors }
  const path = articlePath(slug)
  const digits = (number: number): string => formatNumber(number, lang)
  const text = renderMarkdown(body, { origin: settings.url, pictures, words, digits })
  return renderPage(
    { settings, title, description: standfirst, path, head: renderLinks(story), isText: true },
    html`<article class="story" lang="${lang}" dir="${directionOf(lang)}">
${renderHead(story)}
${photo?.picture && renderLeadPhoto(photo, words)}
<div class="body">
${unsafeHtml(text)}
</div>
${renderCorrections(story)}
<footer class="story-foot">
${renderTags(story)}
${renderShare({ title, url: settings.url + path }, words)}
<p class="address">${settings.title} <bdi>${settings.url}${decodeURI(path)}</bdi></p>
</footer>
</article>
${renderOnward(article, settings)}`,
  )
}

function renderLinks(story: Story): Html {
  return html`${renderAlternates(story.article, story.settings)}${renderOpenGraph(story)}`
}

function renderOpenGraph({
  article: { title, standfirst, photo, slug, from, updated },
  settings,
}: Story): Html {
  const property = (name: string, content: unknown): Html | false =>
    content !== undefined && html`<meta property="${name}" content="${content}">\n`
  const picture = photo?.picture
  return html`${property('og:type', 'article')}${property('og:site_name', settings.title)}${property('og:title', title)}${property('og:description', standfirst)}${property('og:url', settings.url + articlePath(slug))}${property('og:image', picture && settings.url + sharedAddress(picture))}${property('og:image:width', picture?.width)}${property('og:image:height', picture?.height)}${property('og:image:alt', picture && photo.alt)}${property('article:published_time', isoInstant(from))}${property('article:modified_time', updated && isoInstant(updated))}`
}

function renderHead({ article, settings, lang, words, linksAuthors }: Story): Html {
  const { kicker, title, standfirst, dateline, from, updated, corrections, body } = article
  const minutes = formatNumber(readingMinutes(body), lang)
  const corrected = corrections.at(-1)
  const moment = (instant: number): Html =>
    renderTime(instant, { settings, lang, form: isTimed(instant, settings) ? 'time' : 'day' })
  return html`<header class="story-head">
${kicker && html`<p class="kicker">${kicker}</p>`}
<h1>${title}</h1>
${standfirst && html`<p class="standfirst">${standfirst}</p>`}
${renderByline(article.authors, { lang, words, isLinked: linksAuthors })}
<p class="meta">
${dateline && html`<span class="dateline">${dateline}</span>`}
<span>${words.published} ${moment(from)}</span>
${updated !== undefined && html`<span>${words.updated} ${moment(updated)}</span>`}
<span>${words.reading(minutes)}</span>
${
  corrected &&
  html`<a href="#corrections">${around(words.corrected, renderTime(corrected.date, { settings, lang }))}</a>`
}
</p>
${renderAlsoIn(article, settings)}
</header>`
}

function renderLeadPhoto({ picture, alt = '', caption, credit }: Photo, words: Words): Html {
  const sizes = '(min-width: 63rem) 58rem, 92vw'
  return html`<figure class="lead-photo">
${picture && unsafeHtml(renderPicture(picture, { alt, sizes, isLead: true }))}
${
  (caption || credit) &&
  html`<figcaption>
${caption && html`<span class="caption">${caption}</span>`}
${credit && html`<span class="credit">${words.credit} <bdi>${credit}</bdi></span>`}
</figcaption>`
}
</figure>`
}

function renderCorrections({ article: { corrections }, settings, lang, words }: Story): Html | false {
  if (corrections.length === 0) return false
  return html`<aside class="corrections" id="corrections" aria-labelledby="corrections-title">
<h2 id="corrections-title">${words.corrections}</h2>
${corrections.map(({ date, text }) => html`<p><b>${renderTime(date, { settings, lang })}</b> ${text}</p>`)}
</aside>`
}

function renderTags({ article: { tags }, words }: Story): Html | false {
  if (tags.length === 0) return false
  return html`<nav class="tags" aria-label="${words.tags}">
<p class="label" aria-hidden="true">${words.tags}</p>
<ul>
${tags.map(({ name, slug }) => html`<li><a rel="tag" href="${tagPath(slug)}"><bdi>${name}</bdi></a></li>`)}
</ul>
</nav>`
}

/** The way on: related stories, and those published just before and after. */
function renderOnward({ related, older, newer }: ArticleRecord, settings: Settings): Html | false {
  if (related.length + older.length + newer.length === 0) return false
  const words = wordsFor(settings.lang)
  const isRow = related.length >= RELATED_ROW
  const card = { settings, size: isRow ? 'second' : 'brief', level: 3 } as const
  return html`<aside class="onward" aria-label="${words.onward}">
${
  related.length > 0 &&
  html`<section aria-labelledby="related">
<h2 id="related" class="rubric">${words.related}</h2>
<div class="${isRow ? 'seconds' : 'briefs'}">
${related.slice(0, RELATED_ROW).map((one) => renderCard(one, card))}
</div>
</section>`
}
${
  (older.length > 0 || newer.length > 0) &&
  html`<nav class="neighbours" aria-label="${words.neighbours}">
${renderNeighbour(older[0], { rel: 'prev', label: words.olderArticle, settings })}
${renderNeighbour(newer[0], { rel: 'next', label: words.newerArticle, settings })}
</nav>`
}
</aside>`
}

/** So many fill a row. A record names more, for when some of them expire. */
const RELATED_ROW = 4

function renderNeighbour(
  to: Link | undefined,
  { rel, label, settings }: { rel: string; label: string; settings: Settings },
): Html | undefined {
  return (
    to &&
    html`<p class="${rel}"><span class="kicker">${label}</span>
<a rel="${rel}" href="${articlePath(to.slug)}"${renderMarks(to.lang, settings.lang)}>${to.title}</a></p>`
  )
}
