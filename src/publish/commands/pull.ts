// `pull`: writes the sources of the live edition into a folder.
import { resolve } from 'node:path'
import { pull, reportPull } from '../pull.ts'
import type { Store } from '../stores/store.ts'
import type { Terminal } from '../terminal.ts'

/** `from` is the folder that the other one is named in. */
export type PullCommand = { store: Store; folder: string; from: string }

/** Pulls; the exit code. */
export async function runPull(
  { store, folder, from }: PullCommand,
  terminal: Pick<Terminal, 'print'>,
): Promise<number> {
  terminal.print(reportPull(await pull({ store, folder: resolve(from, folder) }), folder))
  return 0
}
