// Takes an article down at once, whatever state the sources and the older editions are in: its slug goes onto the list
// of takedowns in `current`, which holds over every edition, and under `gone` in the sources; only then is looked for its
// records and pictures everywhere, and they go. Who cannot hide it changes nothing; who dies after that has hidden it at
// least, and a second call completes what the first one left.
import { CURRENT_TTL_SECONDS, CURRENT_USABLE_SECONDS, type Current, keys } from '../records.ts'
import { openJournal } from './push/journal.ts'
import { openMemory, readLatest } from './push/last-push.ts'
import type { PushNote } from './push.ts'
import { articleAddress, plural, section, shortHash } from './report/lines.ts'
import { REACH_SECONDS } from './report/reach.ts'
import { isoMinute } from './sources/instants.ts'
import type { Store } from './stores/store.ts'
import { type Hidden, hide, type Listing, readLive, TRIES } from './takedown/list.ts'
import { openReader } from './takedown/reader.ts'
import { findOwnPictures, findVersions } from './takedown/records.ts'
import { planSources } from './takedown/sources.ts'
import { findSubject, reportSubject } from './takedown/subject.ts'

export type TakedownOptions = {
  /** The folder that holds `content/`. */
  root: string
  store: Store
  /** The article's slug, one that it had, or its address. */
  slug: string
  note: PushNote
  /** Asked before anything is written; nothing is when it says no. */
  confirm: (lines: readonly string[]) => Promise<boolean>
}

/** What came of the removal, as far as it went. */
type Removal = {
  live: Current
  /** How many values were removed from the store. */
  removed: { records: number; pictures: number }
  /** How many editions and previews have the article, each as it was. */
  editions: number
  /** Keys of what could not be read, and may have more of it. */
  unread: string[]
  /** Why the removal ended early; null if it did not. */
  failure: string | null
  /** What else may have been lost: takedowns of others that this one met. */
  doubts: string[]
}

export type TakedownOutcome =
  | { state: 'declined' }
  | (Removal & {
      /** It is hidden in either case; after `incomplete` a takedown has to be called again, this one or another. */
      state: 'done' | 'incomplete'
      /** The article's slug, and those that it had before or has in the sources. */
      slugs: string[]
      /** What was done to the sources, and what is left to be done by hand: one line each. */
      sources: string[]
      /** When it was on the list of takedowns. Milliseconds since 1970. */
      time: number
    })

/**
 * The edge keeps a picture for an hour, and another minute while it asks again; two tiers may do so one after the
 * other, for a Worker that has not heard of the takedown yet.
 */
export const PICTURE_REACH_SECONDS = CURRENT_TTL_SECONDS + CURRENT_USABLE_SECONDS + 2 * (3600 + 60)

/** Takes an article down. */
export async function takedown(options: TakedownOptions): Promise<TakedownOutcome> {
  const { root, store, note, confirm } = options
  const memory = openMemory(root, store)
  const live = await readLatest(store, memory)
  if (!live) throw new Error(`Nothing was published to ${store.name} yet, so there is nothing to take down`)
  const { slugs: known, versions } = await findSubject(store, live, options.slug)
  const sources = await planSources(root, known)
  const slugs = [...known, ...sources.renamed]
  const { zone } = live.body.settings
  const plan = reportSubject({ slugs, versions }, { store, zone, sources: sources.lines })
  if (!(await confirm(plan))) return { state: 'declined' }

  const listing = { memory, note, slugs, versions }
  const hidden = await hide(store, listing).catch((error: unknown) => hiddenAllTheSame(store, listing, error))
  const time = Date.now()
  const written = await sources.write()
  const removal = await removeAll(root, store, { listing, hidden })
  const isWhole = removal.failure === null && removal.unread.length + removal.doubts.length === 0
  return { state: isWhole ? 'done' : 'incomplete', ...removal, slugs, sources: written, time }
}

/**
 * What is live after it could not be said that an article was hidden, if it is: it was before, or the answer was lost.
 * Throws if not, or where nobody can tell.
 */
async function hiddenAllTheSame(
  store: Store,
  { memory, slugs }: Listing,
  error: unknown,
): Promise<Pick<Hidden, 'live' | 'doubt'>> {
  // Whoever cannot be asked now is part of what is told.
  const live = await readLive(store, memory).catch(() => null)
  const listed = new Set(live?.takedowns.flatMap(({ slug, passing }) => (passing ? [] : [slug])))
  if (live && slugs.every((slug) => listed.has(slug))) return { live, doubt: null }
  const address = articleAddress(slugs[0] ?? '')
  const reason = error instanceof Error ? error.message : String(error)
  throw new Error(
    live
      ? `Nothing was taken down: ${address} is still readable, and the sources are as they were. ${reason}`
      : `Perhaps nothing was taken down: ${address} may still be readable, and the sources are as they were. ${reason}`,
    { cause: error },
  )
}

/** Removes all that is the article's own. Throws nothing: that the article is hidden has to be told whatever comes. */
async function removeAll(
  root: string,
  store: Store,
  { listing, hidden }: { listing: Listing; hidden: Pick<Hidden, 'live' | 'doubt'> },
): Promise<Removal> {
  const removal: Removal = {
    live: hidden.live,
    removed: { records: 0, pictures: 0 },
    ...{ editions: 0, unread: [], failure: null, doubts: hidden.doubt === null ? [] : [hidden.doubt] },
  }
  try {
    // A journal may hold what is removed now; who trusted it would not upload it again for another article.
    await openJournal(root, store).remove()
    for (let left = TRIES; ; left -= 1) {
      const versions = await removeOwn(store, listing, removal)
      // A push that had read `current` before it was replaced may have won. Then its records are there as well.
      const held = await hide(store, { ...listing, versions })
      removal.live = held.live
      if (held.doubt !== null) removal.doubts.push(held.doubt)
      if (!held.isNew) return removal
      if (left === 1) throw new Error('Other pushes came between again and again')
    }
  } catch (error) {
    return { ...removal, failure: error instanceof Error ? error.message : String(error) }
  }
}

/** Removes an article's records, and the pictures that only it shows. Answers with the versions that there were. */
async function removeOwn(store: Store, listing: Listing, removal: Removal): Promise<Listing['versions']> {
  const { memory, slugs } = listing
  const reader = openReader(store)
  const { versions, editions } = await findVersions(reader, await readLive(store, memory), slugs)
  // Without its records nobody can tell under which tags older editions count the article.
  const { live, doubt } = await hide(store, { ...listing, versions })
  if (doubt !== null) removal.doubts.push(doubt)
  const pictures = await findOwnPictures(reader, {
    ...{ live, versions, slugs },
    readLive: () => readLive(store, memory),
  })
  const records = [...versions].flatMap(([hash, { isThere }]) => (isThere ? [keys.article(hash)] : []))
  removal.editions = editions
  removal.unread = [...reader.unread]
  await store.remove(pictures.flat())
  removal.removed.pictures += pictures.length
  // The records last: without them nobody could tell which the pictures are.
  await store.remove(records)
  removal.removed.records += records.length
  return versions
}

/** What a takedown came to. */
export function reportTakedown(outcome: TakedownOutcome): string[] {
  if (outcome.state === 'declined') return ['Nothing was taken down.']
  const { live, slugs, sources, removed, editions, time } = outcome
  const by = (seconds: number): string =>
    isoMinute(time + seconds * 1000 + 59_999, live.body.settings.zone).slice(11)
  const [slug = ''] = slugs
  const minutes = Math.ceil(REACH_SECONDS.settled / 60)
  const hours = Math.ceil(PICTURE_REACH_SECONDS / 3600)
  return [
    `${articleAddress(slug)} is taken down, and no push, rollback or preview brings it back.`,
    ...section('In the sources', sources),
    `Removed: ${plural(removed.records, 'record')} (it is in ${plural(editions, 'edition')}), ` +
      `${plural(removed.pictures, 'picture')} that only it showed.`,
    ...reportLeft(outcome),
    ...outcome.doubts.map((doubt) => `${doubt}.`),
    `It is out of every cache of the site within ${minutes} minutes (by ${by(REACH_SECONDS.settled)}), ` +
      `its pictures within ${hours} hours (by ${by(PICTURE_REACH_SECONDS)}).`,
    'What readers were sent before is out of reach: browsers keep pictures that they have shown for up to a year, and ' +
      'search engines, archives and feed readers what they have read. Ask those to remove it.',
    'Keep the change to the sources: commit it where your colleagues get theirs from.',
  ]
}

/** What the store may still hold of it, and what to do about that. */
function reportLeft({ unread, failure }: Removal): string[] {
  if (unread.length === 0 && failure === null) return []
  const broken = unread.map((key) => {
    const [kind, name = ''] = key.split('/')
    return `${kind} ${shortHash(name)}`
  })
  const later = 'what cannot be read then either, npm run gc removes once it is not kept any more'
  return [
    ...section('Could not be read, so the store may still hold records or pictures that it names', broken),
    ...(failure === null ? [] : [`Not all records and pictures could be removed: ${failure}.`]),
    failure === null
      ? `The article is hidden all the same. Run the command again; ${later}.`
      : // The last look is what finds a push that won without knowing of the takedown.
        'The article was hidden before that. Run the command again, also to be sure that no other push has undone it.',
  ]
}
