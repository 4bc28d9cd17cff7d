// Reads the pushes of a store: the last ones, and the ones that a rollback goes back to.
import * as v from 'valibot'
import { type Current, keys, Push } from '../../records.ts'
import { npmRun, type Store } from '../stores/store.ts'
import { readForgotten } from './forgotten.ts'

/** A push with its number. */
export type Pushed = Push & { sequence: number }

/** How many pushes are kept, whatever their age. */
export const PUSHES_KEPT = 20

/** The last pushes, the latest first. Those that were removed are left out. */
export async function readPushes(store: Pick<Store, 'getMany'>, { sequence }: Current): Promise<Pushed[]> {
  const numbers = Array.from({ length: Math.min(sequence, PUSHES_KEPT) }, (_, index) => sequence - index)
  const texts = await store.getMany(numbers.map(keys.push))
  return numbers.flatMap((number) => {
    const text = texts.get(keys.push(number))
    return text === undefined ? [] : [{ ...parsePush(text), sequence: number }]
  })
}

/** The push that first put an edition live, and the number of the push that was asked for, by which gc keeps it. */
export type Earlier = { push: Pushed; keptAs: number }

/** The push before the one that put the live edition live. Rollbacks in between do not count. */
export async function pushBefore(store: Pick<Store, 'get'>, live: Current): Promise<Earlier> {
  let push = await origin(store, live.sequence)
  while (push?.before !== undefined) {
    const keptAs = push.before
    push = await originOrSelf(store, keptAs)
    if (push && push.edition !== live.edition) return { push, keptAs }
  }
  throw new Error(
    `There is nothing to go back to: ${push ? 'nothing was published' : 'gc has removed what was published'} before ` +
      `the edition that is live (push ${live.sequence})`,
  )
}

/** When the live edition was laid out, in milliseconds; null if gc has removed the push that first put it live. */
export async function laidOutAt(store: Pick<Store, 'get'>, live: Current): Promise<number | null> {
  const push = await origin(store, live.sequence)
  return push?.edition === live.edition ? push.time : null
}

/** A push by its number. If that is a rollback, the push that it went back to. */
export async function pushNumbered(
  store: Pick<Store, 'get' | 'target'>,
  live: Current,
  to: number,
): Promise<Earlier> {
  if (to > live.sequence) {
    const list = npmRun(store, 'editions')
    throw new Error(`There is no push ${to}: the latest is ${live.sequence}. ${list} lists them`)
  }
  const push = await originOrSelf(store, to)
  if (push) return { push, keptAs: to }
  throw new Error(notKept(store, to))
}

/** Throws when gc has forgotten a push: its values are removed, or will be. */
export async function assertKept(store: Pick<Store, 'get' | 'target'>, { keptAs }: Earlier): Promise<void> {
  const forgotten = await readForgotten(store)
  if (forgotten && keptAs < forgotten.before) throw new Error(notKept(store, keptAs))
}

function notKept(store: Pick<Store, 'target'>, sequence: number): string {
  return `Push ${sequence} is not kept any more: gc has removed it. ${npmRun(store, 'editions')} lists those that are kept`
}

/** The push that first put an edition live: not a rollback to it, and not a takedown under which it stayed live. */
async function origin(store: Pick<Store, 'get'>, sequence: number): Promise<Pushed | null> {
  const push = await readPush(store, sequence)
  if (push?.rollback !== undefined) return origin(store, push.rollback)
  if (push?.takedown === undefined || push.before === undefined) return push
  const before = await origin(store, push.before)
  return before?.edition === push.edition ? before : push
}

/** The origin of a push, or the push itself if gc has removed the origin. */
async function originOrSelf(store: Pick<Store, 'get'>, sequence: number): Promise<Pushed | null> {
  return (await origin(store, sequence)) ?? readPush(store, sequence)
}

/** One push; null when it is not kept any more. */
export async function readPush(store: Pick<Store, 'get'>, sequence: number): Promise<Pushed | null> {
  const text = await store.get(keys.push(sequence))
  return text === null ? null : { ...parsePush(text), sequence }
}

function parsePush(text: string): Push {
  return v.parse(Push, JSON.parse(text))
}
