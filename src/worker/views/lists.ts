// Pages of cards: the front page, and the pages of tags and authors, each with its newest page and its full pages.
import { authorPagePath, authorPath, frontPagePath, ROUTES, tagPagePath, tagPath } from '../../addresses.ts'
import { dayOf } from '../../dates.ts'
import type { Card, ListRecord, Settings } from '../../records.ts'
import { wordsFor } from '../../words.ts'
import { dateOf, renderByDay, renderCard } from './cards.ts'
import { describeBy } from './description.ts'
import { type Html, html } from './html.ts'
import { formatDays, formatNumber } from './language.ts'
import { renderPage } from './layout.ts'

type ListPage = {
  list: ListRecord
  settings: Settings
  /** The number of a full page; null for the newest page. */
  number: number | null
}

/** The number of stories beside the lead, one more if these have no pictures, and the number of stories below. */
const BESIDE = 2
const BELOW = 4

/** The front page with its lead story, or a page of older stories. */
export function renderFrontPage(page: ListPage): string {
  const { list, settings, number } = page
  return number === null ? renderFront(list, settings) : renderOlder(list, settings, number)
}

function renderFront(list: ListRecord, settings: Settings): string {
  const words = wordsFor(settings.lang)
  const lead = list.lead[0] ?? list.cards[0]
  const others = list.cards.filter(({ slug }) => slug !== lead?.slug)
  const [beside, below, rest] = hierarchyOf(others)
  const card = { settings, level: 2 } as const
  return renderPage(
    {
      settings,
      description: settings.tagline ?? describeBy(titlesOf(list)),
      path: ROUTES.front,
      newest: list.cards[0]?.from,
    },
    html`<h1 class="unseen">${settings.title}</h1>
${
  lead
    ? html`<div class="top${beside.length === 0 && ' alone'}">
${renderCard(lead, { ...card, size: beside.length === 0 ? 'alone' : 'lead', isFirst: true })}
${beside.length > 0 && html`<div class="beside">${beside.map((one) => renderCard(one, { ...card, size: 'second' }))}</div>`}
</div>`
    : html`<p class="empty">${words.nothingYet}</p>`
}
${below.length > 0 && html`<div class="below">${below.map((one) => renderCard(one, { ...card, size: 'third' }))}</div>`}
${renderByDay(rest, settings)}
${renderPager(list, settings, frontPagePath)}`,
  )
}

/** The stories after the lead, by their places on the front page. A row below the lead is full or left out. */
function hierarchyOf(cards: readonly Card[]): [beside: Card[], below: Card[], rest: Card[]] {
  const isShort = cards.slice(0, BESIDE).every(({ photo }) => !photo?.picture)
  const beside = cards.slice(0, isShort ? BESIDE + 1 : BESIDE)
  const below = cards.slice(beside.length, beside.length + BELOW)
  if (below.length < BELOW) below.length = 0
  return [beside, below, cards.slice(beside.length + below.length)]
}

function renderOlder(list: ListRecord, settings: Settings, number: number): string {
  const title = titleOfPage(list, { settings, number })
  return renderPage(
    { settings, title, description: describeBy(titlesOf(list)), path: frontPagePath(number) },
    html`<header class="list-head"><h1>${title}</h1></header>
${renderCards(list, settings, () => renderByDay(list.cards, settings))}
${renderPager(list, settings, frontPagePath)}`,
  )
}

/** A tag's newest page, or a full one. */
export function renderTagPage({ list, settings, number }: ListPage): string {
  const { name = '', slug = '', description } = list.tag ?? {}
  return renderListOf(
    { list, settings, number },
    {
      kicker: wordsFor(settings.lang).tag,
      kickerPath: ROUTES.tags,
      name,
      description,
      path: number === null ? tagPath(slug) : tagPagePath(slug, number),
      to: (other) => tagPagePath(slug, other),
    },
  )
}

/** An author's newest page, or a full one. */
export function renderAuthorPage({ list, settings, number }: ListPage): string {
  const { name = '', slug = '', role, description } = list.author ?? {}
  return renderListOf(
    { list, settings, number },
    {
      kicker: wordsFor(settings.lang).author,
      kickerPath: ROUTES.authors,
      name,
      role,
      description,
      path: number === null ? authorPath(slug) : authorPagePath(slug, number),
      to: (other) => authorPagePath(slug, other),
    },
  )
}

type Subject = {
  /** The word for a tag or an author, and the path of their index. */
  kicker: string
  kickerPath: string
  name: string
  role?: string
  description?: string
  path: string
  to: (number: number) => string
}

/** The articles of one tag or one author. */
function renderListOf({ list, settings, number }: ListPage, subject: Subject): string {
  const { kicker, kickerPath, name, role, description, path, to } = subject
  const page = number === null ? null : titleOfPage(list, { settings, number })
  const isSame = (kicker = '') => kicker.toLowerCase() === name.toLowerCase()
  const title = page === null ? name : `${name} | ${page}`
  return renderPage(
    { settings, title, description: description ?? describeBy(titlesOf(list)), path },
    html`<header class="list-head">
<p class="kicker"><a href="${kickerPath}">${kicker}</a></p>
<h1><bdi>${name}</bdi></h1>
${role && html`<p class="role">${role}</p>`}
${description && html`<p class="standfirst">${description}</p>`}
${page !== null && html`<p class="meta">${page}</p>`}
</header>
${renderCards(
  list,
  settings,
  () => html`<div class="briefs">
${list.cards.map((card) =>
  renderCard(
    // The page's heading says the same, so the kicker is left out.
    isSame(card.kicker) ? { ...card, kicker: undefined } : card,
    { settings, size: 'brief', level: 2 },
  ),
)}
</div>`,
)}
${renderPager(list, settings, to)}`,
  )
}

/** The title of a full page: the days of its stories, because its number, counted from the oldest, tells little. */
function titleOfPage(
  { cards }: ListRecord,
  { settings, number }: { settings: Settings; number: number },
): string {
  const { lang, zone } = settings
  const [newest, oldest] = [cards[0], cards.at(-1)]
  if (!newest || !oldest) return wordsFor(lang).page(formatNumber(number, lang))
  const days = formatDays([dateOf(oldest), dateOf(newest)], { lang, zone })
  const isOneDay = dayOf(dateOf(oldest), zone) === dayOf(dateOf(newest), zone)
  // A busy day can fill several pages, which the number tells apart.
  return isOneDay ? `${days} (${formatNumber(number, lang)})` : days
}

function titlesOf({ cards }: ListRecord): string[] {
  return cards.map(({ title }) => title)
}

function renderCards(list: ListRecord, settings: Settings, render: () => Html | Html[]): Html | Html[] {
  return list.cards.length === 0
    ? html`<p class="empty">${wordsFor(settings.lang).nothingLeft}</p>`
    : render()
}

function renderPager(
  { newer, older }: ListRecord,
  settings: Settings,
  to: (number: number) => string,
): Html | false {
  const words = wordsFor(settings.lang)
  if (newer === undefined && older === undefined) return false
  return html`<nav class="pager" aria-label="${words.pages}">
${older !== undefined && html`<a class="older" rel="next" href="${to(older)}">${words.older}</a>`}
<a class="all" href="${ROUTES.archive}">${words.archive}</a>
${newer !== undefined && html`<a class="newer" rel="prev" href="${to(newer)}">${words.newer}</a>`}
</nav>`
}
