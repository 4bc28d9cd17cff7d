// The render check: every new text is rendered once at the desk, in threads that can be stopped, before the edge renders
// it for readers. What can be counted is refused by render-thread.ts; the clock and the memory here are the last resort.
import { availableParallelism } from 'node:os'
import { Tinypool } from 'tinypool'
import type { Rendered, Task } from './render-thread.ts'

/** Renders texts. The answers stand in the order of the texts. */
export type RenderCheck = (texts: readonly { path: string; markdown: string }[]) => Promise<Rendered[]>

/** While the threads are at work, the process parses the next articles, so that more threads would wait for it. */
export const THREADS = Math.min(availableParallelism(), 4)
/** Honest texts take a millisecond each. */
const TEXTS_TIMEOUT_MS = 1_000
/** The longest honest text takes two seconds, and a busy machine is slower. */
const TEXT_TIMEOUT_MS = 10_000
const MEMORY_LIMIT_MB = 512
/** For what an article leaves behind at once. With more a thread is no faster, and holds a hundred megabytes of it. */
const NEW_MEMORY_MB = 24
/** The default is 4 MB, which is more than the edge has: what nests too deeply there must fail here. */
const STACK_LIMIT_MB = 1

let pool: Tinypool | null = null

/** Renders texts in a thread. A text that stops its thread is refused, and no other is lost. */
export const renderCheck: RenderCheck = async (texts) => {
  const all = await renderWithin(texts, TEXTS_TIMEOUT_MS)
  if (all !== null) return all
  return Promise.all(
    texts.map(async (text) => (await renderWithin([text], TEXT_TIMEOUT_MS))?.[0] ?? { refused: STOPPED }),
  )
}

const STOPPED = {
  message: `must render within ${TEXT_TIMEOUT_MS / 1000} s and ${MEMORY_LIMIT_MB} MB on this machine: it was stopped. Nest less deeply, and look for long runs of one sign or very large tables`,
  offset: 0,
}

/** Null where the thread had to be stopped, or had not memory enough. */
async function renderWithin(texts: Parameters<RenderCheck>[0], timeout: number): Promise<Rendered[] | null> {
  pool ??= openPool()
  const begun = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const stopping = new AbortController()
  const task: Task = { texts: texts.map(({ markdown }) => markdown), begun }
  const running = pool.run(task, { signal: stopping.signal }) as Promise<Rendered[]>
  let timer: NodeJS.Timeout | undefined
  // Neither the start of a thread nor the wait for one counts: a busy machine takes seconds for them.
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

/** The threads stay until the process ends: V8 of Node 24 may abort the process where many come and go. */
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
    // A thread must not inherit what a test runner or a debugger put into this process.
    execArgv: [],
  })
}
