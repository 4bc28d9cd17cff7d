// The changes of a takedown in the sources: a `gone` entry in site.yaml, and `draft: true` in the article's own file, so
// that its text stays on the disk and no later push brings it back. The sources may have problems.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { articlePath } from '../../../addresses.ts'
import type { Claims } from '../../sources/article.ts'
import { readContent, readText } from '../../sources/content.ts'
import { parseArticle } from '../../sources/parse.ts'
import { parseSite } from '../../sources/site.ts'
import { addToList, setField } from '../../sources/yaml-edit.ts'

/** A changed file, or the reason why it cannot be changed and what to do by hand. */
type Edit = { path: string; text: string; note: string } | { path: string; remedy: string }

export type SourceEdits = {
  /** Slugs that the article has in the sources and did not have in the store: it was renamed since. */
  renamed: string[]
  /** The changes to make, and those to make by hand: one line each. */
  lines: string[]
  /** Writes the files; returns what was done, in lines like those before. */
  write: () => Promise<string[]>
}

/** Finds the changes in a project's sources. Writes nothing. */
export async function planSources(root: string, slugs: readonly string[]): Promise<SourceEdits> {
  const articles = await findArticles(root, slugs)
  const own = articles.flatMap(({ slug }) => (slug === null ? [] : [slug]))
  const renamed = [...new Set(own)].filter((slug) => !slugs.includes(slug))
  const edits = [
    ...(await editSite(root, [slugs[0] ?? '', ...renamed])),
    ...(await Promise.all(articles.map(({ path }) => editArticle(root, path)))).flat(),
  ]
  return {
    renamed,
    lines: edits.map(lineOf),
    write: () => Promise.all(edits.map((edit) => writeEdit(root, edit))),
  }
}

async function writeEdit(root: string, edit: Edit): Promise<string> {
  if (!('text' in edit)) return lineOf(edit)
  try {
    await writeFile(join(root, edit.path), edit.text)
    return lineOf(edit)
  } catch (error) {
    // The store cannot wait for a disk.
    const reason = (error as NodeJS.ErrnoException).code ?? String(error)
    return `${edit.path}: cannot be written (${reason}). Do it by hand: ${edit.note}`
  }
}

function lineOf(edit: Edit): string {
  return `${edit.path}: ${'text' in edit ? edit.note : edit.remedy}`
}

/** The files of an article: those with one of its slugs, and those whose aliases lead from one of them. */
async function findArticles(root: string, slugs: readonly string[]): Promise<Claims[]> {
  const sources = await readContent(root)
  const { context } = parseSite(sources)
  const paths = new Set(slugs.map(articlePath))
  const found: Claims[] = []
  for (const file of sources.articles) {
    const read = readText(file)
    if ('problem' in read) continue
    // A file that is not valid YAML has no claims. When it is corrected, `gone` stops it.
    const { claims } = parseArticle(read, { ...context, hasPicture: () => true })
    if (!claims) continue
    const isOld = claims.aliases.some(({ path }) => paths.has(path))
    if (isOld || (claims.slug !== null && slugs.includes(claims.slug))) found.push(claims)
  }
  return found
}

const SITE = 'content/site.yaml'

async function editSite(root: string, slugs: readonly string[]): Promise<Edit[]> {
  const remedy = `put ${slugs.join(' and ')} under gone: by hand`
  const source = await readSource(root, SITE)
  if (source === null) return [{ path: SITE, remedy: `cannot be read: ${remedy}` }]
  let text: string | null = source.text
  for (const slug of slugs) text = text === null ? null : addToList(text, 'gone', slug)
  if (text === null) return [{ path: SITE, remedy: `has an unexpected form: ${remedy}` }]
  if (text === source.text) return []
  return [{ path: SITE, text: source.mark + text, note: `${slugs.join(' and ')} under gone` }]
}

/** The front matter of a file: the opening line, the fields, the closing line. */
const FRONT_MATTER = /^(---[ \t]*\r?\n)([\s\S]*?)(^(?:---|\.\.\.)[ \t]*\r?$)/m

async function editArticle(root: string, path: string): Promise<Edit[]> {
  const remedy = 'put draft: true into its front matter by hand'
  const source = await readSource(root, path)
  const match = FRONT_MATTER.exec(source?.text ?? '')
  if (source === null || match?.index !== 0) return [{ path, remedy }]
  const [whole, opening = '', fields = '', closing = ''] = match
  const edited = setField(fields, 'draft', 'true')
  if (edited === null) return [{ path, remedy }]
  if (edited === fields) return []
  const text = source.mark + opening + edited + closing + source.text.slice(whole.length)
  return [{ path, text, note: 'draft: true; its text stays here' }]
}

/** A text and its byte order mark, if it has one; null if it is unreadable or not UTF-8. */
async function readSource(root: string, path: string): Promise<{ mark: string; text: string } | null> {
  try {
    const bytes = await readFile(join(root, path))
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return text.startsWith('\ufeff') ? { mark: '\ufeff', text: text.slice(1) } : { mark: '', text }
  } catch (error) {
    if (error instanceof TypeError || (error as NodeJS.ErrnoException).code !== undefined) return null
    throw error
  }
}
