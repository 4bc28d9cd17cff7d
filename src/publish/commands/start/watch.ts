// Watches `content/`, and runs one task after every change. Must not miss a change, however a text editor saves.
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

export type Runs = {
  /** Asks for a run that begins after the asking; the promise is that run's. */
  ask: () => Promise<void>
  /** Waits for the runs that were asked for. */
  idle: () => Promise<void>
}

/** Runs of a task. Only one waits while another goes on, because what has not begun will see every change before it. */
export function coalesce(task: () => Promise<void>): Runs {
  let last: Promise<void> = Promise.resolve()
  let isWaiting = false
  const begin = (): Promise<void> => {
    isWaiting = false
    return task()
  }
  return {
    ask: () => {
      if (!isWaiting) last = last.then(begin, begin)
      isWaiting = true
      return last
    },
    idle: () => last,
  }
}
