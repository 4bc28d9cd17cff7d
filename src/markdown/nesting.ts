// Makes tags that are balanced as text into tags that a browser nests just as they are written. Balance alone is not
// enough: in `<ul><li><div><li></li></div></li></ul>` a browser closes the div at the second `<li>`, and `</div>` then
// closes whatever div the page has around the article. Tags that do not fit go, their content stays.

// What sanitize-html puts out: lower case, quoted values, no `<` or `>` but in tags. Nothing else may come in here.
const TAG = /<(\/?)([a-z][a-z\d]*)([^>]*)>/g

/** Tags without an end. */
export const VOID: ReadonlySet<string> = new Set(['br', 'col', 'hr', 'img', 'input', 'source', 'wbr'])
const HEADING = /^h[1-6]$/
// https://html.spec.whatwg.org/multipage/parsing.html#parsing-main-inbody: these close a paragraph that is open.
const ENDS_PARAGRAPH = new Set(
  `address aside blockquote details div dl figcaption figure h1 h2 h3 h4 h5 h6 hr ol p pre section summary table
  ul`.split(/\s+/),
)
const CELLS = new Set(['caption', 'td', 'th'])
// Elsewhere a browser closes what is open to find room for these, or leaves them out.
const PARENTS: Record<string, readonly string[]> = Object.assign(Object.create(null), {
  li: ['ol', 'ul'],
  dt: ['dl'],
  dd: ['dl'],
  rb: ['ruby'],
  rp: ['ruby', 'rtc'],
  rt: ['ruby', 'rtc'],
  rtc: ['ruby'],
  caption: ['table'],
  colgroup: ['table'],
  col: ['colgroup', 'table'],
  thead: ['table'],
  tbody: ['table'],
  tfoot: ['table'],
  tr: ['table', 'tbody', 'tfoot', 'thead'],
  td: ['tr'],
  th: ['tr'],
})
// A browser moves what else stands in these to before the table.
const ROOMS = new Set(['colgroup', 'table', 'tbody', 'tfoot', 'thead', 'tr'])

type Frame = { name: string; open: boolean }

/** The same HTML without the tags that a browser would not nest as they are written. */
export function nestStrictly(balanced: string): string {
  const frames: Frame[] = []
  return balanced.replace(TAG, (tag: string, slash: string, name: string) => {
    if (slash !== '') return frames.pop()?.open === true ? tag : ''
    const before = ENDS_PARAGRAPH.has(name) ? endParagraph(frames) : ''
    const open = fits(name, frames)
    if (!VOID.has(name)) frames.push({ name, open })
    return open ? before + tag : before
  })
}

/** The end tags of the paragraph that is open, and of all that is open in it. */
function endParagraph(frames: Frame[]): string {
  let first = frames.length - 1
  while (first >= 0 && !(frames[first]?.open && frames[first]?.name === 'p')) {
    if (frames[first]?.open && CELLS.has(frames[first]?.name ?? '')) return ''
    first--
  }
  let tags = ''
  for (const frame of first < 0 ? [] : frames.slice(first).reverse()) {
    if (frame.open) tags += `</${frame.name}>`
    frame.open = false
  }
  return tags
}

function fits(name: string, frames: Frame[]): boolean {
  const around = frames.filter((frame) => frame.open).map((frame) => frame.name)
  const parent = around.at(-1) ?? ''
  const parents = PARENTS[name]
  if (parents !== undefined) {
    const inGroup = parent === 'div' && parents.includes('dl') && around.at(-2) === 'dl'
    return inGroup || parents.includes(parent)
  }
  if (ROOMS.has(parent)) return false
  if (name === 'a') return !around.includes('a')
  return !HEADING.test(name) || !around.some((outer) => HEADING.test(outer))
}
