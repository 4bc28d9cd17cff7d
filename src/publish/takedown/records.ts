// An article in the editions that a store keeps: under which slugs, which records it has there, and which pictures only
// it shows.
import * as v from 'valibot'
import { articlePath } from '../../addresses.ts'
import { variantsOf } from '../../pictures.ts'
import { ArticleRecord, type Current, keys, type Picture, type Row } from '../../records.ts'
import { readTable } from '../live.ts'
import { slices } from '../stores/batches.ts'
import { type FindRow, type Kept, keptEditions, liveEdition, openRows, type Reader } from './reader.ts'

/** A record of an article that some edition names. */
export type Version = Pick<Row<'articles'>, 'from' | 'until'> & {
  slug: string
  /** Whether the store has it; a takedown may have removed it. */
  isThere: boolean
  /** Null where it is not there or not whole. */
  record: ArticleRecord | null
}

/** An article's versions by the hashes of their records. */
export type Versions = ReadonlyMap<string, Version>

const RECORDS_AT_ONCE = 100

/** The slug that an article has in an edition, and all that it had before; null where the edition cannot have any. */
export async function findSlugs(reader: Reader, edition: Kept, slug: string): Promise<string[] | null> {
  const table = await reader.attempt(edition.key, () => readTable(reader, edition.body, 'aliases'))
  const aliases: ReadonlyMap<string, Row<'aliases'>> = table ?? new Map()
  const row = await openRows(reader)(edition, { name: 'articles', key: slug })
  const alias = aliases.get(articlePath(slug))
  const isAlias = !row && alias && 'article' in alias
  if (row === null && !isAlias) return null
  const main = isAlias ? alias.article : slug
  const prefix = articlePath('')
  const old = [...aliases].flatMap(([path, to]) =>
    'article' in to && to.article === main && path.startsWith(prefix)
      ? [decodeURIComponent(path.slice(prefix.length))]
      : [],
  )
  return [main, ...old]
}

/** The version of an article that an edition names, the live one or else the last that has any; none if none does. */
export async function findLatest(reader: Reader, live: Current, slugs: readonly string[]): Promise<Versions> {
  const find = openRows(reader)
  for await (const edition of keptEditions(reader, live)) {
    const rows = await findRows(find, edition, slugs)
    if (rows.size > 0) return readVersions(reader, rows)
  }
  return new Map()
}

/** All versions of an article, under any of its slugs, in all editions that are kept; and in how many it is. */
export async function findVersions(
  reader: Reader,
  live: Current,
  slugs: readonly string[],
): Promise<{ versions: Versions; editions: number }> {
  const all = new Map<string, VersionRow>()
  const find = openRows(reader)
  let editions = 0
  for await (const edition of keptEditions(reader, live)) {
    const rows = await findRows(find, edition, slugs)
    for (const [hash, row] of rows) all.set(hash, row)
    if (rows.size > 0) editions += 1
  }
  return { versions: await readVersions(reader, all), editions }
}

type VersionRow = Omit<Version, 'isThere' | 'record'>

/** Where an article's row has it, without what is in the record. */
export function versionRow(slug: string, { from, until }: Row<'articles'>): VersionRow {
  return { slug, from, ...(until === undefined ? {} : { until }) }
}

async function findRows(
  find: FindRow,
  edition: Kept,
  slugs: readonly string[],
): Promise<Map<string, VersionRow>> {
  const rows = new Map<string, VersionRow>()
  for (const slug of slugs) {
    const row = await find(edition, { name: 'articles', key: slug })
    if (row) rows.set(row.record, versionRow(slug, row))
  }
  return rows
}

/** Versions with their records, by the hashes of these. */
export async function readVersions(reader: Reader, rows: ReadonlyMap<string, VersionRow>): Promise<Versions> {
  const versions = new Map<string, Version>()
  for (const slice of slices([...rows], RECORDS_AT_ONCE)) {
    const texts = await reader.getMany(slice.map(([hash]) => keys.article(hash)))
    for (const [hash, row] of slice) {
      const key = keys.article(hash)
      const text = texts.get(key)
      const record = await reader.attempt(key, async () =>
        text === undefined ? null : v.parse(ArticleRecord, JSON.parse(text)),
      )
      versions.set(hash, { ...row, isThere: text !== undefined, record: record ?? null })
    }
  }
  return versions
}

export type PictureSearch = {
  live: Current
  versions: Versions
  slugs: readonly string[]
  /** What is live by the end of the search. */
  readLive: () => Promise<Current>
}

/**
 * The pictures that an article's versions show, and no other article of any edition that is kept: of each, the keys of
 * all its variants. An edition that cannot be read counts for nothing, because nobody can be shown it, but the live one
 * may be mended.
 */
export async function findOwnPictures(
  reader: Reader,
  { live, versions, slugs, readLive }: PictureSearch,
): Promise<string[][]> {
  const own = new Map<string, Shown>()
  for (const { record } of versions.values())
    for (const picture of record ? picturesOf(record) : []) add(own, picture)
  if (own.size === 0) return []
  const down = new Set([...slugs, ...live.takedowns.flatMap(({ slug, passing }) => (passing ? [] : [slug]))])
  const find = openRows(reader)
  const keepShown = async (edition: Kept, { isLive }: { isLive: boolean }): Promise<void> => {
    for (const [hash, { rows }] of own) {
      for (const key of rows) {
        const row = await find(edition, { name: 'media', key })
        const isShown = row?.shownBy.some(({ slug }) => slug === undefined || !down.has(slug))
        if (row === undefined ? isLive : isShown) own.delete(hash)
      }
    }
  }
  for await (const edition of keptEditions(reader, live)) await keepShown(edition, { isLive: false })
  // To read them may have taken minutes, in which a push can have given a picture to another article.
  await keepShown(liveEdition(await readLive()), { isLive: true })
  return [...own].map(([hash, { variants }]) => [...variants].map((variant) => keys.media(hash, variant)))
}

/** A picture's variants, and the keys of the rows that editions of any age may have of it. */
type Shown = { variants: Set<string>; rows: Set<string> }

function add(shown: Map<string, Shown>, picture: Picture): void {
  const { hash, variants } = variantsOf(picture)
  const known = shown.get(hash) ?? { variants: new Set(), rows: new Set([hash]) }
  shown.set(hash, known)
  for (const variant of variants) {
    known.variants.add(variant)
    if (variant.startsWith('original.')) known.rows.add(`${hash}/${variant}`)
  }
}

function picturesOf({ photo, pictures }: ArticleRecord): Picture[] {
  return [...(photo?.picture ? [photo.picture] : []), ...Object.values(pictures)]
}
