// The pictures that an edition shows: what the edge must know of each, and the files that they are made from.
import { variantsOf } from '../../pictures.ts'
import { keys, type MediaEntry } from '../../records.ts'
import type { Content } from '../check.ts'
import type { PictureFile } from '../sources/pictures.ts'
import { type Entry, spanOf, spanOfAll } from './arrange.ts'

/** So many articles are named with a picture that they show; a picture of more is bound to none of them. */
const SHOWN_BY_NAMED = 16

/** One variant of a picture, and the file that it is made from. */
export type VariantOfFile = { file: PictureFile; variant: string }

/** Pictures with the articles and standing pages that show them, and their variants by KV key. */
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
  for (const page of content.standing) {
    if (page.draft) continue
    for (const name of new Set(page.pictures.values())) {
      const file = content.pictures.get(name)
      if (!file) continue
      // A standing page can be seen at any time.
      show(file, { from: 0 })
    }
  }
  for (const row of media.values()) {
    if (row.shownBy.length > SHOWN_BY_NAMED) row.shownBy = [spanOfAll(row.shownBy)]
  }
  return { media, files }
}
