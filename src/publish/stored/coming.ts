// Lists the articles of an edition that will still appear or expire by themselves, and when.
import * as v from 'valibot'
import { type ArticleEntry, ArticleRecord, keys, type Takedown } from '../../records.ts'
import type { Store } from '../stores/store.ts'

/** An appearance or expiry to come; `at` in milliseconds since 1970. */
export type Coming = { at: number; becomes: 'appears' | 'expires'; slug: string; record: string }

/** Appearances and expiries to come, the next first, without hidden articles. */
export function comingOf(
  articles: ReadonlyMap<string, ArticleEntry>,
  { now, hidden }: { now: number; hidden: ReadonlySet<string> },
): Coming[] {
  const coming: Coming[] = []
  for (const [slug, { from, until, record }] of articles) {
    if (hidden.has(slug)) continue
    if (from > now) coming.push({ at: from, becomes: 'appears', slug, record })
    if (until !== undefined && until > now) coming.push({ at: until, becomes: 'expires', slug, record })
  }
  return coming.sort((a, b) => a.at - b.at || (a.slug < b.slug ? -1 : 1))
}

/** Slugs of the articles that are hidden in every edition. */
export function hiddenSlugs({ takedowns }: { takedowns: readonly Takedown[] }): Set<string> {
  return new Set(takedowns.map(({ slug }) => slug))
}

/** Titles by the hash of the article's record. Records that the store lacks are left out. */
export async function readTitles(
  store: Pick<Store, 'getMany'>,
  records: readonly string[],
): Promise<Map<string, string>> {
  const titles = new Map<string, string>()
  const texts = records.length === 0 ? [] : await store.getMany([...new Set(records)].map(keys.article))
  for (const [key, text] of texts) {
    const { title } = v.parse(v.pick(ArticleRecord, ['title']), JSON.parse(text))
    titles.set(key.slice(keys.article('').length), title)
  }
  return titles
}
