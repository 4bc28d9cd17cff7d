// Builds the Worker once for all tests and says where it is; makes the pictures of the sample content as well.
import type { TestProject } from 'vitest/node'
import { makeSamplePictures } from './sample-pictures.ts'
import { type BuiltWorker, buildWorker } from './worker.ts'

declare module 'vitest' {
  interface ProvidedContext extends Pick<BuiltWorker, 'worker' | 'metafile'> {}
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [{ worker, metafile, dispose }] = await Promise.all([buildWorker(), makeSamplePictures()])
  project.provide('worker', worker)
  project.provide('metafile', metafile)
  return dispose
}
