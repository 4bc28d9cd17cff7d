// The tags index: the most used tags, then every tag with its count, in the alphabetical order of the site's language.
import { ROUTES, tagPath } from '../../addresses.ts'
import type { Settings, TagRow } from '../../records.ts'
import { wordsFor } from '../../words.ts'
import { describeBy } from './description.ts'
import { type Html, html } from './html.ts'
import { formatArticles } from './language.ts'
import { renderPage } from './layout.ts'
import { type Group, groupByLetter } from './letters.ts'

/** The number of most used tags. They are shown only in an index of at least twice as many tags. */
const MOST_USED = 12
const MIN_MOST_USED = 4

/** The index of all tags with visible articles. */
export function renderTagsPage(tags: readonly TagRow[], settings: Settings): string {
  const words = wordsFor(settings.lang)
  const groups = groupByLetter(tags, settings.lang)
  const most = mostUsed(tags)
  const description = describeBy((most.length > 0 ? most : tags).map(({ name }) => name))
  return renderPage(
    { settings, title: words.tags, description, path: ROUTES.tags },
    html`<header class="list-head"><h1>${words.tags}</h1></header>
${tags.length === 0 && html`<p class="empty">${words.listEmpty}</p>`}
${tags.length >= 2 * MOST_USED && most.length >= MIN_MOST_USED && renderMostUsed(most, settings)}
${groups.length > 2 && renderJumps(groups, words.letters)}
${groups.map(
  ({ letter, rows }, index) => html`<section class="letter" id="l${index}" aria-labelledby="h${index}">
<h2 id="h${index}"><bdi>${letter}</bdi></h2>
<ul>
${rows.map((row) => renderTag(row, settings))}</ul>
</section>
`,
)}`,
  )
}

/** The tags that are used more than once, the most used first. */
function mostUsed(tags: readonly TagRow[]): TagRow[] {
  const often = tags.filter(({ count }) => count > 1)
  return often.sort((a, b) => b.count - a.count || (a.slug < b.slug ? -1 : 1)).slice(0, MOST_USED)
}

function renderMostUsed(most: readonly TagRow[], settings: Settings): Html {
  return html`<section class="most-used" aria-labelledby="most-used">
<h2 id="most-used" class="rubric">${wordsFor(settings.lang).mostUsed}</h2>
<ul>
${most.map((row) => renderTag({ ...row, description: undefined }, settings))}</ul>
</section>`
}

/** Links to the letters of the index; their ids are numbered in order. */
function renderJumps(groups: readonly Group<unknown>[], label: string): Html {
  return html`<nav class="jumps" aria-label="${label}"><ul>
${groups.map(
  ({ letter }, index) => html`<li><a href="#l${index}"><bdi>${letter}</bdi></a></li>
`,
)}</ul></nav>`
}

function renderTag({ name, slug, count, description }: TagRow, { lang }: Settings): Html {
  return html`<li><a href="${tagPath(slug)}"><bdi>${name}</bdi></a> <span class="count">${formatArticles(count, lang)}</span>${description && html`<p>${description}</p>`}</li>
`
}
