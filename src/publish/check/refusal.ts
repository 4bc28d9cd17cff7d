// What is to be said of an article that cannot be rendered, or not within the limits. Loads no renderer.
import { type ArticleText, contextOf, isStanding, parseArticle, type Surroundings } from '../article.ts'
import type { Problem } from '../sources/problem.ts'
import { placeIn, type SourceFile } from '../sources/text.ts'
import { parseStanding } from '../standing.ts'
import type { Finding } from './finding.ts'

export const SIMPLER = 'Nest less deeply, and look for long runs of one sign or very large tables'

/** The problem of an article's text. The message completes the sentence "the article …". */
export function refusal(text: ArticleText, message: string): Problem {
  return { ...placeIn(text, text.bodyStart), level: 'problem', message }
}

/** What is found out about a source that had to be stopped: with its front matter, where that could be read in time. */
export function stoppedFinding(
  source: SourceFile,
  surroundings: Surroundings,
  { phase, limits }: { phase: 'parsing' | 'rendering'; limits: string },
): Finding {
  if (phase === 'parsing') {
    const message = `must be read within ${limits}. Look for very long or deeply nested front matter`
    const problem: Problem = { path: source.path, line: 1, column: 1, level: 'problem', message }
    return { article: null, claims: null, problems: [problem] }
  }
  const late = `must render within ${limits}. ${SIMPLER}`
  if (isStanding(source.path)) {
    const { text, claims, problems } = parseStanding(source, surroundings)
    if (text) problems.push(refusal(text, late))
    return { article: null, claims: null, standing: { page: null, claims }, problems }
  }
  const { text, claims, problems } = parseArticle(source, contextOf(surroundings))
  if (text) problems.push(refusal(text, late))
  return { article: null, claims, problems }
}
