// Instants on pages: always marked up for machines, always in the site's zone.
import { clockOf, dayOf } from '../../dates.ts'
import type { Settings } from '../../records.ts'
import { type Html, html } from './html.ts'
import { type DateForm, formatDate } from './language.ts'

/** A `<time>`; the instant is in milliseconds. In the site's language if no other is given. */
export function renderTime(
  instant: number,
  { settings, lang = settings.lang, form = 'day' }: { settings: Settings; lang?: string; form?: DateForm },
): Html {
  const text = formatDate(instant, { lang, zone: settings.zone, form })
  return html`<time datetime="${isoInstant(instant)}">${text}</time>`
}

/** The heading of a day: the date in words, the day alone for machines. */
export function renderDay(instant: number, { lang, zone }: Settings): Html {
  const text = formatDate(instant, { lang, zone, form: 'weekday' })
  return html`<time datetime="${dayOf(instant, zone)}">${text}</time>`
}

/** Whether an instant has a time of day; a date alone is midnight. */
export function isTimed(instant: number, { zone }: Settings): boolean {
  return clockOf(instant, zone) !== '00:00'
}

/** An instant as machines read it, to the second. */
export function isoInstant(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`
}
