// Which articles differ between two editions in what readers see of them, apart from links to their neighbours.
import * as v from 'valibot'
import { ArticleRecord, keys } from '../../records.ts'
import type { Store } from '../stores/store.ts'
import { ownPart } from './changes.ts'

/** Reads records by their hashes. Absent records are left out. */
export type ReadRecords = (hashes: readonly string[]) => Promise<ReadonlyMap<string, ArticleRecord>>

type Rows = ReadonlyMap<string, { record: string }>

/** At most this many articles are compared; further ones count as changed. */
const COMPARED_LIMIT = 500

/** The newer records of articles that differ, by slug; null where the record cannot be read. */
export async function rewrittenArticles(
  { before, after }: { before: Rows; after: Rows },
  read: ReadRecords,
): Promise<Map<string, ArticleRecord | null>> {
  const changed = [...after].flatMap(([slug, { record: hash }]) => {
    const oldHash = before.get(slug)?.record
    return oldHash === undefined || oldHash === hash ? [] : [{ slug, oldHash, hash }]
  })
  const records = await read(changed.slice(0, COMPARED_LIMIT).flatMap(({ oldHash, hash }) => [oldHash, hash]))
  const rewritten = new Map<string, ArticleRecord | null>()
  for (const { slug, oldHash, hash } of changed) {
    const [old, next] = [records.get(oldHash), records.get(hash)]
    if (!old || !next || ownPart(old) !== ownPart(next)) rewritten.set(slug, next ?? null)
  }
  return rewritten
}

/** Reads records of articles from a store. Absent records are left out. */
export async function readRecords(
  store: Pick<Store, 'getMany'>,
  hashes: readonly string[],
): Promise<Map<string, ArticleRecord>> {
  const wanted = [...new Set(hashes)]
  const texts =
    wanted.length === 0 ? new Map<string, string>() : await store.getMany(wanted.map(keys.article))
  const records = new Map<string, ArticleRecord>()
  for (const hash of wanted) {
    const text = texts.get(keys.article(hash))
    if (text !== undefined) records.set(hash, v.parse(ArticleRecord, JSON.parse(text)))
  }
  return records
}
