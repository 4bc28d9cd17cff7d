// `rollback`: shows what an earlier push would bring back, asks, and puts it live in two writes.
import { openMemory, readLatest } from '../push/last-push.ts'
import type { PushNote } from '../push.ts'
import { shortHash } from '../report/lines.ts'
import { reportReach } from '../report/reach.ts'
import { reportRollback, reportRolledBack } from '../report/rollback.ts'
import { planRollback, rollBack } from '../rollback.ts'
import { found } from '../sources/problem.ts'
import type { Store } from '../stores/store.ts'
import type { Terminal } from '../terminal.ts'
import { consent } from './consent.ts'

export type RollbackCommand = {
  root: string
  store: Store
  isLocal: boolean
  note: PushNote
  to?: number | undefined
  sure: boolean
}

/** The number of a push, as an editor writes it. */
export function parsePushNumber(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
  throw new Error(
    `--to must be the number of a push, which npm run editions tells, such as 12: found ${found(text)}`,
  )
}

/** Rolls back; the exit code. */
export async function runRollback(command: RollbackCommand, terminal: Terminal): Promise<number> {
  const { root, store, isLocal, note, to, sure } = command
  const memory = openMemory(root, store)
  const live = await readLatest(store, memory)
  if (!live) throw new Error(`Nothing was published to ${store.name} yet, so there is nothing to go back to`)
  const plan = await planRollback({ store, live, to, now: note.time })
  if (!plan) {
    const edition = shortHash(live.edition)
    terminal.print([
      `Nothing changed: the edition of push ${to ?? live.sequence} (${edition}) is live already.`,
    ])
    return 0
  }
  terminal.print(reportRollback(plan))
  const question = `Roll ${store.name} back?`
  if (!(await consent(terminal, { question, isGiven: isLocal || sure }))) {
    terminal.print(['Nothing was rolled back.'])
    return 1
  }
  const { sequence } = await rollBack(store, plan, { note, memory })
  terminal.print([reportRolledBack(plan, sequence)])
  if (!isLocal) terminal.print([reportReach(Date.now(), plan.body.settings.zone)])
  terminal.print(['The sources are as they were: the next deploy publishes what they say.'])
  return 0
}
