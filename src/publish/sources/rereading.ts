// Reads texts and picture files again when they are needed, so that a large site does not fill the memory. Must never
// return content that differs from the content that was checked.
import { type Article, hashPublished, type PublishedText } from './article.ts'
import { readSource, readText, type StoredFile } from './content.ts'
import { parsePublishedText } from './parse.ts'
import { hashPicture, type PictureFile } from './picture-files.ts'
import { PICTURE_LIMIT_BYTES, type SourceFile } from './source-file.ts'

type File = SourceFile | StoredFile

/** A reader of the published text of checked articles and static pages. It throws if the file has changed since. */
export function textReader(
  articles: readonly File[],
): (source: Pick<Article, 'path' | 'textHash'>) => Promise<PublishedText> {
  const find = finder(() => articles)
  return async ({ path, textHash }) => {
    const file = find(path)
    const source = file && readText(file)
    const text = source && !('problem' in source) ? parsePublishedText(source) : null
    if (text === null || hashPublished(text) !== textHash) throw new Error(changed(path))
    return text
  }
}

/** A reader of the bytes of checked picture files. It throws if the file has changed since. */
export function pictureReader(
  pictures: ReadonlyMap<string, File>,
): (file: PictureFile) => Promise<Uint8Array> {
  const find = finder(() => pictures.values())
  return async ({ path, bytesHash }) => {
    const file = find(path)
    const source = file && readSource(file, PICTURE_LIMIT_BYTES)
    if (!source || 'problem' in source || hashPicture(source.bytes) !== bytesHash)
      throw new Error(changed(path))
    return source.bytes
  }
}

const changed = (path: string): string => `${path} changed during the push. Run the command again`

function finder(files: () => Iterable<File>): (path: string) => File | null {
  let known: Map<string, File> | null = null
  return (path) => {
    known ??= new Map([...files()].map((file) => [file.path, file]))
    return known.get(path) ?? null
  }
}
