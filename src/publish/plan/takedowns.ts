// Takedowns over the next push: an article that was taken down stays hidden, unless it is restored. Pure.
import { articlePath } from '../../addresses.ts'
import { type Current, type Takedown, takedownOver } from '../../records.ts'
import type { Built } from '../build.ts'
import type { Content } from '../check-sources.ts'

/** The live edition, and the slugs to show again. */
export type Restoring = { live: Current | null; restore: readonly string[] }

/** Throws if a slug was not taken down, or would stay hidden: a typing error must not look like success. */
export function assertRestorable({ site, articles }: Content, { live, restore }: Restoring): void {
  const known = (live?.takedowns ?? []).flatMap(({ slug, untilNextPush }) => (untilNextPush ? [] : [slug]))
  for (const slug of restore) {
    const attempt = `--restore ${slug}`
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

/** The takedowns that stay in force over a new edition. */
export function carriedTakedowns(
  { tables }: Pick<Built, 'tables'>,
  { live, restore }: Restoring,
): Takedown[] {
  const restored = restoredSlugs({ tables }, { live, restore })
  return (live?.takedowns ?? [])
    .filter(({ slug, untilNextPush }) => !untilNextPush && !restored.has(slug))
    .map((takedown) => takedownOver(takedown, tables.articles.get(takedown.slug)))
}

/** The slugs to restore, and the old slugs of these articles, which were taken down with them. */
export function restoredSlugs({ tables }: Pick<Built, 'tables'>, { live, restore }: Restoring): Set<string> {
  const old = (live?.takedowns ?? []).flatMap(({ slug }) => {
    const to = tables.aliases.get(articlePath(slug))
    return to && 'article' in to && restore.includes(to.article) ? [slug] : []
  })
  return new Set([...restore, ...old])
}
