// One hash over the code and libraries of the desk. It changes with every line that could change the result of a check.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The hash of all code except the Worker's, of npm's list of installed libraries, and of the versions of Node and its
 * tables of Unicode and time zones. Null if the list of libraries is absent.
 */
export function codeVersion(root = join(import.meta.dirname, '../../..')): string | null {
  const libraries = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(libraries)) return null
  const hash = createHash('sha256').update(JSON.stringify(process.versions)).update(readFileSync(libraries))
  const source = join(root, 'src')
  const files = readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(source.length).replaceAll('\\', '/'))
    .filter((path) => !path.startsWith('/worker/'))
    .sort()
  for (const path of files) {
    const bytes = readFileSync(join(source, path))
    hash.update(`${path} ${bytes.length}\n`).update(bytes)
  }
  return hash.digest('hex').slice(0, 32)
}

let first: string | null | undefined

/** The version of the code that this process started with. */
export function firstCodeVersion(): string | null {
  first ??= codeVersion()
  return first
}
