// A project in a temporary folder, for tests that need a disk or the real command.
import { execFile } from 'node:child_process'
import { appendFile, cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Store } from '../../src/publish/stores/store.ts'
import { SITE_FILES } from './content.ts'

const ROOT = join(import.meta.dirname, '../..')

export type Ran = { code: number; stdout: string; stderr: string }

export type Project = {
  root: string
  /** Writes files by path below `content/`. */
  write: (files: Record<string, string | Uint8Array>) => Promise<void>
  remove: (name: string) => Promise<void>
  /** Makes the folder as it was at first, with these files. A local store that is open keeps its values. */
  reset: (files: Record<string, string | Uint8Array>) => Promise<void>
  /** Runs the real command in the folder, as npm would. */
  run: (words: readonly string[], env?: Record<string, string>) => Promise<Ran>
  dispose: () => Promise<void>
}

/** A folder with wrangler.toml, package.json and `content/`: a site without articles, and the files given. */
export async function makeProject(files: Record<string, string | Uint8Array> = {}): Promise<Project> {
  const root = await mkdtemp(join(tmpdir(), 'dateline-project-'))
  const write: Project['write'] = async (files) => {
    for (const [name, content] of Object.entries(files)) {
      const path = join(root, 'content', name)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, content)
    }
  }
  const reset: Project['reset'] = async (files) => {
    const state = '.wrangler/state'
    const names = await readdir(join(root, state)).catch(() => [])
    const remembered = names.filter((name) => name.startsWith('dateline-')).map((name) => join(state, name))
    for (const name of ['content', '.wrangler/dateline', ...remembered]) {
      await rm(join(root, name), { recursive: true, force: true })
    }
    for (const name of ['wrangler.toml', 'package.json']) await cp(join(ROOT, name), join(root, name))
    await write({ ...SITE_FILES, ...files })
  }
  await reset(files)
  return {
    root,
    write,
    reset,
    remove: (name) => rm(join(root, 'content', name), { recursive: true }),
    run: (words, env = {}) => runCommand(root, words, env),
    dispose: () => rm(root, { recursive: true, force: true }),
  }
}

/** Removes every value: to open another local store takes most of a second. */
export async function emptyStore(store: Store): Promise<void> {
  const keys: string[] = []
  for await (const { key } of store.list('')) keys.push(key)
  await store.remove(keys)
}

/** Gives a project's wrangler.toml an environment of the name staging. */
export async function addStaging(root: string): Promise<void> {
  const table = '\n[env.staging]\n[[env.staging.kv_namespaces]]\nbinding = "ARTICLES"\n'
  await appendFile(join(root, 'wrangler.toml'), table)
}

function runCommand(root: string, words: readonly string[], env: Record<string, string>): Promise<Ran> {
  const main = join(ROOT, 'src/publish/dateline.cjs')
  // Variables of npm and the test runner are not part of an editor's environment.
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:npm_|NODE_OPTIONS|VITEST|CLOUDFLARE_)/i.test(name)),
  )
  // An empty home folder: a test must not publish to the account of the person who runs it.
  const home = { HOME: root, USERPROFILE: root, XDG_CONFIG_HOME: root }
  return new Promise((resolve) => {
    const options = { cwd: root, env: { ...clean, ...home, WRANGLER_SEND_METRICS: 'false', ...env } }
    execFile(process.execPath, [main, ...words], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr })
    })
  })
}
