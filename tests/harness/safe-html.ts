// Checks rendered Markdown: no input of an author may run script, clobber the DOM or leave the article.
// The check uses parse5 and lists of its own, never by the lists of the code under test.
import { type DefaultTreeAdapterTypes, parse, parseFragment, serialize } from 'parse5'
import { expect } from 'vitest'
import { CLASSES } from '../../src/markdown.ts'
import { OPTIONS } from './markdown.ts'

export type Node = DefaultTreeAdapterTypes.Node
export type Element = DefaultTreeAdapterTypes.Element

// What an article may hold, as this judge sees it.
const ELEMENTS = new Set(
  `a abbr address aside b bdi bdo blockquote br caption cite code col colgroup data dd del details dfn div dl dt em
  figcaption figure h2 h3 h4 h5 h6 hr i img input ins kbd label li mark ol p picture pre q rb rp rt rtc ruby s samp
  section small source span strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr`.split(
    /\s+/,
  ),
)
const ATTRIBUTES = new Set(
  `alt aria-label aria-labelledby checked cite class colspan datetime decoding dir disabled height href id lang loading open
  media rel reversed role rowspan scope sizes span src srcset start tabindex title translate type value width`.split(
    /\s+/,
  ),
)
const ROLES = ['doc-noteref', 'doc-backlink', 'doc-endnotes', 'region']
const ADDRESSES = Object.values(OPTIONS.pictures).map(({ address }) => address)

/** Fails unless the HTML stays in the element it is put into, holds nothing but what an article may hold, and is nested by a browser as it is written. */
export function expectSafe(html: string): void {
  const page = `<!doctype html><title>t</title><main><div>${html}</div><p id=after>after</p></main>`
  for (const scriptingEnabled of [true, false]) {
    const document = parse(page, { scriptingEnabled })
    expect(faultsIn(document), html).toEqual([])
    expect(tagsIn(serialize(parseFragment(html))), html).toEqual(tagsIn(html))
    // An archive or a reader's editor may write it out and parse it again.
    expect(faultsIn(parse(serialize(document), { scriptingEnabled })), html).toEqual([])
  }
}

/** The tree as text, whatever way it was written; blanks between blocks are cleaning's to change. */
export function domOf(html: string): string {
  return serialize(parseFragment(html)).trim().replace(/>\s+</g, '><')
}

export function elementsIn(node: Node): Element[] {
  const own = 'tagName' in node ? [node] : []
  return 'childNodes' in node ? [...own, ...node.childNodes.flatMap(elementsIn)] : own
}

export function attribute(element: Element, wanted: string): string | undefined {
  return element.attrs.find(({ name }) => name === wanted)?.value
}

/** The tags as written, without those that a browser adds to a table. */
function tagsIn(html: string): string[] {
  return [...html.matchAll(/<\/?([a-z]+\d?)/g)]
    .map(([tag]) => tag)
    .filter((tag) => !/tbody|colgroup/.test(tag))
}

function faultsIn(document: DefaultTreeAdapterTypes.Document): string[] {
  const faults: string[] = []
  const main = elementsIn(document).find(({ tagName }) => tagName === 'main')
  const [body, after, ...more] = main?.childNodes ?? []
  const whole = '<html><head><title>t</title></head><body><main><div>'
  if (!serialize(document).replace('<!DOCTYPE html>', '').startsWith(whole))
    faults.push('something stands before the article')
  if (!serialize(document).endsWith('</div><p id="after">after</p></main></body></html>'))
    faults.push('what follows the article has changed')
  if (body === undefined || after === undefined || more.length > 0)
    return [...faults, 'the article has broken out']
  const inside = elementsIn(body).slice(1)
  const ids = inside.flatMap((element) => attribute(element, 'id') ?? [])
  if (new Set([...ids, 'after']).size !== ids.length + 1) faults.push(`an id is there twice: ${ids}`)
  for (const element of inside) faults.push(...faultsOf(element))
  return faults
}

function faultsOf(element: Element): string[] {
  const { tagName, attrs, namespaceURI } = element
  const faults: string[] = []
  if (!ELEMENTS.has(tagName) || namespaceURI !== 'http://www.w3.org/1999/xhtml') faults.push(`<${tagName}>`)
  for (const { name, value } of attrs)
    if (!isAllowed(element, name, value)) faults.push(`<${tagName} ${name}="${value}">`)
  const required: Record<string, string[]> = {
    img: ['src', 'alt', 'width', 'height', 'loading', 'decoding'],
    input: ['type', 'disabled'],
    source: ['srcset'],
  }
  for (const name of required[tagName] ?? [])
    if (attribute(element, name) === undefined) faults.push(`<${tagName}> without ${name}`)
  return faults
}

/** What only our own renderer makes. */
function isOwnSource(name: string, value: string): boolean {
  if (name === 'sizes') return value === '(min-width: 42rem) 38rem, 100vw'
  if (name === 'media') return value === '(prefers-reduced-motion: reduce)'
  if (name === 'type') return value === 'image/avif' || value === 'image/webp'
  return (
    name === 'srcset' &&
    value.split(', ').every((one) => /^\/media\/b[45]\/\d+\.(?:avif|webp|jpg)(?: \d+w)?$/.test(one))
  )
}

function isAllowed(element: Element, name: string, value: string): boolean {
  if (!ATTRIBUTES.has(name)) return false
  if (name === 'id') return /^(?:h-|fn-|fnref-)\S+$/.test(value)
  if (name === 'class') return value.split(' ').every((name) => CLASSES.includes(name))
  if (name === 'role') return ROLES.includes(value)
  if (name === 'tabindex') return value === '0'
  if (element.tagName === 'source') return isOwnSource(name, value)
  if (['media', 'sizes', 'srcset'].includes(name)) return false
  if (name === 'type') return element.tagName === 'ol' || value === 'checkbox'
  if (name === 'src') return ADDRESSES.includes(value)
  if (name !== 'href' && name !== 'cite') return true
  const base = 'https://dateline.example/articles/x'
  if (!URL.canParse(value, base)) return true
  const { protocol, host } = new URL(value, base)
  if (name === 'href' && protocol.startsWith('http') && host !== 'dateline.example')
    return attribute(element, 'rel') === 'external noopener'
  return ['http:', 'https:', 'mailto:', 'tel:'].includes(protocol)
}
