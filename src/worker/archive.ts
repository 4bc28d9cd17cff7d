// The archive as it may be seen now: its months with their counts, and the headlines of one month, which come from its
// record and, while it is running, from the pages of the front page's list that are not archived yet.
import * as v from 'valibot'
import { monthOf } from '../calendar.ts'
import { changesOf, countOf, isVisible, project } from '../projection.ts'
import {
  FRONT_LIST,
  type Headline,
  keys,
  ListRecord,
  type MonthEntry,
  MonthRecord,
  type MonthRow,
} from '../records.ts'
import { allRows, findRow } from './catalogue.ts'
import type { LiveEdition } from './current.ts'
import { changesOfCounts, findFullPage, frontList, type Loaded } from './edition.ts'
import { readTexts } from './kv.ts'

/** All months of which any article may be seen, the newest first, and when that changes. */
export async function findMonths(live: LiveEdition): Promise<Loaded<MonthRow[]>> {
  const whole = await allMonths(live)
  const record = whole.flatMap(([month, row]) => {
    const count = countOfMonth(live, month, row)
    return count > 0 ? [{ month, count }] : []
  })
  return {
    record: record.sort((a, b) => (a.month < b.month ? 1 : -1)),
    changes: () => changesOfCounts(whole),
  }
}

async function allMonths(live: LiveEdition): Promise<[month: string, row: MonthEntry][]> {
  return [...(await allRows(live, 'months')), ...(await allRows(live, 'running'))]
}

/** A month's entry, while any of its articles may be seen. */
export async function findMonth(live: LiveEdition, month: string): Promise<MonthEntry | null> {
  const entry = (await findRow(live, 'running', month)) ?? (await findRow(live, 'months', month))
  return entry && countOfMonth(live, month, entry) > 0 ? entry : null
}

/** What was taken down may still be counted; its month is that of its date. */
function countOfMonth({ current, moment }: LiveEdition, month: string, row: MonthEntry): number {
  const { zone } = current.body.settings
  let count = countOf(row, moment)
  for (const { from, until, tags } of current.takedowns) {
    const isCounted = tags.includes(FRONT_LIST) && isVisible({ from, until }, moment)
    if (isCounted && monthOf(from, zone) === month) count -= 1
  }
  return count
}

export type Neighbours = {
  /** The nearest months with articles that may be seen. */
  older?: string
  newer?: string
  /** When other months become the nearest: instants to come, in milliseconds. */
  changes: number[]
}

/** The months before and after one. */
export async function neighboursOf(live: LiveEdition, month: string): Promise<Neighbours> {
  const rows = (await allMonths(live)).sort(([a], [b]) => (a < b ? -1 : 1))
  const place = rows.findIndex(([name]) => name === month)
  const sides = [rows.slice(0, Math.max(0, place)).reverse(), rows.slice(place + 1)].map((side) => {
    const own: [string, MonthEntry][] = []
    for (const row of side) {
      own.push(row)
      // Whatever comes behind a month that stays is never the nearest.
      if (staysVisible(live, row)) break
    }
    return own
  })
  const nearest = (at: number): (string | undefined)[] => {
    const then = { ...live, moment: { ...live.moment, opens: at, closes: at } }
    return sides.map((side) => side.find(([name, row]) => countOfMonth(then, name, row) > 0)?.[0])
  }
  const { opens, closes } = live.moment
  const now = sides.map((side) => side.find(([name, row]) => countOfMonth(live, name, row) > 0)?.[0])
  const [older, newer] = now
  let last = opens === closes ? now : nearest(closes)
  const changes: number[] = []
  for (const at of changesOfCounts(sides.flat()).instants.filter((instant) => instant > closes)) {
    const next = nearest(at)
    if (next.some((name, side) => name !== last[side])) changes.push(at)
    last = next
  }
  return { ...(older === undefined ? {} : { older }), ...(newer === undefined ? {} : { newer }), changes }
}

function staysVisible(live: LiveEdition, [month, row]: [string, MonthEntry]): boolean {
  return row.settled > 0 && countOfMonth(live, month, { ...row, spans: [] }) > 0
}

/** The headlines of a month, the newest first. */
export async function loadMonth(
  live: LiveEdition,
  { month, entry }: { month: string; entry: MonthEntry },
): Promise<Loaded<MonthRecord>> {
  const { zone } = live.current.body.settings
  const wanted = await keysOf(live, entry)
  const read = await readTexts(live.env, wanted, (text) =>
    v.parse(v.union([MonthRecord, ListRecord]), JSON.parse(text)),
  )
  const headlines = read.flatMap((record): Headline[] => {
    if ('headlines' in record) return record.headlines
    return record.cards.filter(({ from }) => monthOf(from, zone) === month).map(headlineOf)
  })
  const whole: MonthRecord = { month, headlines }
  return { record: project(whole, live.moment) ?? { month, headlines: [] }, changes: () => changesOf(whole) }
}

/** Where a month's headlines are: what is newest comes first. */
async function keysOf(live: LiveEdition, { record, running }: MonthEntry): Promise<string[]> {
  if (!running) return [keys.month(record)]
  const { newest, full } = frontList(live)
  const wanted = [keys.list(newest.record)]
  for (let number = full; number > (live.current.body.archived ?? 0); number -= 1) {
    const page = await findFullPage(live, FRONT_LIST, number)
    if (page) wanted.push(keys.list(page.record))
  }
  return running.archived === undefined ? wanted : [...wanted, keys.month(running.archived)]
}

function headlineOf({ from, until, slug, title, lang, kicker }: Headline): Headline {
  return { from, until, slug, title, lang, kicker }
}
