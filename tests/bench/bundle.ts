// The Worker as it would be deployed: built by wrangler, its size, and what it costs to start.
import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify, stripVTControlCharacters } from 'node:util'
import { gzipSync } from 'node:zlib'
import { type Module, startWorkerd } from './workerd.ts'

export type Bundle = { modules: Module[]; bytes: number; gzipBytes: number; compatibilityDate: string }

/** Builds the project's Worker into a folder, as `wrangler deploy` does. */
export async function buildWorker(project: string, folder: string): Promise<Bundle> {
  const wrangler = join(project, 'node_modules', 'wrangler', 'bin', 'wrangler.js')
  const env = { ...process.env, WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false' }
  const args = [wrangler, 'deploy', '--dry-run', '--outdir', folder]
  await promisify(execFile)(process.execPath, args, { cwd: project, env }).catch(
    (error: { stderr?: string }) => {
      throw new Error(`The Worker could not be built:\n${stripVTControlCharacters(error.stderr ?? '')}`)
    },
  )
  const others = (await readdir(folder)).filter((name) => !/^main\.js|^README/.test(name))
  const modules: Module[] = [
    { type: 'ESModule', path: 'main.js', contents: await readFile(join(folder, 'main.js'), 'utf8') },
  ]
  for (const path of others)
    modules.push({ type: 'Text', path, contents: await readFile(join(folder, path), 'utf8') })
  const all = Buffer.concat(modules.map(({ contents }) => Buffer.from(contents)))
  const config = await readFile(join(project, 'wrangler.toml'), 'utf8')
  const compatibilityDate = /^compatibility_date = "(.*)"$/m.exec(config)?.[1]
  if (compatibilityDate === undefined) throw new Error('wrangler.toml has no compatibility_date')
  return { modules, bytes: all.length, gzipBytes: gzipSync(all).length, compatibilityDate }
}

/** CPU milliseconds that a fresh workerd needs to evaluate the bundle, all of its threads counted; null if unknown. */
export async function measureStart(
  { modules, compatibilityDate }: Bundle,
  root: string,
): Promise<number | null> {
  const entry = await readFile(new URL('./workers/startup.js', import.meta.url), 'utf8')
  const worker = {
    name: 'startup',
    modules: [{ type: 'ESModule' as const, path: 'startup.js', contents: entry }, ...modules],
    bindings: { BUNDLE: './main.js' },
  }
  const workerd = await startWorkerd([worker], { root, compatibilityDate })
  try {
    const url = await workerd.url('startup')
    await ask(url)
    await ask(url)
    const before = await workerd.cpu()
    await ask(new URL('/start', url))
    const after = await workerd.cpu()
    return before === null || after === null ? null : after - before
  } finally {
    await workerd.stop()
  }
}

async function ask(url: URL): Promise<void> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`The bundle did not start: ${await response.text()}`)
  await response.arrayBuffer()
}
