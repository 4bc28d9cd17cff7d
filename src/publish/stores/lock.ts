// A lock between processes on one machine: a file with the process id of its holder and a random id. A process must
// never remove a lock without checking its text first.
import { randomUUID } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

const LOCK_WAIT_MS = 15_000

/** Does the work while holding the lock. A lock of a dead process is removed. */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + LOCK_WAIT_MS
  const own = `${process.pid} ${randomUUID()}`
  while (!(await tryLock(path, own))) {
    if (Date.now() > deadline) {
      throw new Error(
        `Another process is writing to the local store. If none is, remove ${path} and run the command again`,
      )
    }
    await sleep(50)
  }
  try {
    return await work()
  } finally {
    await removeIf(path, own)
  }
}

async function tryLock(path: string, own: string): Promise<boolean> {
  // Write a temporary file and link it, so that no process can read a lock without a process id.
  const temporary = `${path}.${randomUUID()}`
  await writeFile(temporary, own)
  try {
    await link(temporary, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(temporary, { force: true })
  }
  const other = await readLock(path)
  if (other !== null && !isRunning(ownerOf(other))) await removeDead(path, other)
  return false
}

/**
 * Removes the lock of a dead process. Since the lock was read, another process may have removed it and a third one may
 * hold it now. Therefore this takes a second lock and reads the first one again.
 */
async function removeDead(path: string, dead: string): Promise<void> {
  const secondLock = `${path}.dead`
  const own = `${process.pid} ${randomUUID()}`
  if (!(await tryLock(secondLock, own))) return
  try {
    await removeIf(path, dead)
  } finally {
    await removeIf(secondLock, own)
  }
}

/** Not atomic, but safe: no other process replaces this process's lock, or a dead one under the second lock. */
async function removeIf(path: string, text: string): Promise<void> {
  if ((await readLock(path)) === text) await rm(path, { force: true })
}

/** The text of a lock; null if it was removed meanwhile or cannot be read. */
async function readLock(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null)
}

/** The process id at the beginning of a lock; 0 if there is none. */
function ownerOf(lock: string): number {
  return Number(/^\d+/.exec(lock)?.[0] ?? 0)
}

function isRunning(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
