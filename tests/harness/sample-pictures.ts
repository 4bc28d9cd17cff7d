// The sample content's pictures, made once for all tests: they take longer than any of them. They lie where `npm start`
// keeps them too, and the next run finds them there.
import { existsSync } from 'node:fs'
import { cp, link, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from '../../src/publish/build.ts'
import { checkSources } from '../../src/publish/check-sources.ts'
import { MADE_FOLDER } from '../../src/publish/pictures/made.ts'
import { readContent } from '../../src/publish/sources/content.ts'

const PROJECT = join(import.meta.dirname, '../..')

/** Makes what lacks. Content that cannot be published is for tests/content.test.ts to complain of. */
export async function makeSamplePictures(): Promise<void> {
  const { content } = await checkSources(await readContent(PROJECT))
  if (!content) return
  const { pictures, stages } = build(content, 0)
  await pictures.make([...(stages[0]?.keys() ?? [])])
}

/** Gives them to a project that has the sample content. */
export async function lendSamplePictures(root: string): Promise<void> {
  const [from, to] = [join(PROJECT, MADE_FOLDER), join(root, MADE_FOLDER)]
  for (const hash of existsSync(from) ? await readdir(from) : []) {
    await mkdir(join(to, hash), { recursive: true })
    for (const name of await readdir(join(from, hash))) {
      const [source, copy] = [join(from, hash, name), join(to, hash, name)]
      await link(source, copy).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EXDEV') throw error
        return cp(source, copy)
      })
    }
  }
}
