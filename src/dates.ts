// Days and months as a zone's calendar has them. Pure: the zone and the instant are handed in.
import { memoize } from './memoize.ts'

// Swedes write dates and times in this very form.
const dayFormat = memoize((timeZone) => new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }))
const clockFormat = memoize((timeZone) => new Intl.DateTimeFormat('sv-SE', { timeZone, timeStyle: 'short' }))

/** A day as `2026-02-16`, of an instant in milliseconds. */
export function dayOf(instant: number, zone: string): string {
  return dayFormat(zone).format(instant).padStart(10, '0')
}

/** A time of day as `09:30`, of an instant in milliseconds. */
export function clockOf(instant: number, zone: string): string {
  return clockFormat(zone).format(instant)
}

/** A month as `2026-02`, of an instant in milliseconds. */
export function monthOf(instant: number, zone: string): string {
  return dayOf(instant, zone).slice(0, 7)
}
