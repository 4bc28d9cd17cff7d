// This machine's clock, held against the store's.
import type { Store } from './stores/store.ts'

const CLOCK_LIMIT_MS = 60_000

/** A desk whose clock is off would lay out, and tell of, another moment than the one that readers live in. */
export async function assertClock(store: Pick<Store, 'clockOffset' | 'name'>): Promise<void> {
  const offset = await store.clockOffset()
  if (Math.abs(offset) <= CLOCK_LIMIT_MS) return
  const minutes = Math.ceil(Math.abs(offset) / 60_000)
  const length = minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`
  throw new Error(
    `Nothing was published: this machine's clock is ${length} ${offset > 0 ? 'behind' : 'ahead of'} the clock of ` +
      `${store.name}. Set it, and run the command again`,
  )
}
