// Access to a local KV namespace through a small Worker in workerd. Does not lock: local.ts does.
import { setTimeout as sleep } from 'node:timers/promises'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { described } from './batches.ts'
import type { Listed, Value } from './store.ts'

export type LocalKv = {
  get: (key: string) => Promise<Uint8Array | null>
  getMany: (keys: readonly string[]) => Promise<[key: string, text: string][]>
  put: (values: readonly Value[]) => Promise<void>
  list: (prefix: string) => AsyncGenerator<Listed>
  remove: (keys: readonly string[]) => Promise<void>
  close: () => Promise<void>
}

/** Opens a namespace in a folder of state such as `.wrangler/state/v3`. */
export function openLocalKv({ folder, namespace }: { folder: string; namespace: string }): LocalKv {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      resourcePersistencePath: folder,
      modules: true,
      script: WORKER,
      compatibilityDate: '2026-10-01',
      kvNamespaces: { KV: namespace },
    }),
  )
  const asJson = (data: unknown): RequestOptions => ({ method: 'POST', body: JSON.stringify(data) })
  return {
    get: async (key) => {
      const response = await send(miniflare, `get?key=${encodeURIComponent(key)}`, `read ${key}`)
      return response.status === 404 ? null : new Uint8Array(await response.arrayBuffer())
    },
    getMany: async (keys) => {
      const response = await send(miniflare, 'many', `read ${described(keys)}`, asJson(keys))
      return (await response.json()) as [string, string][]
    },
    put: async (values) => {
      await send(miniflare, 'put', `write ${described(values.map(({ key }) => key))}`, await asForm(values))
    },
    list: (prefix) => list(miniflare, prefix),
    remove: async (keys) => {
      await send(miniflare, 'remove', `remove ${described(keys)}`, asJson(keys))
    },
    close: () => within(miniflare.dispose(), 'close'),
  }
}

/** Handles many values in one request; one request a value is ten times slower. */
const WORKER = `
export default {
  async fetch(request, { KV }) {
    const { pathname, searchParams } = new URL(request.url)
    switch (pathname) {
      case '/get': {
        const value = await KV.get(searchParams.get('key'), 'arrayBuffer')
        return value === null ? new Response(null, { status: 404 }) : new Response(value)
      }
      case '/many': {
        const keys = await request.json()
        const texts = await Promise.all(keys.map((key) => KV.get(key)))
        return Response.json(keys.map((key, index) => [key, texts[index]]).filter(([, text]) => text !== null))
      }
      case '/put': {
        const form = await request.formData()
        await Promise.all(JSON.parse(form.get('values')).map(async ({ key, ...options }, index) => {
          await KV.put(key, await form.get('value-' + index).arrayBuffer(), options)
        }))
        return new Response(null, { status: 204 })
      }
      case '/list': {
        const { keys, cursor } = await KV.list({
          prefix: searchParams.get('prefix'),
          cursor: searchParams.get('cursor'),
        })
        return Response.json({ keys, cursor })
      }
      case '/remove': {
        await Promise.all((await request.json()).map((key) => KV.delete(key)))
        return new Response(null, { status: 204 })
      }
    }
  },
}`

async function* list(miniflare: Miniflare, prefix: string): AsyncGenerator<Listed> {
  type Page = {
    keys: { name: string; metadata?: Listed['metadata']; expiration?: number }[]
    cursor?: string
  }
  let cursor: string | undefined
  do {
    const query = new URLSearchParams(cursor === undefined ? { prefix } : { prefix, cursor })
    const page = (await (await send(miniflare, `list?${query}`, `list ${prefix}`)).json()) as Page
    for (const { name, metadata, expiration } of page.keys) {
      yield { key: name, metadata: metadata ?? null, expiration }
    }
    cursor = page.cursor
  } while (cursor)
}

type RequestOptions = { method: string; headers?: Record<string, string>; body: string | ArrayBuffer }

async function asForm(values: readonly Value[]): Promise<RequestOptions> {
  const form = new FormData()
  form.set(
    'values',
    JSON.stringify(
      values.map(({ key, metadata, expiresAfter }) => ({ key, metadata, expirationTtl: expiresAfter })),
    ),
  )
  values.forEach(({ value }, index) => {
    const bytes = typeof value === 'string' ? value : new Uint8Array(value)
    form.set(`value-${index}`, new Blob([bytes]))
  })
  // Encode the form here: Miniflare knows another FormData class than Node's.
  const encoded = new Response(form)
  const headers = { 'content-type': encoded.headers.get('content-type') ?? '' }
  return { method: 'PUT', headers, body: await encoded.arrayBuffer() }
}

const TRIES = 5

type MiniflareResponse = Awaited<ReturnType<Miniflare['dispatchFetch']>>

/** Sends a request, with retries: while another process writes, SQLite is busy for readers too. */
async function send(
  miniflare: Miniflare,
  path: string,
  attempted: string,
  options?: RequestOptions,
): Promise<MiniflareResponse> {
  let reason = ''
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const answer = miniflare.dispatchFetch(`http://store/${path}`, options).catch(nullIfGone)
    const response = await within(answer, attempted)
    if (response?.ok || response?.status === 404) return response
    reason = response ? ((await response.text()).split('\n')[0] ?? '') : 'workerd has ended'
    await sleep(100 * 2 ** attempt)
  }
  throw new Error(`The local store could not ${attempted}: ${reason}`)
}

/**
 * Null if workerd has ended, so that the request is retried in the workerd that Miniflare starts next. Ctrl+C in a
 * terminal ends workerd too, but a command that is stopped may still have to write.
 */
function nullIfGone(error: unknown): null {
  if (error instanceof TypeError && error.message === 'fetch failed') return null
  throw error
}

/** Long enough for the largest batch on a busy machine. */
const ANSWER_MS = 60_000

/** Limits the wait for an answer: workerd never answers if it died, or if it waits for a lock in its database. */
async function within<T>(answer: Promise<T>, attempted: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new Error(
          `The local store could not ${attempted}: no answer within ${ANSWER_MS / 1000} seconds. ` +
            'Stop what else uses .wrangler/state (npm start, wrangler dev) and run the command again',
        ),
      )
    }, ANSWER_MS)
  })
  try {
    return await Promise.race([answer, timeout])
  } finally {
    clearTimeout(timer)
  }
}
