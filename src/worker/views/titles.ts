// Headlines as pages show them: broken where a reader pauses.
import { primaryLanguage } from '../../words.ts'
import { type Html, html } from './html.ts'

/** Scripts without spaces, of which a browser may break a line between any two characters. */
const UNSPACED = new Set(['zh', 'ja'])
/** A clause, with the sign at its end and whatever closes with it. */
const CLAUSES = /[^：，、；。！？]+(?:[：，、；。！？]+[”’」』》）]*|$)/g

/** A headline in its language. One without spaces goes to the next line by clauses, as far as they fit. */
export function renderTitle(title: string, lang: string): Html | string {
  if (!UNSPACED.has(primaryLanguage(lang))) return title
  const clauses = title.match(CLAUSES) ?? []
  if (clauses.length < 2 || clauses.join('') !== title) return title
  return html`${clauses.map((clause) => html`<span class="clause">${clause}</span>`)}`
}
