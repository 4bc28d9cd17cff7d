// `gc`: shows what goes, asks, says that it waits, and removes it.
import { setTimeout as sleep } from 'node:timers/promises'
import { gc, reportGc } from '../gc.ts'
import type { Store } from '../stores/store.ts'
import type { Terminal } from '../terminal.ts'
import { asking } from './consent.ts'

export type GcCommand = { store: Store; isLocal: boolean; now: number; sure: boolean }

/** Removes what nothing names; the exit code. */
export async function runGc(command: GcCommand, terminal: Terminal): Promise<number> {
  const { store, isLocal, now, sure } = command
  const confirm = asking(terminal, { question: `Remove it from ${store.name}?`, isGiven: isLocal || sure })
  const wait = (milliseconds: number): Promise<void> => waitForAll(milliseconds, terminal)
  const outcome = await gc({ store, now, confirm, wait })
  terminal.print(reportGc(outcome))
  return outcome.state === 'declined' ? 1 : 0
}

/** Ctrl+C ends it by an error, so that gc says that it has ended and pushes need not wait for it. */
async function waitForAll(milliseconds: number, terminal: Pick<Terminal, 'print'>): Promise<void> {
  terminal.print([`Waiting ${milliseconds / 1000} seconds, so that nobody goes back to what goes.`])
  const interrupt = new AbortController()
  const stop = (): void => interrupt.abort()
  process.once('SIGINT', stop)
  try {
    await sleep(milliseconds, undefined, { signal: interrupt.signal })
  } catch (error) {
    if (interrupt.signal.aborted) throw new Error('Nothing was removed.', { cause: error })
    throw error
  } finally {
    process.off('SIGINT', stop)
  }
}
