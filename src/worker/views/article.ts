// An article's page. A field that an article lacks leaves no empty element.
import { articlePath, tagPath } from '../../addresses.ts'
import { renderMarkdown } from '../../markdown.ts'
import { isDrawing, renderPicture, sharedPicture } from '../../pictures.ts'
import type { ArticleRecord, Link, Photo, Settings } from '../../records.ts'
import type { Words } from '../../words/en.ts'
import { spokenBeside, wordsFor } from '../../words.ts'
import { renderByline } from './authors.ts'
import { renderCard } from './cards.ts'
import { describeText } from './description.ts'
import { fillBlank, type Html, html, unsafeHtml } from './html.ts'
import { directionOf, formatNumber } from './language.ts'
import { renderMarks, renderPage } from './layout.ts'
import { readingMinutes } from './reading-time.ts'
import { renderShare } from './share.ts'
import { isoInstant, isTimed, renderTime } from './time.ts'
import { renderTitle } from './titles.ts'
import { renderAlsoIn, renderAlternates } from './translations.ts'

/** The values that all parts of the page need. */
type Story = {
  article: ArticleRecord
  settings: Settings
  /** The article's language; the site's if the article names none. */
  textLang: string
  /** The interface's language beside the article, its words, and the attributes that mark it if it differs. */
  lang: string
  words: Words
  marks: Html | false
  /** The description for search engines and link previews. */
  description: string | Html | undefined
}

/** An article's page: the article in its own language, inside the site's frame. */
export function renderArticlePage(article: ArticleRecord, settings: Settings): string {
  const { slug, title, standfirst, body, pictures, photo } = article
  const textLang = article.lang ?? settings.lang
  const lang = spokenBeside(textLang, settings.lang)
  const words = wordsFor(lang)
  const path = articlePath(slug)
  const digits = (number: number): string => formatNumber(number, lang)
  const text = renderMarkdown(body, { origin: settings.url, pictures, words, digits })
  const description = standfirst ?? describeText(text)
  const marks = renderMarks(lang, textLang)
  const story = { article, settings, textLang, lang, words, marks, description }
  return renderPage(
    {
      settings,
      title,
      description,
      path,
      head: renderLinks(story),
      isText: true,
    },
    html`<article class="story" lang="${textLang}" dir="${directionOf(textLang)}">
${renderHead(story)}
${photo?.picture && renderLeadPhoto(photo, story)}
<div class="body">
${unsafeHtml(text)}
</div>
${renderCorrections(story)}
<footer class="story-foot"${story.marks}>
${renderTags(story)}
${renderShare({ title, url: settings.url + path }, words)}
</footer>
</article>
${renderOnward(article, settings)}`,
  )
}

function renderLinks(story: Story): Html {
  return html`${renderAlternates(story.article, story.settings)}${renderOpenGraph(story)}`
}

/** The properties for link previews on other services. https://ogp.me/ */
function renderOpenGraph({
  description,
  article: { title, photo, slug, from, undated, updated },
  settings,
}: Story): Html {
  const picture = photo?.picture && sharedPicture(photo.picture)
  const properties = {
    'og:type': 'article',
    'og:site_name': settings.title,
    'og:title': title,
    'og:description': description,
    'og:url': settings.url + articlePath(slug),
    'og:image': picture && settings.url + picture.address,
    'og:image:width': picture?.width,
    'og:image:height': picture?.height,
    'og:image:alt': picture && photo?.alt,
    'article:published_time': undated ? undefined : isoInstant(from),
    'article:modified_time': updated && isoInstant(updated),
  }
  return html`${Object.entries(properties).map(
    ([name, content]) =>
      content != null &&
      html`<meta property="${name}" content="${content}">
`,
  )}`
}

function renderHead({ article, settings, textLang, lang, words, marks }: Story): Html {
  const { kicker, title, standfirst, dateline, from, undated, updated, corrections, body } = article
  const minutes = readingMinutes(body)
  const corrected = corrections.at(-1)
  const moment = (instant: number): Html =>
    renderTime(instant, { settings, lang, form: isTimed(instant, settings) ? 'time' : 'day' })
  return html`<header class="story-head">
${kicker && html`<p class="kicker">${kicker}</p>`}
<h1>${renderTitle(title, textLang)}</h1>
${standfirst && html`<p class="standfirst">${standfirst}</p>`}
${renderByline(article.authors, { lang, words, marks })}
<p class="meta"${marks}>
${dateline && html`<span class="dateline"${renderMarks(textLang, lang)}>${dateline}</span>`}
${!undated && html`<span>${words.published} ${moment(from)}</span>`}
${updated !== undefined && html`<span>${words.updated} ${moment(updated)}</span>`}
<span class="reading">${words.reading(minutes, formatNumber(minutes, lang))}</span>
${
  corrected &&
  html`<a href="#corrections">${fillBlank(words.corrected, renderTime(corrected.date, { settings, lang }))}</a>`
}
</p>
${renderAlsoIn(article, settings)}
</header>`
}

function renderLeadPhoto({ picture, alt = '', caption, credit }: Photo, { words, marks }: Story): Html {
  const { width = 0, height = 0 } = picture ?? {}
  const isSmall = picture !== undefined && !isDrawing(picture) && width < FULL_WIDTH
  const isUpright = height > width
  const sizes = isUpright || isSmall ? '(min-width: 42rem) 38rem, 92vw' : '(min-width: 64rem) 58rem, 92vw'
  return html`<figure class="lead-photo${isSmall && ' small'}${isUpright && ' upright'}">
${picture && unsafeHtml(renderPicture(picture, { alt, sizes, isLead: true }))}
${
  (caption || credit) &&
  html`<figcaption>
${caption && html`<span class="caption">${caption}</span>`}
${credit && html`<span class="credit"${marks}>${words.credit}<bdi>${credit}</bdi></span>`}
</figcaption>`
}
</figure>`
}

/** The greatest width of a lead picture, in CSS pixels. Smaller pictures are not enlarged. */
const FULL_WIDTH = 928

function renderCorrections({ article: { corrections }, settings, lang, words, marks }: Story): Html | false {
  if (corrections.length === 0) return false
  return html`<aside class="corrections" id="corrections" aria-labelledby="corrections-title">
<h2 id="corrections-title"${marks}>${words.corrections}</h2>
${corrections.map(({ date, text }) => html`<p><b${marks}>${renderTime(date, { settings, lang })}</b> ${text}</p>`)}
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

/** Links to related stories, and to those published just before and after. */
function renderOnward({ related, older, newer }: ArticleRecord, settings: Settings): Html | false {
  if (related.length + older.length + newer.length === 0) return false
  const neighbours = [older[0]?.slug, newer[0]?.slug]
  const others = related.filter(({ slug }) => !neighbours.includes(slug))
  const words = wordsFor(settings.lang)
  const card = { settings, size: 'brief', level: 3 } as const
  return html`<aside class="onward" aria-label="${words.onward}">
${
  others.length > 0 &&
  html`<section aria-labelledby="related">
<h2 id="related" class="rubric">${words.related}</h2>
<div class="briefs">
${others.map((one) => renderCard(one, card))}
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

function renderNeighbour(
  to: Link | undefined,
  { rel, label, settings }: { rel: string; label: string; settings: Settings },
): Html | undefined {
  return (
    to &&
    html`<p class="${rel}"><span class="kicker">${label}</span>
<a rel="${rel}" href="${articlePath(to.slug)}"${renderMarks(to.lang, settings.lang)}>${renderTitle(to.title, to.lang ?? settings.lang)}</a></p>`
  )
}
