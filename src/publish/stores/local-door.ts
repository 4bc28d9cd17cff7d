// The door to a local KV namespace: a Worker of its own in workerd, and what is said through it. No locks here.
import { setTimeout as sleep } from 'node:timers/promises'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { described } from './batches.ts'
import type { Listed, Value } from './store.ts'

export type Door = {
  get: (key: string) => Promise<Uint8Array | null>
  getMany: (keys: readonly string[]) => Promise<[key: string, text: string][]>
  put: (values: readonly Value[]) => Promise<void>
  list: (prefix: string) => AsyncGenerator<Listed>
  remove: (keys: readonly string[]) => Promise<void>
  close: () => Promise<void>
}

/** Opens a namespace in a folder of state such as `.wrangler/state/v3`. */
export function openDoor({ folder, namespace }: { folder: string; namespace: string }): Door {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      resourcePersistencePath: folder,
      modules: true,
      script: WORKER,
      compatibilityDate: '2026-10-01',
      kvNamespaces: { KV: namespace },
    }),
  )
  const asJson = (data: unknown): Question => ({ method: 'POST', body: JSON.stringify(data) })
  return {
    get: async (key) => {
      const response = await ask(miniflare, `get?key=${encodeURIComponent(key)}`, `read ${key}`)
      return response.status === 404 ? null : new Uint8Array(await response.arrayBuffer())
    },
    getMany: async (keys) => {
      const response = await ask(miniflare, 'many', `read ${described(keys)}`, asJson(keys))
      return (await response.json()) as [string, string][]
    },
    put: async (values) => {
      await ask(miniflare, 'put', `write ${described(values.map(({ key }) => key))}`, await asForm(values))
    },
    list: (prefix) => list(miniflare, prefix),
    remove: async (keys) => {
      await ask(miniflare, 'remove', `remove ${described(keys)}`, asJson(keys))
    },
    close: () => within(miniflare.dispose(), 'close'),
  }
}

/** Works on many values at workerd's side of the door; one at a time over the door is ten times slower. */
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
    const page = (await (await ask(miniflare, `list?${query}`, `list ${prefix}`)).json()) as Page
    for (const { name, metadata, expiration } of page.keys) {
      yield { key: name, metadata: metadata ?? null, expiration }
    }
    cursor = page.cursor
  } while (cursor)
}

type Question = { method: string; headers?: Record<string, string>; body: string | ArrayBuffer }

async function asForm(values: readonly Value[]): Promise<Question> {
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
  // The form is encoded here, because workerd's door knows another FormData than Node's.
  const encoded = new Response(form)
  const headers = { 'content-type': encoded.headers.get('content-type') ?? '' }
  return { method: 'PUT', headers, body: await encoded.arrayBuffer() }
}

const TRIES = 5

type Answer = Awaited<ReturnType<Miniflare['dispatchFetch']>>

/** Another process that writes at the same moment makes SQLite busy, for readers too; what failed may be asked again. */
async function ask(
  miniflare: Miniflare,
  path: string,
  attempted: string,
  question?: Question,
): Promise<Answer> {
  let reason = ''
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const asked = miniflare.dispatchFetch(`http://store/${path}`, question).catch(nullIfGone)
    const response = await within(asked, attempted)
    if (response?.ok || response?.status === 404) return response
    reason = response ? ((await response.text()).split('\n')[0] ?? '') : 'workerd has ended'
    await sleep(100 * 2 ** attempt)
  }
  throw new Error(`The local store could not ${attempted}: ${reason}`)
}

/**
 * A terminal sends its Ctrl+C to workerd as well, and whoever is told to end may have a last thing to write. Miniflare
 * starts another one.
 */
function nullIfGone(error: unknown): null {
  if (error instanceof TypeError && error.message === 'fetch failed') return null
  throw error
}

/** Long enough for the greatest batch on a busy machine. */
const ANSWER_MS = 60_000

/** workerd that died or that waits for a lock in its database never answers at all. */
async function within<T>(answer: Promise<T>, attempted: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
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
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
