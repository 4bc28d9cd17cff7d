// What is to be taken down: the article that an editor means by a slug. The live edition alone tells, if it knows it:
// until the question is answered, everybody can read the article.
import type { Current } from '../../records.ts'
import { readTable } from '../live.ts'
import { articleAddress, section } from '../report/lines.ts'
import { isoMinute } from '../sources/instants.ts'
import { found } from '../sources/problem.ts'
import { nearest } from '../sources/spelling.ts'
import type { Store } from '../stores/store.ts'
import { liveEdition, openReader } from './reader.ts'
import { findLatest, findSlugs, type Versions } from './records.ts'

export type Subject = {
  /** The article's slug, and those that it had before. */
  slugs: string[]
  /** What is known of it without looking at every edition; nothing may be. */
  versions: Versions
}

/** The article under a slug, one that it had, or its address. Throws where no edition has it and none is broken. */
export async function findSubject(store: Store, live: Current, given: string): Promise<Subject> {
  const slug = slugIn(given)
  const reader = openReader(store)
  const known = await findSlugs(reader, liveEdition(live), slug)
  const slugs = known ?? [slug]
  const isDown = live.takedowns.some((one) => one.slug === slug && !one.passing)
  const versions = known || !isDown ? await findLatest(reader, live, slugs) : new Map()
  // What is broken may have it, and to hide what nobody has does no harm.
  if (versions.size === 0 && !isDown && reader.unread.size === 0) throw await unknown(store, live, slug)
  return { slugs, versions }
}

/** A slug, from itself or from an article's address. */
function slugIn(given: string): string {
  const last =
    given
      .replace(/[?#].*$/, '')
      .replace(/\/+$/, '')
      .split('/')
      .at(-1) ?? ''
  try {
    return decodeURIComponent(last).normalize('NFC').toLowerCase()
  } catch (error) {
    if (error instanceof URIError) return last
    throw error
  }
}

async function unknown(store: Store, { body }: Current, slug: string): Promise<Error> {
  const articles = await readTable(store, body, 'articles')
  const meant = nearest(slug, [...articles.keys()])
  const remedy =
    meant === null
      ? 'The slug is the last part of its address. What was never published needs no takedown: put draft: true into its file'
      : `Did you mean ${meant}?`
  return new Error(
    `Nothing was taken down: no edition that ${store.name} keeps has an article ${found(slug)}. ${remedy}`,
  )
}

/** What is going to be done, for the question. */
export function reportSubject(
  { slugs, versions }: Subject,
  { store, zone, sources }: { store: Pick<Store, 'name'>; zone: string; sources: readonly string[] },
): string[] {
  const all = [...versions.values()]
  const current =
    all.find(({ slug, record }) => record && slug === slugs[0]) ?? all.find(({ record }) => record)
  const [slug = '', ...old] = slugs
  const dated = current ? `  of ${isoMinute(current.from, zone)}` : ''
  return [
    `To be taken down: ${current?.record?.title ?? slug}  ${articleAddress(slug)}${dated}`,
    ...section('Its other addresses', old.map(articleAddress)),
    ...section('In the sources', sources),
    `In ${store.name}: hidden at once and for good, under every edition and preview. Then its records in all of them are ` +
      'removed, and the pictures that only it shows.',
  ]
}
