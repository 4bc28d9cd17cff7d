// What takedowns mean to the next push: what was taken down stays hidden over the new edition, unless it is restored,
// and what is restored is uploaded again. Pure.
import { articlePath } from '../addresses.ts'
import { type Current, listsOf, type Takedown } from '../records.ts'
import { spanOf } from './build/arrange.ts'
import type { Built } from './build.ts'
import type { Content } from './check.ts'
import { articleKeys } from './plan/lacking.ts'

/** What is live, and the slugs that are to be seen again. */
export type Restoring = { live: Current | null; restore: readonly string[] }

/** Throws where a slug was not taken down, or would not be seen after all: a slip of the pen must not pass for a yes. */
export function assertRestorable({ site, articles }: Content, { live, restore }: Restoring): void {
  const known = (live?.takedowns ?? []).flatMap(({ slug, passing }) => (passing ? [] : [slug]))
  for (const slug of restore) {
    const attempt = `Nothing was published: --restore ${slug}`
    if (!known.includes(slug)) {
      const list = known.length === 0 ? 'Nothing is' : `There is: ${known.join(', ')}`
      throw new Error(`${attempt} names no article that was taken down. ${list}`)
    }
    const gone = site.gone.find((one) => one.slug === slug)?.place
    const draft = articles.find((article) => article.slug === slug && article.draft)
    const reasons = [
      ...(gone ? [`${gone.path}:${gone.line}:${gone.column} has it under gone`] : []),
      ...(draft ? [`${draft.path} says draft: true`] : []),
    ]
    if (reasons.length === 0) continue
    const both = reasons.length > 1 ? 'both' : 'that'
    throw new Error(
      `${attempt} would not show it again, because ${reasons.join(' and ')}. Remove ${both}, and run the command again`,
    )
  }
}

/** The list of takedowns over a new edition, with the spans and the lists under which its counts may still hold them. */
export function carriedTakedowns(built: Built, { live, restore }: Restoring): Takedown[] {
  const restored = restoredSlugs(built, { live, restore })
  return (live?.takedowns ?? [])
    .filter(({ slug, passing }) => !passing && !restored.has(slug))
    .map((takedown): Takedown => {
      const { slug, removed } = takedown
      const entry = built.entries.get(slug)
      if (!entry) return { ...takedown, tags: [] }
      const tags = listsOf(entry)
      const record = built.tables.articles.get(slug)?.record
      // The record is not uploaded, so a rollback to this edition cannot ask it.
      const known = record === undefined ? removed : { ...removed, [record]: tags }
      return { ...spanOf(entry), slug, tags, ...(known === undefined ? {} : { removed: known }) }
    })
}

/** The list of what takedowns have removed of articles that are seen again, but for what this push uploads anew. */
export function carriedRemovals(built: Built, { live, restore }: Restoring): string[] {
  const slugs = restoredSlugs(built, { live, restore })
  const restored = live?.takedowns.filter(({ slug }) => slugs.has(slug)) ?? []
  const all = [...(live?.removed ?? []), ...restored.flatMap(({ removed = {} }) => Object.keys(removed))]
  const named = new Set([...built.tables.articles.values()].map(({ record }) => record))
  return [...new Set(all)].filter((hash) => !named.has(hash)).sort()
}

/** What a store lacks, with what a takedown has removed of what is restored: the live edition names it, and it is not there. */
export function withRestored(
  lacking: readonly string[][],
  { built, live, restore }: Restoring & { built: Built },
): string[][] {
  const down = new Set(live?.takedowns.map(({ slug }) => slug) ?? [])
  const own = restore.filter((slug) => down.has(slug)).flatMap((slug) => articleKeys(built.tables, slug))
  return lacking.map((stage, index) => (index === 0 ? [...new Set([...stage, ...own])] : stage))
}

/** The slugs that are asked for, and the old ones of theirs, which were taken down with them. */
function restoredSlugs({ tables }: Built, { live, restore }: Restoring): Set<string> {
  const old = (live?.takedowns ?? []).flatMap(({ slug }) => {
    const to = tables.aliases.get(articlePath(slug))
    return to && 'article' in to && restore.includes(to.article) ? [slug] : []
  })
  return new Set([...restore, ...old])
}
