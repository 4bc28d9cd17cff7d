// `preview`: puts everything under a secret address, to be read as of any moment. Puts nothing live.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Making } from '../pictures.ts'
import { preview, reportPreview } from '../preview.ts'
import { openJournal } from '../push/journal.ts'
import type { Progress, PushNote } from '../push.ts'
import { type Costed, costOf, FREE_WRITES_PER_DAY, reportCost } from '../report/cost.ts'
import { countProblems, reportProblems } from '../report.ts'
import { parseInstant } from '../sources/instants.ts'
import { found } from '../sources/problem.ts'
import { parseSite } from '../sources/site.ts'
import type { Store } from '../stores/store.ts'
import type { Terminal } from '../terminal.ts'

export type PreviewCommand = {
  root: string
  store: Store
  isLocal: boolean
  note: PushNote
  drafts: boolean
  /** The moment at which the site is to be read, as an editor writes it. */
  at?: string | undefined
}

/** Makes a preview; the exit code. */
export async function runPreview(command: PreviewCommand, terminal: Terminal): Promise<number> {
  const { root, store, isLocal, note, drafts, at } = command
  const moment = at === undefined ? {} : { at: await instantOf(root, at) }
  let progress: ReturnType<Terminal['startProgress']> | undefined
  const end = (): void => progress?.end()
  const show = (reached: Making | Progress): void => progress?.show(reached)
  const onPhase = (): void => {
    end()
    progress = terminal.startProgress()
  }
  const outcome = await terminal
    .interruptible(
      () => {
        end()
        return ['Stopped. There is no preview, and what is live is untouched.']
      },
      () =>
        preview({
          root,
          store,
          time: note.time,
          note,
          drafts,
          ...moment,
          onPlanned: isLocal ? undefined : (planned) => warnOfCost(root, { store, planned, terminal }),
          onPhase,
          onMade: show,
          onProgress: show,
        }),
    )
    .finally(end)
  terminal.print(reportProblems(outcome.problems))
  if (outcome.state === 'problems')
    throw new Error(`There is no preview: ${countProblems(outcome.problems)}.`)
  terminal.print(reportPreview(outcome, { isLocal }))
  return 0
}

/** Says what an upload costs that is more than the free plan has for a day. */
async function warnOfCost(
  root: string,
  { store, planned, terminal }: { store: Store; planned: Costed; terminal: Pick<Terminal, 'print'> },
): Promise<void> {
  const cost = await costOf(planned, openJournal(root, store))
  // A push writes its note and what is live besides, a preview itself.
  const writes = cost.writes - 1
  if (writes > FREE_WRITES_PER_DAY) terminal.print(reportCost({ ...cost, writes }, { limited: true }))
}

/** An instant in the site's zone. */
async function instantOf(root: string, text: string): Promise<number> {
  const path = 'content/site.yaml'
  const site = { path, bytes: await readFile(join(root, path)) }
  const { zone } = parseSite({ site, authors: null, tags: null, problems: [] }).context
  const parsed = parseInstant(text, { zone })
  if ('wrong' in parsed) throw new Error(`--at ${parsed.wrong}: found ${found(text)}`)
  return parsed.instant
}
