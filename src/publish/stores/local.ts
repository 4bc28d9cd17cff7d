// The local store: the KV namespace in `.wrangler/state` that `wrangler dev` reads, written from inside workerd.
import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { unstable_readConfig } from 'wrangler'
import { keys } from '../../records.ts'
import type { Store, Value } from './store.ts'

/** Opens the store of a project: the folder that holds its wrangler.toml and `.wrangler`. */
export async function openLocalStore(root: string): Promise<Store> {
  const state = join(root, '.wrangler', 'state')
  await mkdir(state, { recursive: true })
  const lock = join(state, 'dateline.lock')
  // The first touch lays the database out, which is writing: two at once can leave workerd waiting for ever.
  const miniflare = await withLock(lock, async () => {
    const opened = new Miniflare(
      convertV4MiniflareOptions({
        resourcePersistencePath: join(state, 'v3'),
        modules: true,
        script: WRITER,
        compatibilityDate: '2026-10-01',
        kvNamespaces: { ARTICLES: namespaceOf(root) },
      }),
    )
    await getText(opened, keys.current)
    return opened
  })
  const holding = new AsyncLocalStorage<true>()
  const exclusive = <T>(work: () => Promise<T>): Promise<T> =>
    holding.getStore() ? work() : withLock(lock, () => holding.run(true, work))
  return {
    get: (key) => getText(miniflare, key),
    put: (values) =>
      exclusive(async () => {
        for (const batch of batches(values)) await putBatch(miniflare, batch)
      }),
    exclusive,
    close: () => miniflare.dispose(),
  }
}

/** The name under which wrangler keeps the namespace locally. */
function namespaceOf(root: string): string {
  const config = unstable_readConfig({ config: join(root, 'wrangler.toml') })
  const namespaces: { binding: string; id?: string; preview_id?: string }[] = config.kv_namespaces
  const namespace = namespaces.find(({ binding }) => binding === 'ARTICLES')
  if (!namespace) throw new Error('wrangler.toml binds no KV namespace as ARTICLES')
  return namespace.preview_id ?? namespace.id ?? namespace.binding
}

/** Writes batches at workerd's side of the door; a put at a time over the door is ten times slower. */
const WRITER = `
export default {
  async fetch(request, env) {
    if (request.method === 'GET') {
      const value = await env.ARTICLES.get(new URL(request.url).searchParams.get('key'))
      return value === null ? new Response(null, { status: 404 }) : new Response(value)
    }
    const form = await request.formData()
    await Promise.all(JSON.parse(form.get('values')).map(async ({ key, metadata }, index) => {
      const bytes = await form.get('value-' + index).arrayBuffer()
      await env.ARTICLES.put(key, bytes, metadata ? { metadata } : undefined)
    }))
    return new Response(null, { status: 204 })
  },
}`

const TRIES = 5

/** Another process that writes at the same moment makes SQLite busy for readers too. */
async function getText(miniflare: Miniflare, key: string): Promise<string | null> {
  let reason = ''
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const response = await miniflare.dispatchFetch(`http://store/?key=${encodeURIComponent(key)}`)
    if (response.status === 404) return null
    if (response.ok) return await response.text()
    reason = (await response.text()).split('\n')[0] ?? ''
    await sleep(100 * 2 ** attempt)
  }
  throw new Error(`The local store could not read ${key}: ${reason}`)
}

/** Another process that writes at the same moment makes SQLite busy; the same batch may be written again. */
async function putBatch(miniflare: Miniflare, batch: readonly Value[]): Promise<void> {
  let reason = ''
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const form = new FormData()
    form.set('values', JSON.stringify(batch.map(({ key, metadata }) => ({ key, metadata }))))
    batch.forEach(({ value }, index) => {
      const bytes = typeof value === 'string' ? value : new Uint8Array(value)
      form.set(`value-${index}`, new Blob([bytes]))
    })
    // The form is encoded here, because workerd's door knows another FormData than Node's.
    const encoded = new Response(form)
    const response = await miniflare.dispatchFetch('http://store/', {
      method: 'PUT',
      headers: { 'content-type': encoded.headers.get('content-type') ?? '' },
      body: await encoded.arrayBuffer(),
    })
    if (response.ok) return
    reason = (await response.text()).split('\n')[0] ?? ''
    await sleep(100 * 2 ** attempt)
  }
  throw new Error(`The local store could not write ${batch.length} values: ${reason}`)
}

const BATCH_VALUES = 500
const BATCH_BYTES = 32 * 1024 * 1024

function* batches(values: readonly Value[]): Generator<Value[]> {
  let batch: Value[] = []
  let bytes = 0
  for (const value of values) {
    if (batch.length >= BATCH_VALUES || (bytes + value.value.length > BATCH_BYTES && batch.length > 0)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(value)
    bytes += value.value.length
  }
  if (batch.length > 0) yield batch
}

const LOCK_WAIT_MS = 15_000

/** One writer at a time in a state folder: two lose each other's values. A lock of a dead process is taken over. */
async function withLock<T>(path: string, write: () => Promise<T>): Promise<T> {
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
    return await write()
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
