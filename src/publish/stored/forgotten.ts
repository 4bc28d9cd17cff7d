// The pushes that gc has forgotten. gc writes this down before it removes anything, so that no rollback goes back to a
// push whose values are being removed.
import * as v from 'valibot'
import { canonicalJson } from '../../canonical.ts'
import { keys } from '../../records.ts'
import { plural } from '../format.ts'
import type { Store } from '../stores/store.ts'

const Forgotten = v.object({
  /** The lowest push that is kept. */
  before: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** When the last collection began, and when it ended, if it has. Milliseconds since 1970. */
  began: v.number(),
  ended: v.optional(v.number()),
})
export type Forgotten = v.InferOutput<typeof Forgotten>

/** What the last collection wrote down; null before the first one. */
export async function readForgotten(store: Pick<Store, 'get'>): Promise<Forgotten | null> {
  const text = await store.get(keys.forgotten)
  return text === null ? null : v.parse(Forgotten, JSON.parse(text))
}

/** Marks a collection as ended that was broken off, unless another collection has begun since. */
export async function endForgotten(
  store: Pick<Store, 'get' | 'put'>,
  { forgotten, ended }: { forgotten: Forgotten | null; ended: number },
): Promise<void> {
  if (!forgotten || forgotten.ended !== undefined) return
  const last = await readForgotten(store)
  if (canonicalJson(last) === canonicalJson(forgotten)) await putForgotten(store, { ...forgotten, ended })
}

export async function putForgotten(store: Pick<Store, 'put'>, forgotten: Forgotten): Promise<void> {
  await store.put([{ key: keys.forgotten, value: canonicalJson(forgotten) }])
}

/** A collection that did not end within this time was broken off. */
const LONGEST_MS = 3_600_000

export type Watch = {
  /** Identifies the last collection. */
  last: string
  /** Throws if gc has begun or ended since the watch began. */
  assertUndisturbed: () => Promise<void>
}

/**
 * Throws when gc is at work: it may remove a value that a push counts on and that no live edition names yet. Check
 * again with `assertUndisturbed` just before an edition names what was uploaded.
 */
export async function watchCollections(store: Pick<Store, 'get'>): Promise<Watch> {
  const before = await readForgotten(store)
  if (before && isRunning(before)) throw new Error(disturbedBy(before))
  return {
    last: before ? `${before.began}-${before.ended ?? ''}` : '-',
    assertUndisturbed: async () => {
      const last = await readForgotten(store)
      if (canonicalJson(last) !== canonicalJson(before)) throw new Error(disturbedBy(last))
    },
  }
}

function disturbedBy(last: Forgotten | null): string {
  if (!last || !isRunning(last)) {
    return 'Nothing was published: gc has removed old values since this command began. Run it again'
  }
  const minutes = Math.floor((Date.now() - last.began) / 60_000)
  const ago = minutes < 1 ? 'less than a minute' : plural(minutes, 'minute')
  return (
    `Nothing was published: gc is running (it began ${ago} ago). Run the command again in a few ` +
    'minutes. If gc was interrupted, run npm run gc on the same target'
  )
}

function isRunning({ began, ended }: Forgotten): boolean {
  return ended === undefined && Date.now() - began < LONGEST_MS
}
