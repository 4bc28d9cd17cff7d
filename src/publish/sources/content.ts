// Reads `content/` from disk into sources. Only this file reads editors' files. Parses nothing.
import { closeSync, type Dirent, fstatSync, openSync, readFileSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Place, Problem } from './problem.ts'
import { mebibytes, type SourceFile, TEXT_LIMIT_BYTES } from './source-file.ts'
import { nearest } from './spelling.ts'

/** A file under `content/` whose bytes are not read yet; `root` is the project's folder. */
export type StoredFile = { path: string; root: string }

/** All sources of an edition. The keys of `pictures` are paths under `content/images/`. */
export type Sources<File extends SourceFile | StoredFile = SourceFile | StoredFile> = {
  site: SourceFile | null
  authors: SourceFile | null
  tags: SourceFile | null
  articles: File[]
  /** Static pages. */
  pages: File[]
  pictures: Map<string, File>
  /** The record of pulled pictures: see sources/pulled.ts. */
  pulled?: SourceFile | null
  /** Files that could not be read, and files in the wrong place. */
  problems: Problem[]
  /** The project's folder, if caches may be kept there. */
  root?: string
}

/** Lists `content/`, and reads the site's YAML files. Paths begin with `content/`, wherever the folder is. */
export async function readContent(root: string): Promise<Sources<StoredFile>> {
  const problems: Problem[] = []
  const readOwn = (name: string): SourceFile | null => {
    const read = readText({ path: `content/${name}.yaml`, root }, { mayLack: true })
    if (read && 'problem' in read) problems.push(read.problem)
    return read && 'bytes' in read ? read : null
  }
  const [site, authors, tags] = [readOwn('site'), readOwn('authors'), readOwn('tags')]
  const articles = await listTexts(root, 'content/articles', { problems, stray: NOT_AN_ARTICLE })
  const pages = await listTexts(root, 'content/pages', { problems, stray: NOT_A_PAGE })
  const pictures = new Map<string, StoredFile>()
  for (const { path, isPlain } of await listFiles(root, 'content/images', problems)) {
    if (!isPlain && !leadsToFile(root, path, problems)) continue
    pictures.set(path.slice('content/images/'.length).normalize('NFC'), { path, root })
  }
  const pulled = readPulled(root, problems)
  problems.push(...(await adviseStrays(root)))
  return { site, authors, tags, articles, pages, pictures, pulled, problems, root }
}

/** The file that `pull` writes beside pictures: see pulled.ts. Its name is hidden, or it would count as a picture. */
export const PULLED_FILE = '.pulled.json'

/** Enough for one line for each picture of a large archive. */
const PULLED_LIMIT_BYTES = 256 * 1024 * 1024

function readPulled(root: string, problems: Problem[]): SourceFile | null {
  const read = readSource({ path: `content/images/${PULLED_FILE}`, root }, PULLED_LIMIT_BYTES)
  if (!('problem' in read)) return read
  if (!read.isLacking) problems.push(read.problem)
  return null
}

const NOT_AN_ARTICLE = 'is not published: articles end in .md, and pictures belong in content/images/'
const NOT_A_PAGE = 'is not published: static pages end in .md, and pictures belong in content/images/'

const start = (path: string): Place => ({ path, line: 1, column: 1 })

/** A text's bytes, or a problem if they are unreadable or too many. Null if `mayLack` is set and the file absent. */
export function readText(file: SourceFile | StoredFile): SourceFile | { problem: Problem }
export function readText(
  file: SourceFile | StoredFile,
  options: { mayLack: boolean },
): SourceFile | { problem: Problem } | null
export function readText(
  file: SourceFile | StoredFile,
  { mayLack = false } = {},
): SourceFile | { problem: Problem } | null {
  const read = readSource(file, TEXT_LIMIT_BYTES)
  if ('problem' in read) return mayLack && read.isLacking ? null : { problem: read.problem }
  if (read.unreadBytes === undefined) return read
  const limit = mebibytes(TEXT_LIMIT_BYTES)
  const message = `must be at most ${limit}: found ${mebibytes(read.unreadBytes)}. Split it into several`
  return { problem: { ...start(file.path), level: 'problem', message } }
}

/**
 * A source's bytes; a file larger than the limit has none and `unreadBytes` instead.
 * Synchronous: asynchronous reads of ten thousand small files take several times as long.
 */
export function readSource(
  file: SourceFile | StoredFile,
  limit: number,
): SourceFile | { problem: Problem; isLacking: boolean } {
  if ('bytes' in file) return file
  const { path, root } = file
  try {
    const opened = openSync(join(root, path), 'r')
    try {
      const { size } = fstatSync(opened)
      if (size > limit) return { path, bytes: new Uint8Array(), unreadBytes: size }
      return { path, bytes: readFileSync(opened) }
    } finally {
      closeSync(opened)
    }
  } catch (error) {
    return {
      problem: unreadable(path, error),
      isLacking: (error as NodeJS.ErrnoException).code === 'ENOENT',
    }
  }
}

/**
 * A stamp from which one can tell, without reading a file, that its bytes are unchanged. Null if the file changed so
 * recently that a further change could leave the stamp the same.
 * @see https://git-scm.com/docs/racy-git
 */
export function stampOf({ path, root }: StoredFile): string | null {
  const stats = statSync(join(root, path), { bigint: true, throwIfNoEntry: false })
  if (!stats) return null
  const { size, mtimeNs, ctimeNs, ino, mtimeMs, ctimeMs } = stats
  const changed = Math.max(Number(mtimeMs), Number(ctimeMs))
  return Date.now() - changed < RACY_MS ? null : [path, size, mtimeNs, ctimeNs, ino].join('\n')
}

/** Some file systems store times in steps of two seconds. */
const RACY_MS = 2_000

const READ_FILES = ['site.yaml', 'authors.yaml', 'tags.yaml']
const READ_FOLDERS = ['articles', 'pages', 'images']

/** Advice on files and folders in `content/` that no command reads. A folder is reported once, without its files. */
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
  const meant = nearest(name, READ_FOLDERS)
  return meant === null ? USUAL_PLACES : `did you mean content/${meant}/?`
}

function fileRemedy(name: string): string {
  if (/\.(?:md|markdown)$/i.test(name))
    return 'an article belongs in content/articles/, a static page in content/pages/'
  if (/\.(?:jpe?g|png|webp|avif|gif|svg|heic|tiff?)$/i.test(name))
    return 'a picture belongs in content/images/'
  const meant = nearest(name.replace(/\.yml$/i, '.yaml'), READ_FILES)
  return meant === null ? USUAL_PLACES : `did you mean content/${meant}?`
}

const USUAL_PLACES = 'articles belong in content/articles/, and pictures in content/images/'

/** The Markdown files under a folder. Other files get advice. */
async function listTexts(
  root: string,
  folder: string,
  { problems, stray }: { problems: Problem[]; stray: string },
): Promise<StoredFile[]> {
  const texts: StoredFile[] = []
  for (const { path, isPlain } of await listFiles(root, folder, problems)) {
    if (!/\.md$/i.test(path)) problems.push({ ...start(path), level: 'advice', message: stray })
    else if (isPlain || leadsToFile(root, path, problems)) texts.push({ path, root })
  }
  return texts
}

/** `isPlain` is false for links. */
type Listed = { path: string; isPlain: boolean }

/** All files under a folder except hidden ones, in the same order on every machine. */
async function listFiles(root: string, folder: string, problems: Problem[]): Promise<Listed[]> {
  const files: Listed[] = []
  for (const entry of await listEntries(root, folder, problems)) {
    if (entry.name.startsWith('.')) continue
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) for (const file of await listFiles(root, path, problems)) files.push(file)
    else files.push({ path, isPlain: entry.isFile() })
  }
  return files
}

/** Whether a link leads to a file. Adds a problem if it does not. */
function leadsToFile(root: string, path: string, problems: Problem[]): boolean {
  try {
    if (!statSync(join(root, path)).isDirectory()) return true
    problems.push(unreadable(path, Object.assign(new Error('is a folder'), { code: 'EISDIR' })))
  } catch (error) {
    problems.push(unreadable(path, error))
  }
  return false
}

/** The entries of a folder, sorted by name; none if the folder is absent. */
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
  ENOENT: 'It is a link to a missing file: correct the link, or remove it',
  ELOOP: 'It is a link to itself: correct the link, or remove it',
  EISDIR: 'It is a folder, or a link to one: replace it with a file',
}
