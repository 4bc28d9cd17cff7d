// Markdown to safe HTML: the only owner of marked, and the only way from an author's text to a page's markup. Pure.
// No state may pass from one article to the next. Raw HTML must pass markdown/sanitize.ts; all other text is escaped.

import { Marked, Parser, Renderer, type Token, type Tokens, type TokensList } from 'marked'
import { parseAddress } from './markdown/address.ts'
import { followTags, type OpenTags } from './markdown/balance.ts'
import { type Embed, frameIn, isFrame, videoAt } from './markdown/embeds.ts'
import {
  type Definition,
  footnoteGrammar,
  mayHaveFootnotes,
  type Note,
  renderNotes,
  renderReference,
} from './markdown/footnotes.ts'
import { HIGHLIGHT_CLASSES, LANGUAGE_CLASSES, renderCode } from './markdown/highlight.ts'
import { claimId, headingName } from './markdown/ids.ts'
import { locatePictures, mayHavePictures } from './markdown/pictures.ts'
import { cleanUnsafe, OWN_MARK } from './markdown/sanitize.ts'
import { Shortcuts } from './markdown/shortcuts.ts'
import { decodeReferences, dropForbidden, escapeHtml, escapeMarkdown, readable } from './markdown/text.ts'
import { childrenOf, loneToken, plainText } from './markdown/tokens.ts'
import { isDrawing, renderPicture } from './pictures.ts'
import type { Picture } from './records.ts'
import { EN, type TextWords } from './words/en.ts'

export type RenderOptions = {
  /** The site's canonical URL: links that begin with it are internal. */
  origin: string
  /** By the src exactly as written in the Markdown. */
  pictures: Readonly<Record<string, Picture>>
  /** The interface's words in the article's language; English if not given. */
  words?: TextWords
  /** Writes a number in the digits of the article's language. */
  digits?: (number: number) => string
}

/** Every class name that an article's HTML can have. Cleaning removes all others. */
export const CLASSES: readonly string[] = [
  ...['alert', 'note', 'tip', 'important', 'warning', 'caution', 'alert-title'],
  ...['align-left', 'align-center', 'align-right', 'table', 'drawing', 'caption', 'credit', 'embed', 'task'],
  ...['note-ref', 'footnotes', 'pull'],
  ...HIGHLIGHT_CLASSES,
  ...LANGUAGE_CLASSES,
]

const plain = new Marked()
const withFootnotes = new Marked({
  extensions: [
    ...footnoteGrammar,
    {
      name: 'footnoteReference',
      renderer(token) {
        return (this.parser.renderer as Article).footnoteReference(token.target)
      },
    },
  ],
})

type Run = { first: number; end: number; open: OpenTags }

const COMMENTS = /^(?:\s*<!--(?!-?>)(?:[^-]|-(?!->))*-->)+\s*$/
const QUOTE_MARKER = /^\[!(note|tip|important|warning|caution|pull)\][ \t]*(?:\n|$)/i
/** The dash, or two hyphens, before the source of a pull quote. */
const DASH = /^(?:[—–―]|--)\s*/

/** An article's body as safe, balanced HTML with headings from h2 on. Throws a RangeError if nested too deeply. */
export function renderMarkdown(markdown: string, options: RenderOptions): string {
  const text = readable(markdown)
  return renderTokens(text, lex(text), options)
}

/** An article's text, parsed once for its pictures and its HTML. */
export type Markdown = {
  /**
   * The pictures in the text, in order. `alt` is plain text, `offset` is the place of the src in UTF-16 units, and
   * `isBare` means a figure without caption and credit.
   */
  pictures: () => { src: string; alt: string; offset: number; isBare: boolean }[]
  /** The same HTML as `renderMarkdown` returns. */
  html: (options: RenderOptions) => string
}

/** Parses a text. Throws a RangeError if nested too deeply. The Worker needs the HTML alone: use `renderMarkdown`. */
export function parseMarkdown(markdown: string): Markdown {
  const text = readable(markdown)
  const tokens = lex(text)
  return {
    pictures: () => (mayHavePictures(text) ? locatePictures(markdown, text, tokens) : []),
    html: (options) => renderTokens(text, tokens, options),
  }
}

function renderTokens(text: string, tokens: TokensList, options: RenderOptions): string {
  const article = new Article(options)
  const parser = new Parser({ ...grammarOf(text).defaults, renderer: article })
  const body = renderBlocks(tokens, parser, article)
  const notes = renderNotes(article.notes, {
    words: article.words,
    digits: article.digits,
    render: ({ tokens }) => renderBlocks(tokens, parser, article),
  })
  // Forbidden characters were dropped from the Markdown, so only a decoded character reference can bring one back.
  return text.includes('&') ? dropForbidden(body + notes) : body + notes
}

function grammarOf(text: string): Marked {
  return mayHaveFootnotes(text) ? withFootnotes : plain
}

function lex(text: string): TokensList {
  const marked = grammarOf(text)
  return marked.lexer(text, { ...marked.defaults, tokenizer: new Shortcuts() })
}

function renderBlocks(tokens: Token[], parser: Parser, article: Article): string {
  let html = ''
  let done = 0
  for (const { first, end } of findRawRuns(tokens, article)) {
    html += parser.parse(tokens.slice(done, first))
    html += renderUnsafe(tokens.slice(first, end), parser, article)
    done = end
  }
  return html + parser.parse(done === 0 ? tokens : tokens.slice(done))
}

/**
 * The shortest runs of blocks whose raw HTML closes all its tags. A run that leaves a tag open extends to the last
 * block with raw HTML. Also sets `article.shift`: see `hasRawHtml`.
 */
function findRawRuns(tokens: Token[], article: Article): Run[] {
  const runs: Run[] = []
  for (const [index, token] of tokens.entries()) {
    if (!hasRawHtml(token, article)) continue
    let run = runs.at(-1)
    if (run === undefined || (run.open.size === 0 && !areBlank(tokens.slice(run.end, index)))) {
      run = { first: index, end: index, open: new Map() }
      runs.push(run)
    }
    run.end = index + 1
    followTags(token, run.open)
  }
  return runs
}

/** Whether these blocks render nothing: then two runs are joined, because each run costs a call of the sanitizer. */
function areBlank(tokens: Token[]): boolean {
  return tokens.every(({ type }) => type === 'space')
}

/** Whether a token renders raw HTML at any depth. A footnote's definition does not: it is rendered at the end. */
function hasRawHtml(token: Token, article: Article): boolean {
  if (token.type === 'html') return !isHarmless(token as Tokens.HTML | Tokens.Tag)
  if (token.type === 'heading' && token.depth === 1) article.shift = 1
  const children = childrenOf(token)
  return children !== null && anyHasRawHtml(children, article) && token.type !== 'footnote'
}

/** Raw HTML that needs no cleaning, because none of it is output as written: comments, and a block with one iframe. */
function isHarmless({ text, block }: Tokens.HTML | Tokens.Tag): boolean {
  return COMMENTS.test(text) || (block && isFrame(text))
}

/** Visits every token, even after the first one with raw HTML, because `hasRawHtml` also looks for headings. */
function anyHasRawHtml(tokens: Token[], article: Article): boolean {
  let raw = false
  for (const token of tokens) raw = hasRawHtml(token, article) || raw
  return raw
}

/** Renders one run of blocks with an author's raw HTML, cleaned and balanced. No other function may output raw HTML. */
function renderUnsafe(tokens: Token[], parser: Parser, article: Article): string {
  article.mark = ` ${OWN_MARK}`
  const html = parser.parse(tokens)
  article.mark = ''
  const clean = cleanUnsafe(html, {
    origin: article.rendering.origin,
    classes: CLASSES,
    picture: (src) => pictureAttributes(src, article.rendering),
    claim: (name) => claimId(name, article.ids),
    words: article.words,
  })
  // An author's unclosed tag can swallow one of our tags; the mark of that tag is still there and is dropped here.
  return dropForbidden(clean)
}

/** Marked's renderer for one article. Only tags without attributes come from the inherited methods. */
class Article extends Renderer {
  readonly rendering: RenderOptions
  readonly words: TextWords
  readonly digits: (number: number) => string
  readonly notes = new Map<string, Note>()
  /** 1 if the text has a heading of the first level: then all headings move down one level. */
  shift = 0
  /** Put first into every tag that has attributes: '', or the mark by which the sanitizer knows our own tags. */
  mark = ''
  /** The ids in use in this article, with the last number added to each: see `claimId`. */
  readonly ids = new Map<string, number>()
  readonly #tableLabels = new Map<string, number>()
  #inLink = false

  constructor(rendering: RenderOptions) {
    super()
    this.rendering = rendering
    this.words = rendering.words ?? EN
    this.digits = rendering.digits ?? String
  }

  footnoteReference(definition: Definition): string {
    const known = this.notes.get(definition.label)
    const note = known ?? { definition, number: this.notes.size + 1, references: 0 }
    if (known === undefined) this.notes.set(definition.label, note)
    if (!this.#inLink) note.references++
    return renderReference(note, { mark: this.mark, digits: this.digits, inLink: this.#inLink })
  }

  // Escapes always: marked would leave text after <script>, <pre>, <code> and <kbd> unescaped ("escaped: true").
  override text(token: Tokens.Text | Tokens.Escape): string {
    return 'tokens' in token && token.tokens
      ? this.parser.parseInline(token.tokens)
      : escapeMarkdown(token.text)
  }

  override codespan({ text }: Tokens.Codespan): string {
    return `<code>${escapeHtml(text)}</code>`
  }

  override code({ text, lang }: Tokens.Code): string {
    return renderCode(text, lang ?? '', this.mark)
  }

  override html(token: Tokens.HTML | Tokens.Tag): string {
    if (!isHarmless(token)) return token.text
    return isFrame(token.text) ? this.#embed(frameIn(token.text)) : ''
  }

  override heading({ tokens, depth }: Tokens.Heading): string {
    const level = Math.min(6, depth + this.shift)
    const content = this.parser.parseInline(tokens)
    const id = claimId(headingName(plainText(tokens)), this.ids)
    return `<h${level}${this.mark} id="${id}">${content}</h${level}>\n`
  }

  override blockquote(token: Tokens.Blockquote): string {
    const marked = parseMarkedQuote(token.tokens)
    if (marked === null) return `<blockquote>\n${this.parser.parse(token.tokens)}</blockquote>\n`
    const { kind, tokens } = marked
    if (kind === 'pull') return this.#pull(tokens)
    const content = this.parser.parse(tokens)
    return `<aside${this.mark} class="alert ${kind}">\n<p${this.mark} class="alert-title">${this.words[kind]}</p>\n${content}</aside>\n`
  }

  override listitem(item: Tokens.ListItem): string {
    if (!item.task) return `<li>${this.parser.parse(item.tokens)}</li>\n`
    return `<li${this.mark} class="task">${this.#task(item.tokens)}</li>\n`
  }

  override checkbox({ checked }: Tokens.Checkbox): string {
    return `<input${this.mark} type="checkbox"${checked ? ' checked' : ''} disabled> `
  }

  override paragraph({ tokens }: Tokens.Paragraph): string {
    const only = loneToken(tokens)
    if (only?.type === 'image') return this.#figure(only as Tokens.Image)
    const video = only?.type === 'link' && only.autolink ? videoAt(only.href) : null
    if (video !== null) return this.#embed(video)
    const content = this.parser.parseInline(tokens)
    return content === '' ? '' : `<p>${content}</p>\n`
  }

  override table({ header, rows }: Tokens.Table): string {
    const label = this.#tableLabel(header)
    const head = this.tablerow({ text: header.map((cell) => this.tablecell(cell)).join('') })
    let body = ''
    for (const row of rows) body += this.tablerow({ text: row.map((cell) => this.tablecell(cell)).join('') })
    if (body !== '') body = `<tbody>\n${body}</tbody>\n`
    return `<div${this.mark} class="table" role="region" tabindex="0" aria-label="${label}">
<table>
<thead>
${head}</thead>
${body}</table>
</div>
`
  }

  override tablecell({ tokens, header, align }: Tokens.TableCell): string {
    const tag = header ? 'th' : 'td'
    const aligned = align === null ? '' : `${this.mark} class="align-${align}"`
    return `<${tag}${aligned}>${this.parser.parseInline(tokens)}</${tag}>\n`
  }

  override link({ href, title, text, tokens, autolink }: Tokens.Link): string {
    const address = parseAddress(autolink ? href : decodeReferences(href), this.rendering.origin)
    const content = autolink ? escapeHtml(text) : this.#linkContent(tokens)
    if (address === null) return content
    const rel = address.external ? ' rel="external noopener"' : ''
    const hint = title ? ` title="${escapeMarkdown(title)}"` : ''
    return `<a${this.mark} href="${escapeHtml(address.href)}"${rel}${hint}>${content}</a>`
  }

  override image({ href, title, tokens }: Tokens.Image): string {
    const alt = plainText(tokens)
    const picture = pictureOf(href, this.rendering)
    if (picture === null) return alt
    // Both texts are escaped already: to escape them again would break their character references.
    const words = { alt, title: title && escapeMarkdown(title), escaped: (text: string) => text }
    return renderPicture(picture, { ...words, sizes: PICTURE_SIZES, mark: this.mark })
  }

  /** A pull quote. If its last paragraph begins with a dash, that paragraph is the source and becomes the caption. */
  #pull(tokens: Token[]): string {
    const last = tokens.findLastIndex(({ type }) => type !== 'space')
    const source = tokens[last]
    const hasSource = last > 0 && source?.type === 'paragraph' && DASH.test(source.raw)
    const content = this.parser.parse(hasSource ? tokens.slice(0, last) : tokens)
    const legend = hasSource ? this.parser.parseInline(source.tokens ?? []).replace(DASH, '') : ''
    const caption = legend === '' ? '' : `<figcaption>${legend}</figcaption>`
    return `<figure${this.mark} class="pull"><blockquote>\n${content}</blockquote>${caption}</figure>\n`
  }

  #figure(token: Tokens.Image): string {
    const picture = this.image({ ...token, title: null })
    if (!picture.startsWith('<')) return picture === '' ? '' : `<p>${picture}</p>\n`
    const [caption, credit] = captionAndCredit(token.title ?? '')
    const parts = []
    if (caption !== '') parts.push(`<span${this.mark} class="caption">${escapeMarkdown(caption)}</span>`)
    if (credit !== '') {
      const name = `<bdi>${escapeMarkdown(credit)}</bdi>`
      parts.push(`<span${this.mark} class="credit">${this.words.credit}${name}</span>`)
    }
    const legend = parts.length === 0 ? '' : `<figcaption>${parts.join(' ')}</figcaption>`
    const known = pictureOf(token.href, this.rendering)
    const shown =
      known !== null && isDrawing(known) ? this.#drawing(picture, plainText(token.tokens)) : picture
    return `<figure>${shown}${legend}</figure>\n`
  }

  /** A drawing that scrolls sideways on narrow screens: if it shrank, the text in it would be too small to read. */
  #drawing(picture: string, alt: string): string {
    const label = alt === '' ? '' : ` aria-label="${alt}"`
    return `<div${this.mark} class="drawing" role="group" tabindex="0"${label}>${picture}</div>`
  }

  #embed(link: Embed | null): string {
    if (link === null) return ''
    const href = escapeHtml(link.href)
    return `<p${this.mark} class="embed"><a${this.mark} rel="external noopener" href="${href}">${escapeHtml(link.label(this.words))}</a></p>\n`
  }

  /** The label holds only the text beside the checkbox, because HTML forbids lists and code blocks in a label. */
  #task(tokens: Token[]): string {
    const words = tokens.findIndex((token) => token.type === 'text' || token.type === 'paragraph')
    const beside = tokens.slice(0, words + 1).flatMap((token) => childrenOf(token) ?? [token])
    const label = `<label${this.mark}>${this.parser.parseInline(beside)}</label>`
    const rest = this.parser.parse(tokens.slice(words + 1))
    return tokens[words]?.type === 'paragraph' ? `<p>${label}</p>\n${rest}` : `${label}${rest}`
  }

  #linkContent(tokens: Token[]): string {
    const wasInLink = this.#inLink
    this.#inLink = true
    const content = this.parser.parseInline(tokens)
    this.#inLink = wasInLink
    return content
  }

  /** A name for the region, unique in the article: the texts of the table's header, which are in the right language. */
  #tableLabel(header: Tokens.TableCell[]): string {
    const words = header.map((cell) => plainText(cell.tokens).trim()).filter((word) => word !== '')
    const label = words.join(', ') || this.words.table
    const nth = (this.#tableLabels.get(label) ?? 0) + 1
    this.#tableLabels.set(label, nth)
    return nth === 1 ? label : `${label} (${this.digits(nth)})`
  }
}

type MarkedKind = 'note' | 'tip' | 'important' | 'warning' | 'caution' | 'pull'

/** The kind of an alert or pull quote, with its tokens without the marker; null for an ordinary quote. */
function parseMarkedQuote([paragraph, ...rest]: Token[]): { kind: MarkedKind; tokens: Token[] } | null {
  const [first, ...others] = paragraph?.type === 'paragraph' ? (paragraph.tokens ?? []) : []
  const match = first?.type === 'text' ? QUOTE_MARKER.exec(first.text) : null
  if (paragraph === undefined || first?.type !== 'text' || match === null) return null
  const text = first.text.slice(match[0].length)
  const inline = text === '' ? others : [{ ...first, text }, ...others]
  if (inline[0]?.type === 'br') inline.shift()
  const kind = match[1]?.toLowerCase() as MarkedKind
  return { kind, tokens: inline.length === 0 ? rest : [{ ...paragraph, tokens: inline }, ...rest] }
}

/** Pictures in the text are as wide as the text. */
const PICTURE_SIZES = '(min-width: 42rem) 38rem, 100vw'

function pictureOf(src: string, { pictures }: RenderOptions): Picture | null {
  return Object.hasOwn(pictures, src) ? (pictures[src] ?? null) : null
}

/** The attributes of an `<img>` that an author wrote in HTML; without a `<picture>`, it shows one variant only. */
function pictureAttributes(src: string, rendering: RenderOptions): Record<string, string> | null {
  const picture = pictureOf(src, rendering)
  if (picture === null) return null
  const { address, width, height } = picture
  return {
    src: address,
    width: String(width),
    height: String(height),
    loading: 'lazy',
    decoding: 'async',
  }
}

/** Splits `"Caption | Credit"` at the last bar. */
function captionAndCredit(title: string): [string, string] {
  const padded = ` ${title} `
  const bar = padded.lastIndexOf(' | ')
  return bar === -1 ? [title.trim(), ''] : [padded.slice(0, bar).trim(), padded.slice(bar + 3).trim()]
}
