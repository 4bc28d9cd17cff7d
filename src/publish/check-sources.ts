// Checks all sources together: returns the content, or every problem of every file. Writes only the cache.
import { join } from 'node:path'
import { type Cache, keyOf, NO_CACHE, openCache } from './check/cache.ts'
import { codeVersion, firstCodeVersion } from './check/code-version.ts'
import { checkConflicts } from './check/conflicts.ts'
import { findAll } from './check/findings.ts'
import { offerWords } from './check/picture-advice.ts'
import { type RenderCheck, renderCheck } from './check/render-check.ts'
import { openPictures, type Pictures } from './pictures/make.ts'
import type { Article, Claims } from './sources/article.ts'
import { type Sources, type StoredFile, stampOf } from './sources/content.ts'
import { type PictureFile, readPicture } from './sources/picture-files.ts'
import { type Problem, sortProblems } from './sources/problem.ts'
import { parsePulled } from './sources/pulled.ts'
import { pictureReader, textReader } from './sources/rereading.ts'
import { parseSite, type Site } from './sources/site.ts'
import type { SourceFile } from './sources/source-file.ts'
import type { StaticPage, StaticPageClaims } from './sources/static-page.ts'

/** Content without a problem, from which `build` makes an edition. */
export type Content = {
  site: Site
  articles: Article[]
  staticPages: StaticPage[]
  /** The pictures that articles and static pages show, by file name under `content/images/`. */
  pictures: Map<string, PictureFile>
  /** The published text of an article or a static page. Throws if the file has changed since the check. */
  readText: ReturnType<typeof textReader>
} & Pictures

type File = SourceFile | StoredFile

/** Checks all sources. `content` is null if there is any problem. `problems` holds all problems and advice. */
export async function checkSources(
  sources: Sources,
  render: RenderCheck = renderCheck,
): Promise<{ content: Content | null; problems: Problem[] }> {
  const { site, context: siteContext, problems: siteProblems } = parseSite(sources)
  const context = {
    zone: siteContext.zone,
    authors: siteContext.authors,
    hasPicture: (name: string): boolean => sources.pictures.has(name),
  }
  const cache = sources.root === undefined ? NO_CACHE : openCacheOf(sources.root)
  const articles: Article[] = []
  const staticPages: StaticPage[] = []
  const claims: Claims[] = []
  const staticPageClaims: StaticPageClaims[] = []
  const files = [...sources.articles, ...sources.pages]
  const found: Problem[][] = [sources.problems, siteProblems]
  for (const finding of await findAll(files, { context, cache, renderCheck: render })) {
    if (finding.kind === 'article') {
      if (finding.article) articles.push(finding.article)
      if (finding.claims) claims.push(finding.claims)
    } else {
      if (finding.page) staticPages.push(finding.page)
      if (finding.claims) staticPageClaims.push(finding.claims)
    }
    found.push(finding.problems)
  }
  found.push(checkConflicts(claims, { ...siteContext, staticPages: staticPageClaims }))
  const shown = await readPictures(sources, { names: picturesOf([...articles, ...staticPages]), cache })
  found.push(shown.problems, offerWords(articles, shown.pictures))
  cache.save()

  const problems = sortProblems(found.flat())
  if (!site || problems.some(({ level }) => level === 'problem')) return { content: null, problems }
  const readText = textReader(files)
  const readFile = pictureReader(sources.pictures)
  const pictures = openPictures({ root: sources.root, readFile, shown: shown.pictures.values() })
  return {
    content: { site, articles, staticPages, pictures: shown.pictures, readText, ...pictures },
    problems,
  }
}

const CACHE_FILE = '.wrangler/dateline/checked'

/** The project's cache. An empty one that keeps nothing if the version of code and libraries is unknown. */
function openCacheOf(root: string): Cache {
  const version = firstCodeVersion()
  if (version === null) return NO_CACHE
  const cache = openCache(join(root, CACHE_FILE), version)
  // If the code has changed since the start, a thread that started late ran newer code than this process.
  const save = (): void => {
    if (codeVersion() === version) cache.save()
  }
  return { ...cache, save }
}

/** File names of the pictures that are published. Pictures of drafts are not. */
function picturesOf(sources: readonly Shown[]): Set<string> {
  const names = new Set<string>()
  for (const { draft, image, pictures } of sources) {
    if (draft) continue
    if (image?.src !== undefined) names.add(image.src)
    for (const name of pictures.values()) names.add(name)
  }
  return names
}

type Shown = Pick<Article, 'draft' | 'pictures'> & Pick<Partial<Article>, 'image'>

async function readPictures(
  { pictures: sources, pulled }: Pick<Sources, 'pictures' | 'pulled'>,
  { names, cache }: { names: ReadonlySet<string>; cache: Cache },
): Promise<{ pictures: Content['pictures']; problems: Problem[] }> {
  const pictures: Content['pictures'] = new Map()
  const { find, problems } = parsePulled(pulled)
  for (const name of names) {
    const source = sources.get(name)
    if (!source) continue
    const picture = await readPictureOnce(source, cache)
    if ('problem' in picture) problems.push(picture.problem)
    else pictures.set(name, find(name, picture))
  }
  return { pictures, problems }
}

/** Reads a picture, or takes it from the cache if its file is unchanged: reading all of them each time is too slow. */
async function readPictureOnce(file: File, cache: Cache): Promise<PictureFile | { problem: Problem }> {
  const stamp = 'root' in file ? stampOf(file) : null
  const key = stamp === null ? null : keyOf(['picture', stamp])
  const known = key === null ? null : cache.get(key)
  if (known !== null) return JSON.parse(known) as PictureFile
  const picture = await readPicture(file)
  if (key !== null && !('problem' in picture)) cache.put(key, JSON.stringify(picture))
  return picture
}
