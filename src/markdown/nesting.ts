// Removes balanced tags that a browser would nest in another way than they are written. Balance alone is not enough:
// in `<ul><li><div><li></li></div></li></ul>` a browser closes the div at the second `<li>`, so that `</div>` closes
// a div of the page around the article. The content of a removed tag stays.

// Matches the output of sanitize-html only: lower case, quoted values, `<` and `>` in tags alone.
const TAG = /<(\/?)([a-z][a-z\d]*)([^>]*)>/g

/** Elements without an end tag. */
export const VOID: ReadonlySet<string> = new Set(['br', 'col', 'hr', 'img', 'input', 'source', 'wbr'])
const HEADING = /^h[1-6]$/
// https://html.spec.whatwg.org/multipage/parsing.html#parsing-main-inbody: these close an open paragraph.
const ENDS_PARAGRAPH = new Set(
  `address aside blockquote details div dl figcaption figure h1 h2 h3 h4 h5 h6 hr ol p pre section summary table
  ul`.split(/\s+/),
)
const CELLS = new Set(['caption', 'td', 'th'])
// Inside any other parent a browser closes open elements before these, or drops them.
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
// A browser moves any other content of these to before the table.
const TABLE_STRUCTURE = new Set(['colgroup', 'table', 'tbody', 'tfoot', 'thead', 'tr'])

type OpenElement = { name: string; open: boolean }

/** The HTML without the tags that a browser would not nest as they are written. */
export function nestStrictly(balanced: string): string {
  const stack: OpenElement[] = []
  return balanced.replace(TAG, (tag: string, slash: string, name: string) => {
    if (slash !== '') return stack.pop()?.open === true ? tag : ''
    const before = ENDS_PARAGRAPH.has(name) ? endParagraph(stack) : ''
    const open = fits(name, stack)
    if (!VOID.has(name)) stack.push({ name, open })
    return open ? before + tag : before
  })
}

/** The end tags of the open paragraph and of all elements that are open in it. */
function endParagraph(stack: OpenElement[]): string {
  let first = stack.length - 1
  while (first >= 0 && !(stack[first]?.open && stack[first]?.name === 'p')) {
    if (stack[first]?.open && CELLS.has(stack[first]?.name ?? '')) return ''
    first--
  }
  let tags = ''
  for (const element of first < 0 ? [] : stack.slice(first).reverse()) {
    if (element.open) tags += `</${element.name}>`
    element.open = false
  }
  return tags
}

function fits(name: string, stack: OpenElement[]): boolean {
  const ancestors = stack.filter((element) => element.open).map((element) => element.name)
  const parent = ancestors.at(-1) ?? ''
  const parents = PARENTS[name]
  if (parents !== undefined) {
    const inGroup = parent === 'div' && parents.includes('dl') && ancestors.at(-2) === 'dl'
    return inGroup || parents.includes(parent)
  }
  if (TABLE_STRUCTURE.has(parent)) return false
  if (name === 'a') return !ancestors.includes('a')
  return !HEADING.test(name) || !ancestors.some((outer) => HEADING.test(outer))
}
