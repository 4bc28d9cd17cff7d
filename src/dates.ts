// Days, months and times of day in a time zone. Pure: never reads the clock or the machine's zone.
import { memoize } from './memoize.ts'

// Swedish dates and times have the form of ISO 8601.
const dayFormat = memoize((timeZone) => new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }))
const clockFormat = memoize((timeZone) => new Intl.DateTimeFormat('sv-SE', { timeZone, timeStyle: 'short' }))

/** The day of an instant in milliseconds, as `2026-02-16`. */
export function dayOf(instant: number, zone: string): string {
  return dayFormat(zone).format(instant).padStart(10, '0')
}

/** The time of day of an instant in milliseconds, as `09:30`. */
export function clockOf(instant: number, zone: string): string {
  return clockFormat(zone).format(instant)
}

/** The month of an instant in milliseconds, as `2026-02`. */
export function monthOf(instant: number, zone: string): string {
  return dayOf(instant, zone).slice(0, 7)
}
