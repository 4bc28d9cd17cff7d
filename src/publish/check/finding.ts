// One source to all that is found out about it: its front matter, its text rendered once, its pictures.
// Runs in the proof's threads, because hostile Markdown takes time and space out of all proportion to its size.

import { type Markdown, parseMarkdown } from '../../markdown.ts'
import { pictureFrom } from '../../pictures.ts'
import {
  type Article,
  type ArticleText,
  contextOf,
  isStanding,
  parseArticle,
  resolvePictures,
  type Surroundings,
  type Wordless,
} from '../article.ts'
import type { Problem } from '../sources/problem.ts'
import type { SourceFile } from '../sources/text.ts'
import { parseStanding, type StandingClaims, type StandingPage } from '../standing.ts'
import type { Claims } from './claims.ts'
import { refusal, SIMPLER } from './refusal.ts'

/** What one source comes to. */
export type Finding = {
  /** Null where its front matter has any problem; its text may have some all the same. */
  article: Article | null
  /** Null where the front matter is no YAML. */
  claims: Claims | null
  /** Of a standing page's source the same, in place of both. */
  standing?: { page: StandingPage | null; claims: StandingClaims | null }
  problems: Problem[]
}

const OUTPUT_LIMIT_BYTES = 10 * 1024 * 1024
/** Honest Markdown grows by a few times; a table of bars grows by thousands. */
const GROWTH_LIMIT = 64

/** Parses and renders a source. Says when it begins to render, so that one who waits knows what takes so long. */
export function examine(source: SourceFile, surroundings: Surroundings, onRender: () => void): Finding {
  const context = contextOf(surroundings)
  if (isStanding(source.path)) {
    const { page, text, claims, problems } = parseStanding(source, context)
    if (!text) return { article: null, claims: null, standing: { page: null, claims }, problems }
    onRender()
    const proved = proveText(text, context)
    const standing = { page: page && { ...page, pictures: proved.pictures }, claims }
    return { article: null, claims: null, standing, problems: [...problems, ...proved.problems] }
  }
  const { article, text, claims, problems } = parseArticle(source, context)
  if (!text) return { article: null, claims, problems }
  onRender()
  const proved = proveText(text, context)
  problems.push(...proved.problems)
  if (!article) return { article, claims, problems }
  const wordless = [...(article.wordless ?? []), ...proved.wordless]
  const own = wordless.length > 0 ? { wordless } : {}
  return { article: { ...article, pictures: proved.pictures, ...own }, claims, problems }
}

/** Renders a source's text, and finds the files of its pictures. */
function proveText(
  text: ArticleText,
  { hasPicture }: ReturnType<typeof contextOf>,
): { pictures: StandingPage['pictures']; wordless: Wordless[]; problems: Problem[] } {
  const proved = prove(text.text.slice(text.bodyStart))
  if ('refused' in proved)
    return { pictures: new Map(), wordless: [], problems: [refusal(text, proved.refused)] }
  const { used, wordless, problems } = resolvePictures(text, proved.pictures, hasPicture)
  return { pictures: used, wordless, problems }
}

/** Stands for any picture: one of all sizes. */
const PICTURE = pictureFrom('0'.repeat(32), {
  ...{ kind: 'photograph', width: 1600, height: 1067, isTransparent: false },
})
/** The markup of a picture, however short its name is in the text. */
const PICTURE_BYTES = 1_500

/** Renders a text as the edge would; `refused` completes the sentence "the article …". */
function prove(markdown: string): { pictures: ReturnType<Markdown['pictures']> } | { refused: string } {
  let pictures: ReturnType<Markdown['pictures']>
  let bytes: number
  try {
    const parsed = parseMarkdown(markdown)
    pictures = parsed.pictures()
    const known = Object.fromEntries(pictures.map(({ src }) => [src, PICTURE]))
    const html = parsed.html({ origin: 'https://dateline.invalid', pictures: known })
    bytes = Buffer.byteLength(html)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { refused: `cannot be rendered (${reason}). ${SIMPLER}` }
  }
  if (bytes > OUTPUT_LIMIT_BYTES)
    return { refused: `must render to at most 10 MB of HTML: found ${bytes} bytes. ${SIMPLER}` }
  const source = Buffer.byteLength(markdown)
  if (bytes > source * GROWTH_LIMIT + pictures.length * PICTURE_BYTES) {
    const times = Math.round(bytes / source)
    return {
      refused: `must not grow more than ${GROWTH_LIMIT} times when rendered: found ${times} times. ${SIMPLER}`,
    }
  }
  return { pictures }
}
