// Compares this machine's clock with the store's.
import type { Store } from '../stores/store.ts'

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
