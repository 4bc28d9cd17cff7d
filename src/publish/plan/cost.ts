// What a push would cost: how many values it writes, and about how many bytes.
import { canonicalJson } from '../../canonical.ts'
import { keys } from '../../records.ts'
import type { Built } from '../build.ts'
import { byteSize, grouped, plural } from '../format.ts'
import type { Journal } from '../push/journal.ts'

export type Cost = {
  /** KV writes, `push/<n>` and `current` included. */
  writes: number
  /** About how many bytes they hold. */
  bytes: number
  /** How many of them are list pages: a new headline or an older date rewrites many. */
  lists: number
  /** Values that an unfinished upload left in the store, which are not written again. */
  uploaded: number
}

export const NO_COST: Cost = { writes: 0, bytes: 0, lists: 0, uploaded: 0 }

/** The free plan's writes to KV in one day. https://developers.cloudflare.com/kv/platform/limits/ */
export const FREE_WRITES_PER_DAY = 1_000

/** A built edition, and the keys that a store lacks. */
export type Costed = { built: Built; plan: { lacking: readonly (readonly string[])[] } }

/** Computes the cost of a push. Does not call the store. */
export async function costOf(prepared: Costed, journal: Pick<Journal, 'read'>): Promise<Cost> {
  const { plan, built } = prepared
  const uploaded = await journal.read()
  const stages = plan.lacking.map((stage) => stage.filter((key) => !uploaded.has(key)))
  const wanted = stages.flat()
  let bytes = Buffer.byteLength(canonicalJson(built.body)) + PUSH_BYTES
  for (const [index, stage] of stages.entries()) {
    const kinds = Map.groupBy(stage, (key) => key.slice(0, key.indexOf('/')))
    for (const kind of kinds.values()) bytes += await bytesOf(prepared, index, kind)
  }
  return {
    writes: wanted.length + 2,
    bytes: Math.round(bytes),
    lists: wanted.filter((key) => key.startsWith(keys.list(''))).length,
    uploaded: plan.lacking.flat().length - wanted.length,
  }
}

/** The lines on the cost. `limited`: the store has the free plan's limit. */
export function reportCost({ writes, bytes, lists, uploaded }: Cost, { limited }: { limited: boolean }) {
  const limit = grouped(FREE_WRITES_PER_DAY)
  const plan = limited && writes <= FREE_WRITES_PER_DAY ? ` (the free plan allows ${limit} a day)` : ''
  return [
    ...(lists > 0 ? [`${plural(lists, 'list page')} will be written.`] : []),
    ...(uploaded > 0
      ? [`${plural(uploaded, 'value')} are there already, from an upload that did not end.`]
      : []),
    `Cost: ${plural(writes, limited ? 'KV write' : 'write')}${plan}, about ${byteSize(bytes)}.`,
    ...(limited && writes > FREE_WRITES_PER_DAY
      ? [
          `That is more than the ${limit} writes a day of Cloudflare's free plan. There, the upload stops on the way, ` +
            'readers see no change, and the same command goes on after 00:00 UTC.',
        ]
      : []),
  ]
}

/** About the size of `push/<n>`. */
const PUSH_BYTES = 400
/** This many values of a kind are measured, and stand for the others. */
const WEIGHED_LIMIT = 100
/** Pictures differ much in size, and their size is estimated without encoding. */
const WEIGHED_PICTURES_LIMIT = 10_000
/** The beginning of a picture's key. */
const MEDIA = keys.media('', '').slice(0, -1)

async function bytesOf({ built }: Costed, stage: number, wanted: readonly string[]): Promise<number> {
  const arePictures = wanted[0]?.startsWith(MEDIA) ?? false
  const count = Math.min(wanted.length, arePictures ? WEIGHED_PICTURES_LIMIT : WEIGHED_LIMIT)
  let weight = 0
  for (let index = 0; index < count; index += 1) {
    const key = wanted[Math.floor((index * wanted.length) / count)] ?? ''
    if (arePictures) {
      weight += built.pictures.weigh(key)
      continue
    }
    const { value = '' } = (await built.stages[stage]?.get(key)?.()) ?? {}
    weight += typeof value === 'string' ? Buffer.byteLength(value) : value.byteLength
  }
  return (weight / count) * wanted.length
}
