// Reads `content/` from disk into sources; the only reader of the editors' files. Parses nothing.
import type { Dirent } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Place, Problem } from './problem.ts'
import { nearest } from './spelling.ts'
import { mebibytes, PICTURE_LIMIT_BYTES, type SourceFile, TEXT_LIMIT_BYTES } from './text.ts'

/** Everything that an edition is made of. Pictures are by their path under `content/images/`. */
export type Sources = {
  site: SourceFile | null
  authors: SourceFile | null
  tags: SourceFile | null
  articles: SourceFile[]
  pictures: Map<string, SourceFile>
  /** What could not be read, and what does not belong where it lies. */
  problems: Problem[]
}

/** Reads a project's `content/`. Paths in the sources begin with `content/`, wherever the folder is. */
export async function readContent(root: string): Promise<Sources> {
  const problems: Problem[] = []
  const readText = async (path: string, { mayLack = false } = {}): Promise<SourceFile | null> => {
    const file = await readFileIn(root, path, { limit: TEXT_LIMIT_BYTES, mayLack, problems })
    if (file?.unreadBytes === undefined) return file
    const limit = mebibytes(TEXT_LIMIT_BYTES)
    const message = `must be at most ${limit}: found ${mebibytes(file.unreadBytes)}. Cut it into several`
    problems.push({ ...start(path), level: 'problem', message })
    return null
  }
  const [site, authors, tags] = await Promise.all(
    ['site', 'authors', 'tags'].map((name) => readText(`content/${name}.yaml`, { mayLack: true })),
  )
  const articles: SourceFile[] = []
  for (const path of await listFiles(root, 'content/articles', problems)) {
    const isArticle = /\.md$/i.test(path)
    const file = isArticle ? await readText(path) : null
    if (file) articles.push(file)
    if (!isArticle) problems.push({ ...start(path), level: 'advice', message: NOT_AN_ARTICLE })
  }
  const pictures = new Map<string, SourceFile>()
  for (const path of await listFiles(root, 'content/images', problems)) {
    const file = await readFileIn(root, path, { limit: PICTURE_LIMIT_BYTES, problems })
    if (file) pictures.set(path.slice('content/images/'.length).normalize('NFC'), file)
  }
  problems.push(...(await adviseStrays(root)))
  return { site: site ?? null, authors: authors ?? null, tags: tags ?? null, articles, pictures, problems }
}

const NOT_AN_ARTICLE = 'is not published: an article ends in .md, and a picture belongs in content/images/'

const start = (path: string): Place => ({ path, line: 1, column: 1 })

/** A file, without its bytes where it is larger than the limit; null, and mostly a problem, where there is none. */
async function readFileIn(
  root: string,
  path: string,
  { limit, mayLack = false, problems }: { limit: number; mayLack?: boolean; problems: Problem[] },
): Promise<SourceFile | null> {
  try {
    const { size } = await stat(join(root, path))
    if (size > limit) return { path, bytes: new Uint8Array(), unreadBytes: size }
    return { path, bytes: await readFile(join(root, path)) }
  } catch (error) {
    const isLacking = (error as NodeJS.ErrnoException).code === 'ENOENT'
    if (!(isLacking && mayLack)) problems.push(unreadable(path, error))
    return null
  }
}

const READ_FILES = ['site.yaml', 'authors.yaml', 'tags.yaml']
const READ_FOLDERS = ['articles', 'images']

/** What lies in `content/` and is read by nobody; of a folder, the folder alone. */
async function adviseStrays(root: string): Promise<Problem[]> {
  const problems: Problem[] = []
  for (const entry of await listEntries(root, 'content', problems)) {
    const { name } = entry
    const isKnown = READ_FILES.includes(name) || READ_FOLDERS.includes(name)
    if (isKnown || name.startsWith('.')) continue
    const isFolder = entry.isDirectory()
    const message = `is not read: ${isFolder ? folderRemedy(name) : fileRemedy(name)}`
    problems.push({ ...start(`content/${name}`), level: 'advice', message })
  }
  return problems
}

function folderRemedy(name: string): string {
  if (name === 'pages') return 'standing pages are to come'
  const meant = nearest(name, READ_FOLDERS)
  return meant === null ? BELONGINGS : `did you mean content/${meant}/?`
}

function fileRemedy(name: string): string {
  if (/\.(?:md|markdown)$/i.test(name)) return 'an article belongs in content/articles/'
  if (/\.(?:jpe?g|png|webp|avif|gif|svg|heic|tiff?)$/i.test(name))
    return 'a picture belongs in content/images/'
  const meant = nearest(name.replace(/\.yml$/i, '.yaml'), READ_FILES)
  return meant === null ? BELONGINGS : `did you mean content/${meant}?`
}

const BELONGINGS = 'articles belong in content/articles/, and pictures in content/images/'

/** All files under a folder, hidden ones left out, in one order on every machine. */
async function listFiles(root: string, folder: string, problems: Problem[]): Promise<string[]> {
  const files: string[] = []
  for (const entry of await listEntries(root, folder, problems)) {
    if (entry.name.startsWith('.')) continue
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) files.push(...(await listFiles(root, path, problems)))
    else files.push(path)
  }
  return files
}

/** What is in a folder, by name; nothing where there is no such folder. */
async function listEntries(root: string, folder: string, problems: Problem[]): Promise<Dirent[]> {
  try {
    const entries = await readdir(join(root, folder), { withFileTypes: true })
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') problems.push(unreadable(folder, error))
    return []
  }
}

function unreadable(path: string, error: unknown): Problem {
  const reason =
    error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error)
  const remedy = REMEDIES[reason] ?? 'Check that you may read it'
  return { ...start(path), level: 'problem', message: `cannot be read (${reason}). ${remedy}` }
}

const REMEDIES: Record<string, string> = {
  ENOENT: 'It is a link to a file that is not there: remove the link, or mend it',
  ELOOP: 'It is a link that leads back to itself: remove the link, or mend it',
  EISDIR: 'It is a folder, or a link to one: put a file in its place',
}
