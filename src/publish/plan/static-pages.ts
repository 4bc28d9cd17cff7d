// What a push changes in static pages. Pure.
import { staticPagePath } from '../../addresses.ts'
import type { Settings } from '../../records.ts'
import type { Built } from '../build.ts'
import type { TableChanges } from '../stored/editions.ts'

/** A page in a plan: its title where the sources know it, else its slug. */
export type PlannedPage = { slug: string; title: string; path: string }

/** Static pages that are new, that changed, and that are gone. */
export type StaticPageChanges = {
  added: PlannedPage[]
  changed: PlannedPage[]
  removed: PlannedPage[]
  /** All static pages in their new order, if those that stay change places; else none. */
  reordered: PlannedPage[]
}

/** Compares the static pages of two editions. `pages` are their lists in the settings. */
export function staticPageChanges(
  { staticPages: { before, after } }: Pick<TableChanges, 'staticPages'>,
  pages: Record<'before' | 'after', NonNullable<Settings['pages']>>,
): StaticPageChanges {
  const titles = new Map([...pages.before, ...pages.after].map(({ slug, title }) => [slug, title]))
  const page = (slug: string): PlannedPage => ({
    slug,
    title: titles.get(slug) ?? slug,
    path: staticPagePath(slug),
  })
  const [old, next] = [[...before.keys()], [...after.keys()]]
  const [oldOrder, newOrder] = [pages.before, pages.after].map((list) => list.map(({ slug }) => slug))
  const intersection = (slugs: string[] = [], others: string[] = []): string[] =>
    slugs.filter((slug) => others.includes(slug))
  const isReordered = intersection(oldOrder, newOrder).join() !== intersection(newOrder, oldOrder).join()
  return {
    added: next.filter((slug) => !before.has(slug)).map(page),
    changed: next.filter((slug) => before.has(slug)).map(page),
    removed: old.filter((slug) => !after.has(slug)).map(page),
    reordered: isReordered ? pages.after.map(({ slug }) => page(slug)) : [],
  }
}

/** Slugs of static pages whose addresses will answer 404. */
export function dyingStaticPages(
  { removed }: StaticPageChanges,
  { tables }: Pick<Built, 'tables'>,
): string[] {
  return removed.filter(({ path }) => !tables.aliases.has(path)).map(({ slug }) => slug)
}
