// Static pages, such as about, imprint and privacy.
import { staticPagePath } from '../../addresses.ts'
import { renderMarkdown } from '../../markdown.ts'
import type { Settings, StaticPageRecord } from '../../records.ts'
import { spokenBeside, wordsFor } from '../../words.ts'
import { describeText } from './description.ts'
import { html, unsafeHtml } from './html.ts'
import { directionOf, formatNumber } from './language.ts'
import { renderMarks, renderPage } from './layout.ts'
import { renderTime } from './time.ts'
import { renderTitle } from './titles.ts'

/** A static page: its text in its own language, inside the site's frame. */
export function renderStaticPage(page: StaticPageRecord, settings: Settings): string {
  const { slug, title, standfirst, updated, body, pictures } = page
  const textLang = page.lang ?? settings.lang
  const lang = spokenBeside(textLang, settings.lang)
  const words = wordsFor(lang)
  const digits = (number: number): string => formatNumber(number, lang)
  const path = staticPagePath(slug)
  const text = renderMarkdown(body, { origin: settings.url, pictures, words, digits })
  return renderPage(
    { settings, title, description: standfirst ?? describeText(text), path, isText: true },
    html`<article class="story" lang="${textLang}" dir="${directionOf(textLang)}">
<header class="story-head">
<h1>${renderTitle(title, textLang)}</h1>
${standfirst && html`<p class="standfirst">${standfirst}</p>`}
</header>
<div class="body">
${unsafeHtml(text)}
</div>
${updated !== undefined && html`<footer class="story-foot"${renderMarks(lang, textLang)}><p class="meta">${words.updated} ${renderTime(updated, { settings, lang })}</p></footer>`}
</article>`,
  )
}
