// An article in a list.
import { articlePath } from '../../addresses.ts'
import { dayOf } from '../../dates.ts'
import { renderPicture } from '../../pictures.ts'
import type { Card, Picture, Settings } from '../../records.ts'
import { type Html, html, unsafeHtml } from './html.ts'
import type { DateForm } from './language.ts'
import { renderMarks } from './layout.ts'
import { isTimed, renderDay, renderTime } from './time.ts'
import { renderTitle } from './titles.ts'

/**
 * The size of a card: the lead story, alone or with others beside it; a column below its picture; one of four such
 * columns; a few lines beside a small picture.
 */
type Size = 'alone' | 'lead' | 'second' | 'third' | 'brief'

/** The width of a card's picture for the attribute `sizes`: media conditions with a width for each. */
const SIZES: Record<Size, readonly [condition: string, width: string][]> = {
  alone: [
    ['(min-width: 76rem) ', '71rem'],
    ['', '92vw'],
  ],
  lead: [
    ['(min-width: 76rem) ', '46rem'],
    ['(min-width: 60rem) ', '61vw'],
    ['', '92vw'],
  ],
  second: [
    ['(min-width: 76rem) ', '22rem'],
    ['(min-width: 60rem) ', '29vw'],
    ['(min-width: 40rem) ', '45vw'],
    ['', '92vw'],
  ],
  third: [
    ['(min-width: 76rem) ', '17rem'],
    ['(min-width: 60rem) ', '22vw'],
    ['(min-width: 40rem) ', '45vw'],
    ['', '92vw'],
  ],
  brief: [
    ['(min-width: 40rem) ', '9rem'],
    ['', '6.5rem'],
  ],
}
/** The ratio of pictures in lists, which are cropped: see `.thumb`. */
const CROPPED_RATIO = 3 / 2

type CardOptions = {
  settings: Settings
  size: Size
  /** The level of the card's headline. */
  level: 2 | 3
  /** The form of the date. With `clock` an article without a time of day shows nothing. */
  date?: DateForm
  /** The card's picture is the first that readers see, so it is loaded first. */
  isFirst?: boolean
}

/** One card. The headline is its only link, and the link covers the whole card. */
export function renderCard(card: Card, options: CardOptions): Html {
  const { settings, size, level, date: form = 'day', isFirst = false } = options
  const { slug, title, kicker, standfirst, from, date = from, photo, lang } = card
  const heading = unsafeHtml(`h${level}`)
  const picture =
    photo?.picture &&
    renderPicture(photo.picture, {
      alt: '',
      sizes: sizesOf(photo.picture, size),
      isLead: isFirst,
      isStill: true,
    })
  return html`<article class="card ${size === 'alone' ? 'lead' : size}"${renderMarks(lang, settings.lang)}>
${picture && html`<div class="thumb">${unsafeHtml(picture)}</div>`}
<div class="words">
${kicker && html`<p class="kicker">${kicker}</p>`}
<${heading}><a href="${articlePath(slug)}">${renderTitle(title, lang ?? settings.lang)}</a></${heading}>
${standfirst && html`<p class="standfirst">${standfirst}</p>`}
${(form !== 'clock' || isTimed(date, settings)) && html`<p class="meta"${renderMarks(settings.lang, lang ?? settings.lang)}>${renderTime(date, { settings, form })}</p>`}
</div>
</article>`
}

/** Cards grouped by their day in the site's zone. Keeps the order of the cards. */
export function renderByDay(cards: readonly Card[], settings: Settings): Html[] {
  const days = Map.groupBy(cards, (card) => dayOf(dateOf(card), settings.zone))
  return [...days].map(
    ([day, cards]) => html`<section class="by-day" aria-labelledby="d${day}">
<h2 id="d${day}">${renderDay(dateOf(cards[0]), settings)}</h2>
<div class="briefs">
${cards.map((card) => renderCard(card, { settings, size: 'brief', level: 3, date: 'clock' }))}
</div>
</section>`,
  )
}

/** The date of a card's article, in milliseconds. */
export function dateOf(card: Card | undefined): number {
  return card?.date ?? card?.from ?? 0
}

/** Lists crop a panorama at the sides, so the browser needs a file that is wider than the shown part. */
function sizesOf({ width, height }: Picture, size: Size): string {
  const scale = Math.ceil((10 * width) / height / CROPPED_RATIO) / 10
  const sizes = SIZES[size].map(([condition, shown]) =>
    scale > 1 ? `${condition}calc(${shown} * ${scale})` : condition + shown,
  )
  return sizes.join(', ')
}
