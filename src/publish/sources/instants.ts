// Parses the dates that editors write to instants. Never guesses: a date that cannot be parsed is an error.

/** An instant in milliseconds since 1970, or why the text has none. */
export type Parsed = { instant: number } | { wrong: string }

const EXAMPLE = 'an ISO date such as 2026-02-16 or 2026-02-16T09:30'
const FORM =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:\s*([Zz]|[+-]\d{2}:?\d{2}))?)?$/

/**
 * An ISO 8601 date, or date and time. Without an offset it is in the zone. A date alone is the first moment
 * of that day, or with `dayEnd` the first moment after it.
 */
export function parseInstant(text: string, options: { zone: string; dayEnd?: boolean }): Parsed {
  const match = FORM.exec(text)
  if (!match) return { wrong: `must be ${EXAMPLE}` }
  const [, year, month, day, hour, minute, second, offset] = match
  const date = Date.UTC(Number(year), Number(month) - 1, Number(day))
  if (new Date(date).toISOString().slice(0, 10) !== `${year}-${month}-${day}`) {
    return { wrong: `must be a day of the calendar (${EXAMPLE})` }
  }
  if (hour === undefined) {
    const start = dayStart(date, options.zone)
    if (start === null)
      return { wrong: `must be a day that ${options.zone} has: its calendar skips this one` }
    if (!options.dayEnd) return { instant: start }
    return {
      instant: dayStart(date + DAY, options.zone) ?? dayStart(date + 2 * DAY, options.zone) ?? start + DAY,
    }
  }
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second ?? 0) > 59) {
    return { wrong: `must be a time of day between 00:00 and 23:59 (${EXAMPLE})` }
  }
  const wall = date + ((Number(hour) * 60 + Number(minute)) * 60 + Number(second ?? 0)) * 1000
  if (offset !== undefined) return withOffset(wall, offset)
  const instant = wallInstants(wall, options.zone)[0]
  if (instant !== undefined) return { instant }
  return {
    wrong: `must be a time that ${options.zone} has: its clocks skip this one. Choose another hour or add an offset`,
  }
}

/** A day as `2026-02-16` in a zone. */
export function isoDay(instant: number, zone: string): string {
  return new Date(instant + offsetAt(instant, zone)).toISOString().slice(0, 10)
}

/** A minute as `2026-02-16 09:30` in a zone. */
export function isoMinute(instant: number, zone: string): string {
  return new Date(instant + offsetAt(instant, zone)).toISOString().slice(0, 16).replace('T', ' ')
}

const MINUTE = 60_000
const DAY = 86_400_000

function withOffset(wall: number, offset: string): Parsed {
  if (/z/i.test(offset)) return { instant: wall }
  const hours = Number(offset.slice(1, 3))
  const minutes = Number(offset.slice(-2))
  if (hours > 14 || minutes > 59) return { wrong: 'must have an offset between -14:00 and +14:00' }
  return { instant: wall - (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * MINUTE }
}

/** Midnight, or if clocks skip it, the day's first quarter of an hour; null if the zone skips the day (Samoa, 2011). */
function dayStart(date: number, zone: string): number | null {
  for (let wall = date; wall < date + DAY; wall += 15 * MINUTE) {
    const instant = wallInstants(wall, zone)[0]
    if (instant !== undefined) return instant
  }
  return null
}

/** The instants at which a zone's clocks show a wall time: none, one, or two when they are put back. */
function wallInstants(wall: number, zone: string): number[] {
  const guesses = new Set([wall - offsetAt(wall - DAY, zone), wall - offsetAt(wall + DAY, zone)])
  return [...guesses].filter((guess) => guess + offsetAt(guess, zone) === wall).sort((a, b) => a - b)
}

const formats = new Map<string, Intl.DateTimeFormat>()
/** The end of a date with `longOffset`: GMT, GMT+02:00, or GMT+00:53:28 for local solar time before time zones. */
const OFFSET = /GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/

/** How far a zone's clocks are ahead of UTC at an instant, in milliseconds. */
function offsetAt(instant: number, zone: string): number {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
    formats.set(zone, format)
  }
  // `formatToParts` takes four times as long, and a check needs thousands of offsets.
  const match = OFFSET.exec(format.format(instant))
  if (!match) throw new Error(`The clocks of ${zone} cannot be read`)
  const [, sign, hours = 0, minutes = 0, seconds = 0] = match
  const ahead = (Number(hours) * 60 + Number(minutes)) * MINUTE + Number(seconds) * 1000
  return sign === '-' ? -ahead : ahead
}
