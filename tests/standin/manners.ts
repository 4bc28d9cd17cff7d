// KV's rate limits for calls and for writes of one key, and the time for which a read may be stale.
import type { Store } from '../../src/publish/stores/store.ts'
import { type Answer, refusal } from './answer.ts'

export type MannersOptions = {
  /** Whether reads are as stale as KV's may be. */
  stale?: boolean
  /** The clock of limits and of staleness, in milliseconds. */
  now?: () => number
  /** The limits that a test may need out of its way. */
  callsPerFiveMinutes?: number
  millisecondsPerWrite?: number
}

const FIVE_MINUTES_MS = 300_000
const STALE_MS = 60_000

type Keys = { namespace: string; keys: readonly string[] }

export function openManners(options: MannersOptions) {
  const { now = Date.now, callsPerFiveMinutes = 1_200, millisecondsPerWrite = 1_000 } = options
  let stale = options.stale ?? false
  let blockedUntil = Number.NEGATIVE_INFINITY
  let callTimes: number[] = []
  const writeTimes = new Map<string, number>()
  /** What reads found and go on finding; a miss is found as well. */
  const seen = new Map<string, { value: Uint8Array | null; until: number }>()

  return {
    isStale: () => stale,
    beStale: (next: boolean) => {
      stale = next
      seen.clear()
    },
    reset: () => {
      blockedUntil = Number.NEGATIVE_INFINITY
      callTimes = []
      writeTimes.clear()
      seen.clear()
    },
    /** Who calls too often is kept out for five minutes. https://developers.cloudflare.com/fundamentals/api/reference/limits/ */
    countCall: (): Answer | null => {
      const time = now()
      if (time >= blockedUntil) {
        callTimes = callTimes.filter((earlier) => earlier > time - FIVE_MINUTES_MS)
        callTimes.push(time)
        if (callTimes.length <= callsPerFiveMinutes) return null
        blockedUntil = time + FIVE_MINUTES_MS
        callTimes = []
      }
      const message = 'Please wait and consider throttling your request speed'
      const seconds = Math.ceil((blockedUntil - time) / 1000)
      return { ...refusal(429, 971, message), headers: { 'retry-after': String(seconds) } }
    },
    /** A key may be written once a second; nothing of a call is written that would write one more often. */
    countWrites: ({ namespace, keys }: Keys): Answer | null => {
      const time = now()
      const names = keys.map((key) => `${namespace}/${key}`)
      const isTooSoon = (name: string): boolean =>
        time - (writeTimes.get(name) ?? Number.NEGATIVE_INFINITY) < millisecondsPerWrite
      if (new Set(names).size < names.length || names.some(isTooSoon)) {
        return { ...refusal(429, 10_429, 'Too many requests'), headers: { 'retry-after': '1' } }
      }
      for (const name of names) writeTimes.set(name, time)
      return null
    },
    read: async (store: Store, { namespace, keys }: Keys): Promise<(Uint8Array | null)[]> => {
      const time = now()
      const found = (key: string) => seen.get(`${namespace}/${key}`)
      const isKnown = (key: string): boolean => stale && (found(key)?.until ?? 0) > time
      const asked = keys.filter((key) => !isKnown(key))
      const values = await readNow(store, asked)
      if (!stale) return keys.map((key) => values.get(key) ?? null)
      for (const key of asked) {
        seen.set(`${namespace}/${key}`, { value: values.get(key) ?? null, until: time + STALE_MS })
      }
      return keys.map((key) => found(key)?.value ?? null)
    },
  }
}

async function readNow(store: Store, keys: readonly string[]): Promise<Map<string, Uint8Array | null>> {
  const [key] = keys
  // One value may be a picture's bytes; many are texts.
  if (key !== undefined && keys.length === 1) return new Map([[key, await store.getBytes(key)]])
  const texts = await store.getMany(keys)
  return new Map([...texts].map(([name, text]) => [name, new Uint8Array(Buffer.from(text))]))
}
