// The pages for 404, 410 and 503.
import { ROUTES } from '../../addresses.ts'
import type { Settings } from '../../records.ts'
import { wordsFor } from '../../words.ts'
import { type Html, html } from './html.ts'
import { formatNumber } from './language.ts'
import { renderPage } from './layout.ts'

/** 404. Must not show the requested address; `suggestion` is an address of the site. */
export function renderNotFound(settings: Settings, suggestion: string | null): string {
  const words = wordsFor(settings.lang)
  const why =
    suggestion === null
      ? html`<p>${words.notFoundWhy}</p>`
      : html`<p>${words.perhaps} <a href="${suggestion}"><bdi>${decodeURI(suggestion)}</bdi></a></p>`
  return renderMessage(settings, { title: words.notFound, status: 404, why })
}

/** 410: the page expired or was removed. */
export function renderGone(settings: Settings): string {
  const words = wordsFor(settings.lang)
  return renderMessage(settings, { title: words.gone, status: 410, why: html`<p>${words.goneWhy}</p>` })
}

/** 503. Must need nothing from KV; `known` are the settings in the isolate's memory. */
export function renderUnavailable(known: Settings | null): string {
  const settings = known ?? UNKNOWN_SITE
  const words = wordsFor(settings.lang)
  const why = html`<p>${words.unavailableWhy}</p>`
  return renderMessage(settings, { title: words.unavailable, status: 503, why })
}

const UNKNOWN_SITE: Settings = {
  title: 'Dateline',
  url: '',
  lang: 'en',
  zone: 'UTC',
  navigation: [],
  publisher: { name: 'Dateline' },
}

/** A page with the reason and with links to the main pages. */
function renderMessage(
  settings: Settings,
  { title, status, why }: { title: string; status: number; why: Html },
): string {
  const words = wordsFor(settings.lang)
  const ways = [
    [ROUTES.front, words.front],
    [ROUTES.tags, words.tags],
    [ROUTES.archive, words.archive],
  ]
  return renderPage(
    { settings, title },
    html`<div class="message">
<p class="kicker">${formatNumber(status, settings.lang)}</p>
<h1>${title}</h1>
${why}
<ul class="ways">
${ways.map(([href, label]) => html`<li><a href="${href}">${label}</a></li>`)}
</ul>
</div>`,
  )
}
