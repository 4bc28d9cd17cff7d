// Tags and authors of a live edition, with what their lists say of them.
import * as v from 'valibot'
import { keys, ListRecord, type Row } from '../../records.ts'
import type { KnownAuthor } from '../sources/site.ts'
import { slices } from '../stores/batches.ts'
import type { Store } from '../stores/store.ts'
import type { PulledTag } from './yaml.ts'

type Lists = ReadonlyMap<string, Pick<Row<'tags'>, 'newest'>>
/** What gives the words of a value that the edition names and the store does not hold. */
type Reading = { store: Pick<Store, 'getMany'>; lacking: (key: string) => never }

/** Records are read so many at a time: KV answers for no more at once. */
const RECORDS_AT_ONCE = 100

/** Tags of which there is more to say than their names, which the articles hold. */
export async function pulledTags(
  reading: Reading,
  of: { lists: Lists; names: ReadonlyMap<string, string>; aliases: ReadonlyMap<string, string[]> },
): Promise<PulledTag[]> {
  const heads = await readHeads(reading, of.lists)
  return [...of.names].sort(bySlug).flatMap(([slug, name]) => {
    const [description, aliases = []] = [heads.get(slug)?.tag?.description, of.aliases.get(slug)]
    return description === undefined && aliases.length === 0 ? [] : [{ name, description, aliases }]
  })
}

/** Authors by slug, with all that is said of them. */
export async function pulledAuthors(
  reading: Reading,
  of: { lists: Lists; names: ReadonlyMap<string, string> },
): Promise<Map<string, KnownAuthor>> {
  const heads = await readHeads(reading, of.lists)
  return new Map(
    [...of.names].map(([slug, name]) => {
      const { role, description } = heads.get(slug)?.author ?? {}
      return [slug, { name, role, description }]
    }),
  )
}

async function readHeads({ store, lacking }: Reading, lists: Lists): Promise<Map<string, ListRecord>> {
  const heads = new Map<string, ListRecord>()
  for (const slice of slices([...lists], RECORDS_AT_ONCE)) {
    const texts = await store.getMany(slice.map(([, { newest }]) => keys.list(newest.record)))
    for (const [slug, { newest }] of slice) {
      const key = keys.list(newest.record)
      heads.set(slug, v.parse(ListRecord, JSON.parse(texts.get(key) ?? lacking(key))))
    }
  }
  return heads
}

function bySlug([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}
