// The render check: every new text is rendered once at the desk, in threads that can be stopped, before the edge
// renders it for readers. render-thread.ts refuses a text by counting. The limits of time and memory here are the last resort.
import { availableParallelism } from 'node:os'
import { Tinypool } from 'tinypool'
import type { Rendered, Task } from './render-thread.ts'

/** Renders texts. The results are in the order of the texts. */
export type RenderCheck = (texts: readonly { path: string; markdown: string }[]) => Promise<Rendered[]>

/** No more than four: the main thread parses the articles, and more threads would wait for it. */
export const THREADS = Math.min(availableParallelism(), 4)
/** For one message of texts. A usual text takes a millisecond. */
const TEXTS_TIMEOUT_MS = 1_000
/** For one text alone. The longest usual text takes two seconds, and more on a busy machine. */
const TEXT_TIMEOUT_MS = 10_000
const MEMORY_LIMIT_MB = 512
/** For objects that live shortly. A higher limit makes no thread faster and costs a hundred megabytes a thread. */
const NEW_MEMORY_MB = 24
/** The default of 4 MB is more than the edge has. A text that nests too deeply for the edge must fail here. */
const STACK_LIMIT_MB = 1

let pool: Tinypool | null = null

/** Renders texts in a thread. If the thread is stopped, renders each text alone, to refuse only the text at fault. */
export const renderCheck: RenderCheck = async (texts) => {
  const all = await renderWithin(texts, TEXTS_TIMEOUT_MS)
  if (all !== null) return all
  return Promise.all(
    texts.map(async (text) => (await renderWithin([text], TEXT_TIMEOUT_MS))?.[0] ?? { refused: STOPPED }),
  )
}

const STOPPED = {
  message: `must render within ${TEXT_TIMEOUT_MS / 1000} s and ${MEMORY_LIMIT_MB} MB on this machine: it was stopped. Nest less deeply; look for long runs of one character or very large tables`,
  offset: 0,
}

/** The results; null if the thread was stopped or ran out of memory. */
async function renderWithin(texts: Parameters<RenderCheck>[0], timeout: number): Promise<Rendered[] | null> {
  pool ??= openPool()
  const begun = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const stopping = new AbortController()
  const task: Task = { texts: texts.map(({ markdown }) => markdown), begun }
  const running = pool.run(task, { signal: stopping.signal }) as Promise<Rendered[]>
  let timer: NodeJS.Timeout | undefined
  // The time starts when a thread begins the task. On a busy machine it may take seconds until a thread is free.
  void Promise.resolve(Atomics.waitAsync(begun, 0, 0).value).then(() => {
    timer = setTimeout(() => stopping.abort(), timeout).unref()
  })
  try {
    return await running
  } catch (error) {
    const { name, code } = error as NodeJS.ErrnoException
    if (name === 'AbortError' || code === 'ERR_WORKER_OUT_OF_MEMORY') return null
    throw error
  } finally {
    clearTimeout(timer)
  }
}

/** The threads stay until the process ends: with Node 24, V8 may abort a process that starts and stops many threads. */
function openPool(): Tinypool {
  return new Tinypool({
    filename: new URL('./render-thread.ts', import.meta.url).href,
    minThreads: THREADS,
    maxThreads: THREADS,
    resourceLimits: {
      maxOldGenerationSizeMb: MEMORY_LIMIT_MB,
      maxYoungGenerationSizeMb: NEW_MEMORY_MB,
      stackSizeMb: STACK_LIMIT_MB,
    },
    // A thread must not inherit flags that a test runner or a debugger gave to this process.
    execArgv: [],
  })
}
