// `deploy`: shows what a push changes, asks, uploads, and says what is live and by when everybody sees it.
import type { Current } from '../../records.ts'
import { byteSize } from '../format.ts'
import type { Making } from '../pictures/make.ts'
import { costOf, reportCost } from '../plan/cost.ts'
import { type Completed, complete, type Prepared, prepare } from '../publish.ts'
import { openJournal } from '../push/journal.ts'
import type { Phase, Progress, PushNote } from '../push.ts'
import { readPush } from '../stored/history.ts'
import { readRow } from '../stored/reading.ts'
import type { Store } from '../stores/store.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { reportPush } from './plan.ts'
import { reportTakedowns } from './plan-report.ts'
import {
  countProblems,
  reportLive,
  reportProblems,
  reportReach,
  reportStopped,
  reportUnchanged,
} from './publish-report.ts'

export type DeployCommand = {
  root: string
  store: Store
  /** The local store: nothing is asked, and no cost or reach is told. */
  isLocal: boolean
  note: PushNote
  remove: readonly string[]
  restore: readonly string[]
  /** The answer to the question is yes. */
  sure: boolean
}

/** Publishes; the exit code. */
export async function runDeploy(command: DeployCommand, terminal: Terminal): Promise<number> {
  const { root, store, note, remove, restore } = command
  const upload = watchUpload(terminal)
  const { onPhase, onMade, onProgress } = upload
  const run = async (): Promise<number> => {
    const prepared = await prepare({ root, store, time: note.time, remove, restore })
    terminal.print(reportProblems(prepared.problems))
    if (prepared.state === 'problems') {
      throw new Error(`Nothing was published: ${countProblems(prepared.problems)}.`)
    }
    if (prepared.state !== 'ready') return await reportIdle(store, prepared, terminal)
    terminal.print(await linesBefore(command, prepared))
    if (!(await isWanted(command, terminal))) {
      terminal.print(['Nothing was published.'])
      return 1
    }
    const completed = await complete(prepared, { note, onPhase, onMade, onProgress }).finally(upload.end)
    terminal.print(linesAfter(command, { ...completed, zone: prepared.zone, seconds: upload.seconds() }))
    return 0
  }
  return terminal.interruptible(upload.stop, run)
}

/** A plan that is not to be pushed: it was stopped, or nothing changed. */
async function reportIdle(
  store: Store,
  { state, plan, live, zone }: Prepared,
  terminal: Terminal,
): Promise<number> {
  if (!live) return 1
  if (state === 'stopped') {
    const publishedBy = (await readPush(store, live.sequence))?.author ?? null
    terminal.print(reportStopped(plan, { zone, live, publishedBy }))
    return 1
  }
  terminal.print([reportUnchanged(live), ...(await hiddenLines(store, live))])
  return 0
}

async function linesBefore({ root, store, isLocal }: DeployCommand, prepared: Prepared): Promise<string[]> {
  const lines = reportPush(prepared)
  if (isLocal) return lines
  const cost = await costOf(prepared, openJournal(root, store))
  return [...lines, ...reportCost(cost, { limited: true })]
}

async function isWanted({ store, isLocal, sure }: DeployCommand, terminal: Terminal): Promise<boolean> {
  return isLocal || sure || ((await terminal.ask(`Publish to ${store.name}?`)) ?? true)
}

function linesAfter(
  { isLocal, note }: DeployCommand,
  { live, written, zone, seconds }: Completed & { zone: string; seconds: number },
): string[] {
  const line = reportLive(live, written.values)
  if (isLocal) return [line]
  return [
    `Uploaded ${byteSize(written.bytes)} in ${seconds.toFixed(1)} seconds.`,
    line,
    reportReach(Math.max(note.time, Date.now()), zone),
  ]
}

const GOES_ON = { making: 'the making of pictures', uploading: 'the upload' }

/** Follows a push: its phase, its progress, and what Ctrl+C does in it. */
function watchUpload(terminal: Terminal) {
  let phase: Phase | 'planning' = 'planning'
  let started = 0
  let progress: ReturnType<Terminal['startProgress']> | undefined
  const end = (): void => progress?.end()
  return {
    onPhase: (reached: Phase): void => {
      phase = reached
      if (reached === 'replacing') return
      end()
      started = performance.now()
      progress = terminal.startProgress()
    },
    onMade: (reached: Making): void => progress?.show(reached),
    onProgress: (reached: Progress): void => progress?.show(reached),
    end,
    stop: (): readonly string[] | null => {
      end()
      if (phase === 'replacing') return null
      const rest = phase === 'planning' ? '' : ` Run the same command again, and ${GOES_ON[phase]} goes on.`
      return [`Stopped. Nothing was published, and the live site was not changed.${rest}`]
    },
    seconds: (): number => (performance.now() - started) / 1000,
  }
}

/** Articles that stay hidden. Nothing changed, so the live edition tells what the sources have. */
async function hiddenLines(store: Store, live: Current): Promise<string[]> {
  const hidden: string[] = []
  for (const { slug } of live.takedowns) {
    if (await readRow(store, live.body, { name: 'articles', key: slug })) hidden.push(slug)
  }
  return reportTakedowns({ hidden, restored: [] })
}
