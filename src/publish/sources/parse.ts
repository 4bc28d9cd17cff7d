// One source to one article, or to all its problems. Looks at nothing but the source and the site's settings.
import {
  type ArticleContext,
  type ArticleText,
  type Claims,
  hashPublished,
  type ParsedArticle,
  type PublishedText,
  publishedText,
} from './article.ts'
import { readText, type StoredFile } from './content.ts'
import { checkFields, FrontMatter } from './fields.ts'
import type { Problem } from './problem.ts'
import { checkShape } from './shape.ts'
import { decodeText, type SourceFile } from './text.ts'
import { parseYaml, type YamlData } from './yaml.ts'

/** What one source comes to. */
export type Parsed = {
  /** Null when there is any problem; advice alone lets it pass. */
  article: ParsedArticle | null
  /** Null only where it cannot be told where the text begins. */
  text: ArticleText | null
  /** Null where the front matter is no YAML. */
  claims: Claims | null
  problems: Problem[]
}

/** Parses one source's front matter, to all problems that it has. */
export function parseArticle(file: SourceFile | StoredFile, context: ArticleContext): Parsed {
  const { text, yaml, problems } = parseFrontMatter(file)
  if (!text || !yaml) return { article: null, text, claims: null, problems }
  const shape = checkShape(FrontMatter, yaml)
  const checked = checkFields(shape.sound, { path: text.path, yaml, context })
  problems.push(...shape.problems, ...checked.problems)
  const isWrong = problems.some(({ level }) => level === 'problem')
  const textHash = hashPublished(publishedText(text))
  const article = checked.article && !isWrong ? { ...checked.article, textHash } : null
  return { article, text, claims: checked.claims, problems }
}

/** Takes a source apart: its text where it can be told where that begins, and the front matter where it is YAML. */
export function parseFrontMatter(file: SourceFile | StoredFile): {
  text: ArticleText | null
  yaml: YamlData | null
  problems: Problem[]
} {
  const nothing = { text: null, yaml: null }
  const source = readText(file)
  if ('problem' in source) return { ...nothing, problems: [source.problem] }
  const decoded = decodeText(source)
  if ('problem' in decoded) return { ...nothing, problems: [decoded.problem] }
  const parts = splitFrontMatter({ path: source.path, text: decoded.text })
  if ('problem' in parts) return { ...nothing, problems: [parts.problem] }
  const text = { path: source.path, text: decoded.text, ...parts }
  const { length } = parts.frontMatter
  if (length > FRONT_MATTER_LIMIT) {
    const message = `front matter must have at most ${FRONT_MATTER_LIMIT} letters: found ${length}. Move long texts below it`
    return {
      text,
      yaml: null,
      problems: [{ path: source.path, line: 1, column: 1, level: 'problem', message }],
    }
  }
  return { text, ...parseYaml({ path: source.path, text: parts.frontMatter, line: 2 }) }
}

/** More letters take seconds to parse, which nothing can interrupt. An honest article has some hundreds. */
const FRONT_MATTER_LIMIT = 20_000

/** What is published of a source; null where it cannot be told where its text begins. */
export function parsePublishedText(source: SourceFile): PublishedText | null {
  const decoded = decodeText(source)
  if ('problem' in decoded) return null
  const { text } = decoded
  const parts = splitFrontMatter({ path: source.path, text })
  return 'problem' in parts ? null : publishedText({ text, ...parts })
}

const OPENING = /^---[ \t]*\n/
const CLOSING = /^(?:---|\.\.\.)[ \t]*$/m

const mustBegin = (path: string): string =>
  isStaticPage(path)
    ? 'must begin with front matter: a line ---, then title:, then ---'
    : 'must begin with front matter: a line ---, then title: and date:, then ---'

/** Whether a source is a static page's. */
export function isStaticPage(path: string): boolean {
  return path.startsWith('content/pages/')
}

function splitFrontMatter(file: {
  path: string
  text: string
}): { frontMatter: string; bodyStart: number } | { problem: Problem } {
  const opening = OPENING.exec(file.text)
  const start = { path: file.path, line: 1, column: 1, level: 'problem' } as const
  if (!opening)
    return {
      problem: {
        ...start,
        message: mustBegin(file.path),
      },
    }
  const rest = file.text.slice(opening[0].length)
  const closing = CLOSING.exec(rest)
  if (!closing) return { problem: { ...start, message: 'must close its front matter with a line ---' } }
  const bodyStart = opening[0].length + closing.index + closing[0].length
  return { frontMatter: rest.slice(0, closing.index), bodyStart: Math.min(bodyStart + 1, file.text.length) }
}
