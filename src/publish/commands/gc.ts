// `gc`: shows what goes, asks, says that it waits, and removes it. Told to end on the way, it first says in the store that
// it has ended, so that no push has to wait for it.
import { collect, pause, planGc, reportCollected, reportCollection } from '../gc.ts'
import type { Store } from '../stores/store.ts'
import { AGAIN_MS, INTERRUPTED, type Terminal } from '../terminal.ts'
import { consent } from './consent.ts'

export type GcCommand = { store: Store; isLocal: boolean; now: number; sure: boolean }

/** Removes what nothing names; the exit code. */
export async function runGc(command: GcCommand, terminal: Terminal): Promise<number> {
  const { store, isLocal, now, sure } = command
  const collection = await planGc(store, now)
  if (!collection || collection.waste.count === 0) {
    terminal.print([collection ? 'There is nothing to remove.' : NOTHING_PUBLISHED])
    return 0
  }
  terminal.print(reportCollection(collection))
  const question = `Remove it from ${store.name}?`
  if (!(await consent(terminal, { question, isGiven: isLocal || sure }))) {
    terminal.print(['Nothing was removed.'])
    return 1
  }
  const wait = (milliseconds: number, signal?: AbortSignal): Promise<void> => {
    terminal.print([`Waiting ${milliseconds / 1000} seconds, so that nobody goes back to what goes.`])
    return pause(milliseconds, signal)
  }
  const stop = new AbortController()
  // Until now nothing was written, and a signal may end the command at once.
  const release = holdSignals(stop)
  try {
    const collected = await collect(store, collection, { wait, signal: stop.signal })
    terminal.print(reportCollected(collected))
    return collected.state === 'stopped' ? 1 : 0
  } finally {
    release()
  }
}

const NOTHING_PUBLISHED = 'Nothing was published yet, so there is nothing to remove.'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Has the first signal break something off, and a later one end the process; what is answered lets them go again. */
function holdSignals(stop: AbortController): () => void {
  let first = 0
  const onSignal = (signal: NodeJS.Signals): void => {
    // A terminal that was closed takes no more lines, and that must not end the process either.
    if (signal === 'SIGHUP')
      for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
    if (!stop.signal.aborted) {
      first = Date.now()
      stop.abort()
      if (signal !== 'SIGHUP')
        console.error('\nOne moment: this ends with the next call. Ctrl+C again stops at once.')
    } else if (Date.now() - first > AGAIN_MS) process.exit(INTERRUPTED)
  }
  // The local store's own listeners would end the process at once.
  const others = SIGNALS.map((signal) => [signal, process.rawListeners(signal)] as const)
  for (const signal of SIGNALS) process.removeAllListeners(signal).on(signal, onSignal)
  return () => {
    for (const [signal, listeners] of others) {
      process.off(signal, onSignal)
      for (const listener of listeners) process.on(signal, listener as NodeJS.SignalsListener)
    }
  }
}
