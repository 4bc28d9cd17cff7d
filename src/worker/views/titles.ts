// Headlines with line breaks at clauses and words, for scripts without spaces.
import { memoize } from '../../memoize.ts'
import { primaryLanguage } from '../../words.ts'
import { type Html, html } from './html.ts'

/** Languages without spaces: a browser may break a line between any two characters. */
const UNSPACED = new Set(['zh', 'ja'])
/** A clause with the punctuation or space at its end, closing quotes and brackets included. */
const CLAUSES = /[^：，、；。！？\s]+(?:[：，、；。！？]+[”’」』》）]*|\s+|$)/g

const segmenter = memoize((lang) => new Intl.Segmenter(lang, { granularity: 'word' }))

/** A headline. In a language without spaces a line breaks between clauses, or within a long clause between words. */
export function renderTitle(title: string, lang: string): Html | string {
  if (!UNSPACED.has(primaryLanguage(lang))) return title
  const clauses = title.match(CLAUSES) ?? []
  if (clauses.join('') !== title) return title
  return html`${clauses.map((clause) => html`<span class="clause">${wordsOf(clause, lang)}</span>`)}`
}

/** A line must not end with an opening quote or bracket. */
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
