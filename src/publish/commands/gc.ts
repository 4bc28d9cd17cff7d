// `gc`: shows what will be removed, asks, waits, and removes it. A signal ends it after the next call, when the store
// says that gc has ended, so that no push has to wait for it.
import { collect, pause, planGc, reportCollected, reportCollection } from '../collection.ts'
import type { Store } from '../stores/store.ts'
import { consent, type Terminal } from '../terminal/terminal.ts'

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
    terminal.print([
      `Waiting ${milliseconds / 1000} seconds, so that no push goes back to values that are removed.`,
    ])
    return pause(milliseconds, signal)
  }
  const stop = new AbortController()
  const onSignal = (): null => {
    stop.abort()
    return null
  }
  const collected = await terminal.interruptible(onSignal, () =>
    collect(store, collection, { wait, signal: stop.signal }),
  )
  terminal.print(reportCollected(collected))
  return collected.state === 'stopped' ? 1 : 0
}

const NOTHING_PUBLISHED = 'Nothing was published yet, so there is nothing to remove.'
