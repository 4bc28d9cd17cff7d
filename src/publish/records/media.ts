// The pictures of an edition: their rows in the table, and the files that they are made from.
import { variantsOf } from '../../pictures.ts'
import { keys, type MediaEntry } from '../../records.ts'
import type { Content } from '../check-sources.ts'
import type { PictureFile } from '../sources/picture-files.ts'
import { type Entry, spanOf, spanOfAll } from './arrange.ts'

/** A row names at most this many articles. A picture of more articles is shown while any of them may be seen. */
const SHOWN_BY_NAMED = 16

/** One variant of a picture, and the file that it is made from. */
export type VariantOfFile = { file: PictureFile; variant: string }

/** Pictures with the articles and static pages that show them, and their variants by KV key. */
export function mediaOf(
  entries: readonly Entry[],
  content: Content,
): { media: Map<string, MediaEntry>; files: Map<string, VariantOfFile> } {
  const media = new Map<string, MediaEntry>()
  const files = new Map<string, VariantOfFile>()
  const show = (file: PictureFile, by: MediaEntry['shownBy'][number]): void => {
    const { hash, variants } = variantsOf(file.picture)
    for (const variant of variants) files.set(keys.media(hash, variant), { file, variant })
    const row = media.get(hash) ?? { variants, shownBy: [] }
    media.set(hash, row)
    row.shownBy.push(by)
  }
  for (const entry of entries) {
    const { article } = entry
    const names = [
      ...article.pictures.values(),
      ...(article.image?.src === undefined ? [] : [article.image.src]),
    ]
    for (const name of new Set(names)) {
      const file = content.pictures.get(name)
      if (!file) continue
      show(file, { ...spanOf(entry), slug: article.slug })
    }
  }
  for (const page of content.staticPages) {
    if (page.draft) continue
    for (const name of new Set(page.pictures.values())) {
      const file = content.pictures.get(name)
      if (!file) continue
      // A static page can be seen at any time.
      show(file, { from: 0 })
    }
  }
  for (const row of media.values()) {
    if (row.shownBy.length > SHOWN_BY_NAMED) row.shownBy = [spanOfAll(row.shownBy)]
  }
  return { media, files }
}
