// All sources to checked content, or to every problem of every file. What needs more than one file is checked here.
import {
  articlePath,
  FAVICON_PATH,
  FRONT_PATH,
  RESERVED_SEGMENTS,
  TAGS_PATH,
  tagPath,
  tagSlug,
} from '../addresses.ts'
import { type Article, type ArticleText, parseArticle, resolvePictures } from './article.ts'
import type { Sources } from './content.ts'
import { type PictureFile, readPicture } from './pictures.ts'
import { found, type Problem, sortProblems } from './problem.ts'
import { openProof, type Proof } from './proof.ts'
import { parseSite, type Site } from './site.ts'
import { placeIn } from './text.ts'

/** Content without a problem: what `build` makes an edition of. */
export type Content = {
  site: Site
  articles: Article[]
  /** The pictures that articles show, by file name under `content/images/`. */
  pictures: Map<string, PictureFile>
}

/**
 * Checks everything. The content is null when there is any problem; all problems and advice are returned.
 * Whoever checks often may hand in a proof that stays open.
 */
export async function checkSources(
  sources: Sources,
  shared?: Proof,
): Promise<{ content: Content | null; problems: Problem[] }> {
  const problems = [...sources.problems]
  const { site, context: siteContext, problems: siteProblems } = parseSite(sources)
  problems.push(...siteProblems)
  const context = { ...siteContext, hasPicture: (name: string) => sources.pictures.has(name) }
  const articles: Article[] = []
  const proof = shared ?? openProof()
  try {
    for (const source of sources.articles) {
      const parsed = parseArticle(source, context)
      problems.push(...parsed.problems)
      if (!parsed.text) continue
      const proved = await proveText(parsed.text, proof, context.hasPicture)
      problems.push(...proved.problems)
      if (parsed.article) articles.push({ ...parsed.article, pictures: proved.used })
    }
  } finally {
    if (!shared) await proof.close()
  }
  const { gone, tags } = site ?? { gone: [], tags: [] }
  problems.push(...checkSlugs(articles, gone), ...checkTags(articles, tags), ...checkAliases(articles, tags))

  const pictures = new Map<string, PictureFile>()
  for (const name of picturesOf(articles)) {
    const source = sources.pictures.get(name)
    if (!source) continue
    const picture = await readPicture(source)
    if ('problem' in picture) problems.push(picture.problem)
    else pictures.set(name, picture)
  }
  const stopped = problems.some(({ level }) => level === 'problem')
  return { content: stopped || !site ? null : { site, articles, pictures }, problems: sortProblems(problems) }
}

/** Renders an article's text once, where it can be stopped, and finds the pictures in it. */
async function proveText(
  text: ArticleText,
  proof: Proof,
  hasPicture: (name: string) => boolean,
): Promise<ReturnType<typeof resolvePictures>> {
  const proved = await proof.render(text.text.slice(text.bodyStart))
  if (!('refused' in proved)) return resolvePictures(text, proved.pictures, hasPicture)
  const place = placeIn(text, text.bodyStart)
  return { used: new Map(), problems: [{ ...place, level: 'problem', message: proved.refused }] }
}

/** File names of the pictures that are to be published: those of articles that are no drafts. */
function picturesOf(articles: readonly Article[]): Set<string> {
  const names = new Set<string>()
  for (const { draft, image, pictures } of articles) {
    if (draft) continue
    if (image?.src !== undefined) names.add(image.src)
    for (const name of pictures.values()) names.add(name)
  }
  return names
}

function checkSlugs(articles: readonly Article[], gone: Site['gone']): Problem[] {
  const problems: Problem[] = []
  const owners = new Map<string, Article>()
  for (const article of articles) {
    const owner = owners.get(article.slug)
    if (!owner) {
      owners.set(article.slug, article)
      continue
    }
    const message = `slug must be an article's own: ${found(article.slug)} is taken by ${owner.path}. Give one of them another slug`
    problems.push({ ...article.slugPlace, level: 'problem', message })
  }
  for (const { slug, place } of gone) {
    const owner = owners.get(slug)
    if (!owner || owner.draft) continue
    const message = `gone must not name an article that is there: ${found(slug)} is ${owner.path}. Remove one of them`
    problems.push({ ...place, level: 'problem', message })
  }
  return problems
}

/** Two identities with one address would be two tags on one page. */
function checkTags(articles: readonly Article[], known: Site['tags']): Problem[] {
  const problems: Problem[] = []
  const identities = new Map<string, string>()
  const named = [...known, ...articles.flatMap(({ tags }) => tags)]
  const reported = new Set<string>()
  for (const { identity, place } of named) {
    const path = tagPath(tagSlug(identity))
    const other = identities.get(path)
    if (other === undefined) identities.set(path, identity)
    if (other === undefined || other === identity || reported.has(identity)) continue
    reported.add(identity)
    const message = `tags ${found(identity)} and ${found(other)} would share the address ${path}: spell them alike`
    problems.push({ ...place, level: 'problem', message })
  }
  return problems
}

function checkAliases(articles: readonly Article[], known: Site['tags']): Problem[] {
  const pages = new Map<string, string>([
    [FRONT_PATH, 'the front page'],
    [TAGS_PATH, 'the tags index'],
    [FAVICON_PATH, "the site's icon"],
  ])
  for (const { path, slug } of articles) pages.set(articlePath(slug), path)
  for (const { tags } of articles)
    for (const { identity, name } of tags) pages.set(tagPath(tagSlug(identity)), `tag ${name}`)
  const problems: Problem[] = []
  const say = (place: Problem | Article['aliases'][number]['place'], message: string) =>
    problems.push({ ...place, level: 'problem', message })
  for (const article of articles) {
    for (const { path, place } of article.aliases) {
      const page = pages.get(path)
      if (page !== undefined)
        say(place, `aliases must be old paths: ${found(path)} is taken by ${page}. Remove the line`)
      else if (isReserved(path)) {
        const taken = path.split('/')[1]
        say(
          place,
          `aliases must not lie under /${taken}, which is the site's own: found ${found(path)}. Remove the line`,
        )
      }
      if (page === undefined) pages.set(path, `an alias of ${article.path}`)
    }
  }
  for (const { aliases, place, name } of known) {
    for (const identity of aliases) {
      const page = pages.get(tagPath(tagSlug(identity)))
      const used = articles.some(({ tags }) => tags.some((tag) => tag.identity === identity))
      if (page === undefined || used || page === `tag ${name}`) continue
      say(place, `aliases must not be pages: ${found(identity)} is ${page}. Remove one of them`)
    }
  }
  return problems
}

/** Whether a path lies where the site itself has, or will have, pages that no article or tag makes. */
function isReserved(path: string): boolean {
  const first = path.split('/')[1] ?? ''
  return RESERVED_SEGMENTS.includes(first) && !['articles', 'tags', 'authors'].includes(first)
}
