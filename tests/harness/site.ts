// A site for tests: content published by the real pipeline into a real local store, served by the built Worker on
// workerd. Only the clock and the KV binding can be interfered with, from outside the bundle (entry.js).
import { randomUUID } from 'node:crypto'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { inject } from 'vitest'
import { unstable_readConfig } from 'wrangler'
import type { Tables } from '../../src/publish/build.ts'
import { type Outcome, publish } from '../../src/publish/publish.ts'
import { readCurrent, readTables } from '../../src/publish/stored/reading.ts'
import { openLocalStore } from '../../src/publish/stores/local.ts'
import type { Store } from '../../src/publish/stores/store.ts'
import type { Current } from '../../src/records.ts'
import { lendSamplePictures } from './sample-pictures.ts'

export const PROJECT = join(import.meta.dirname, '../..')

/** How a request is to be treated on its way to the Worker. Instants in milliseconds. */
export type Wish = {
  now?: number
  /** Isolates share nothing but KV; a number that was not used before is a cold one. */
  isolate?: number
  vars?: Record<string, unknown>
  kv?: {
    /** Prefixes of keys whose reads throw, or find nothing, or find nothing with a long cacheTtl. */
    fail?: string
    hide?: string
    missed?: string
    /** Prefix of keys whose reads with a long cacheTtl find half a record. */
    garbled?: string
    /** Milliseconds that every read takes. */
    delay?: number
    put?: Record<string, string>
    /** Read through the cache of a location, as KV is. */
    location?: string
    /** Prefix of keys that are not there before an instant. */
    late?: [prefix: string, arrives: number]
    /** Prefix of keys whose rows are read as if they could always be seen. */
    bare?: string
  }
}

/** `reads` are the keys that KV was asked for, `operations` how often it was asked: for many at once is once. */
export type Answer = { status: number; headers: Headers; body: string; reads: string[]; operations: number }

export type Requests = {
  /** Where the built Worker answers. */
  url: URL
  get: (path: string, wish?: Wish & { method?: string; headers?: Record<string, string> }) => Promise<Answer>
  /** GETs of many paths in one request, the answers in their order; one such call at a time. */
  getAll: (paths: readonly string[], wish?: Wish) => Promise<Omit<Answer, 'reads' | 'operations'>[]>
  /** A request whose target goes over the wire byte for byte. */
  raw: (target: string, options?: { method?: string; headers?: Record<string, string> }) => Promise<Answer>
  /** Every KV read since the last call, those left in the background included. */
  takeLog: () => Promise<{ isolate: number; key: string; cacheTtl: number }[]>
}

export type Site = Requests & {
  root: string
  store: Store
  write: (files: Files) => Promise<void>
  publish: () => Promise<Outcome>
  current: () => Promise<Current>
  /** All rows of the live edition. */
  tables: () => Promise<Tables>
  stop: () => Promise<void>
}

export type SiteOptions = {
  /** A content folder to copy, and files to write over it, by path below `content/`. */
  content?: string
  files?: Files
  /** A folder of pictures to copy to `content/images/`. */
  images?: string
  /** The instant that the edition is laid out at; now if not given. Milliseconds. */
  time?: number
  /** How many isolates there are; each costs some start-up time. */
  isolates?: number
  /** The folder of the built Worker; the one that was built for all tests if not given. */
  worker?: string
}

export type Files = Record<string, string | Uint8Array>

/** Writes files, by their path below a folder. */
export async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
  }
}

/** Publishes content and starts the Worker on it. */
export async function startSite(from: SiteOptions): Promise<Site> {
  const root = await mkdtemp(join(tmpdir(), 'dateline-site-'))
  await cp(join(PROJECT, 'wrangler.toml'), join(root, 'wrangler.toml'))
  if (from.content) await cp(from.content, join(root, 'content'), { recursive: true })
  if (from.images) await cp(from.images, join(root, 'content', 'images'), { recursive: true })
  if (from.content) await lendSamplePictures(root)
  const write = (files: Files): Promise<void> => writeFiles(join(root, 'content'), files)
  await write(from.files ?? {})
  const store = await openLocalStore(root)
  const publishNow = () =>
    publish({
      root,
      store,
      note: { author: 'tests', message: '', time: from.time ?? Date.now() },
      remove: 'any',
    })
  const outcome = await publishNow()
  if (outcome.state === 'problems') throw new Error(JSON.stringify(outcome.problems, null, 2))

  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      resourcePersistencePath: join(root, '.wrangler', 'state', 'v3'),
      modules: await workerModules(from.worker ?? inject('worker'), from.isolates ?? 1),
      compatibilityDate:
        unstable_readConfig({ config: join(PROJECT, 'wrangler.toml') }).compatibility_date ?? '',
      // What the Worker logs when a test breaks storage is no news.
      handleStructuredLogs: () => {},
      kvNamespaces: { ARTICLES: 'ARTICLES' },
      bindings: { VERSION: { id: 'version-under-test', tag: '', timestamp: '' } },
    }),
  )
  const address = await miniflare.ready
  const current = async (): Promise<Current> => {
    const live = await readCurrent(store)
    if (!live) throw new Error('Nothing was published')
    return live
  }
  return {
    ...requestsTo(address),
    root,
    store,
    write,
    publish: publishNow,
    current,
    tables: async () => readTables(store, (await current()).body),
    stop: async () => {
      await Promise.all([miniflare.dispose(), store.close()])
      await rm(root, { recursive: true, force: true })
    },
  }
}

/** What a test can ask a Worker that runs behind entry.js. */
export function requestsTo(url: URL): Requests {
  const client = randomUUID()
  const bodies = new Map<string, string>()
  const raw: Requests['raw'] = (target, { method = 'GET', headers = {} } = {}) =>
    sendRaw(url, { target, method, headers })
  return {
    url,
    raw,
    get: (path, { method = 'GET', headers = {}, ...wish } = {}) =>
      raw(path, { method, headers: { ...headers, 'x-test': encodeURIComponent(JSON.stringify(wish)) } }),
    getAll: async (paths, wish) => {
      const headers = { 'x-test': encodeURIComponent(JSON.stringify({ ...wish, batch: true, client })) }
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(paths) })
      const answers = (await response.json()) as {
        status: number
        headers: [string, string][]
        body: string | null
      }[]
      return answers.map(({ status, headers, body }, index) => {
        const path = paths[index] ?? ''
        if (body !== null) bodies.set(path, body)
        return { status, headers: new Headers(headers), body: bodies.get(path) ?? '' }
      })
    },
    takeLog: async () =>
      JSON.parse((await raw('/', { headers: { 'x-test': encodeURIComponent('{"takeLog":true}') } })).body),
  }
}

type Module = { type: 'ESModule' | 'Text'; path: string; contents: string }

async function workerModules(folder: string, isolates: number): Promise<Module[]> {
  const entry = await readFile(join(import.meta.dirname, 'entry.js'), 'utf8')
  const modules: Module[] = [{ type: 'ESModule', path: 'entry.js', contents: entry }]
  for (const name of await readdir(folder)) {
    const type = name.endsWith('.js') ? 'ESModule' : 'Text'
    if (type === 'Text' && !name.endsWith('.css')) continue
    const contents = await readFile(join(folder, name), 'utf8')
    for (let isolate = 0; isolate < isolates; isolate += 1) {
      modules.push({ type, path: `isolate-${isolate}/${name}`, contents })
    }
  }
  return modules
}

type Raw = { target: string; method: string; headers: Record<string, string> }

function sendRaw(address: URL, { target, method, headers }: Raw): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = address
    // The keys that were read come back in a header, and they may be many.
    const maxHeaderSize = 1024 * 1024
    const options = { hostname, port, path: target, method, headers, insecureHTTPParser: true, maxHeaderSize }
    const sent = request(options, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', reject)
      response.on('end', () => {
        const all = new Headers()
        for (let i = 0; i < response.rawHeaders.length; i += 2) {
          all.append(response.rawHeaders[i] ?? '', response.rawHeaders[i + 1] ?? '')
        }
        const operations = JSON.parse(all.get('x-test-reads') ?? '[]') as string[][]
        all.delete('x-test-reads')
        resolve({
          status: response.statusCode ?? 0,
          headers: all,
          body: Buffer.concat(parts).toString('utf8'),
          reads: operations.flat(),
          operations: operations.length,
        })
      })
    })
    sent.on('error', reject)
    sent.end()
  })
}
