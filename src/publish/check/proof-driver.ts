// One thread of the proof, seen from outside: hands it sources, and says which of them it could not be done with.
import { Worker } from 'node:worker_threads'
import type { Surroundings } from '../article.ts'
import type { SourceFile } from '../sources/text.ts'
import type { Finding } from './finding.ts'
import { phaseOf, sourceOf, TIME_LIMIT_MS, watchProgress } from './proof-watch.ts'

/** What the thread is sent. The surroundings is there only where it is another than before. */
export type Batch = { sources: SourceFile[]; surroundings?: Surroundings | undefined }

/** What the thread answers about one source: the article in one line where it is sound, else all that it found. */
export type Examined = { packed: string } | { finding: Finding }

/** What the thread was at when it had to be stopped; null where it had not begun with any of the batch. */
export type Stopped = { index: number; phase: 'parsing' | 'rendering' } | null

type Answer = { examined: Examined[] } | { stopped: Stopped }

export type ProofThread = {
  /** Examines sources of one surroundings. After an answer that it was stopped, there is no such thread any more. */
  examine: (jobs: readonly { source: SourceFile; surroundings: Surroundings }[]) => Promise<Answer>
  /** How many batches it has not answered yet. */
  given: () => number
  /** Lets the process end while the thread waits; the next batch wakes it. */
  rest: () => void
  close: () => Promise<void>
}

const MEMORY_LIMIT_MB = 512
/** For what an article leaves behind at once. With more a thread is no faster, and holds a hundred megabytes of it. */
const NEW_MEMORY_MB = 24
/** A thread of its own has 4 MB, which is more than the edge has: what nests too deeply there must fail here. */
const STACK_LIMIT_MB = 1
/** The limits in words. */
export const LIMITS = `${TIME_LIMIT_MS / 1000} s and ${MEMORY_LIMIT_MB} MB`

/** Starts a thread that runs proof-thread.ts. It has loaded the renderer when it begins, so that no article pays for that with its time. */
export function startThread(code: URL): ProofThread {
  const progress = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const worker = new Worker(code, {
    workerData: progress,
    resourceLimits: {
      maxOldGenerationSizeMb: MEMORY_LIMIT_MB,
      maxYoungGenerationSizeMb: NEW_MEMORY_MB,
      stackSizeMb: STACK_LIMIT_MB,
    },
    // The thread must not inherit what a test runner or a debugger put into this process.
    execArgv: [],
  })
  const given: { resolve: (answer: Answer) => void; reject: (error: unknown) => void }[] = []
  let surroundings: Surroundings | null = null
  let answered = 0
  let killedAt: number | null = null
  let failure: unknown = null
  let hasEnded = false
  const watch = watchProgress(worker, progress, (at) => {
    killedAt = at
    void worker.terminate()
  })
  worker.on('message', (examined: Examined[]) => {
    answered += examined.length
    given.shift()?.resolve({ examined })
    if (given.length === 0) watch.stop()
  })
  worker.on('error', (error) => {
    failure = error
  })
  // Every answer that it sent was heard before this.
  worker.on('exit', () => {
    hasEnded = true
    watch.stop()
    const at = killedAt ?? Atomics.load(progress, 0)
    const phase = phaseOf(at)
    const index = sourceOf(at) - answered
    const isSourcesFault = killedAt !== null || isExhausted(failure)
    given.splice(0).forEach(({ resolve, reject }, batch) => {
      const isBegun = batch === 0 && index >= 0 && phase !== 'idle'
      if (isSourcesFault) resolve({ stopped: isBegun ? { index, phase } : null })
      else reject(failure ?? new Error('The proof was closed before it was done'))
    })
  })
  return {
    examine: (jobs) =>
      new Promise((resolve, reject) => {
        if (hasEnded) return resolve({ stopped: null })
        const next = jobs[0]?.surroundings ?? null
        const sources = inOneBuffer(jobs.map(({ source }) => source))
        const batch: Batch = {
          sources,
          surroundings: next !== null && next !== surroundings ? next : undefined,
        }
        surroundings = next
        given.push({ resolve, reject })
        worker.ref()
        watch.start()
        worker.postMessage(batch, [...new Set(sources.map(({ bytes }) => bytes.buffer as ArrayBuffer))])
      }),
    given: () => given.length,
    rest: () => worker.unref(),
    close: async () => {
      await worker.terminate()
    },
  }
}

/** Whether a thread died because there was too much for it, in memory or in depth. */
function isExhausted(failure: unknown): boolean {
  return (
    failure instanceof RangeError || (failure as NodeJS.ErrnoException)?.code === 'ERR_WORKER_OUT_OF_MEMORY'
  )
}

/** Copies that share one buffer, which is handed over; to copy many small ones by message takes longer. */
function inOneBuffer(sources: readonly SourceFile[]): SourceFile[] {
  const all = new Uint8Array(sources.reduce((size, { bytes }) => size + bytes.length, 0))
  let end = 0
  return sources.map(({ path, bytes }) => {
    const start = end
    end += bytes.length
    all.set(bytes, start)
    return { path, bytes: all.subarray(start, end) }
  })
}
