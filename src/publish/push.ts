// Puts an edition live: records, then the edition, then `push/<n>`, then `current`. A push that dies on the way
// leaves what was live untouched.
import * as v from 'valibot'
import { Current, canonicalJson, FORMAT, keys, Push } from '../records.ts'
import type { Built } from './build.ts'
import type { Store, Value } from './stores/store.ts'

/** Who pushes, when (milliseconds) and why. */
export type PushNote = { author: string; message: string; time: number }

/** What is live in a store; null when nothing was pushed yet. */
export async function readCurrent(store: Pick<Store, 'get'>): Promise<Current | null> {
  const text = await store.get(keys.current)
  if (text === null) return null
  const data: unknown = JSON.parse(text)
  const format = (data as { format?: unknown }).format
  if (format !== FORMAT) {
    throw new Error(
      `The live edition has format ${format}, this Dateline writes format ${FORMAT}: update the checkout`,
    )
  }
  const parsed = v.safeParse(Current, data)
  if (parsed.success) return parsed.output
  throw new Error(
    `The live edition cannot be read: ${parsed.issues[0].message}. If it is the local store, remove .wrangler/state ` +
      'and publish again',
  )
}

/**
 * Writes what the store lacks, then replaces `current`. Throws, with nothing live changed, if another push came
 * between, and also if another one won in the same moment.
 */
export async function pushEdition(
  store: Store,
  {
    built,
    lacking,
    live,
    note,
  }: { built: Built; lacking: readonly string[]; live: Current | null; note: PushNote },
): Promise<Current> {
  const isEdition = (key: string): boolean => key === keys.edition(built.hash)
  const values = lacking.map((key) => valueUnder(key, built))
  await store.put(values.filter(({ key }) => !isEdition(key)))
  await store.put(values.filter(({ key }) => isEdition(key)))

  const sequence = (live?.sequence ?? 0) + 1
  const { time, author, message } = note
  const before = live?.sequence
  const push = v.parse(Push, {
    edition: built.hash,
    time,
    author,
    message,
    ...(before === undefined ? {} : { before }),
  })
  const next = v.parse(Current, {
    format: FORMAT,
    sequence,
    edition: built.hash,
    body: built.body,
    takedowns: live?.takedowns ?? [],
  })
  const exclusive: NonNullable<Store['exclusive']> = store.exclusive ?? ((work) => work())
  await exclusive(async () => {
    const now = await readCurrent(store)
    if (now?.sequence !== live?.sequence) {
      throw new Error(
        `Another push (number ${now?.sequence}) came between; nothing was replaced. Run the command again`,
      )
    }
    await store.put([{ key: keys.push(sequence), value: canonicalJson(push) }])
    await store.put([{ key: keys.current, value: canonicalJson(next) }])
  })
  await assertOurs(store, next)
  return next
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

function valueUnder(key: string, built: Built): Value {
  const record = built.records.get(key)
  if (record !== undefined) return { key, value: record }
  const picture = built.media.get(key)
  if (!picture) throw new Error(`Nothing was built for the key ${key}`)
  return { key, value: picture.bytes, metadata: { type: picture.type, bytes: picture.bytes.length } }
}
