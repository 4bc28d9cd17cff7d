// All sources to checked content, or to every problem of every file.
import { type Article, type ArticleText, parseArticle, resolvePictures } from './article.ts'
import { type Claims, checkClaims } from './claims.ts'
import type { Sources } from './content.ts'
import { type PictureFile, readPicture } from './pictures.ts'
import { type Problem, sortProblems } from './problem.ts'
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
  const claims: Claims[] = []
  const proof = shared ?? openProof()
  try {
    for (const source of sources.articles) {
      const parsed = parseArticle(source, context)
      problems.push(...parsed.problems)
      if (parsed.claims) claims.push(parsed.claims)
      if (!parsed.text) continue
      const proved = await proveText(parsed.text, proof, context.hasPicture)
      problems.push(...proved.problems)
      if (parsed.article) articles.push({ ...parsed.article, pictures: proved.used })
    }
  } finally {
    if (!shared) await proof.close()
  }
  problems.push(...checkClaims(claims, context))

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
