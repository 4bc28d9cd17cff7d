// The file that `pull` writes beside pictures. It names the published picture of each file, so that a pulled folder
// gives the same edition although its files are variants, not originals. A file that changed since is a new picture.
import * as v from 'valibot'
import { Picture } from '../../records.ts'
import { parseJson } from '../json.ts'
import type { PictureFile } from './picture-files.ts'
import type { Problem } from './problem.ts'
import type { SourceFile } from './source-file.ts'

/** By file name: the hash of the pulled bytes, and the published picture. */
const Pulled = v.record(v.string(), v.object({ bytes: v.string(), picture: Picture }))
export type PulledPictures = v.InferOutput<typeof Pulled>

/** The text of the file. */
export function pulledText(pictures: PulledPictures): string {
  const lines = Object.entries(pictures).map(
    ([name, one]) => `${JSON.stringify(name)}: ${JSON.stringify(one)}`,
  )
  return `{\n${lines.join(',\n')}\n}\n`
}

/** Parses the file. `find` gives a pulled picture file its published picture, and returns any other file unchanged. */
export function parsePulled(source: SourceFile | null | undefined): {
  find: (name: string, file: PictureFile) => PictureFile
  problems: Problem[]
} {
  if (!source) return { find: (_, file) => file, problems: [] }
  const parsed = v.safeParse(Pulled, parseJson(new TextDecoder().decode(source.bytes)))
  if (!parsed.success) {
    const message =
      'must be as npm run pull wrote it. Restore it, or remove it: then every picture is published again'
    const problem: Problem = { path: source.path, line: 1, column: 1, level: 'problem', message }
    return { find: (_, file) => file, problems: [problem] }
  }
  const byName = new Map(Object.entries(parsed.output))
  const byBytes = new Map([...byName.values()].map(({ bytes, picture }) => [bytes, picture]))
  const find = (name: string, file: PictureFile): PictureFile => {
    const own = byName.get(name)
    const picture = own?.bytes === file.bytesHash ? own.picture : byBytes.get(file.bytesHash)
    if (!picture) return file
    return { ...file, picture, kind: picture.still === undefined ? 'photograph' : 'animation' }
  }
  return { find, problems: [] }
}
