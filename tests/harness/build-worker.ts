// Builds the Worker once for all tests, as `wrangler deploy` would, and says where it is; makes the pictures of the
// sample content as well.
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { makeSamplePictures } from './sample-pictures.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder with the built Worker: main.js and its modules. */
    worker: string
    /** esbuild's list of what is in the bundle. */
    metafile: string
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'dateline-worker-'))
  const worker = join(folder, 'worker')
  const metafile = join(folder, 'meta.json')
  const wrangler = join(import.meta.dirname, '../../node_modules/wrangler/bin/wrangler.js')
  const args = [wrangler, 'deploy', '--dry-run', '--outdir', worker, '--metafile', metafile]
  const building = promisify(execFile)(process.execPath, args, {
    cwd: join(import.meta.dirname, '../..'),
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false' },
  })
  await Promise.all([building, makeSamplePictures()])
  project.provide('worker', worker)
  project.provide('metafile', metafile)
  return () => rm(folder, { recursive: true, force: true })
}
