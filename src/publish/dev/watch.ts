// Tells of every change below a folder: of files saved in place, replaced, deleted and made anew, and of new folders.
import { type FSWatcher, watch } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

export type WatchOptions = { changed: () => void; signal: AbortSignal }

/** Editors save in several steps; what comes within this time is one change. */
const QUIET_MS = 100

/** Begins to watch; nothing that happens after this has returned is missed. */
export async function watchTree(folder: string, { changed, signal }: WatchOptions): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const notice = (settle: () => Promise<void>) => () => {
    clearTimeout(timer)
    const tell = async (): Promise<void> => {
      // A folder that cannot be watched is told of; what is in it is published all the same.
      await settle().catch(console.error)
      if (!signal.aborted) changed()
    }
    if (!signal.aborted) timer = setTimeout(tell, QUIET_MS)
  }
  signal.addEventListener('abort', () => clearTimeout(timer))
  if (process.platform === 'linux') return await watchFolders(folder, { notice, signal })
  const noticed = notice(async () => {})
  watch(folder, { recursive: true, signal }, noticed).on('error', noticed)
}

/** What is to be done about an event: `settle` comes before the change is told. */
type Notice = (settle: () => Promise<void>) => () => void

/**
 * On Linux Node's own recursive watch looks at each file's inode, and never again at a file that was replaced by
 * another: by an editor that saves beside and renames, or by git. A folder's own watch tells of its files by name.
 */
async function watchFolders(
  top: string,
  { notice, signal }: { notice: Notice; signal: AbortSignal },
): Promise<void> {
  const watchers = new Map<string, FSWatcher>()
  const renewOnce = async (): Promise<boolean> => {
    const folders = await foldersIn(top)
    for (const [identity, watcher] of watchers) {
      if (folders.has(identity)) continue
      watcher.close()
      watchers.delete(identity)
    }
    let isNew = false
    for (const [identity, path] of folders) {
      if (watchers.has(identity) || signal.aborted) continue
      const watcher = tryWatch(path, { noticed, signal })
      if (!watcher) continue
      watchers.set(identity, watcher)
      isNew = true
    }
    return isNew
  }
  let renewing: Promise<void> = Promise.resolve()
  const renew = async (): Promise<void> => {
    // What was made in a new folder before it was watched is found by looking once more.
    while (await renewOnce());
  }
  const noticed = notice(() => {
    renewing = renewing.then(renew)
    return renewing
  })
  // The folder itself may be replaced, and only the one above it tells of that.
  watch(dirname(top), { signal }, (_, name) => {
    if (name === basename(top)) noticed()
  }).on('error', noticed)
  await renew()
}

/** A watch of one folder; null if the folder has gone meanwhile. */
function tryWatch(
  path: string,
  { noticed, signal }: { noticed: () => void; signal: AbortSignal },
): FSWatcher | null {
  try {
    return watch(path, { signal }, noticed).on('error', noticed)
  } catch (error) {
    if (isAbsent(error)) return null
    throw error
  }
}

/** All folders from one downwards, by what tells a folder from another one made later under its name. */
async function foldersIn(top: string): Promise<Map<string, string>> {
  const folders = new Map<string, string>()
  const collect = async (path: string): Promise<void> => {
    try {
      const { dev, ino, birthtimeNs } = await stat(path, { bigint: true })
      const entries = await readdir(path, { withFileTypes: true })
      folders.set(`${path} ${dev} ${ino} ${birthtimeNs}`, path)
      for (const entry of entries) if (entry.isDirectory()) await collect(join(path, entry.name))
    } catch (error) {
      // Gone since it was listed: the folder above tells of it.
      if (!isAbsent(error)) throw error
    }
  }
  await collect(top)
  return folders
}

function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')
}
