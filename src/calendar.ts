// Days and months as a zone's calendar has them. Pure: the zone and the instant are handed in.

const formats = new Map<string, Intl.DateTimeFormat>()

/** A day as `2026-02-16`, of an instant in milliseconds. */
export function dayOf(instant: number, zone: string): string {
  let format = formats.get(zone)
  if (!format) {
    // Swedes write dates in this very form.
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' })
    formats.set(zone, format)
  }
  return format.format(instant).padStart(10, '0')
}

const clocks = new Map<string, Intl.DateTimeFormat>()

/** A time of day as `09:30`, of an instant in milliseconds. */
export function clockOf(instant: number, zone: string): string {
  let format = clocks.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, timeStyle: 'short' })
    clocks.set(zone, format)
  }
  return format.format(instant)
}

/** A month as `2026-02`, of an instant in milliseconds. */
export function monthOf(instant: number, zone: string): string {
  return dayOf(instant, zone).slice(0, 7)
}
