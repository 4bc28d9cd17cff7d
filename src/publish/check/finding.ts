// The result of checking one source: the article or static page, its claims, its problems. Packs it for the cache.
import type { Claims } from '../sources/article.ts'
import { type Article, type ArticleContext, type ArticleText, resolvePictures } from '../sources/article.ts'
import { isStaticPage, type Parsed, parseArticle } from '../sources/parse.ts'
import type { Problem } from '../sources/problem.ts'
import {
  type ParsedStaticPage,
  parseStaticPage,
  type StaticPage,
  type StaticPageClaims,
} from '../sources/static-page.ts'
import { placeIn, type SourceFile } from '../sources/text.ts'
import type { Rendered } from './render-thread.ts'

/** `claims` is null if the front matter is not valid YAML; `article` and `page` are null if it has any problem. */
export type Finding =
  | { kind: 'article'; article: Article | null; claims: Claims | null; problems: Problem[] }
  | { kind: 'page'; page: StaticPage | null; claims: StaticPageClaims | null; problems: Problem[] }

/** A parsed source whose body is not rendered yet. */
export type Unrendered = ({ kind: 'article' } & Parsed) | ({ kind: 'page' } & ParsedStaticPage)

/** Parses a source's front matter. */
export function parseSource(source: SourceFile, context: ArticleContext): Unrendered {
  return isStaticPage(source.path)
    ? { kind: 'page', ...parseStaticPage(source, context) }
    : { kind: 'article', ...parseArticle(source, context) }
}

/** Adds the pictures and problems of the rendered body. `rendered` is null if the source has no readable body. */
export function completeFinding(
  unrendered: Unrendered,
  rendered: Rendered | null,
  context: ArticleContext,
): Finding {
  const { text } = unrendered
  const { pictures, wordless, problems } = text && rendered ? readRendered(text, rendered, context) : NOTHING
  const all = [...unrendered.problems, ...problems]
  if (unrendered.kind === 'page') {
    const { page, claims } = unrendered
    return { kind: 'page', page: page && { ...page, pictures }, claims, problems: all }
  }
  const { article, claims } = unrendered
  if (!article) return { kind: 'article', article, claims, problems: all }
  const lacking = [...(article.wordless ?? []), ...wordless]
  const complete = { ...article, pictures, wordless: lacking.length > 0 ? lacking : undefined }
  return { kind: 'article', article: complete, claims, problems: all }
}

type Used = ReturnType<typeof resolvePictures>

const NOTHING: Used = { pictures: new Map(), wordless: [], problems: [] }

function readRendered(text: ArticleText, rendered: Rendered, { hasPicture }: ArticleContext): Used {
  if ('pictures' in rendered) return resolvePictures(text, rendered.pictures, hasPicture)
  const { message, offset } = rendered.refused
  const place = placeIn(text, text.bodyStart + offset)
  return { ...NOTHING, problems: [{ ...place, level: 'problem', message }] }
}

/** A finding as one line of text for the cache; null if there is any problem. */
export function packFinding(finding: Finding): string | null {
  const { kind, problems } = finding
  const sound = kind === 'page' ? finding.page : finding.article
  if (!sound || problems.some(({ level }) => level === 'problem')) return null
  return JSON.stringify({ kind, sound: { ...sound, pictures: [...sound.pictures] }, problems })
}

/** The finding of a packed line. An article or page without a problem contains all its claims. */
export function unpackFinding(line: string): Finding {
  const { kind, sound, problems } = JSON.parse(line)
  sound.pictures = sound.pictures.length > 0 ? new Map(sound.pictures) : NOTHING.pictures
  return kind === 'page'
    ? { kind, page: sound, claims: sound, problems }
    : { kind, article: sound, claims: sound, problems }
}
