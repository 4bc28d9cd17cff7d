// How far a thread of the proof is, and when it has been at one thing for too long. The thread counts in shared memory,
// because one that is busy answers no message.
import type { Worker } from 'node:worker_threads'

/** What a thread does with one source, in this order; the count goes up by one with each. */
const PHASES = ['idle', 'parsing', 'rendering'] as const

export type Phase = (typeof PHASES)[number]

/** The count of a thread that is at a phase of its n-th source, from 0. */
export function countAt(source: number, phase: Phase): number {
  return source * PHASES.length + PHASES.indexOf(phase)
}

export const phaseOf = (count: number): Phase => PHASES[count % PHASES.length] ?? 'idle'
export const sourceOf = (count: number): number => Math.floor(count / PHASES.length)

export const TIME_LIMIT_MS = 1_000
/** On a busy machine an honest article may wait for its turn: then the time that counts is the processor's. */
const PATIENCE_MS = 3_000
/** The two clocks are not read at the same moment. */
const TIME_ENOUGH_MS = 0.9 * TIME_LIMIT_MS
const TICK_MS = 50

/** Calls `late` with the count of a thread that has used up its time for one phase of one source. */
export function watchProgress(
  worker: Worker,
  progress: Int32Array,
  late: (count: number) => void,
): { start: () => void; stop: () => void } {
  let timer: NodeJS.Timeout | undefined
  let count = -1
  let since = 0
  let used: { first: number; last: number } | null = null
  const tick = (): void => {
    const now = Atomics.load(progress, 0)
    if (now !== count || phaseOf(now) === 'idle') {
      count = now
      since = performance.now()
      used = null
    }
    if (phaseOf(now) === 'idle') return
    readTime(worker, (ms) => {
      if (now === count) used = { first: used?.first ?? ms, last: ms }
    })
    const waited = performance.now() - since
    const isLate = hasTime(worker) ? used !== null && used.last - used.first >= TIME_ENOUGH_MS : true
    if (waited < TIME_LIMIT_MS || !(isLate || waited >= PATIENCE_MS)) return
    clearInterval(timer)
    late(now)
  }
  return {
    start: () => {
      timer ??= setInterval(tick, TICK_MS)
    },
    stop: () => {
      clearInterval(timer)
      timer = undefined
      count = -1
    },
  }
}

/** Node tells a thread's time from 24.6 on. */
const hasTime = (worker: Worker): boolean => typeof worker.cpuUsage === 'function'

/** Asks for the processor time that a thread has used. One that is ending, or has no moment to spare, does not answer. */
function readTime(worker: Worker, take: (ms: number) => void): void {
  if (!hasTime(worker)) return
  worker.cpuUsage().then(
    ({ user, system }) => take((user + system) / 1000),
    () => {},
  )
}
