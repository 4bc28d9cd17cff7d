// `deploy`: shows what a push changes, asks, uploads, and says what is live and by when everybody sees it.
import type { Current } from '../../records.ts'
import { openJournal } from '../journal.ts'
import { readRow } from '../live.ts'
import { openMemory, readLatest } from '../memory.ts'
import { type Prepared, publish } from '../publish.ts'
import type { Progress, PushNote } from '../push.ts'
import { countProblems, reportLive, reportOutcome, reportProblems } from '../report.ts'
import { costOf, reportCost } from '../report-cost.ts'
import { byteSize } from '../report-lines.ts'
import { reportTakedowns } from '../report-plan.ts'
import { reportReach } from '../report-reach.ts'
import type { Store } from '../stores/store.ts'
import type { Terminal } from '../terminal.ts'
import { reportPush } from './plan.ts'

export type DeployCommand = {
  root: string
  store: Store
  /** Nobody but this desk reads it: nothing is asked, and no reader waits for it. */
  isLocal: boolean
  note: PushNote
  remove: readonly string[]
  restore: readonly string[]
  /** The answer to the question is yes. */
  sure: boolean
}

/** Publishes; the exit code. */
export async function runDeploy(command: DeployCommand, terminal: Terminal): Promise<number> {
  const { store, isLocal, note } = command
  await assertTakenDown(command)
  const upload = watchUpload(command, terminal)
  const { confirm, onProgress } = upload
  const outcome = await terminal
    .interruptible(upload.stop, () => publish({ ...command, store: upload.store, confirm, onProgress }))
    .finally(upload.end)
  // A plan that was confirmed has shown its advice already.
  if (!upload.isShown()) terminal.print(reportProblems(outcome.problems))
  if (outcome.state === 'problems') {
    throw new Error(`Nothing was published: ${countProblems(outcome.problems)}.`)
  }
  if (outcome.state !== 'pushed') {
    terminal.print(reportOutcome(outcome))
    if (outcome.state === 'unchanged') terminal.print(await hiddenLines(store, outcome.live))
    return outcome.state === 'unchanged' ? 0 : 1
  }
  const { values, bytes, seconds } = upload.total()
  const line = reportLive(outcome.live, values + 2)
  if (isLocal) terminal.print([line])
  else {
    terminal.print([`Uploaded ${byteSize(bytes)} in ${seconds.toFixed(1)} seconds.`, line])
    terminal.print([reportReach(Math.max(note.time, Date.now()), outcome.zone)])
  }
  return 0
}

/** A slip of the pen must not look as if an article could be seen again. */
async function assertTakenDown({ root, store, restore }: DeployCommand): Promise<void> {
  if (restore.length === 0) return
  const live = await readLatest(store, openMemory(root, store))
  const known = (live?.takedowns ?? []).flatMap(({ slug, passing }) => (passing ? [] : [slug]))
  const unknown = restore.find((slug) => !known.includes(slug))
  if (unknown === undefined) return
  const list = known.length === 0 ? 'Nothing is' : `There is: ${known.join(', ')}`
  throw new Error(`Nothing was published: --restore ${unknown} names no article that was taken down. ${list}`)
}

/** What a push is told and asked on its way, and how far it has come. */
function watchUpload(command: DeployCommand, terminal: Terminal) {
  const { root, store, isLocal, sure } = command
  let phase: 'planning' | 'uploading' | 'replacing' = 'planning'
  let started = 0
  let progress: ReturnType<Terminal['startProgress']> | undefined
  let total: Progress = { values: 0, bytes: 0, of: 0 }
  const isAnswered = async (): Promise<boolean> =>
    isLocal || sure || ((await terminal.ask(`Publish to ${store.name}?`)) ?? true)
  return {
    /** An upload asks the store for nothing: the first question after it began is whether the live edition is as it was. */
    store: {
      ...store,
      get: (key: string) => {
        if (phase === 'uploading') phase = 'replacing'
        return store.get(key)
      },
    } satisfies Store,
    confirm: async (prepared: Prepared): Promise<boolean> => {
      terminal.print(reportProblems(prepared.problems))
      terminal.print(reportPush(prepared))
      if (!isLocal) {
        terminal.print(reportCost(await costOf(prepared, openJournal(root, store)), { limited: true }))
      }
      started = performance.now()
      if (!(await isAnswered())) return false
      started = performance.now()
      progress = terminal.startProgress()
      phase = 'uploading'
      return true
    },
    onProgress: (reached: Progress): void => {
      total = reached
      progress?.show(reached)
    },
    end: (): void => progress?.end(),
    stop: (): readonly string[] | null => {
      progress?.end()
      if (phase === 'replacing') return null
      const goesOn = phase === 'uploading' ? ' Run the same command again, and the upload goes on.' : ''
      return [`Stopped. Nothing was published, and what was live is untouched.${goesOn}`]
    },
    isShown: (): boolean => started > 0,
    total: () => ({ ...total, seconds: (performance.now() - started) / 1000 }),
  }
}

/** Where nothing changed, what stays hidden is found in the live edition, which is what the sources say. */
async function hiddenLines(store: Store, live: Current): Promise<string[]> {
  const hidden: string[] = []
  for (const { slug } of live.takedowns) {
    if (await readRow(store, live.body, { name: 'articles', key: slug })) hidden.push(slug)
  }
  return reportTakedowns({ hidden, restored: [] })
}
