// Puts an edition live: records, parts, the edition, then `push/<n>`, then `current`. A push that dies on the way
// leaves what was live untouched, and the next one uploads only what is missing.
import * as v from 'valibot'
import { Current, canonicalJson, FORMAT, keys, Push } from '../records.ts'
import type { Built } from './build.ts'
import type { Journal } from './journal.ts'
import { readCurrent } from './live.ts'
import { type Memory, readLatest } from './memory.ts'
import { slices } from './stores/batches.ts'
import type { Store, Value } from './stores/store.ts'

/** Who pushes, when (milliseconds) and why. */
export type PushNote = { author: string; message: string; time: number }

/** How far an upload has come: values and bytes written, of so many values. */
export type Progress = { values: number; bytes: number; of: number }

export type Upload = {
  built: Built
  /** What the store lacks, in the stages in which it is to be written. */
  lacking: readonly (readonly string[])[]
  journal: Journal
  onProgress?: ((progress: Progress) => void) | undefined
}

/** So many values are written before the journal learns of them; pictures are large. */
const JOURNAL_VALUES = 1_000
const JOURNAL_PICTURES = 20

/** Writes what the store lacks, stage by stage: nothing is named before it is there. Returns the bytes written. */
export async function upload(store: Pick<Store, 'put'>, work: Upload): Promise<number> {
  const { built, lacking, journal, onProgress } = work
  const done = await journal.read()
  const wanted = lacking.map((stage) => stage.filter((key) => !done.has(key)))
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
  return progress.bytes
}

function* journalled(stage: readonly string[]): Generator<string[]> {
  const isPicture = (key: string): boolean => key.startsWith(keys.media('', '').slice(0, -1))
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
}

/**
 * Puts an edition in the place of the one that was live. Throws, with nothing live changed, if another push came
 * between, and also if another one won in the same moment.
 */
export async function replaceCurrent(
  store: Store,
  { live, next, push, memory }: Replacement,
): Promise<Current> {
  const sequence = (live?.sequence ?? 0) + 1
  const removed = next.removed ?? live?.removed ?? []
  const current = v.parse(Current, {
    ...next,
    ...(removed.length > 0 ? { removed } : { removed: undefined }),
    format: FORMAT,
    sequence,
  })
  const note = v.parse(Push, { ...push, ...(live ? { before: live.sequence } : {}) })
  const exclusive: NonNullable<Store['exclusive']> = store.exclusive ?? ((work) => work())
  await exclusive(async () => {
    const now = await readLatest(store, memory)
    if (now?.sequence !== live?.sequence) {
      throw new Error(
        `Another push (number ${now?.sequence}) came between; nothing was replaced. Run the command again`,
      )
    }
    await store.put([{ key: keys.push(sequence), value: canonicalJson(note) }])
    await store.put([{ key: keys.current, value: canonicalJson(current) }])
  })
  await memory.remember(current)
  await assertOurs(store, current)
  return current
}

/**
 * Looks once more, because a store may have no lock: throws if another push took the same number and won.
 * What is older than ours, or absent, is only a late answer.
 */
async function assertOurs(store: Pick<Store, 'get'>, next: Current): Promise<void> {
  const { sequence } = next
  const text = await store.get(keys.push(sequence))
  const push = text === null ? null : v.parse(Push, JSON.parse(text))
  const current = await readCurrent(store)
  const isReplaced = current?.sequence === sequence && canonicalJson(current) !== canonicalJson(next)
  if (!isReplaced && (push === null || push.edition === next.edition)) return
  const by = push && push.edition !== next.edition ? ` by ${push.author}` : ''
  throw new Error(
    `Another push${by} took the number ${sequence} at the same moment, and readers may see its edition in place of ` +
      'yours. Update your checkout, so that it has what the other one published, and run the command again',
  )
}
