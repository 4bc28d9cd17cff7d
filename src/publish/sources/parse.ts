// Parses one source to an article, or to all its problems. Looks only at the source and the site's settings.
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
import { decodeText, type SourceFile } from './source-file.ts'
import { parseYaml, type YamlData } from './yaml.ts'

/** The result of parsing one source. */
export type Parsed = {
  /** Null if there is any problem; advice does not count. */
  article: ParsedArticle | null
  /** Null if the source cannot be read, or does not begin with front matter between two lines ---. */
  text: ArticleText | null
  /** Null if the front matter is not valid YAML. */
  claims: Claims | null
  problems: Problem[]
}

/** Parses and checks one source's front matter, and returns all its problems. */
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

/** Splits a source into text and front matter. The text is null if the split fails, `yaml` if the YAML is not valid. */
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

/** Longer front matter takes seconds to parse, and nothing can interrupt that. Usual articles have a few hundred. */
const FRONT_MATTER_LIMIT = 20_000

/** The published parts of a source; null if it cannot be split into front matter and body. */
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

/** Whether a path is that of a static page's source. */
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
