// `takedown`: shows what goes, asks, and takes an article down.
import type { PushNote } from '../push.ts'
import type { Store } from '../stores/store.ts'
import { planTakedown, reportTakedownPlan, reportTakenDown, takeDown } from '../takedown.ts'
import type { Terminal } from '../terminal.ts'
import { consent } from './consent.ts'

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
  const plan = await planTakedown(root, store, slug)
  terminal.print(reportTakedownPlan(plan, store))
  const question = `Take it down from ${store.name}?`
  if (!(await consent(terminal, { question, isGiven: isLocal || sure }))) {
    terminal.print(['Nothing was taken down.'])
    return 1
  }
  const taken = await takeDown(store, plan, note)
  terminal.print(reportTakenDown(taken))
  return taken.doubts.length === 0 ? 0 : 1
}
