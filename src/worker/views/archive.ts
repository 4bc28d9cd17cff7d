// The archive: years and months with their counts, and the headlines of one month by day.
import { articlePath, monthPath, ROUTES } from '../../addresses.ts'
import { dayOf } from '../../dates.ts'
import type { Headline, MonthRecord, MonthRow, Settings } from '../../records.ts'
import { wordsFor } from '../../words.ts'
import { describeBy } from './description.ts'
import { type Html, html } from './html.ts'
import { formatArticles, formatMonth } from './language.ts'
import { renderMarks, renderPage } from './layout.ts'
import { renderDay } from './time.ts'
import { renderTitle } from './titles.ts'

/** The index of all months with visible articles, newest first. */
export function renderArchivePage(months: readonly MonthRow[], settings: Settings): string {
  const { lang } = settings
  const words = wordsFor(lang)
  const years = Map.groupBy(months, ({ month }) => month.slice(0, 4))
  return renderPage(
    {
      settings,
      title: words.archive,
      path: ROUTES.archive,
      description: describeBy(months.map(({ month }) => formatMonth(month, { lang, form: 'month' }))),
    },
    html`<header class="list-head"><h1>${words.archive}</h1></header>
${months.length === 0 && html`<p class="empty">${words.listEmpty}</p>`}
${[...years].map(
  ([year, rows]) => html`<section class="letter" aria-labelledby="y${year}">
<h2 id="y${year}">${formatMonth(`${year}-01`, { lang, form: 'year' })}</h2>
<ul>
${rows.map(
  ({
    month,
    count,
  }) => html`<li><a href="${monthPath(month)}">${formatMonth(month, { lang, form: 'name' })}</a> <span class="count">${formatArticles(count, lang)}</span></li>
`,
)}</ul>
</section>
`,
)}`,
  )
}

export type MonthPage = {
  record: MonthRecord
  settings: Settings
  /** The nearest months with visible articles. */
  older: string | undefined
  newer: string | undefined
}

/** All headlines of a month, newest first. */
export function renderMonthPage({ record: { month, headlines }, settings, older, newer }: MonthPage): string {
  const { lang, zone } = settings
  const words = wordsFor(lang)
  const title = formatMonth(month, { lang, form: 'month' })
  const days = Map.groupBy(headlines, ({ from }) => dayOf(from, zone))
  const link = (to: string | undefined, side: 'older' | 'newer'): Html | undefined | '' =>
    to &&
    html`<a class="${side}" rel="${side === 'older' ? 'next' : 'prev'}" href="${monthPath(to)}">${formatMonth(to, { lang, form: 'month' })}</a>`
  return renderPage(
    {
      settings,
      title,
      path: monthPath(month),
      description: describeBy(headlines.map(({ title }) => title)),
    },
    html`<header class="list-head">
<p class="kicker"><a href="${ROUTES.archive}">${words.archive}</a></p>
<h1>${title}</h1>
</header>
${[...days].map(([day, rows]) => renderHeadlines(day, rows, settings))}
${
  (older ?? newer) !== undefined &&
  html`<nav class="pager" aria-label="${words.months}">
${link(older, 'older')}
<a class="all" href="${ROUTES.archive}">${words.archive}</a>
${link(newer, 'newer')}
</nav>`
}`,
  )
}

function renderHeadlines(day: string, rows: readonly Headline[], settings: Settings): Html {
  const id = `d${day.slice(8)}`
  return html`<section class="by-day headlines" aria-labelledby="${id}">
<h2 id="${id}">${renderDay(rows[0]?.from ?? 0, settings)}</h2>
<ul>
${rows.map(
  ({
    slug,
    title,
    kicker,
    lang,
  }) => html`<li${renderMarks(lang, settings.lang)}>${kicker && html`<span class="kicker">${kicker}</span> `}<a href="${articlePath(slug)}">${renderTitle(title, lang ?? settings.lang)}</a></li>
`,
)}</ul>
</section>
`
}
