// Cloudflare's store: a KV namespace through the REST API. cloudflare-api.ts retries failed calls; this file only sends
// those keys again that a bulk answer names as not done.
import { quote } from '../sources/problem.ts'
import { batches, described, slices, weigh } from './batches.ts'
import { type Environment, findAccount, findNamespace, findToken } from './cloudflare-account.ts'
import { type Api, openApi, type RetryOptions, TRIES } from './cloudflare-api.ts'
import type { Listed, Store, Value } from './store.ts'
import { readTarget } from './wrangler-toml.ts'

const BASE = 'https://api.cloudflare.com/client/v4'

export type CloudflareOptions = {
  /** The `[env.<name>]` of wrangler.toml; its top level if not given. */
  environment?: string
  /** By default the environment of the process. */
  env?: Environment
  retry?: RetryOptions
}

/** Opens the namespace that a project's Worker reads. Asks Cloudflare only for ids that are not configured. */
export async function openCloudflareStore(root: string, options: CloudflareOptions = {}): Promise<Store> {
  const { environment, env = process.env, retry = {} } = options
  const target = readTarget(root, environment)
  const token = await findToken(root, env)
  const api = openApi({ base: baseOf(env), token, retry })
  const account = await findAccount(api, { target, env })
  const namespace = await findNamespace(api, { account, target, env })
  const path = `/accounts/${encodeURIComponent(account)}/storage/kv/namespaces/${encodeURIComponent(namespace)}`
  const readBytes = (key: string) =>
    api.read({ path: `${path}/values/${encodeURIComponent(key)}`, attempt: `read ${key}` })
  return {
    id: namespace,
    target: environment ?? '',
    name: environment === undefined ? 'Cloudflare' : `Cloudflare (${environment})`,
    get: async (key) => {
      const bytes = await readBytes(key)
      return bytes === null ? null : Buffer.from(bytes).toString()
    },
    getMany: async (keys) => {
      const texts = new Map<string, string>()
      for (const slice of slices([...new Set(keys)], READ_LIMIT)) await readMany(api, path, slice, texts)
      return texts
    },
    getBytes: readBytes,
    put: async (values, onWritten) => {
      for await (const batch of batches(pairs(values), BATCH)) {
        await inBulk(api, batch, { path: `${path}/bulk`, method: 'PUT', verb: 'write' })
        onWritten?.(
          batch.length,
          batch.reduce((sum, { size }) => sum + size, 0),
        )
      }
    },
    list: (prefix) => list(api, path, prefix),
    remove: async (keys) => {
      const items = [...new Set(keys)].map((key) => ({ key, json: JSON.stringify(key) }))
      for (const slice of slices(items, BATCH.most)) {
        await inBulk(api, slice, { path: `${path}/bulk/delete`, method: 'POST', verb: 'remove' })
      }
    },
    clockOffset: async () => {
      const { date, sent, received } = await api.call({ path, attempt: 'look at your KV namespace' })
      // The date header is cut to whole seconds, so half a second is added. The API answered about half-way between
      // `sent` and `received`.
      return Number.isNaN(date) ? 0 : Math.round(date + 500 - (sent + received) / 2)
    },
    close: async () => {},
  }
}

function baseOf(env: Environment): string {
  const base = env.CLOUDFLARE_API_BASE_URL || BASE
  if (URL.canParse(base)) return base.replace(/\/+$/, '')
  throw new Error(`CLOUDFLARE_API_BASE_URL must be an address such as ${BASE}: found ${quote(base)}`)
}

/**
 * The API takes 10,000 keys and 100 MB a call; wrangler sends 1,000 keys. Small calls need little memory, are quickly
 * retried, and show progress. 100,000 articles need about 120 calls; the limit is 1,200 in 5 minutes.
 */
const BATCH = { most: 1_000, bytes: 8 * 1024 * 1024 }
const READ_LIMIT = 100

/** A key-value pair as the API takes it: `bytes` is its size in the call, `size` the size of its value in KV. */
type Pair = { key: string; json: string; bytes: number; size: number }

async function* pairs(values: Iterable<Value> | AsyncIterable<Value>): AsyncGenerator<Pair> {
  for await (const { value: item, bytes: size } of weigh(values)) {
    const { key, value, metadata, expiresAfter } = item
    const isText = typeof value === 'string'
    const json = JSON.stringify({
      key,
      value: isText ? value : Buffer.from(value).toString('base64'),
      ...(isText ? {} : { base64: true }),
      metadata,
      expiration_ttl: expiresAfter,
    })
    yield { key, json, bytes: Buffer.byteLength(json) + 1, size }
  }
}

/** One call for many keys. Even a 200 may name keys that were not done; these are sent again. */
async function inBulk(
  api: Api,
  items: readonly { key: string; json: string }[],
  { path, method, verb }: { path: string; method: 'PUT' | 'POST'; verb: 'write' | 'remove' },
): Promise<void> {
  let remaining = items
  for (let tried = 1; ; tried += 1) {
    const { result } = await api.call<{ unsuccessful_keys?: string[] } | null>({
      path,
      method,
      body: `[${remaining.map(({ json }) => json).join(',')}]`,
      attempt: `${verb} ${described(remaining.map(({ key }) => key))}`,
    })
    const unsuccessful = new Set(result?.unsuccessful_keys ?? [])
    remaining = remaining.filter(({ key }) => unsuccessful.has(key))
    const [first] = remaining
    if (!first) return
    if (tried === TRIES) {
      throw new Error(
        `Cloudflare could not ${verb} ${remaining.length} of ${items.length} values, ${first.key} among them, ` +
          `in ${TRIES} tries. Look at https://www.cloudflarestatus.com and run the command again later`,
      )
    }
    await api.pause(tried)
  }
}

async function readMany(
  api: Api,
  path: string,
  keys: readonly string[],
  into: Map<string, string>,
): Promise<void> {
  const ask = keys.length > 1 ? api.callUnlessTooGreat : api.call
  const answer = await ask<{ values: Record<string, string | null> }>({
    path: `${path}/bulk/get`,
    method: 'POST',
    body: JSON.stringify({ keys, type: 'text' }),
    attempt: `read ${described(keys)}`,
  })
  if (answer === null) {
    for (const half of slices(keys, Math.ceil(keys.length / 2))) await readMany(api, path, half, into)
    return
  }
  const { values } = answer.result
  for (const key of keys) {
    const text = Object.hasOwn(values, key) ? values[key] : null
    if (typeof text === 'string') into.set(key, text)
  }
}

const LIST_PAGE = 1_000

async function* list(api: Api, path: string, prefix: string): AsyncGenerator<Listed> {
  type Key = { name: string; metadata?: Listed['metadata']; expiration?: number }
  let cursor = ''
  do {
    const query = new URLSearchParams({ limit: String(LIST_PAGE), prefix, ...(cursor ? { cursor } : {}) })
    const page = await api.call<Key[]>({ path: `${path}/keys?${query}`, attempt: `list ${prefix}` })
    for (const { name, metadata, expiration } of page.result) {
      yield { key: name, metadata: metadata ?? null, expiration }
    }
    cursor = page.info.cursor ?? ''
  } while (cursor)
}
