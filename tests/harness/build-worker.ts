// Builds the Worker once for all tests, makes the pictures of the sample content, and serves the sample sites that all
// test files share.
import type { TestProject } from 'vitest/node'
import { makeSamplePictures } from './sample-pictures.ts'
import { serveShared } from './shared.ts'
import { type BuiltWorker, buildWorker } from './worker.ts'

declare module 'vitest' {
  interface ProvidedContext extends Pick<BuiltWorker, 'worker' | 'metafile'> {}
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [{ worker, metafile, dispose }] = await Promise.all([buildWorker(), makeSamplePictures()])
  project.provide('worker', worker)
  project.provide('metafile', metafile)
  const shared = await serveShared(worker)
  project.provide('shared', shared.url)
  return async () => {
    await shared.stop()
    await dispose()
  }
}
