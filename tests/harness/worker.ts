// The Worker as `wrangler deploy` would build it, in a temporary folder.
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

export type BuiltWorker = {
  /** The folder with the built Worker: main.js and its modules. */
  worker: string
  /** esbuild's list of what is in the bundle. */
  metafile: string
  dispose: () => Promise<void>
}

/** Builds the Worker of this checkout. */
export async function buildWorker(): Promise<BuiltWorker> {
  const folder = await mkdtemp(join(tmpdir(), 'dateline-worker-'))
  const worker = join(folder, 'worker')
  const metafile = join(folder, 'meta.json')
  const wrangler = join(import.meta.dirname, '../../node_modules/wrangler/bin/wrangler.js')
  const args = [wrangler, 'deploy', '--dry-run', '--outdir', worker, '--metafile', metafile]
  await promisify(execFile)(process.execPath, args, {
    cwd: join(import.meta.dirname, '../..'),
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false' },
  })
  return { worker, metafile, dispose: () => rm(folder, { recursive: true, force: true }) }
}
