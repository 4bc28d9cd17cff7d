// Dates as editors write them.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isoDay, parseInstant } from '../../../src/publish/sources/instants.ts'

/** What was read, as ISO text in UTC, or what is wrong. */
function read(text: string, zone = 'Europe/Berlin', dayEnd = false): string {
  const parsed = parseInstant(text, { zone, dayEnd })
  return 'wrong' in parsed ? parsed.wrong : new Date(parsed.instant).toISOString()
}

describe('parseInstant reads', () => {
  test.each([
    ['a date alone as midnight in the zone', '2026-02-16', '2026-02-15T23:00:00.000Z'],
    ['a time in the zone', '2026-02-16T09:30', '2026-02-16T08:30:00.000Z'],
    ['a time in summer', '2026-07-16T09:30', '2026-07-16T07:30:00.000Z'],
    ['seconds, and no fraction of them', '2026-02-16T09:30:15.999', '2026-02-16T08:30:15.000Z'],
    ['a blank between date and time', '2026-02-16 09:30', '2026-02-16T08:30:00.000Z'],
    ['UTC', '2026-02-16T09:30Z', '2026-02-16T09:30:00.000Z'],
    ['an offset', '2026-02-16T09:30+05:30', '2026-02-16T04:00:00.000Z'],
    ['an offset without a colon, after a blank', '2026-02-16T09:30 -0800', '2026-02-16T17:30:00.000Z'],
    ['a time that the zone skips, with an offset', '2026-03-29T02:30+01:00', '2026-03-29T01:30:00.000Z'],
    ['29 February of a leap year', '2028-02-29', '2028-02-28T23:00:00.000Z'],
    ['a time long ago, by the clocks of that time', '1844-05-24T08:45', '1844-05-24T07:51:32.000Z'],
  ])('%s', (_, text, expected) => {
    expect(read(text)).toBe(expected)
  })
})

describe('parseInstant refuses', () => {
  const form = 'must be an ISO date such as 2026-02-16 or 2026-02-16T09:30'
  test.each([
    'tomorrow',
    '',
    '2026',
    '2026-2-16',
    '16.02.2026',
    '2026-02-16T9:30',
    '2026-02-16T09',
    'x2026-02-16',
  ])('%j, which is no ISO date', (text) => expect(read(text)).toBe(form))
  test.each(['2026-02-30', '2026-13-01', '2026-00-10', '2026-01-00', '2027-02-29'])(
    '%s, which no calendar has',
    (text) => expect(read(text)).toMatch(/^must be a day of the calendar/),
  )
  test.each(['2026-02-16T25:00', '2026-02-16T24:00', '2026-02-16T12:60', '2026-02-16T12:00:60'])(
    '%s, which no clock shows',
    (text) => expect(read(text)).toMatch(/^must be a time of day/),
  )
  test('an offset that no place has', () => {
    expect(read('2026-02-16T12:00+15:00')).toBe('must have an offset between -14:00 and +14:00')
    expect(read('2026-02-16T12:00-02:60')).toBe('must have an offset between -14:00 and +14:00')
  })
})

describe('parseInstant when clocks are moved', () => {
  test('forward: refuses the hour that is skipped, and takes those around it', () => {
    expect(read('2026-03-29T01:59:59')).toBe('2026-03-29T00:59:59.000Z')
    expect(read('2026-03-29T02:00')).toMatch(
      /^must be a time that Europe\/Berlin has: its clocks skip this one/,
    )
    expect(read('2026-03-29T02:59:59')).toMatch(/^must be a time that Europe\/Berlin has/)
    expect(read('2026-03-29T03:00')).toBe('2026-03-29T01:00:00.000Z')
  })

  test('back: takes the first of the two', () => {
    expect(read('2026-10-25T02:30')).toBe('2026-10-25T00:30:00.000Z')
    expect(read('2026-10-25T03:00')).toBe('2026-10-25T02:00:00.000Z')
    expect(read('2026-11-01T01:30', 'America/New_York')).toBe('2026-11-01T05:30:00.000Z')
  })

  test('by half an hour: refuses only that', () => {
    expect(read('2026-10-04T02:15', 'Australia/Lord_Howe')).toMatch(/clocks skip/)
    expect(read('2026-10-04T02:30', 'Australia/Lord_Howe')).toBe('2026-10-03T15:30:00.000Z')
  })
})

describe('parseInstant with a date alone', () => {
  test('begins the day at its first moment where midnight is skipped', () => {
    expect(read('2026-04-24', 'Africa/Cairo')).toBe('2026-04-23T22:00:00.000Z')
    expect(read('2026-04-24T00:30', 'Africa/Cairo')).toMatch(/clocks skip/)
    expect(read('2026-03-29', 'Asia/Beirut')).toBe('2026-03-28T22:00:00.000Z')
  })

  test('begins the day at the first of two midnights', () => {
    expect(read('2026-11-01', 'America/Havana')).toBe('2026-11-01T04:00:00.000Z')
  })

  test('ends the day where the next one begins', () => {
    expect(read('2026-02-16', 'Europe/Berlin', true)).toBe('2026-02-16T23:00:00.000Z')
    expect(read('2026-03-29', 'Europe/Berlin', true)).toBe('2026-03-29T22:00:00.000Z')
    expect(read('2026-10-25', 'Europe/Berlin', true)).toBe('2026-10-25T23:00:00.000Z')
    expect(read('2026-04-23', 'Africa/Cairo', true)).toBe('2026-04-23T22:00:00.000Z')
    expect(read('2026-12-31', 'UTC', true)).toBe('2027-01-01T00:00:00.000Z')
  })

  test('and dayEnd leaves a time as it is', () => {
    expect(read('2026-02-16T09:30', 'UTC', true)).toBe('2026-02-16T09:30:00.000Z')
  })

  test('refuses a day that the zone never had, and ends the one before it after it', () => {
    expect(read('2011-12-30', 'Pacific/Apia')).toBe(
      'must be a day that Pacific/Apia has: its calendar skips this one',
    )
    expect(read('2011-12-29', 'Pacific/Apia', true)).toBe('2011-12-30T10:00:00.000Z')
    expect(read('2011-12-31', 'Pacific/Apia')).toBe('2011-12-30T10:00:00.000Z')
  })
})

describe('isoDay', () => {
  test('is the day in the zone', () => {
    expect(isoDay(Date.UTC(2026, 1, 15, 23), 'Europe/Berlin')).toBe('2026-02-16')
    expect(isoDay(Date.UTC(2026, 1, 16, 4), 'America/New_York')).toBe('2026-02-15')
  })
})

describe('any moment, in any zone', () => {
  const zones = ['UTC', 'Europe/Berlin', 'Africa/Cairo', 'Asia/Beirut', 'Asia/Kathmandu', 'Pacific/Apia']
  const zone = fc.constantFrom(...zones, 'America/St_Johns', 'Australia/Lord_Howe', 'America/Sao_Paulo')
  const minute = fc.integer({ min: Date.UTC(1970) / 60_000, max: Date.UTC(2100) / 60_000 })

  /** The wall clock by Intl, the only other judge there is: `2026-02-16 09:30:00`. */
  const wall = (instant: number, timeZone: string): string =>
    new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(instant)

  test('is read back from what the clock on the wall shows, or as the same time before clocks went back', () => {
    fc.assert(
      fc.property(minute, zone, (minutes, zone) => {
        const instant = minutes * 60_000
        const parsed = parseInstant(wall(instant, zone), { zone })
        if ('wrong' in parsed) throw new Error(parsed.wrong)
        expect(wall(parsed.instant, zone)).toBe(wall(instant, zone))
        expect(parsed.instant).toBeLessThanOrEqual(instant)
        expect(isoDay(instant, zone)).toBe(wall(instant, zone).slice(0, 10))
      }),
      { numRuns: 2_000 },
    )
  })

  test('lies between the beginning and the end of its day', () => {
    fc.assert(
      fc.property(minute, zone, (minutes, zone) => {
        const instant = minutes * 60_000
        const day = isoDay(instant, zone)
        const [start, end] = [parseInstant(day, { zone }), parseInstant(day, { zone, dayEnd: true })]
        if ('wrong' in start || 'wrong' in end) throw new Error('a day that was is refused')
        expect(start.instant).toBeLessThanOrEqual(instant)
        expect(end.instant).toBeGreaterThan(instant)
        expect(isoDay(start.instant, zone)).toBe(day)
        expect(isoDay(end.instant, zone) > day).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })
})
