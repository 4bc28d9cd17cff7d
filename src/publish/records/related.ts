// What an article's page leads on to: the articles beside it in time, and older ones of its tags.
import { oneAtATime } from '../../projection.ts'
import type { ArticleRecord, Card, Link } from '../../records.ts'
import { type Entry, named, spanOf, type Tag } from './arrange.ts'

/** The rows of an article's record that lead on to others. */
export type Neighbours = Pick<ArticleRecord, 'newer' | 'older' | 'related'>

/** Neighbours that expire leave their place to the next; so many are named at most. */
const NEIGHBOURS_NAMED = 4
const RELATED_PER_TAG = 2
/**
 * Related are stories from before: the days just past are what the neighbours and the tag's own page are for. Without
 * this, whatever is published would change every article of its tags that is scheduled for the days to come.
 */
const BACKGROUND_MS = 2 * 86_400_000

/** What each entry, by its index, leads on to. */
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

/** The nearest articles of a tag before a place that are background to it, or the nearest of all if none is. */
function nearestBackground(entries: readonly Entry[], place: number): readonly Entry[] {
  const before = (entries[place]?.from ?? 0) - BACKGROUND_MS
  let end = place
  while (end > 0 && (entries[end - 1]?.from ?? 0) > before) end -= 1
  if (end === 0) end = place
  return entries.slice(Math.max(0, end - RELATED_PER_TAG), end)
}

/** Up to and with the first that does not expire: those behind it can never be reached. */
function untilLasting(entries: Entry[]): Entry[] {
  const last = entries.findIndex(({ until }) => until === undefined)
  return last < 0 ? entries : entries.slice(0, last + 1)
}

/** A row that leads to an article. */
export function linkTo({ article, ...entry }: Entry): Link {
  return { ...spanOf(entry), ...named(article) }
}
