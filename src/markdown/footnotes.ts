// Footnotes: their grammar, and the section at the end. Ids are made from numbers, so that no label reaches the page.
// Definitions are kept with the tokens of their article: nothing may be left for the next article.

import type { Token, TokenizerAndRendererExtension, Tokens, TokensList } from 'marked'
import type { TextWords } from '../words/en.ts'

/** A definition, `[^label]: …`; its text is rendered at the end of the article. */
export type Definition = Tokens.Generic & { type: 'footnote'; label: string; tokens: Token[] }

/** A note that the text refers to; notes are numbered by their first references. */
export type Note = { definition: Definition; number: number; references: number }

type WithFootnotes = TokensList & { footnotes?: Map<string, Definition> }

/** Whether a text can have footnotes. All other texts are lexed without the extensions, which is faster. */
export function mayHaveFootnotes(markdown: string): boolean {
  return markdown.includes('[^')
}

/** The definitions of an article, by label; `tokens` are the tokens of the whole article. */
export function definitionsIn(tokens: TokensList): Map<string, Definition> {
  const list = tokens as WithFootnotes
  list.footnotes ??= new Map()
  return list.footnotes
}

const DEFINITION = /^ {0,3}\[\^([^\]\n]*[^\]\s][^\]\n]*)\]:[ \t]*/
const REFERENCE = /^\[\^([^\]\n]+)\]/
// The next line of a definition: an indented line, even after blank lines, or a lazy continuation of the paragraph.
const CONTINUATION =
  /\n(?:(?:[ \t]*\n)*(?: {4}|\t)[^\n]*[^\s][^\n]*|(?! {0,3}(?:\[[^\]\n]+\]:|#{1,6}\s|>|[-*+][ \t]|\d{1,9}[.)][ \t]|```|~~~|<|\||(?:[-*_][ \t]*){3,}(?:\n|$)))[ \t]*[^\s][^\n]*)/y
const INDENTATION = /^(?: {4}|\t)/gm

const definition: TokenizerAndRendererExtension = {
  name: 'footnote',
  level: 'block',
  tokenizer(source) {
    const start = DEFINITION.exec(source)
    if (start === null) return undefined
    const raw = source.slice(0, endOfDefinition(source, start[0].length))
    const state = this.lexer.state
    const top = state.top
    state.top = true
    const tokens = this.lexer.blockTokens(raw.slice(start[0].length).replace(INDENTATION, ''), [])
    state.top = top
    const token: Definition = { type: 'footnote', raw, label: normaliseLabel(start[1] ?? ''), tokens }
    const known = definitionsIn(this.lexer.tokens as TokensList)
    if (!known.has(token.label)) known.set(token.label, token)
    return token
  },
  renderer: () => '',
}

const reference: TokenizerAndRendererExtension = {
  name: 'footnoteReference',
  level: 'inline',
  tokenizer(source) {
    if (source.charCodeAt(0) !== 91 || source.charCodeAt(1) !== 94) return undefined
    const match = REFERENCE.exec(source)
    if (match === null) return undefined
    const target = definitionsIn(this.lexer.tokens as TokensList).get(normaliseLabel(match[1] ?? ''))
    return target && { type: 'footnoteReference', raw: match[0], target }
  },
}

/** Extensions for marked. The user must render `footnoteReference`, whose `target` is a Definition. */
export const footnoteGrammar = [definition, reference]

type Digits = (number: number) => string
type NoteLanguage = { words: Pick<TextWords, 'footnotes' | 'backToReference'>; digits: Digits }

/** A reference in the text. Inside a link it is plain text, because links cannot be nested. */
export function renderReference(
  note: Note,
  { mark, digits, inLink }: { mark: string; digits: Digits; inLink: boolean },
): string {
  const number = digits(note.number)
  if (inLink) return `<sup>${number}</sup>`
  const id = referenceId(note.number, note.references)
  return `<sup${mark} class="note-ref"><a${mark} id="${id}" href="#fn-${note.number}" role="doc-noteref">${number}</a></sup>`
}

/** The section at the end; '' if the text refers to no note. `render` may add notes while the notes are rendered. */
export function renderNotes(
  notes: ReadonlyMap<string, Note>,
  { render, ...language }: NoteLanguage & { render: (definition: Definition) => string },
): string {
  if (notes.size === 0) return ''
  const contents: { note: Note; html: string }[] = []
  for (const note of notes.values()) contents.push({ note, html: render(note.definition).trimEnd() })
  const items = contents.map(
    ({ note, html }) => `<li id="fn-${note.number}">${withBacklinks(html, note, language)}</li>\n`,
  )
  return `<section class="footnotes" role="doc-endnotes" aria-labelledby="fn-heading">
<h2 id="fn-heading">${language.words.footnotes}</h2>
<ol>
${items.join('')}</ol>
</section>
`
}

function endOfDefinition(source: string, from: number): number {
  const firstLineEnd = source.indexOf('\n', from)
  if (firstLineEnd === -1) return source.length
  let end = firstLineEnd
  for (CONTINUATION.lastIndex = end; CONTINUATION.test(source); ) end = CONTINUATION.lastIndex
  return source[end] === '\n' ? end + 1 : end
}

function normaliseLabel(label: string): string {
  return label.trim().replace(/\s+/g, ' ').toLowerCase()
}

function withBacklinks(html: string, note: Note, { words, digits }: NoteLanguage): string {
  let links = ''
  for (let nth = 1; nth <= note.references; nth++) {
    // Without U+FE0E phones show the arrow as an emoji.
    const ordinal = nth === 1 ? '' : `<sup>${digits(nth)}</sup>`
    const name = nth === 1 ? digits(note.number) : `${digits(note.number)}-${digits(nth)}`
    const label = words.backToReference(name)
    links += `\u00a0<a href="#${referenceId(note.number, nth)}" role="doc-backlink" aria-label="${label}">↩\ufe0e${ordinal}</a>`
  }
  if (links === '') return html
  return html.endsWith('</p>') ? `${html.slice(0, -4)}${links}</p>` : `${html}<p>${links.slice(1)}</p>`
}

function referenceId(number: number, nth: number): string {
  return nth === 1 ? `fnref-${number}` : `fnref-${number}-${nth}`
}
