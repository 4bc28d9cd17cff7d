// Headlines as pages show them: broken where a reader pauses.
import { memoize } from '../../memoize.ts'
import { primaryLanguage } from '../../words.ts'
import { type Html, html } from './html.ts'

/** Scripts without spaces, of which a browser may break a line between any two characters. */
const UNSPACED = new Set(['zh', 'ja'])
/** A clause, with the sign or the space at its end and whatever closes with it. */
const CLAUSES = /[^：，、；。！？\s]+(?:[：，、；。！？]+[”’」』》）]*|\s+|$)/g

const segmenter = memoize((lang) => new Intl.Segmenter(lang, { granularity: 'word' }))

/** A headline in its language. One without spaces goes to the next line by clauses, and within those by words. */
export function renderTitle(title: string, lang: string): Html | string {
  if (!UNSPACED.has(primaryLanguage(lang))) return title
  const clauses = title.match(CLAUSES) ?? []
  if (clauses.join('') !== title) return title
  return html`${clauses.map((clause) => html`<span class="clause">${wordsOf(clause, lang)}</span>`)}`
}

/** No line ends with a sign that opens. */
const OPENING = /[“‘「『《〈（([]$/

function wordsOf(clause: string, lang: string): Html {
  let before = ''
  const words = [...segmenter(lang).segment(clause)].map(({ segment, isWordLike }) => {
    const mayBreak = isWordLike && before !== '' && !OPENING.test(before)
    before = segment
    return html`${mayBreak && html`<wbr>`}${segment}`
  })
  return html`${words}`
}
