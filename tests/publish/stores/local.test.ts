// The local store, on real workerd.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openLocalStore } from '../../../src/publish/stores/local.ts'
import type { Store } from '../../../src/publish/stores/store.ts'
import { makeProject, type Project } from '../../harness/project.ts'

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

test('get is null for a key that is not there, and the text for one that is', async () => {
  expect(await store.get('push/1')).toBeNull()
  await store.put([{ key: 'push/1', value: 'Müller: "新聞" & more\n' }])
  expect(await store.get('push/1')).toBe('Müller: "新聞" & more\n')
})

test('put writes over what is there, keys of any sign, empty values, and nothing at all', async () => {
  const key = 'media/ü?&=#%2F/a b.jpg'
  await store.put([])
  await store.put([{ key, value: 'one' }])
  await store.put([{ key, value: '' }])
  expect(await store.get(key)).toBe('')
})

test('put keeps bytes and metadata as the Worker reads them', async () => {
  const value = new Uint8Array(256).map((_, index) => index)
  await store.put([{ key: 'media/x', value, metadata: { type: 'image/png', bytes: 256 } }])
  await store.close()
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      resourcePersistencePath: join(project.root, '.wrangler/state/v3'),
      modules: true,
      script: `export default { async fetch(request, env) {
        const { value, metadata } = await env.KV.getWithMetadata('media/x', 'arrayBuffer')
        return new Response(value, { headers: { metadata: JSON.stringify(metadata) } })
      } }`,
      compatibilityDate: '2026-10-01',
      kvNamespaces: { KV: 'ARTICLES' },
    }),
  )
  const response = await miniflare.dispatchFetch('http://x/')
  expect(JSON.parse(response.headers.get('metadata') ?? '')).toEqual({ type: 'image/png', bytes: 256 })
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(value)
  await miniflare.dispose()
  store = await openLocalStore(project.root)
})

test('put writes more values than one batch holds, and a store opened later has them all', async () => {
  const values = Array.from({ length: 1_201 }, (_, index) => ({
    key: `list/${index}`,
    value: `value ${index}`,
  }))
  await store.put(values)
  await store.close()
  store = await openLocalStore(project.root)
  for (const index of [0, 499, 500, 999, 1_000, 1_200]) {
    expect(await store.get(`list/${index}`)).toBe(`value ${index}`)
  }
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
    Array.from({ length: 600 }, (_, i) => ({ key: `${name}/${i}`, value: name }))
  await Promise.all([store.put(values('a')), other.put(values('b')), store.put(values('c'))])
  for (const name of ['a', 'b', 'c'])
    for (const i of [0, 300, 599]) expect(await store.get(`${name}/${i}`)).toBe(name)
  await other.close()
})
