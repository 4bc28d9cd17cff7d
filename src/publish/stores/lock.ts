// A lock between processes on one machine: a file that holds the number of the process that has it.
import { randomUUID } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

const LOCK_WAIT_MS = 15_000

/** Does the work while no other process holds the lock. A lock of a dead process is taken over. */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + LOCK_WAIT_MS
  while (!(await tryLock(path))) {
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
    await rm(path, { force: true })
  }
}

async function tryLock(path: string): Promise<boolean> {
  // Written aside and linked, so that nobody ever finds a lock without its owner's number in it.
  const own = `${path}.${randomUUID()}`
  await writeFile(own, String(process.pid))
  try {
    await link(own, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(own, { force: true })
  }
  // A lock that cannot be read was given back meanwhile.
  const owner = Number(await readFile(path, 'utf8').catch(() => process.pid))
  if (!(owner > 0 && isRunning(owner))) await rm(path, { force: true })
  return false
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
