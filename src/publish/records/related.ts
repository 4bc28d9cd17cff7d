// Which articles a page links to: the ones before and after it in time, and older ones of its tags.
import { oneAtATime } from '../../projection.ts'
import type { ArticleRecord, Card, Link } from '../../records.ts'
import { type Entry, named, spanOf, type Tag } from './arrange.ts'

/** The rows of an article's record that link to other articles. */
export type Neighbours = Pick<ArticleRecord, 'newer' | 'older' | 'related'>

/** When a neighbour expires, the next one takes its place; at most this many are named. */
const NEIGHBOURS_NAMED = 4
const RELATED_PER_TAG = 2
/**
 * Related articles are at least this much older. Otherwise each new article would change every scheduled article of its
 * tags. Newer ones are on the tag's page and among the neighbours.
 */
const BACKGROUND_MS = 2 * 86_400_000

/** The links of each entry, by its index. */
export function relate(entries: readonly Entry[], tags: readonly Tag[]): (index: number) => Neighbours {
  const bySlug = new Map(tags.map((tag) => [tag.slug, tag]))
  return (index) => {
    const own = entries[index]
    const related = new Map<string, Card>()
    for (const [tag, { slug }] of own?.tags.entries() ?? []) {
      const place = own?.places[tag] ?? 0
      const older = nearestBackground(bySlug.get(slug)?.entries ?? [], place)
      for (const { card } of older) related.set(card.slug, card)
    }
    return {
      newer: oneAtATime(untilLasting(entries.slice(index + 1, index + 1 + NEIGHBOURS_NAMED)).map(linkTo)),
      older: oneAtATime(
        untilLasting(entries.slice(Math.max(0, index - NEIGHBOURS_NAMED), index).reverse()).map(linkTo),
      ),
      related: [...related.values()].sort((a, b) => b.from - a.from || (a.slug < b.slug ? 1 : -1)),
    }
  }
}

/** The nearest articles of a tag that are old enough for a place; if there are none, the nearest before it. */
function nearestBackground(entries: readonly Entry[], place: number): readonly Entry[] {
  const before = (entries[place]?.from ?? 0) - BACKGROUND_MS
  let end = place
  while (end > 0 && (entries[end - 1]?.from ?? 0) > before) end -= 1
  if (end === 0) end = place
  return entries.slice(Math.max(0, end - RELATED_PER_TAG), end)
}

/** The entries up to the first one that does not expire: later ones would never be shown. */
function untilLasting(entries: Entry[]): Entry[] {
  const last = entries.findIndex(({ until }) => until === undefined)
  return last < 0 ? entries : entries.slice(0, last + 1)
}

/** A row that leads to an article. */
export function linkTo({ article, ...entry }: Entry): Link {
  return { ...spanOf(entry), ...named(article) }
}
