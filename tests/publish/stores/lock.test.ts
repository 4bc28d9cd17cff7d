// The lock between processes: two processes never hold the lock at once, even when both ask at the same moment.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

/** What holds up whoever has just read the lock; nobody if null. */
const { held } = vi.hoisted(() => ({ held: { after: null as (() => Promise<void>) | null } }))
vi.mock('node:fs/promises', async (load) => {
  const real = await load<typeof import('node:fs/promises')>()
  const readFile = async (...words: Parameters<typeof real.readFile>) => {
    const text = await real.readFile(...words)
    await held.after?.()
    return text
  }
  return { ...real, readFile }
})

// Another test file of this process may have loaded it with the real readFile.
vi.resetModules()
const { withLock } = await import('../../../src/publish/stores/lock.ts')

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dateline-lock-'))
  path = join(folder, 'a.lock')
})
afterEach(async () => {
  held.after = null
  await rm(folder, { recursive: true, force: true })
})

async function deadProcess(): Promise<string> {
  const dead = spawn(process.execPath, ['-e', ''])
  await once(dead, 'exit')
  return String(dead.pid)
}

// Both had read the number of the dead one; the slower of the two removed the lock of the faster.
test('a process that takes over a dead lock late does not remove the lock of an earlier process', async () => {
  await writeFile(path, await deadProcess())
  const [late, began, end] = [0, 1, 2].map(() => Promise.withResolvers<void>())
  let isFirst = true
  held.after = async () => {
    if (!isFirst) return
    isFirst = false
    await late?.promise
  }
  let inside = 0
  let most = 0
  const enter = async (until?: Promise<void>): Promise<void> => {
    inside += 1
    most = Math.max(most, inside)
    await until
    inside -= 1
  }
  const second = withLock(path, () => enter())
  await vi.waitFor(() => expect(isFirst).toBe(false))
  const first = withLock(path, () => {
    began?.resolve()
    return enter(end?.promise)
  })
  await began?.promise
  late?.resolve()
  await sleep(300)
  end?.resolve()
  await Promise.all([first, second])
  expect(most).toBe(1)
  expect(await readdir(folder)).toEqual([])
})

test('many processes that find a dead lock hold it one after the other', async () => {
  await writeFile(path, await deadProcess())
  await writeFile(`${path}.dead`, await deadProcess())
  let inside = 0
  const work = async (): Promise<number> => {
    inside += 1
    await sleep(1)
    const seen = inside
    inside -= 1
    return seen
  }
  const seen = await Promise.all(Array.from({ length: 8 }, () => withLock(path, work)))
  expect(seen).toEqual(Array(8).fill(1))
  expect(await readdir(folder)).toEqual([])
})

test('withLock leaves a lock that another process holds by then', async () => {
  await withLock(path, () => writeFile(path, '1 another'))
  expect(await readFile(path, 'utf8')).toBe('1 another')
})
