// `import`: turns a text of another form into an article file.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { parseWire } from '../importers/wire.ts'
import { parseInstant } from '../sources/instants.ts'
import { formatProblem, quote } from '../sources/problem.ts'
import { decodeText } from '../sources/source-file.ts'
import type { Terminal } from '../terminal/terminal.ts'

export type ImportCommand = {
  root: string
  form: string
  /** A path in the folder `from`. */
  file: string
  from: string
  /** As an editor writes it. */
  date?: string
}

/** Every form that can be imported. */
export const FORMS = ['wire'] as const

/** Imports a file; the exit code. */
export async function runImport(
  { form, file, ...command }: ImportCommand,
  terminal: Pick<Terminal, 'print'>,
): Promise<number> {
  if (form !== 'wire')
    throw new Error(`There is no import of the format "${form}". Write: npm run import wire ${file}`)
  terminal.print(await importWire({ ...command, file }))
  return 0
}

export type ImportOptions = {
  root: string
  /** As it was written, below the folder `from`. */
  file: string
  from: string
  /** As it is to stand in the front matter. */
  date?: string
}

/** Imports an agency's wire text; the lines to print. Never writes over a file. */
export async function importWire({ root, file, from, date }: ImportOptions): Promise<string[]> {
  if (date !== undefined) {
    // Only the form of the date is checked here, so any zone will do.
    const parsed = parseInstant(date, { zone: 'UTC' })
    if ('wrong' in parsed) throw new Error(`--date ${parsed.wrong}: found ${quote(date)}`)
  }
  const decoded = decodeText({ path: file, bytes: await readInput(file, from) })
  if ('problem' in decoded) throw new Error(formatProblem(decoded.problem))
  const article = parse(file, decoded.text, {
    date,
    pictures: await pictureNames(root),
  })
  const target = join(root, 'content', 'articles', `${article.stem}.md`)
  await mkdir(join(root, 'content', 'articles'), { recursive: true })
  try {
    await writeFile(target, article.text, { flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new Error(
      `${relative(root, target)} already exists and was not changed. Rename it, then import again`,
    )
  }
  return [
    ...article.doubts.map(({ line, column, message }) => `${file}:${line}:${column} look here: ${message}`),
    `Written: ${relative(root, target).replaceAll('\\', '/')}${date === undefined ? ' (a draft, because no --date was given)' : ''}`,
  ]
}

async function readInput(file: string, from: string): Promise<Uint8Array> {
  try {
    return await readFile(resolve(from, file))
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error)
    if (code === 'EISDIR') {
      throw new Error(`${file} is a folder. Name one file in it, such as ${join(file, 'story.txt')}`, {
        cause: error,
      })
    }
    throw new Error(`${file} cannot be read (${code}). Check its name`, { cause: error })
  }
}

function parse(
  file: string,
  text: string,
  options: Parameters<typeof parseWire>[1],
): ReturnType<typeof parseWire> {
  try {
    return parseWire(text, options)
  } catch (error) {
    throw new Error(`${file}:${error instanceof Error ? error.message : error}`, { cause: error })
  }
}

async function pictureNames(root: string): Promise<string[]> {
  try {
    return await readdir(join(root, 'content', 'images'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
