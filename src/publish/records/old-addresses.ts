// The table of aliases: old addresses of articles, tags and static pages.
import { articlePath, tagPath, tagSlug } from '../../addresses.ts'
import type { Row } from '../../records.ts'
import type { Content } from '../check-sources.ts'
import type { Entry, Tag } from './arrange.ts'

/** What each old path leads to. */
export function aliasesOf(
  entries: readonly Entry[],
  tags: readonly Tag[],
  content: Content,
): Map<string, Row<'aliases'>> {
  const aliases = new Map<string, Row<'aliases'>>()
  for (const { article } of entries) {
    for (const { path } of article.aliases) aliases.set(path, { article: article.slug })
  }
  for (const { draft, aliases: old, slug } of content.staticPages) {
    if (!draft) for (const { path } of old) aliases.set(path, { staticPage: slug })
  }
  const slugs = new Set(tags.map(({ slug }) => slug))
  for (const tag of content.site.tags) {
    const slug = tagSlug(tag.identity)
    if (!slugs.has(slug)) continue
    for (const identity of tag.aliases) {
      const path = tagPath(tagSlug(identity))
      if (path !== tagPath(slug)) aliases.set(path, { tag: slug })
    }
  }
  for (const { article } of entries) aliases.delete(articlePath(article.slug))
  return aliases
}
