// A lock between processes on one machine: a file that holds the number of the process that has it, and a word that
// tells this time from all others. A lock is only ever removed by who knows what is in it.
import { randomUUID } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

const LOCK_WAIT_MS = 15_000

/** Does the work while no other process holds the lock. A lock of a dead process is taken over. */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + LOCK_WAIT_MS
  const own = `${process.pid} ${randomUUID()}`
  while (!(await tryLock(path, own))) {
    if (Date.now() > deadline) {
      throw new Error(
        `Another process is writing into the local store. If none is, remove ${path} and run the command again`,
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
  // Written aside and linked, so that nobody ever finds a lock without its owner's number in it.
  const aside = `${path}.${randomUUID()}`
  await writeFile(aside, own)
  try {
    await link(aside, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(aside, { force: true })
  }
  const other = await readLock(path)
  if (other !== null && !isRunning(ownerOf(other))) await removeDead(path, other)
  return false
}

/**
 * Removes the lock of a dead process. Another one may have done so since it was read, and a third one hold the lock
 * now, so whoever removes it holds a lock to do so, and reads it again.
 */
async function removeDead(path: string, dead: string): Promise<void> {
  const guard = `${path}.dead`
  const own = `${process.pid} ${randomUUID()}`
  if (!(await tryLock(guard, own))) return
  try {
    await removeIf(path, dead)
  } finally {
    await removeIf(guard, own)
  }
}

/** Nobody else writes over a lock of ours, or of one that is dead and that we may remove, between the two. */
async function removeIf(path: string, text: string): Promise<void> {
  if ((await readLock(path)) === text) await rm(path, { force: true })
}

/** What a lock holds; null where it was given back meanwhile, or cannot be read. */
async function readLock(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null)
}

/** The number at its beginning, which is all that older ones hold; 0 for what is no lock of ours. */
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
