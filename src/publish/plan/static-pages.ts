// What a push changes in standing pages and in the lists of authors. Pure.
import { standingPath } from '../../addresses.ts'
import type { Settings } from '../../records.ts'
import type { Built } from '../build.ts'
import type { TableChanges } from '../stored/editions.ts'

/** A page in a plan: its title where the sources know it, else its slug. */
export type PlannedPage = { slug: string; title: string; path: string }

/** Standing pages that are new, of which the words or pictures differ, and that are there no more. */
export type StandingChanges = {
  added: PlannedPage[]
  changed: PlannedPage[]
  removed: PlannedPage[]
  /** All of them as the footer will list them, if those that stay change places; else none. */
  reordered: PlannedPage[]
}

/** Compares the standing pages of two editions, with what the settings of each list. */
export function standingChanges(
  { standing: { before, after } }: Pick<TableChanges, 'standing'>,
  pages: Record<'before' | 'after', NonNullable<Settings['pages']>>,
): StandingChanges {
  const titles = new Map([...pages.before, ...pages.after].map(({ slug, title }) => [slug, title]))
  const page = (slug: string): PlannedPage => ({
    slug,
    title: titles.get(slug) ?? slug,
    path: standingPath(slug),
  })
  const [old, next] = [[...before.keys()], [...after.keys()]]
  const [listed, willBe] = [pages.before, pages.after].map((list) => list.map(({ slug }) => slug))
  const among = (slugs: string[] = [], others: string[] = []): string[] =>
    slugs.filter((slug) => others.includes(slug))
  const isReordered = among(listed, willBe).join() !== among(willBe, listed).join()
  return {
    added: next.filter((slug) => !before.has(slug)).map(page),
    changed: next.filter((slug) => before.has(slug)).map(page),
    removed: old.filter((slug) => !after.has(slug)).map(page),
    reordered: isReordered ? pages.after.map(({ slug }) => page(slug)) : [],
  }
}

/** Addresses of standing pages that lead nowhere any more. */
export function dyingStanding({ removed }: StandingChanges, { tables }: Pick<Built, 'tables'>): string[] {
  return removed.filter(({ path }) => !tables.aliases.has(path)).map(({ slug }) => slug)
}
