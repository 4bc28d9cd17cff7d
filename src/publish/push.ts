// Puts an edition live: records, parts, the edition, then `push/<n>`, then `current`. A push that dies on the way does
// not change what is live, and the next push uploads only what is missing.
import * as v from 'valibot'
import { canonicalJson } from '../canonical.ts'
import { Current, FORMAT, keys, Push } from '../records.ts'
import type { Built } from './build.ts'
import { hashText } from './hash.ts'
import type { Making } from './pictures/make.ts'
import type { Journal } from './push/journal.ts'
import { type Memory, readLatest } from './push/last-push.ts'
import { watchCollections } from './stored/forgotten.ts'
import { readPush } from './stored/history.ts'
import { readCurrent } from './stored/reading.ts'
import { slices } from './stores/batches.ts'
import { npmRun, type Store, type Value } from './stores/store.ts'

/** The author of a push, the message, and the time in milliseconds. */
export type PushNote = { author: string; message: string; time: number }

/** How many values were written, and their bytes. */
export type Written = { values: number; bytes: number }

/** The progress of an upload; `of` is the number of all its values. */
export type Progress = Written & { of: number }

/** The step of a push. Nothing that is live changes before `replacing`. */
export type Phase = 'making' | 'uploading' | 'replacing'

export type Upload = {
  built: Built
  /** Keys that the store lacks, in the stages in which they must be written. */
  lacking: readonly (readonly string[])[]
  onPhase?: (phase: Phase) => void
  onMade?: (progress: Making) => void
  onProgress?: (progress: Progress) => void
}

/** A push that has begun. What it uploads is named only when it is stored and gc was not at work meanwhile. */
export type Pushing = {
  /** The live edition when the push began. */
  live: Current | null
  /** Uploads for a preview, which names the values itself. Throws if gc was at work since the push began. */
  upload: (work: Upload) => Promise<Written>
  /** Uploads, and replaces the live edition. */
  complete: (
    work: Upload & Pick<Replacement, 'next' | 'push'>,
  ) => Promise<{ live: Current; written: Written }>
}

/** Begins a push. The time between this and its completion is not limited. Throws when gc is at work. */
export async function beginPush(
  store: Store,
  { journal, memory }: { journal: Journal; memory: Memory },
): Promise<Pushing> {
  const { last, assertUndisturbed } = await watchCollections(store)
  const live = await readLatest(store, memory)
  // After a takedown, gc may remove values that the journal names.
  const mark = hashText(canonicalJson([last, live?.takedowns ?? []]))
  const uploadAll = async (work: Upload): Promise<Written> => {
    const written = await upload(store, { ...work, journal: journal.since(mark) })
    await assertUndisturbed().catch(async (error: unknown) => {
      // gc may have removed what the journal names.
      await journal.remove()
      throw error
    })
    return written
  }
  return {
    live,
    upload: uploadAll,
    complete: async ({ next, push, ...work }) => {
      const written = await uploadAll(work)
      work.onPhase?.('replacing')
      const onWritten = (values: number, bytes: number): void => {
        written.values += values
        written.bytes += bytes
      }
      const current = await replaceCurrent(store, { live, next, push, memory, onWritten })
      await journal.remove()
      return { live: current, written }
    },
  }
}

const TITLES_NOTED = 3

/** The summary in a push's record: the number of changes of each kind, and a few titles. */
export function summaryOf(
  changes: Record<'appearing' | 'changed' | 'disappearing' | 'scheduled', readonly { title: string }[]>,
): NonNullable<Push['changes']> {
  const { appearing, changed, disappearing, scheduled } = changes
  const all = [...appearing, ...changed, ...disappearing, ...scheduled]
  return {
    appearing: appearing.length,
    changed: changed.length,
    disappearing: disappearing.length,
    scheduled: scheduled.length,
    titles: all.slice(0, TITLES_NOTED).map(({ title }) => title),
  }
}

/** How many values are written between two entries in the journal. Pictures are large. */
const JOURNAL_VALUES = 1_000
const JOURNAL_PICTURES = 100

/** Writes the values that the store lacks, stage by stage: a value must be stored before another value names it. */
export async function upload(
  store: Pick<Store, 'put'>,
  {
    built,
    lacking,
    journal,
    onPhase,
    onMade,
    onProgress,
  }: Upload & {
    journal: Pick<Journal, 'read' | 'add'>
  },
): Promise<Written> {
  const done = await journal.read()
  const wanted = lacking.map((stage) => stage.filter((key) => !done.has(key)))
  onPhase?.('making')
  await built.pictures.make(wanted.flat().filter(isPicture), onMade)
  onPhase?.('uploading')
  const of = wanted.reduce((sum, stage) => sum + stage.length, 0)
  const progress = { values: 0, bytes: 0, of }
  for (const [index, stage] of wanted.entries()) {
    for (const batch of journalSlices(stage)) {
      await store.put(valuesOf(built, index, batch), (values, bytes) => {
        progress.values += values
        progress.bytes += bytes
        onProgress?.({ ...progress })
      })
      await journal.add(batch)
    }
  }
  return { values: progress.values, bytes: progress.bytes }
}

function isPicture(key: string): boolean {
  return key.startsWith(keys.media('', '').slice(0, -1))
}

function* journalSlices(stage: readonly string[]): Generator<string[]> {
  yield* slices(
    stage.filter((key) => !isPicture(key)),
    JOURNAL_VALUES,
  )
  yield* slices(stage.filter(isPicture), JOURNAL_PICTURES)
}

async function* valuesOf(built: Built, stage: number, wanted: readonly string[]): AsyncGenerator<Value> {
  for (const key of wanted) {
    const make = built.stages[stage]?.get(key)
    if (!make) throw new Error(`Nothing was built for the key ${key}`)
    const value = await make()
    // gc needs the age of a value, and KV does not store it.
    yield { ...value, metadata: { ...value.metadata, written: Math.floor(Date.now() / 1000) } }
  }
}

export type Replacement = {
  live: Current | null
  next: Omit<Current, 'sequence' | 'format'>
  push: Push
  memory: Memory
  /** Is called after each write. */
  onWritten?: (values: number, bytes: number) => void
}

/** Another push was made since this one began, or at the same moment. */
export class OtherPush extends Error {
  /** What this push put live nevertheless; null if nothing, or if the other push may have won. */
  current: Current | null

  constructor(message: string, current: Current | null = null) {
    super(message)
    this.current = current
  }
}

/**
 * Replaces the live edition. Throws `OtherPush` and changes nothing if another push came between. Also throws
 * `OtherPush` if another push at the same moment won, or was a takedown that this push may have replaced.
 */
export async function replaceCurrent(
  store: Store,
  { live, next, push, memory, onWritten }: Replacement,
): Promise<Current> {
  const sequence = (live?.sequence ?? 0) + 1
  const restored = next.restored ?? live?.restored ?? []
  const current = v.parse(Current, {
    ...next,
    format: FORMAT,
    sequence,
    restored: restored.length > 0 ? restored : undefined,
  })
  const note = v.parse(Push, { ...push, ...(live ? { before: live.sequence } : {}) })
  const exclusive: NonNullable<Store['exclusive']> = store.exclusive ?? ((work) => work())
  await exclusive(async () => {
    const latest = await readLatest(store, memory)
    if (latest?.sequence !== live?.sequence) {
      throw new OtherPush(
        `Another push (number ${latest?.sequence}) was made meanwhile; nothing was replaced. Run the command again`,
      )
    }
    await store.put([{ key: keys.push(sequence), value: canonicalJson(note) }], onWritten)
    await store.put([{ key: keys.current, value: canonicalJson(current) }], onWritten)
  })
  await memory.remember(current)
  if (!store.exclusive) await assertNoOtherPush(store, current)
  return current
}

/**
 * Reads `current` and the push again, because the store has no lock. Throws if another push took the same number and
 * won, or if a takedown with a later number may have been live before this push was written. An older or absent value
 * is no error: the store may answer late.
 */
async function assertNoOtherPush(
  store: Pick<Store, 'get' | 'list' | 'target'>,
  next: Current,
): Promise<void> {
  const { sequence } = next
  const push = await readPush(store, sequence)
  const current = await readCurrent(store)
  const isReplaced = current?.sequence === sequence && canonicalJson(current) !== canonicalJson(next)
  if (isReplaced || (push !== null && push.edition !== next.edition)) {
    const by = push && push.edition !== next.edition ? ` by ${push.author}` : ''
    throw new OtherPush(
      `Another push${by} took the number ${sequence} at the same moment, and readers may see its edition in place of ` +
        'yours. Update your checkout, so that it has what the other one published, and run the command again',
    )
  }
  const later = current?.sequence === sequence ? await readLater(store, sequence) : null
  if (later?.takedown === undefined) return
  throw new OtherPush(
    `Push ${sequence} is live, but it may have replaced the takedown of ${later.takedown} by ${later.author}, which was ` +
      `made at the same moment. Run ${npmRun(store, `takedown ${later.takedown}`)}`,
    next,
  )
}

/** The push after this number. Lists first: a key that is read too early can seem absent for a minute. */
async function readLater(store: Pick<Store, 'get' | 'list'>, sequence: number): Promise<Push | null> {
  const key = keys.push(sequence + 1)
  for await (const listed of store.list(key)) if (listed.key === key) return readPush(store, sequence + 1)
  return null
}

const CLOCK_LIMIT_MS = 60_000

const LENGTHS = [
  { unit: 3600, name: 'hours' },
  { unit: 60, name: 'minutes' },
  { unit: 1, name: 'seconds' },
] as const

/** Throws if the clocks differ by more than a minute: the layout and the reported times would be wrong. */
export async function assertClock(store: Pick<Store, 'clockOffset' | 'name'>): Promise<void> {
  const offset = await store.clockOffset()
  if (Math.abs(offset) <= CLOCK_LIMIT_MS) return
  const seconds = Math.abs(offset) / 1000
  const length = LENGTHS.find(({ unit }) => seconds >= 2 * unit) ?? LENGTHS[2]
  const written = `${Math.round(seconds / length.unit)} ${length.name}`
  throw new Error(
    `Nothing was published: this machine's clock is ${written} ${offset > 0 ? 'behind' : 'ahead of'} the clock of ` +
      `${store.name}. Set it, and run the command again`,
  )
}
