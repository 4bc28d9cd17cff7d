// What a push changes in standing pages and in the lists of authors. Pure.
import { standingPath } from '../../addresses.ts'
import type { Built } from '../build.ts'
import type { Content } from '../check.ts'
import type { TableChanges } from '../live.ts'
import type { PlannedPage } from '../plan.ts'

/** Standing pages that are new, of which the words or pictures differ, and that are there no more. */
export type StandingChanges = { added: PlannedPage[]; changed: PlannedPage[]; removed: PlannedPage[] }

/** Compares the standing pages of two editions. */
export function standingChanges(
  { standing: { before, after } }: Pick<TableChanges, 'standing'>,
  { standing }: Pick<Content, 'standing'>,
  titlesBefore: ReadonlyMap<string, string>,
): StandingChanges {
  const titles = new Map([...titlesBefore, ...standing.map(({ slug, title }) => [slug, title] as const)])
  const page = (slug: string): PlannedPage => ({
    slug,
    title: titles.get(slug) ?? slug,
    path: standingPath(slug),
  })
  const [old, next] = [[...before.keys()], [...after.keys()]]
  return {
    added: next.filter((slug) => !before.has(slug)).map(page),
    changed: next.filter((slug) => before.has(slug)).map(page),
    removed: old.filter((slug) => !after.has(slug)).map(page),
  }
}

/** Addresses of standing pages that lead nowhere any more. */
export function dyingStanding({ removed }: StandingChanges, { tables }: Pick<Built, 'tables'>): string[] {
  return removed.filter(({ path }) => !tables.aliases.has(path)).map(({ slug }) => slug)
}
