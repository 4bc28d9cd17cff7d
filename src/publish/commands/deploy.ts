// `deploy`: shows what a push changes, asks, uploads, and says what is live and by when everybody sees it.
import type { Current } from '../../records.ts'
import { readRow } from '../live.ts'
import type { Making } from '../pictures.ts'
import { type Prepared, publish } from '../publish.ts'
import { openJournal } from '../push/journal.ts'
import type { Phase, Progress, PushNote } from '../push.ts'
import { costOf, reportCost } from '../report/cost.ts'
import { byteSize } from '../report/lines.ts'
import { reportTakedowns } from '../report/plan.ts'
import { reportReach } from '../report/reach.ts'
import { countProblems, reportLive, reportOutcome, reportProblems } from '../report.ts'
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
  const upload = watchUpload(command, terminal)
  const { confirm, onPhase, onMade, onProgress } = upload
  const outcome = await terminal
    .interruptible(upload.stop, () => publish({ ...command, confirm, onPhase, onMade, onProgress }))
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
  const { values, bytes } = outcome.written
  const line = reportLive(outcome.live, values)
  if (isLocal) terminal.print([line])
  else {
    terminal.print([`Uploaded ${byteSize(bytes)} in ${upload.seconds().toFixed(1)} seconds.`, line])
    terminal.print([reportReach(Math.max(note.time, Date.now()), outcome.zone)])
  }
  return 0
}

const GOES_ON = { making: 'the making of pictures', uploading: 'the upload' }

/** What a push is told and asked on its way, and how far it has come. */
function watchUpload(command: DeployCommand, terminal: Terminal) {
  const { root, store, isLocal, sure } = command
  let phase: Phase | 'planning' = 'planning'
  let isShown = false
  let started = 0
  let progress: ReturnType<Terminal['startProgress']> | undefined
  const isAnswered = async (): Promise<boolean> =>
    isLocal || sure || ((await terminal.ask(`Publish to ${store.name}?`)) ?? true)
  return {
    confirm: async (prepared: Prepared): Promise<boolean> => {
      terminal.print(reportProblems(prepared.problems))
      terminal.print(reportPush(prepared))
      if (!isLocal) {
        terminal.print(reportCost(await costOf(prepared, openJournal(root, store)), { limited: true }))
      }
      isShown = true
      return isAnswered()
    },
    onPhase: (reached: Phase): void => {
      phase = reached
      if (reached === 'replacing') return
      progress?.end()
      started = performance.now()
      progress = terminal.startProgress()
    },
    onMade: (reached: Making): void => progress?.show(reached),
    onProgress: (reached: Progress): void => progress?.show(reached),
    end: (): void => progress?.end(),
    stop: (): readonly string[] | null => {
      progress?.end()
      if (phase === 'replacing') return null
      const rest = phase === 'planning' ? '' : ` Run the same command again, and ${GOES_ON[phase]} goes on.`
      return [`Stopped. Nothing was published, and what was live is untouched.${rest}`]
    },
    isShown: (): boolean => isShown,
    seconds: (): number => (performance.now() - started) / 1000,
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
