// `takedown`: shows what goes, asks, and takes an article down.
import type { PushNote } from '../push.ts'
import type { Store } from '../stores/store.ts'
import { reportTakedown, takedown } from '../takedown.ts'
import type { Terminal } from '../terminal.ts'
import { asking } from './consent.ts'

export type TakedownCommand = {
  root: string
  store: Store
  isLocal: boolean
  /** The article's slug, or its address. */
  slug: string
  note: PushNote
  sure: boolean
}

/** Takes an article down; the exit code. */
export async function runTakedown(command: TakedownCommand, terminal: Terminal): Promise<number> {
  const { root, store, isLocal, slug, note, sure } = command
  const question = `Take it down from ${store.name}?`
  const confirm = asking(terminal, { question, isGiven: isLocal || sure })
  const outcome = await takedown({ root, store, slug, note, confirm })
  terminal.print(reportTakedown(outcome))
  return outcome.state === 'done' ? 0 : 1
}
