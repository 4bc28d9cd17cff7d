// The code of a thread of the render check. Renders texts as the edge does, and refuses those above counted limits.
import { type Markdown, parseMarkdown } from '../../markdown.ts'
import { pictureFrom } from '../../pictures.ts'
import { checkSourceLimits, type Refusal } from './source-limits.ts'

/** The result for one text: the pictures that it shows, or why it is refused. */
export type Rendered = { pictures: ReturnType<Markdown['pictures']> } | { refused: Refusal }

/** `begun` is shared memory. A thread sets it to 1 when it starts the task; the timeout counts from then. */
export type Task = { texts: string[]; begun: Int32Array<SharedArrayBuffer> }

/** Renders texts, one after another. */
export default function renderTexts({ texts, begun }: Task): Rendered[] {
  Atomics.store(begun, 0, 1)
  Atomics.notify(begun, 0)
  return texts.map(render)
}

const OUTPUT_LIMIT_BYTES = 10 * 1024 * 1024
/** Usual Markdown grows a few times when rendered; a table of empty cells grows thousands of times. */
const GROWTH_LIMIT = 64
/** Far below the depth at which a thread's stack overflows, because that depth differs between machines. */
const DEPTH_LIMIT = 300

/** Stands for every picture of a text. So wide that its markup lists all sizes. */
const PICTURE = pictureFrom('0'.repeat(32), {
  kind: 'photograph',
  width: 1600,
  height: 1067,
  isTransparent: false,
})
/** The bytes of one picture's markup, however short its Markdown is. */
const PICTURE_BYTES = 1_500

function render(markdown: string): Rendered {
  const excess = checkSourceLimits(markdown)
  if (excess) return { refused: excess }
  let pictures: ReturnType<Markdown['pictures']>
  let html: string
  try {
    const parsed = parseMarkdown(markdown)
    pictures = parsed.pictures()
    const known = Object.fromEntries(pictures.map(({ src }) => [src, PICTURE]))
    html = parsed.html({ origin: 'https://dateline.invalid', pictures: known })
  } catch (error) {
    // The stack overflowed.
    if (error instanceof RangeError) return refuse(TOO_DEEP)
    throw error
  }
  if (depthOf(html) > DEPTH_LIMIT) return refuse(TOO_DEEP)
  const bytes = Buffer.byteLength(html)
  if (bytes > OUTPUT_LIMIT_BYTES)
    return refuse(`must render to at most 10 MB of HTML: found ${bytes} bytes. Split it into several`)
  const source = Buffer.byteLength(markdown)
  if (bytes > source * GROWTH_LIMIT + pictures.length * PICTURE_BYTES) {
    const times = Math.round(bytes / source)
    return refuse(
      `must not grow more than ${GROWTH_LIMIT} times when rendered: found ${times} times. Look for very large tables`,
    )
  }
  return { pictures }
}

const TOO_DEEP = `must nest at most ${DEPTH_LIMIT} levels deep: found more. Look for long runs of > - * or _`

function refuse(message: string): Rendered {
  return { refused: { message, offset: 0 } }
}

const TAGS = /<(\/?)(\w+)/g
const VOID = new Set(['br', 'hr', 'img', 'input', 'source', 'wbr', 'col'])

/** The depth of the elements in rendered HTML, in which all elements are closed. */
function depthOf(html: string): number {
  let depth = 0
  let deepest = 0
  for (const [, slash = '', name = ''] of html.matchAll(TAGS)) {
    if (VOID.has(name)) continue
    depth += slash === '' ? 1 : -1
    deepest = Math.max(deepest, depth)
  }
  return deepest
}
