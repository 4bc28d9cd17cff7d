// Finds conflicts between articles, static pages and the site's files: slugs, identities, old paths and tags that two
// of them use, and translations that do not match. Pure.
import { articlePath, RESERVED_SEGMENTS, ROUTES, staticPagePath, tagPath, tagSlug } from '../../addresses.ts'
import type { Claims } from '../sources/article.ts'
import { type Place, type Problem, quote } from '../sources/problem.ts'
import type { Site } from '../sources/site.ts'
import type { StaticPageClaims } from '../sources/static-page.ts'

/** The sources besides the articles. */
type Others = Pick<Site, 'gone' | 'tags'> & { staticPages: readonly StaticPageClaims[] }

/** All problems between articles, and between them and the site's own files. */
export function checkConflicts(claims: readonly Claims[], { gone, tags, staticPages }: Others): Problem[] {
  return [
    ...checkSlugs(claims, gone),
    ...checkIdentities(claims),
    ...checkTags(claims, tags),
    ...checkStaticPages(staticPages),
    ...checkAliases(claims, { gone, tags, staticPages }),
    ...checkTranslations(claims, gone),
  ]
}

function checkSlugs(claims: readonly Claims[], gone: Site['gone']): Problem[] {
  const problems: Problem[] = []
  const owners = new Map<string, Claims>()
  for (const article of claims) {
    if (article.slug === null) continue
    const owner = owners.get(article.slug)
    if (!owner) {
      owners.set(article.slug, article)
      continue
    }
    // Report the file with a line slug:, if only one has it; the other takes its slug from its name.
    const isOwners = owner.slugPlace.line > 1 && article.slugPlace.line === 1
    const [told, other] = isOwners ? [owner, article] : [article, owner]
    const message = `slug ${quote(article.slug)} is already used by ${other.path}. Change one of them`
    problems.push({ ...told.slugPlace, level: 'problem', message })
  }
  for (const { slug, place } of gone) {
    const owner = owners.get(slug)
    if (!owner || owner.draft) continue
    const message = `gone must not name an existing article: ${quote(slug)} is ${owner.path}. Remove one of them`
    problems.push({ ...place, level: 'problem', message })
  }
  return problems
}

/** Feed readers would show two articles with the same identity as one. */
function checkIdentities(claims: readonly Claims[]): Problem[] {
  const problems: Problem[] = []
  const owners = new Map<string, Claims>()
  for (const article of claims) {
    if (article.draft || article.id === null) continue
    const owner = owners.get(article.id)
    if (!owner) {
      owners.set(article.id, article)
      continue
    }
    // Two default identities are equal only if two slugs are, which is reported already.
    const place = article.idPlace ?? owner.idPlace
    const other = article.idPlace ? owner : article
    if (!place) continue
    const message = `id ${quote(article.id)} is already used by ${other.path}. Remove the line`
    problems.push({ ...place, level: 'problem', message })
  }
  return problems
}

/** Two tags with the same address would share one page. */
function checkTags(claims: readonly Claims[], known: Site['tags']): Problem[] {
  const problems: Problem[] = []
  const identities = new Map<string, string>()
  const named = [...known, ...claims.flatMap(({ tags }) => tags)]
  const reported = new Set<string>()
  for (const { identity, place } of named) {
    const path = tagPath(tagSlug(identity))
    const other = identities.get(path)
    if (other === undefined) identities.set(path, identity)
    if (other === undefined || other === identity || reported.has(identity)) continue
    reported.add(identity)
    const message = `tags ${quote(identity)} and ${quote(other)} would share the address ${path}: spell them alike`
    problems.push({ ...place, level: 'problem', message })
  }
  return problems
}

/** Two static pages with the same slug would have the same address. */
function checkStaticPages(staticPages: readonly StaticPageClaims[]): Problem[] {
  const problems: Problem[] = []
  const owners = new Map<string, string>()
  for (const { path, slug, slugPlace } of staticPages) {
    if (slug === null) continue
    const owner = owners.get(slug)
    if (owner === undefined) {
      owners.set(slug, path)
      continue
    }
    const message = `slug ${quote(slug)} is already used by ${owner}. Change one of them`
    problems.push({ ...slugPlace, level: 'problem', message })
  }
  return problems
}

/**
 * A translation should exist and name the article in turn. One that does not exist is only advice: a pulled folder has
 * no drafts and no articles that were taken down.
 */
function checkTranslations(claims: readonly Claims[], gone: Site['gone']): Problem[] {
  const problems: Problem[] = []
  const bySlug = new Map(claims.map((article) => [article.slug, article]))
  for (const article of claims) {
    for (const { lang, slug, place } of article.translations) {
      const other = bySlug.get(slug)
      if (!other) {
        const reason = gone.some((one) => one.slug === slug)
          ? 'is under gone in content/site.yaml. Remove the line'
          : 'no article has, so it is not shown. Correct the slug, or remove the line'
        const message = `translations must be slugs of articles: found ${quote(slug)}, which ${reason}`
        problems.push({ ...place, level: 'advice', message })
      } else if (other === article) {
        const message = `translations names the article itself under ${quote(lang)}: it is not shown. Remove the line`
        problems.push({ ...place, level: 'advice', message })
      } else if (!article.draft && !other.draft && !leadsTo(other, article)) {
        const message = `${other.path} does not link back: add translations: with ${quote(article.slug)} to it`
        problems.push({ ...place, level: 'advice', message })
      }
    }
  }
  return problems
}

function leadsTo({ translations }: Claims, { slug }: Claims): boolean {
  return translations.some((translation) => translation.slug === slug)
}

function checkAliases(claims: readonly Claims[], { gone, tags, staticPages }: Others): Problem[] {
  // Drafts are never published, so their aliases and slugs conflict with nothing.
  const published = claims.filter(({ draft }) => !draft)
  const publishedPages = staticPages.filter(({ draft }) => !draft)
  const pages = pagesOf(published, publishedPages)
  const ended = new Set(gone.map(({ slug }) => articlePath(slug)))
  const problems: Problem[] = []
  const say = (place: Place, message: string) => problems.push({ ...place, level: 'problem', message })
  for (const article of [...published, ...publishedPages]) {
    for (const { path, place } of article.aliases) {
      const page = pages.get(path)
      if (page !== undefined)
        say(place, `aliases must be old paths: ${quote(path)} is already used by ${page}. Remove the line`)
      else if (isReserved(path)) {
        const taken = path.split('/')[1]
        say(
          place,
          `aliases must not lie under /${taken}, which is the site's own: found ${quote(path)}. Remove the line`,
        )
      } else if (ended.has(path)) {
        say(
          place,
          `aliases must not be gone: ${quote(path)} is under gone in content/site.yaml. Remove one of them`,
        )
      }
      if (page === undefined) pages.set(path, `an alias of ${article.path}`)
    }
  }
  const used = new Set(published.flatMap(({ tags }) => tags.map(({ identity }) => identity)))
  for (const { aliases, place, name } of tags) {
    for (const identity of aliases) {
      const page = pages.get(tagPath(tagSlug(identity)))
      if (page === undefined || used.has(identity) || page === `tag ${name}`) continue
      say(place, `aliases must not be pages: ${quote(identity)} is ${page}. Remove one of them`)
    }
  }
  return problems
}

/** A description of the page at each address of articles, static pages and the site. */
function pagesOf(
  published: readonly Claims[],
  staticPages: readonly StaticPageClaims[],
): Map<string, string> {
  const pages = new Map<string, string>([
    [ROUTES.front, 'the front page'],
    [ROUTES.tags, 'the tags index'],
    [ROUTES.authors, 'the index of authors'],
    [ROUTES.favicon, "the site's icon"],
  ])
  for (const { path, slug } of staticPages) if (slug !== null) pages.set(staticPagePath(slug), path)
  for (const { path, slug } of published) if (slug !== null) pages.set(articlePath(slug), path)
  for (const { tags } of published)
    for (const { identity, name } of tags) pages.set(tagPath(tagSlug(identity)), `tag ${name}`)
  return pages
}

/** Whether the first segment of a path is reserved for pages of the site, now or later. */
function isReserved(path: string): boolean {
  const first = path.split('/')[1] ?? ''
  return RESERVED_SEGMENTS.includes(first) && !['articles', 'tags'].includes(first)
}
