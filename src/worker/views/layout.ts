// The frame of every page: head, masthead, navigation, footer.
import { canonicalPath, ROUTES, staticPagePath } from '../../addresses.ts'
import type { Settings } from '../../records.ts'
import { wordsFor } from '../../words.ts'
import { type Html, html, unsafeHtml } from './html.ts'
import { directionOf, formatDate } from './language.ts'
import { STYLE } from './style.ts'
import { renderTime } from './time.ts'

export type Layout = {
  settings: Settings
  /** The page's own title; absent on the front page. */
  title?: string
  description?: string | Html
  /** The page's canonical path; absent on pages without one, such as errors. */
  path?: string
  /** The date of the newest story, for the masthead of the front page. Milliseconds. */
  newest?: number
  /** Further markup for the page's head. */
  head?: Html
  /** The page is one text: only the text is printed. */
  isText?: boolean
}

/** A page in the site's frame. */
export function renderPage(layout: Layout, content: Html): string {
  const { settings, title, description, path, newest, head, isText } = layout
  const { lang, url } = settings
  // All pages that the navigation does not link to, except the front page, share one masthead.
  const isNamed = path === ROUTES.front || settings.navigation.some(({ href }) => leadsTo(href, path))
  const here = isNamed ? path : undefined
  const renderMast = (): Html => renderMasthead(settings, { path: here, newest })
  return String(html`<!doctype html>
<html lang="${lang}" dir="${directionOf(lang)}">
<head>
${renderOnce(settings, 'top', renderHeadTop)}
<title>${title === undefined ? settings.title : `${title} | ${settings.title}`}</title>
${description && html`<meta name="description" content="${description}">`}
${path ? html`<link rel="canonical" href="${url + path}">` : html`<meta name="robots" content="noindex">`}
${head}
<style>${unsafeHtml(STYLE)}</style>
</head>
<body${isText && unsafeHtml(' class="text"')}>
<a class="skip" href="#content">${wordsFor(lang).skip}</a>
${newest === undefined ? renderOnce(settings, `masthead ${here}`, renderMast) : renderMast()}
<main id="content" tabindex="-1">
${content}
${path && html`<p class="address">${settings.title} <bdi>${url}${decodeURI(path)}</bdi></p>`}
</main>
${renderOnce(settings, 'footer', () => renderFooter(settings))}
</body>
</html>
`)
}

const rendered = new WeakMap<Settings, Map<string, Html>>()

/** Markup that pages of an edition share: rendered once for each settings object. */
function renderOnce(settings: Settings, part: string, render: () => Html): Html {
  let parts = rendered.get(settings)
  if (!parts) {
    parts = new Map()
    rendered.set(settings, parts)
  }
  let markup = parts.get(part)
  if (markup === undefined) {
    markup = render()
    parts.set(part, markup)
  }
  return markup
}

function renderHeadTop(): Html {
  return html`<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" content="#fbf8f1" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#171614" media="(prefers-color-scheme: dark)">
<link rel="icon" type="image/svg+xml" href="${ROUTES.favicon}">
<link rel="apple-touch-icon" href="${ROUTES.touchIcon}">`
}

/** The masthead. The front page's is larger, with the tagline and the date of the newest story. */
function renderMasthead(settings: Settings, { path, newest }: Pick<Layout, 'path' | 'newest'>): Html {
  const { lang, tagline, navigation, title } = settings
  const isFront = path === ROUTES.front
  const isLong = title.split(/\s+/).some((word) => word.length > LONG_WORD)
  const current = (href: string): Html | false => leadsTo(href, path) && html` aria-current="page"`
  return html`<header class="masthead${isFront && ' front'}">
<p class="nameplate${isLong && ' long'}"><a href="${ROUTES.front}"${current(ROUTES.front)}>${title}</a></p>
${isFront && tagline && html`<p class="tagline">${tagline}</p>`}
${newest !== undefined && html`<p class="day">${renderTime(newest, { settings, form: 'weekday' })}</p>`}
${
  navigation.length > 0 &&
  html`<nav aria-label="${wordsFor(lang).sections}"><ul>${navigation.map(
    ({ label, href }) => html`<li><a href="${href}"${current(href)}>${label}</a></li>`,
  )}</ul></nav>`
}
</header>`
}

/** A longer word, in characters, does not fit on a phone in the nameplate's usual size. */
const LONG_WORD = 12

/** Whether an address in an editor's spelling leads to the page at this path. */
function leadsTo(href: string, path: string | undefined): boolean {
  return path !== undefined && (href === path || canonicalPath(href) === path)
}

function renderFooter(settings: Settings): Html {
  const { lang, title, publisher, navigation, pages = [] } = settings
  const words = wordsFor(lang)
  const sections = navigation.filter(({ href }) => !EVERYTHING.includes(href))
  const link = (href: string, label: string): Html => html`<li><a href="${href}">${label}</a></li>`
  const column = (heading: string, links: Html[]): Html | false =>
    links.length > 0 && html`<div><p class="label">${heading}</p><ul>${links}</ul></div>`
  const text = words.publishedBy(publisher.name)
  return html`<footer class="colophon">
<p class="nameplate"><a href="${ROUTES.front}">${title}</a></p>
<div class="columns">
${column(
  words.sections,
  sections.map(({ href, label }) => link(href, label)),
)}
${column(words.everything, [
  link(ROUTES.front, words.front),
  link(ROUTES.tags, words.tags),
  link(ROUTES.authors, words.authors),
  link(ROUTES.archive, words.archive),
])}
${column(
  words.about,
  pages.map(
    ({ slug, title, lang: own }) =>
      html`<li><a href="${staticPagePath(slug)}"${renderMarks(own, lang)}>${title}</a></li>`,
  ),
)}
</div>
<p class="imprint">${publisher.url === undefined ? text : html`<a href="${publisher.url}">${text}</a>`}</p>
</footer>`
}

/** Addresses that have a column of their own in the footer. */
const EVERYTHING: readonly string[] = [ROUTES.front, ROUTES.tags, ROUTES.authors, ROUTES.archive]

/** The attributes `lang` and `dir` of a text, if its language differs from that of the text around it. */
export function renderMarks(lang: string | undefined, around: string): Html | false {
  return lang !== undefined && lang !== around && html` lang="${lang}" dir="${directionOf(lang)}"`
}

/** The line at the top of every page of a preview. Says that the page is not published, and as of which instant (milliseconds) it is shown if that is not now. */
export function renderPreviewMark({ lang, zone }: Settings, at: number | undefined): string {
  const words = wordsFor(lang)
  const when = at !== undefined && ` ${words.previewAt(formatDate(at, { lang, zone, form: 'time' }))}`
  return String(
    html`<aside class="preview-mark" aria-label="${words.preview}"><p><strong>${words.preview}</strong>${when}</p></aside>`,
  )
}
