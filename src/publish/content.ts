// Reads `content/` from disk into sources; the only reader of the editors' files. Parses nothing.
import type { Dirent } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Problem } from './problem.ts'
import type { SourceFile } from './text.ts'

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
  const readOne = async (path: string, { mayLack = false } = {}): Promise<SourceFile | null> => {
    try {
      return { path, bytes: await readFile(join(root, path)) }
    } catch (error) {
      const isLacking = (error as NodeJS.ErrnoException).code === 'ENOENT'
      if (!(isLacking && mayLack)) problems.push(unreadable(path, error))
      return null
    }
  }
  const readAll = async (folder: string): Promise<SourceFile[]> => {
    const files: SourceFile[] = []
    for (const path of await listFiles(root, folder, problems)) {
      const file = await readOne(path)
      if (file) files.push(file)
    }
    return files
  }
  const [site, authors, tags] = await Promise.all(
    ['site', 'authors', 'tags'].map((name) => readOne(`content/${name}.yaml`, { mayLack: true })),
  )
  const articles: SourceFile[] = []
  for (const file of await readAll('content/articles')) {
    if (/\.md$/i.test(file.path)) articles.push(file)
    else problems.push({ path: file.path, line: 1, column: 1, level: 'advice', message: NOT_AN_ARTICLE })
  }
  const pictures = new Map<string, SourceFile>()
  for (const file of await readAll('content/images')) {
    pictures.set(file.path.slice('content/images/'.length).normalize('NFC'), file)
  }
  return { site: site ?? null, authors: authors ?? null, tags: tags ?? null, articles, pictures, problems }
}

const NOT_AN_ARTICLE = 'is not published: an article ends in .md, and a picture belongs in content/images/'

/** All files under a folder, hidden ones left out, in one order on every machine. */
async function listFiles(root: string, folder: string, problems: Problem[]): Promise<string[]> {
  let entries: Dirent[]
  try {
    entries = await readdir(join(root, folder), { withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') problems.push(unreadable(folder, error))
    return []
  }
  const files: string[] = []
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) files.push(...(await listFiles(root, path, problems)))
    else files.push(path)
  }
  return files
}

function unreadable(path: string, error: unknown): Problem {
  const reason =
    error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error)
  const remedy = REMEDIES[reason] ?? 'Check that you may read it'
  return { path, line: 1, column: 1, level: 'problem', message: `cannot be read (${reason}). ${remedy}` }
}

const REMEDIES: Record<string, string> = {
  ENOENT: 'It is a link to a file that is not there: remove the link, or mend it',
  ELOOP: 'It is a link that leads back to itself: remove the link, or mend it',
  EISDIR: 'It is a folder, or a link to one: put a file in its place',
}
