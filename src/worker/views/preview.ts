// The line at the top of every page of a preview.
import type { Settings } from '../../records.ts'
import { wordsFor } from '../../words.ts'
import { html } from './html.ts'
import { formatDate } from './language.ts'

/** Says that the page is not published, and as of which instant (milliseconds) it is shown if that is not now. */
export function renderPreviewMark({ lang, zone }: Settings, at: number | undefined): string {
  const words = wordsFor(lang)
  const when = at !== undefined && ` ${words.previewAt(formatDate(at, { lang, zone, form: 'time' }))}`
  return String(
    html`<aside class="preview-mark" aria-label="${words.preview}"><p><strong>${words.preview}</strong>${when}</p></aside>`,
  )
}
