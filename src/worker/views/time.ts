// Dates and times on pages. They must be in the site's zone and have a machine-readable form.
import { clockOf, dayOf } from '../../dates.ts'
import type { Settings } from '../../records.ts'
import { type Html, html } from './html.ts'
import { type DateForm, formatDate } from './language.ts'

/** A `<time>` for an instant in milliseconds; `lang` is the site's language if not given. */
export function renderTime(
  instant: number,
  { settings, lang = settings.lang, form = 'day' }: { settings: Settings; lang?: string; form?: DateForm },
): Html {
  const text = formatDate(instant, { lang, zone: settings.zone, form })
  return html`<time datetime="${isoInstant(instant)}">${text}</time>`
}

/** A `<time>` for a whole day, for headings. */
export function renderDay(instant: number, { lang, zone }: Settings): Html {
  const text = formatDate(instant, { lang, zone, form: 'weekday' })
  return html`<time datetime="${dayOf(instant, zone)}">${text}</time>`
}

/** Whether an instant has a time of day. Midnight counts as none, because a date without a time is midnight. */
export function isTimed(instant: number, { zone }: Settings): boolean {
  return clockOf(instant, zone) !== '00:00'
}

/** An instant in ISO 8601, to the second. */
export function isoInstant(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`
}
