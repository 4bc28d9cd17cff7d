// Every address that an edition names, whether or not it may be seen yet.
import { articlePath, frontPagePath, mediaPath, tagPagePath, tagPath } from '../../src/addresses.ts'
import type { Current } from '../../src/records.ts'

/** Paths of all pages, pictures, aliases and gone articles. */
export function addressesOf({ body }: Current): string[] {
  const media = Object.keys(body.media.rows).map((id) => {
    const [hash = '', variant = ''] = id.split('/')
    return mediaPath(hash, variant)
  })
  return [
    ...['/', '/tags', '/favicon.svg'],
    ...body.front.full.map((_, index) => frontPagePath(index + 1)),
    frontPagePath(body.front.full.length + 1),
    ...Object.keys(body.articles.rows).map(articlePath),
    ...Object.entries(body.tags.rows).flatMap(([slug, { full }]) => [
      tagPath(slug),
      ...full.map((_, index) => tagPagePath(slug, index + 1)),
      tagPagePath(slug, full.length + 1),
    ]),
    ...Object.keys(body.aliases.rows),
    ...Object.keys(body.gone.rows).map(articlePath),
    ...media,
  ]
}
