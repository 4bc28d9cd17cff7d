// The local store, on real workerd.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openLocalStore } from '../../../src/publish/stores/local.ts'
import type { Store } from '../../../src/publish/stores/store.ts'
import { makeProject, type Project } from '../../harness/project.ts'
import { testContract } from './contract.ts'

describe('contract', () => {
  testContract(async () => {
    const { root, dispose } = await makeProject()
    return { root, open: () => openLocalStore(root), dispose }
  })
})

describe('lock', () => {
  let project: Project
  let store: Store
  beforeEach(async () => {
    project = await makeProject()
    store = await openLocalStore(project.root)
  })
  afterEach(async () => {
    await store.close()
    await project.dispose()
  })

  const lockPath = (): string => join(project.root, '.wrangler/state/dateline.lock')

  test('put takes over the lock of a process that died, and leaves none behind', async () => {
    const dead = spawn(process.execPath, ['-e', ''])
    await once(dead, 'exit')
    for (const owner of [String(dead.pid), '', 'words']) {
      await writeFile(lockPath(), owner)
      await store.put([{ key: 'push/1', value: `after ${owner}` }])
      expect(await store.get('push/1')).toBe(`after ${owner}`)
    }
    expect(await readdir(join(project.root, '.wrangler/state'))).toEqual(['v3'])
  })

  test('put waits for the lock of a process that lives', async () => {
    const owner = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 600)'])
    await writeFile(lockPath(), String(owner.pid))
    let exited = false
    owner.once('exit', () => {
      exited = true
    })
    await store.put([{ key: 'push/1', value: 'x' }])
    expect(exited).toBe(true)
  })

  test('two stores that write at once lose nothing', async () => {
    const other = await openLocalStore(project.root)
    const values = (name: string) =>
      Array.from({ length: 510 }, (_, i) => ({ key: `${name}/${i}`, value: name }))
    await Promise.all([store.put(values('a')), other.put(values('b')), store.put(values('c'))])
    for (const name of ['a', 'b', 'c'])
      for (const i of [0, 300, 509]) expect(await store.get(`${name}/${i}`)).toBe(name)
    await other.close()
  })
})
