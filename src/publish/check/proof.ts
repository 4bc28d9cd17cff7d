// The proof: every article is examined at the desk, its text rendered once, before readers' requests render it at the
// edge. Shares the sources out among threads; the one that stops its thread is named, and no other is lost.
import { availableParallelism } from 'node:os'
import type { Surroundings } from '../article.ts'
import type { SourceFile } from '../sources/text.ts'
import { type Examined, LIMITS, type ProofThread, startThread } from './proof-driver.ts'
import { stoppedFinding } from './refusal.ts'

export type Proof = {
  /** Examines a source. For all sources of one check the surroundings is the same object. */
  examine: (source: SourceFile, surroundings: Surroundings) => Promise<Examined>
  /** Waits while too many sources wait for their turn; whoever has many asks after each. */
  room: () => Promise<void>
  close: () => Promise<void>
}

type Job = {
  source: SourceFile
  surroundings: Surroundings
  resolve: (examined: Examined) => void
  reject: (error: unknown) => void
}

const THREAD = new URL('./proof-thread.ts', import.meta.url)
/** So many go in one message, because every message has its price. */
const BATCH = 16
/** A thread has the next batch at hand when it is done with one. */
const BATCHES_GIVEN = 2
const QUEUE_LIMIT = 8 * BATCH
const QUEUE_LIMIT_BYTES = 16 * 1024 * 1024
/** Each thread holds the renderer and its memory. */
const THREADS_LIMIT = 8

/**
 * Threads that no proof uses now. They are kept until the process ends: to start one is most of the work of a small
 * check, and where many come and go V8 is known to lose count of its code pages, and the process with it.
 */
const resting = new Map<string, ProofThread[]>()

export type ProofOptions = {
  /** How many threads there may be. */
  size?: number
  /** What they run: a file that ends in `answerBatches`. */
  code?: URL
}

/** Opens a proof. Threads start when there is work for them, and another takes the place of one that was killed. */
export function openProof({
  size = Math.min(availableParallelism(), THREADS_LIMIT),
  code = THREAD,
}: ProofOptions = {}): Proof {
  const rested = resting.get(code.href) ?? []
  resting.set(code.href, rested)
  const threads = new Set<ProofThread>()
  const queue: Job[] = []
  const waiting: (() => void)[] = []
  let queuedBytes = 0
  let isClosed = false
  const isFull = (): boolean => queue.length >= QUEUE_LIMIT || queuedBytes >= QUEUE_LIMIT_BYTES

  const freeThread = (): ProofThread | null => {
    const idlest = [...threads].sort((a, b) => a.given() - b.given())[0]
    if (idlest && idlest.given() < BATCHES_GIVEN) return idlest
    if (threads.size >= size) return null
    const started = rested.pop() ?? startThread(code)
    threads.add(started)
    return started
  }
  const takeBatch = (): Job[] => {
    const isOther = (job: Job, index: number) =>
      index === BATCH || job.surroundings !== queue[0]?.surroundings
    const end = queue.findIndex(isOther)
    const jobs = queue.splice(0, end < 0 ? queue.length : end)
    for (const { source } of jobs) queuedBytes -= source.bytes.length
    return jobs
  }
  const pump = (): void => {
    while (queue.length > 0 && !isClosed) {
      const thread = freeThread()
      if (!thread) break
      void give(thread, takeBatch())
    }
    if (!isFull() || isClosed) for (const go of waiting.splice(0)) go()
  }
  const give = async (thread: ProofThread, jobs: readonly Job[]): Promise<void> => {
    try {
      const answer = await thread.examine(jobs)
      if ('examined' in answer)
        for (const [index, examined] of answer.examined.entries()) jobs[index]?.resolve(examined)
      else {
        threads.delete(thread)
        enqueue(jobs.filter((_, index) => index !== answer.stopped?.index))
        if (answer.stopped) refuse(jobs[answer.stopped.index], answer.stopped.phase)
      }
    } catch (error) {
      threads.delete(thread)
      for (const { reject } of jobs) reject(error)
    }
    pump()
  }
  const enqueue = (jobs: readonly Job[]): void => {
    for (const job of jobs) {
      if (isClosed) job.reject(new Error('The proof was closed before it was done'))
      else {
        queue.push(job)
        queuedBytes += job.source.bytes.length
      }
    }
  }
  return {
    examine: (source, surroundings) =>
      new Promise((resolve, reject) => {
        enqueue([{ source, surroundings, resolve, reject }])
        if (queue.length === 1) setImmediate(pump)
        else if (queue.length % BATCH === 0) pump()
      }),
    room: async () => {
      while (isFull() && !isClosed) await new Promise<void>((go) => waiting.push(go))
    },
    close: async () => {
      isClosed = true
      for (const { reject } of queue.splice(0)) reject(new Error('The proof was closed before it was done'))
      const busy = [...threads].filter((thread) => thread.given() > 0)
      for (const thread of threads.difference(new Set(busy))) {
        thread.rest()
        rested.push(thread)
      }
      await Promise.all(busy.map((thread) => thread.close()))
    },
  }
}

/** Nothing of this is kept: on a machine that was busy just now the same text may do better the next time. */
function refuse(job: Job | undefined, phase: 'parsing' | 'rendering'): void {
  if (!job) return
  const { source, surroundings, resolve } = job
  resolve({ finding: stoppedFinding(source, surroundings, { phase, limits: LIMITS }) })
}
