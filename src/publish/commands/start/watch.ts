// Tells of every change below a folder: of files saved in place, replaced, deleted and made anew, and of new folders.
import { once } from 'node:events'
import { dirname, sep } from 'node:path'
import { watch } from 'chokidar'

export type WatchOptions = { changed: () => void; signal: AbortSignal }

/** Editors save in several steps; what comes within this time is one change. */
const QUIET_MS = 100

/** Begins to watch; nothing that happens after this has returned is missed. */
export async function watchTree(folder: string, { changed, signal }: WatchOptions): Promise<void> {
  const above = dirname(folder)
  const isOurs = (path: string): boolean => path === folder || path.startsWith(folder + sep)
  // The folder above is watched because this one may be replaced as a whole.
  const watcher = watch(above, {
    ignoreInitial: true,
    ignored: (path) => path !== above && !isOurs(path),
  })
  let timer: NodeJS.Timeout | undefined
  watcher.on('all', (_, path) => {
    if (!isOurs(path)) return
    clearTimeout(timer)
    timer = setTimeout(changed, QUIET_MS)
  })
  watcher.on('error', console.error)
  signal.addEventListener('abort', () => {
    clearTimeout(timer)
    void watcher.close()
  })
  await once(watcher, 'ready')
}
