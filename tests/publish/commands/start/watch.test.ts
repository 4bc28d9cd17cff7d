// The watch behind npm start misses no save, and its runs do not pile up.
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { coalesce, watchTree } from '../../../../src/publish/commands/start/watch.ts'

let top: string
let content: string
let told = 0
const watching: AbortController[] = []
beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'dateline-watch-'))
  content = join(top, 'content')
  await mkdir(join(content, 'articles'), { recursive: true })
  await writeFile(join(content, 'articles/a.md'), 'one')
  const controller = new AbortController()
  watching.push(controller)
  told = 0
  await watchTree(content, {
    changed: () => {
      told += 1
    },
    signal: controller.signal,
  })
})
afterEach(async () => {
  for (const controller of watching.splice(0)) controller.abort()
  await rm(top, { recursive: true, force: true })
})

const save = (name: string, text: string) => writeFile(join(content, name), text)

/** Does something and waits until it has been told, and until nothing more comes of it. */
async function expectTold(change: () => Promise<unknown>): Promise<void> {
  const before = told
  await change()
  await expect.poll(() => told, { timeout: 3000, interval: 20 }).toBeGreaterThan(before)
  let seen = -1
  while (seen !== told) {
    seen = told
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

// vim and sed -i save beside and rename; Node's recursive watch never again saw such a file.
test('a file that was renamed over is still watched when it is saved in place', async () => {
  for (const text of ['two', 'three']) {
    await expectTold(async () => {
      await save('articles/.a.md.tmp', text)
      await rename(join(content, 'articles/.a.md.tmp'), join(content, 'articles/a.md'))
    })
    await expectTold(() => save('articles/a.md', `${text} in place`))
  }
})

// git removes a file and writes another under its name.
test('a file that was deleted and made anew is still watched', async () => {
  await expectTold(() => rm(join(content, 'articles/a.md')))
  await expectTold(() => save('articles/a.md', 'two'))
  await expectTold(() => save('articles/a.md', 'three'))
})

test('a new folder and folders in it are watched', async () => {
  await expectTold(async () => {
    await mkdir(join(content, 'articles/2026/march'), { recursive: true })
    await save('articles/2026/march/b.md', 'one')
  })
  await expectTold(() => save('articles/2026/march/b.md', 'two'))
})

test('folders that were replaced are watched, the top one too', async () => {
  for (const folder of ['articles', '.']) {
    await expectTold(async () => {
      await rm(join(content, folder), { recursive: true })
      await mkdir(join(content, 'articles'), { recursive: true })
      await save('articles/a.md', 'anew')
    })
    await expectTold(() => save('articles/a.md', 'two'))
  }
})

test('a task that is asked for again and again runs once more, after the last asking', async () => {
  const ends: (() => void)[] = []
  const runs = coalesce(() => new Promise((resolve) => ends.push(resolve)))
  const asked = [runs.ask(), runs.ask(), runs.ask(), runs.ask()]
  await Promise.resolve()
  await expect.poll(() => ends.length).toBe(1)
  const late = runs.ask()
  ends[0]?.()
  await expect.poll(() => ends.length).toBe(2)
  ends[1]?.()
  await Promise.all([...asked, late, runs.idle()])
  expect(ends).toHaveLength(2)
})

test('a run that fails does not stop the next', async () => {
  let count = 0
  const runs = coalesce(async () => {
    count += 1
    if (count === 1) throw new Error('no')
  })
  await expect(runs.ask()).rejects.toThrow('no')
  await runs.ask()
  expect(count).toBe(2)
})
