// Finds the result for every article and static page: from the cache, or by rendering it now. Only results without a
// problem are cached, and each is used only while all authors and pictures that it names are still there.
import { setImmediate } from 'node:timers/promises'
import {
  type Article,
  type ArticleContext,
  type ArticleText,
  type Claims,
  resolvePictures,
} from '../sources/article.ts'
import { readText, type StoredFile } from '../sources/content.ts'
import { isStaticPage, type Parsed, parseArticle } from '../sources/parse.ts'
import type { Problem } from '../sources/problem.ts'
import { placeIn, type SourceFile } from '../sources/source-file.ts'
import {
  type ParsedStaticPage,
  parseStaticPage,
  type StaticPage,
  type StaticPageClaims,
} from '../sources/static-page.ts'
import { slices } from '../stores/batches.ts'
import { type Cache, keyOf } from './cache.ts'
import { type RenderCheck, THREADS } from './render-check.ts'
import type { Rendered } from './render-thread.ts'

type File = SourceFile | StoredFile
type Options = { context: ArticleContext; cache: Cache; renderCheck: RenderCheck }

/** How many texts go to a thread in one message: one message for each text takes longer. */
const SLICE = 16

/** The findings, in the order of the sources. */
export async function findAll(files: readonly File[], options: Options): Promise<Finding[]> {
  const findings: Finding[][] = []
  const waiting = slices(files, SLICE).entries()
  const takeSlices = async (): Promise<void> => {
    for (const [index, slice] of waiting) findings[index] = await findSlice(slice, options)
  }
  // One more task than threads: it parses the next texts while all threads are busy.
  await Promise.all(Array.from({ length: THREADS + 1 }, takeSlices))
  return findings.flat()
}

async function findSlice(
  files: readonly File[],
  { context, cache, renderCheck }: Options,
): Promise<Finding[]> {
  // Let the event loop run: if all findings are in the cache, nothing else would let a signal through.
  await setImmediate()
  const findings: Finding[] = []
  const texts: { index: number; key: string; unrendered: Unrendered; path: string; markdown: string }[] = []
  for (const [index, file] of files.entries()) {
    const source = readText(file)
    if ('problem' in source) {
      findings[index] = { kind: 'article', article: null, claims: null, problems: [source.problem] }
      continue
    }
    const { path, bytes } = source
    const key = keyOf(['article', context.zone, path], bytes)
    const line = cache.get(key)
    const known = line === null ? null : unpackFinding(line)
    if (known && isStillTrue(known, context)) {
      findings[index] = known
      continue
    }
    const unrendered = parseSource(source, context)
    const { text } = unrendered
    if (text) texts.push({ index, key, unrendered, path, markdown: text.text.slice(text.bodyStart) })
    else findings[index] = completeFinding(unrendered, null, context)
  }
  const rendered = texts.length > 0 ? await renderCheck(texts) : []
  for (const [position, { index, key, unrendered }] of texts.entries()) {
    const finding = completeFinding(unrendered, rendered[position] ?? null, context)
    const line = packFinding(finding)
    if (line !== null) cache.put(key, line)
    // An unpacked finding does not keep the source's text in memory, and equals the one that the next check reads.
    findings[index] = line === null ? finding : unpackFinding(line)
  }
  return findings
}

/** Whether a cached finding is still true: all authors and pictures that it names are still there. */
function isStillTrue(finding: Finding, { authors: known, hasPicture }: ArticleContext): boolean {
  const { authors, image } = (finding.kind === 'article' && finding.article) || { authors: [] }
  const pictures = (finding.kind === 'article' ? finding.article : finding.page)?.pictures ?? []
  return (
    authors.every((author) => known?.has(author) ?? true) &&
    (image?.src === undefined || hasPicture(image.src)) &&
    [...pictures.values()].every(hasPicture)
  )
}

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
