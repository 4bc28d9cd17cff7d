// Puts an edition live: records, parts, the edition, then `push/<n>`, then `current`. A push that dies on the way does
// not change what is live, and the next push uploads only what is missing.
import * as v from 'valibot'
import { canonicalJson } from '../canonical.ts'
import { Current, FORMAT, keys, Push } from '../records.ts'
import type { Built } from './build.ts'
import { hashText } from './hash.ts'
import type { Making } from './pictures.ts'
import type { Journal } from './push/journal.ts'
import { type Memory, readLatest } from './push/last-push.ts'
import { readCurrent } from './stored/editions.ts'
import { watchCollections } from './stored/forgotten.ts'
import { slices } from './stores/batches.ts'
import type { Store, Value } from './stores/store.ts'

/** Who pushes, when (milliseconds) and why. */
export type PushNote = { author: string; message: string; time: number }

/** How many values were written, and of how many bytes. */
export type Written = { values: number; bytes: number }

/** How far an upload has come, of so many values. */
export type Progress = Written & { of: number }

/** What a push is doing: until `replacing` nothing that is live is touched. */
export type Phase = 'making' | 'uploading' | 'replacing'

export type Upload = {
  built: Built
  /** What the store lacks, in the stages in which it is to be written. */
  lacking: readonly (readonly string[])[]
  onPhase?: (phase: Phase) => void
  onMade?: (progress: Making) => void
  onProgress?: (progress: Progress) => void
}

/** A push that has begun. What it uploads is named only when it is stored and gc was not at work meanwhile. */
export type Pushing = {
  /** What the push is planned on. */
  live: Current | null
  /** Uploads for a preview, which names the values itself. Throws if gc was at work since the push began. */
  upload: (work: Upload) => Promise<Written>
  /** Uploads, and puts the edition in the place of what was live. */
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
  // After a takedown, gc removes what the journal may name.
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

/** What is kept of a push's changes: how many there are of each kind, and a few titles. */
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

/** So many values are written before the journal learns of them; pictures are large. */
const JOURNAL_VALUES = 1_000
const JOURNAL_PICTURES = 100

/** Writes what the store lacks, stage by stage: nothing is named before it is there. */
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
    for (const batch of journalled(stage)) {
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

function* journalled(stage: readonly string[]): Generator<string[]> {
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
    // gc must know how old a value is, and KV does not tell.
    yield { ...value, metadata: { ...value.metadata, written: Math.floor(Date.now() / 1000) } }
  }
}

export type Replacement = {
  live: Current | null
  next: Omit<Current, 'sequence' | 'format'>
  push: Push
  memory: Memory
  /** Hears of the values that are written, as the store tells it. */
  onWritten?: (values: number, bytes: number) => void
}

/** Another push came between, or was made at the same moment. */
export class Overtaken extends Error {
  /** What was put live all the same; null where nothing was, or something else may have won. */
  current: Current | null

  constructor(message: string, current: Current | null = null) {
    super(message)
    this.current = current
  }
}

/**
 * Puts an edition in the place of the one that was live. Throws `Overtaken`, with nothing live changed, if another push
 * came between, and also if another one won in the same moment or may have lost a takedown to this one.
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
    const now = await readLatest(store, memory)
    if (now?.sequence !== live?.sequence) {
      throw new Overtaken(
        `Another push (number ${now?.sequence}) came between; nothing was replaced. Run the command again`,
      )
    }
    await store.put([{ key: keys.push(sequence), value: canonicalJson(note) }], onWritten)
    await store.put([{ key: keys.current, value: canonicalJson(current) }], onWritten)
  })
  await memory.remember(current)
  if (!store.exclusive) await assertOurs(store, current)
  return current
}

/**
 * Looks once more, because a store may have no lock: throws if another push took the same number and won, and if a
 * takedown with a later one may have been there before ours was written. What is older than ours, or absent, is only a
 * late answer.
 */
async function assertOurs(store: Pick<Store, 'get' | 'list'>, next: Current): Promise<void> {
  const { sequence } = next
  const push = await readNote(store, sequence)
  const current = await readCurrent(store)
  const isReplaced = current?.sequence === sequence && canonicalJson(current) !== canonicalJson(next)
  if (isReplaced || (push !== null && push.edition !== next.edition)) {
    const by = push && push.edition !== next.edition ? ` by ${push.author}` : ''
    throw new Overtaken(
      `Another push${by} took the number ${sequence} at the same moment, and readers may see its edition in place of ` +
        'yours. Update your checkout, so that it has what the other one published, and run the command again',
    )
  }
  const later = current?.sequence === sequence ? await readLater(store, sequence) : null
  if (later?.takedown === undefined) return
  throw new Overtaken(
    `Push ${sequence} is live, but it may have replaced the takedown of ${later.takedown} by ${later.author}, which was ` +
      `made at the same moment. Run npm run takedown ${later.takedown}`,
    next,
  )
}

/** The push after another. Listed first, because what is read before it is there may seem to be absent for a minute. */
async function readLater(store: Pick<Store, 'get' | 'list'>, sequence: number): Promise<Push | null> {
  const key = keys.push(sequence + 1)
  for await (const listed of store.list(key)) if (listed.key === key) return readNote(store, sequence + 1)
  return null
}

async function readNote(store: Pick<Store, 'get'>, sequence: number): Promise<Push | null> {
  const text = await store.get(keys.push(sequence))
  return text === null ? null : v.parse(Push, JSON.parse(text))
}
