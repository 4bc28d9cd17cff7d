// An article in all editions that a store keeps: which records it has there, and which pictures only it shows.
import * as v from 'valibot'
import { articlePath } from '../addresses.ts'
import { ArticleRecord, type Current, type Edition, keys, type Row, type TableName } from '../records.ts'
import { partOf } from '../tables.ts'
import { listPushes, readEditions, readPreviews } from './kept.ts'
import { readRow, readTables } from './live.ts'
import { slices } from './stores/batches.ts'
import type { Store } from './stores/store.ts'

/** A record of an article that some edition names; without a record where that was removed already. */
export type Version = Pick<Row<'articles'>, 'from' | 'until'> & {
  slug: string
  record: ArticleRecord | null
}

/** An article's versions by the hashes of their records. */
export type Versions = ReadonlyMap<string, Version>

const RECORDS_AT_ONCE = 100
const NO_ROWS = { rows: {} }

/** The slug that an article has in an edition, and all that it had there before; null where the edition has none. */
export async function findSlugs(store: Store, body: Edition, slug: string): Promise<string[] | null> {
  const others = { articles: NO_ROWS, tags: NO_ROWS, pages: NO_ROWS, gone: NO_ROWS, media: NO_ROWS }
  const { aliases } = await readTables(store, { ...body, ...others })
  const isThere = (await readRow(store, body, { name: 'articles', key: slug })) !== null
  const alias = aliases.get(articlePath(slug))
  const main = isThere ? slug : alias && 'article' in alias ? alias.article : null
  if (main === null) return null
  const prefix = articlePath('')
  const old = [...aliases].flatMap(([path, to]) =>
    'article' in to && to.article === main && path.startsWith(prefix)
      ? [decodeURIComponent(path.slice(prefix.length))]
      : [],
  )
  return [main, ...old]
}

/** All versions of an article, under any of its slugs, in all editions that are kept; and in how many it is. */
export async function findVersions(
  store: Store,
  live: Current,
  slugs: readonly string[],
): Promise<{ versions: Versions; editions: number }> {
  const rows = new Map<string, Omit<Version, 'record'>>()
  const find = openRows(store)
  let editions = 0
  for await (const body of keptEditions(store, live)) {
    let isThere = false
    for (const slug of slugs) {
      const row = await find(body, { name: 'articles', key: slug })
      if (!row) continue
      isThere = true
      const { record, from, until } = row
      rows.set(record, { slug, from, ...(until === undefined ? {} : { until }) })
    }
    if (isThere) editions += 1
  }
  const versions = new Map<string, Version>()
  for (const slice of slices([...rows], RECORDS_AT_ONCE)) {
    const texts = await store.getMany(slice.map(([hash]) => keys.article(hash)))
    for (const [hash, row] of slice) {
      const text = texts.get(keys.article(hash))
      versions.set(hash, {
        ...row,
        record: text === undefined ? null : v.parse(ArticleRecord, JSON.parse(text)),
      })
    }
  }
  return { versions, editions }
}

/** Keys of the pictures that an article's versions show, and no other article of any edition that is kept. */
export async function findOwnPictures(
  store: Store,
  live: Current,
  { versions, slugs }: { versions: Versions; slugs: readonly string[] },
): Promise<string[]> {
  const shown = [...versions.values()].flatMap(({ record }) => (record ? addressesOf(record) : []))
  const own = new Set(shown.map((address) => address.split('/').slice(2).join('/')))
  const down = new Set([...slugs, ...live.takedowns.flatMap(({ slug, passing }) => (passing ? [] : [slug]))])
  const find = openRows(store)
  if (own.size > 0) {
    for await (const body of keptEditions(store, live)) {
      for (const key of own) {
        const row = await find(body, { name: 'media', key })
        if (row?.shownBy.some(({ slug }) => slug === undefined || !down.has(slug))) own.delete(key)
      }
    }
  }
  return [...own].map((key) => {
    const [hash = '', variant = ''] = key.split('/')
    return keys.media(hash, variant)
  })
}

function addressesOf({ photo, pictures }: ArticleRecord): string[] {
  const shown = [photo?.picture, ...Object.values(pictures)]
  return shown.flatMap((picture) => (picture ? [picture.address] : []))
}

/** The live edition, those of all pushes, and those of all previews; each that is shared by several, once. */
async function* keptEditions(store: Store, live: Current): AsyncGenerator<Edition> {
  yield live.body
  const hashes = new Set([...(await listPushes(store)).values()].map(({ edition }) => edition))
  hashes.delete(live.edition)
  for await (const { body } of readEditions(store, hashes)) yield body
  yield* readPreviews(store)
}

/** Finds rows of many editions; of parts that these share, each is read once for a row. */
function openRows(store: Pick<Store, 'getMany'>) {
  const known = new Map<string, unknown>()
  return async <N extends TableName>(
    body: Edition,
    { name, key }: { name: N; key: string },
  ): Promise<Row<N> | null> => {
    const table = body[name]
    if ('rows' in table) return readRow(store, body, { name, key })
    const place = `${partOf(table.parts, key)}/${key}`
    if (!known.has(place)) known.set(place, await readRow(store, body, { name, key }))
    return known.get(place) as Row<N> | null
  }
}
