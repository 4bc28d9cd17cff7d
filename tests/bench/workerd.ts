// All the Workers that are compared, in one workerd, each behind a socket of its own: no Worker of Miniflare's
// stands in the way of a request. And what CPU that process has used.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'

export type Module = {
  type: 'ESModule' | 'Text'
  path: string
  contents: string
}

/** A Worker: its modules, the entry first, and what it is given beside the KV namespace. */
export type BenchWorker = {
  name: string
  modules: Module[]
  bindings?: Record<string, string | Record<string, string>>
  data?: Record<string, Uint8Array>
}

export type Running = {
  url: (name: string) => Promise<URL>
  /** CPU time that the process has used, in milliseconds; null where the system does not tell. */
  cpu: () => Promise<number | null>
  stop: () => Promise<void>
}

/** Starts one workerd with all of these Workers on the KV namespace ARTICLES that lies in `root`. */
export async function startWorkerd(
  workers: readonly BenchWorker[],
  { root, compatibilityDate }: { root: string; compatibilityDate: string },
): Promise<Running> {
  const before = await children()
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      resourcePersistencePath: join(root, '.wrangler', 'state', 'v3'),
      workers: workers.map(({ name, modules, bindings = {}, data = {} }) => ({
        name,
        modules,
        compatibilityDate,
        kvNamespaces: { ARTICLES: 'ARTICLES' },
        bindings,
        dataBlobBindings: data,
        unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
      })),
    }),
  )
  await miniflare.ready
  const pid = (await children()).find((child) => !before.includes(child))
  return {
    url: (name) => miniflare.unsafeGetDirectURL(name),
    cpu: async () => (pid === undefined ? null : await cpuOf(pid)),
    stop: () => miniflare.dispose(),
  }
}

/** This process's workerds. */
async function children(): Promise<number[]> {
  const names = await readdir('/proc').catch(() => [])
  const stats = await Promise.all(
    names.filter((name) => /^\d+$/.test(name)).map((name) => stat(Number(name))),
  )
  return stats.flatMap((fields) =>
    fields?.name === 'workerd' && fields.parent === process.pid ? [fields.pid] : [],
  )
}

/** proc(5), /proc/pid/stat: the name stands in brackets and may hold spaces. */
async function stat(pid: number): Promise<{ pid: number; name: string; parent: number } | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const match = /^\d+ \((.*)\) \S (\d+)/s.exec(text)
  return match && { pid, name: match[1] ?? '', parent: Number(match[2]) }
}

/** Over all threads, which the process's own figures, in hundredths of a second, are too coarse for. */
async function cpuOf(pid: number): Promise<number> {
  let nanoseconds = 0
  for (const thread of await readdir(`/proc/${pid}/task`)) {
    const text = await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8')
    nanoseconds += Number(text.split(' ')[0])
  }
  return nanoseconds / 1e6
}
