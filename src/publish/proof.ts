// The proof: every article is rendered once at the desk, in a thread that can be killed, before readers' requests
// render it at the edge. Hostile Markdown takes time and space out of all proportion to its size.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { hashText } from './hash.ts'

/** A picture in a text: its address, its place in UTF-16 units, and its alternative text. */
type FoundPicture = { src: string; offset: number; alt: string }

/** What the thread answers: the pictures in the text and the size of its HTML, or why it cannot be rendered. */
export type Rendered = { pictures: FoundPicture[]; bytes: number } | { failed: string }

export type Verdict = { pictures: FoundPicture[] } | { refused: string }

export type Proof = {
  /** Renders a text, unless it has done so before; `refused` completes the sentence "the article …". */
  render: (markdown: string) => Promise<Verdict>
  close: () => Promise<void>
}

const TIME_LIMIT_MS = 1_000
const OUTPUT_LIMIT_BYTES = 10 * 1024 * 1024
/** Honest Markdown grows by a few times; a table of bars grows by thousands. */
const GROWTH_LIMIT = 64
const THREAD_MEMORY_MB = 512
/** A thread of its own has 4 MB, which is more than the edge has: what nests too deeply there must fail here. */
const THREAD_STACK_MB = 1
/** As many articles as the desk is made for; about 200 bytes each. */
const VERDICTS_KEPT = 100_000

/** Opens a proof. The thread starts with the first article and is replaced when it had to be killed. */
export function openProof(): Proof {
  let thread: Worker | null = null
  let queue: Promise<unknown> = Promise.resolve()
  const verdicts = new Map<string, Verdict>()
  const render: Proof['render'] = async (markdown) => {
    const hash = hashText(markdown)
    const known = verdicts.get(hash)
    if (known) return known
    thread ??= await startThread()
    const rendered = await ask(thread, markdown)
    if (rendered === 'killed') {
      thread = null
      // Not kept: on a machine that was busy just now the same text may do better the next time.
      return {
        refused: `must render within ${TIME_LIMIT_MS / 1000} s and ${THREAD_MEMORY_MB} MB. ${SIMPLER}`,
      }
    }
    const verdict = judge(rendered, Buffer.byteLength(markdown))
    const [oldest] = verdicts.keys()
    if (oldest !== undefined && verdicts.size >= VERDICTS_KEPT) verdicts.delete(oldest)
    verdicts.set(hash, verdict)
    return verdict
  }
  return {
    // One text at a time: an answer does not say which text it is about.
    render: (markdown) => {
      const rendered = queue.then(() => render(markdown))
      queue = rendered.catch(() => {})
      return rendered
    },
    close: async () => {
      await thread?.terminate()
      thread = null
    },
  }
}

/** What is to be thought of a text of so many bytes that rendered like this. */
function judge(rendered: Rendered, source: number): Verdict {
  if ('failed' in rendered) return { refused: `cannot be rendered (${rendered.failed}). ${SIMPLER}` }
  if (rendered.bytes > OUTPUT_LIMIT_BYTES)
    return { refused: `must render to at most 10 MB of HTML: found ${rendered.bytes} bytes. ${SIMPLER}` }
  if (rendered.bytes > source * GROWTH_LIMIT) {
    const times = Math.round(rendered.bytes / source)
    return {
      refused: `must not grow more than ${GROWTH_LIMIT} times when rendered: found ${times} times. ${SIMPLER}`,
    }
  }
  return { pictures: rendered.pictures }
}

const SIMPLER = 'Nest less deeply, and look for long runs of one sign or very large tables'

/** A thread that has loaded the renderer, so that no article pays for that with its time. */
async function startThread(): Promise<Worker> {
  const thread = new Worker(new URL('./proof-thread.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: THREAD_MEMORY_MB, stackSizeMb: THREAD_STACK_MB },
    // The thread must not inherit what a test runner or a debugger put into this process.
    execArgv: [],
  })
  await once(thread, 'message')
  // It may run out of memory while it is being killed for its time, when nobody listens any more.
  thread.on('error', () => {})
  return thread
}

/** The thread's answer to one text. It is killed when it does not answer in time, and dies when it runs out of memory. */
async function ask(thread: Worker, markdown: string): Promise<Rendered | 'killed'> {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), TIME_LIMIT_MS)
  try {
    const answer = once(thread, 'message', { signal: late.signal })
    thread.postMessage(markdown)
    return (await answer)[0] as Rendered
  } catch {
    // Too late, or dead: whatever it was, this text brought it about.
    await thread.terminate()
    return 'killed'
  } finally {
    clearTimeout(timer)
  }
}
