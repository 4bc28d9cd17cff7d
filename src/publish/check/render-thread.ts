// What a thread of the render check runs: renders texts as the edge would, within limits that are counted.
import { type Markdown, parseMarkdown } from '../../markdown.ts'
import { pictureFrom } from '../../pictures.ts'
import { checkSourceLimits, type Refusal } from './source-limits.ts'

/** What a text comes to: the pictures that it shows, or why it is refused. */
export type Rendered = { pictures: ReturnType<Markdown['pictures']> } | { refused: Refusal }

/** `begun` is shared memory: the time of a task counts from the moment at which a thread sets it to 1. */
export type Task = { texts: string[]; begun: Int32Array<SharedArrayBuffer> }

/** Renders texts, one after another. */
export default function renderTexts({ texts, begun }: Task): Rendered[] {
  Atomics.store(begun, 0, 1)
  Atomics.notify(begun, 0)
  return texts.map(render)
}

const OUTPUT_LIMIT_BYTES = 10 * 1024 * 1024
/** Honest Markdown grows by a few times; a table of bars grows by thousands. */
const GROWTH_LIMIT = 64
/** Far below the depth at which the stack of a thread ends, which is another on every machine. */
const DEPTH_LIMIT = 300

/** Stands for any picture: one of all sizes. */
const PICTURE = pictureFrom('0'.repeat(32), {
  kind: 'photograph',
  width: 1600,
  height: 1067,
  isTransparent: false,
})
/** The markup of a picture, however short its name is in the text. */
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
    // The stack ended.
    if (error instanceof RangeError) return refuse(TOO_DEEP)
    throw error
  }
  if (depthOf(html) > DEPTH_LIMIT) return refuse(TOO_DEEP)
  const bytes = Buffer.byteLength(html)
  if (bytes > OUTPUT_LIMIT_BYTES)
    return refuse(`must render to at most 10 MB of HTML: found ${bytes} bytes. Divide it into several`)
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

/** How deep the elements of rendered HTML nest, which is balanced. */
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
