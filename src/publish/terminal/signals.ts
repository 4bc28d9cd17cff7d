// What SIGINT (Ctrl+C), SIGTERM and SIGHUP mean to a command.
import { once } from 'node:events'
import { constants } from 'node:os'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** A terminal sends Ctrl+C to npm and to this process, and npm passes it on: within this time both are one. */
const AGAIN_MS = 1_000

/** Waits for the next signal. */
export async function nextSignal(): Promise<void> {
  await Promise.race(SIGNALS.map((signal) => once(process, signal)))
}

/**
 * While the work goes on, a signal ends the process with the lines that `stop` answers. Where it answers null, the work
 * goes on to its next safe point, and only a second signal ends the process.
 */
export async function interruptible<T>(
  stop: () => readonly string[] | null,
  work: () => Promise<T>,
): Promise<T> {
  let first = 0
  const onSignal = (signal: NodeJS.Signals): void => {
    if (first > 0 && Date.now() - first < AGAIN_MS) return
    const lines = first === 0 ? stop() : ['Stopped at once. npm run editions shows what is live.']
    if (lines === null) {
      first = Date.now()
      console.error('\nStopping after the current call. Press Ctrl+C again to stop at once.')
      return
    }
    for (const line of lines) console.error(line)
    process.exit(128 + constants.signals[signal])
  }
  // Miniflare's own listeners would end the process at once.
  const others = SIGNALS.map((signal) => [signal, process.rawListeners(signal)] as const)
  for (const signal of SIGNALS) process.removeAllListeners(signal).on(signal, onSignal)
  try {
    return await work()
  } finally {
    for (const [signal, listeners] of others) {
      process.off(signal, onSignal)
      for (const listener of listeners) process.on(signal, listener as NodeJS.SignalsListener)
    }
  }
}
