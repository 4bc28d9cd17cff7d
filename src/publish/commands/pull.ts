// `pull`: writes the sources of the live edition into a folder.
import { resolve } from 'node:path'
import { pull, reportPull } from '../pull.ts'
import { openMemory } from '../push/last-push.ts'
import type { Store } from '../stores/store.ts'
import type { Terminal } from '../terminal.ts'

export type PullCommand = {
  /** The project's folder. */
  root: string
  store: Store
  folder: string
  /** The folder that `folder` is named in. */
  from: string
}

/** Pulls; the exit code. */
export async function runPull(
  { root, store, folder, from }: PullCommand,
  terminal: Pick<Terminal, 'print'>,
): Promise<number> {
  const memory = openMemory(root, store)
  terminal.print(reportPull(await pull({ store, folder: resolve(from, folder), memory }), folder))
  return 0
}
