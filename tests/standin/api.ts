// What each route of the stand-in answers: Cloudflare's limits and codes, over the local KV that workerd reads.
import { createHash } from 'node:crypto'
import { openLocalNamespace } from '../../src/publish/stores/local.ts'
import type { Store, Value } from '../../src/publish/stores/store.ts'
import { environmentsOf, namespaceTitle, readTarget } from '../../src/publish/stores/wrangler-toml.ts'
import { type Answer, envelope, refusal } from './answer.ts'
import { checkLimits, LIMITS } from './limits.ts'
import { type MannersOptions, openManners } from './manners.ts'
import { openPages } from './pages.ts'
import type { Pair, Question } from './question.ts'

export type ApiOptions = MannersOptions & {
  /** A folder with a wrangler.toml, whose `.wrangler/state` is written. */
  root: string
  /** False before the first `wrangler deploy`: then there is no namespace yet, except by an id in wrangler.toml. */
  deployed?: boolean
  accounts?: { id: string; name: string }[]
  /** Namespaces of others on the account, by title. */
  others?: string[]
}

/** Tokens and what each may do; any other is wrong. */
export const TOKENS = {
  edit: 'standin-token-that-may-edit-kv-0000000000',
  read: 'standin-token-that-may-read-kv-0000000000',
  none: 'standin-token-without-kv-0000000000000000',
}

const ACCOUNT = { id: 'a1b2c3d4e5f60718293a4b5c6d7e8f90', name: 'The newsroom' }

export async function openApi(options: ApiOptions) {
  const { root, accounts = [ACCOUNT], others = [], deployed = true } = options
  const manners = openManners(options)
  const totals = { read: 0, written: 0, removed: 0, bytes: 0 }
  const account = accounts[0]?.id ?? ''
  const listed: { id: string; title: string }[] = others.map((title) => ({ id: idOf(title), title }))
  /** Where wrangler keeps each namespace locally, by id. */
  const locals = new Map<string, string>()
  for (const environment of [undefined, ...environmentsOf(root)]) {
    const { worker, namespace, local } = readTarget(root, environment)
    const title = namespaceTitle(worker)
    if (!deployed && namespace === undefined) continue
    const id = namespace ?? idOf(title)
    listed.push({ id, title })
    // Without an id, wrangler keeps the namespaces of all environments locally as one; Cloudflare does not.
    locals.set(id, namespace === undefined && environment !== undefined ? title : local)
  }
  const opened = new Map<string, Promise<Store>>()
  const storeOf = (id: string): Promise<Store> => {
    const store = opened.get(id) ?? openLocalNamespace(root, locals.get(id) ?? id)
    opened.set(id, store)
    return store
  }
  const pages = openPages()
  let turn: Promise<unknown> = Promise.resolve()
  /** One write after the other: the local store's lock waits only 15 seconds, Cloudflare has no lock. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const mine = turn.then(work)
    turn = mine.catch(() => {})
    return mine
  }

  async function answer(
    question: Question,
    { authorization, leftOut }: { authorization: string | undefined; leftOut: number },
  ): Promise<Answer> {
    const refused =
      manners.countCall() ??
      checkToken(question, authorization) ??
      checkAddress(question) ??
      checkLimits(question)
    if (refused) return refused
    switch (question.route) {
      case 'accounts':
        return page(accounts, question)
      case 'namespaces':
        return page(listed, question)
      case 'namespace':
        return envelope(listed.find(({ id }) => id === question.namespace) ?? null)
      case 'list':
        return list(question)
      case 'get': {
        const values = await manners.read(await storeOf(question.namespace), question)
        totals.read += 1
        const value = values[0] ?? null
        return value === null ? refusal(404, 10_009, "get: 'key not found'") : { status: 200, body: value }
      }
      case 'get many': {
        const values = await manners.read(await storeOf(question.namespace), question)
        totals.read += question.keys.length
        if (values.reduce((sum, value) => sum + (value?.length ?? 0), 0) > LIMITS.bytesRead) {
          return refusal(413, 10_413, 'total size of the values exceeds the limit of 25MB')
        }
        const texts = values.map((value) => (value === null ? null : Buffer.from(value).toString()))
        return envelope({
          values: Object.fromEntries(question.keys.map((key, index) => [key, texts[index]])),
        })
      }
      case 'put many':
        return put(question, leftOut)
      case 'remove many': {
        const keys = question.keys.slice(leftOut)
        const store = await storeOf(question.namespace)
        await inTurn(() => store.remove(keys))
        totals.removed += keys.length
        return done(question.keys, leftOut)
      }
    }
  }

  async function put(question: Question & { route: 'put many' }, leftOut: number): Promise<Answer> {
    const { namespace, keys } = question
    const tooSoon = manners.countWrites({ namespace, keys: keys.slice(leftOut) })
    if (tooSoon) return tooSoon
    const values = question.pairs.slice(leftOut).map(asValue)
    const store = await storeOf(namespace)
    const count = (count: number, bytes: number): void => {
      totals.written += count
      totals.bytes += bytes
    }
    await inTurn(() => store.put(values, count))
    return done(keys, leftOut)
  }

  async function list({ namespace, prefix, cursor, limit }: Question & { route: 'list' }): Promise<Answer> {
    const page = await (cursor
      ? pages.next(cursor)
      : pages.first((await storeOf(namespace)).list(prefix), limit))
    if (!page) return refusal(400, 10_022, 'invalid list cursor')
    const result = page.keys.map(({ key, metadata, expiration }) => ({
      name: key,
      ...(metadata ? { metadata } : {}),
      ...(expiration ? { expiration } : {}),
    }))
    return envelope(result, { count: result.length, cursor: page.cursor })
  }

  function checkAddress(question: Question): Answer | null {
    if (question.route === 'accounts') return null
    if (!accounts.some(({ id }) => id === question.account)) {
      const path = `/accounts/${question.account}/storage/kv/namespaces`
      return refusal(404, 7003, `Could not route to ${path}, perhaps your object identifier is invalid?`)
    }
    if (question.route === 'namespaces' || locals.has(question.namespace)) return null
    return refusal(404, 10_013, "list keys: 'namespace not found'")
  }

  return {
    token: TOKENS.edit,
    account,
    namespaces: Object.fromEntries(listed.map(({ id, title }) => [title, id])),
    totals,
    answer,
    isStale: manners.isStale,
    beStale: manners.beStale,
    reset: () => {
      Object.assign(totals, { read: 0, written: 0, removed: 0, bytes: 0 })
      manners.reset()
    },
    close: async () => {
      for (const store of opened.values()) await (await store).close()
    },
  }
}

function idOf(title: string): string {
  return createHash('sha256').update(title).digest('hex').slice(0, 32)
}

function asValue({ key, value, base64, metadata, expiration_ttl }: Pair): Value {
  return {
    key,
    value: base64 ? new Uint8Array(Buffer.from(value, 'base64')) : value,
    ...(metadata ? { metadata: metadata as NonNullable<Value['metadata']> } : {}),
    expiresAfter: expiration_ttl,
  }
}

function page(items: readonly object[], { page, perPage }: { page: number; perPage: number }): Answer {
  const result = items.slice((page - 1) * perPage, page * perPage)
  return envelope(result, { page, per_page: perPage, count: result.length, total_count: items.length })
}

function done(keys: readonly string[], leftOut: number): Answer {
  return envelope({ successful_key_count: keys.length - leftOut, unsuccessful_keys: keys.slice(0, leftOut) })
}

function checkToken({ route }: Question, authorization: string | undefined): Answer | null {
  const token = /^Bearer (\S{20,})$/.exec(authorization ?? '')?.[1]
  if (token === undefined) return refusal(400, 6003, 'Invalid request headers')
  if (!Object.values(TOKENS).includes(token)) return refusal(403, 9109, 'Invalid access token')
  const isWrite = route === 'put many' || route === 'remove many'
  const may = token === TOKENS.edit || route === 'accounts' || (token === TOKENS.read && !isWrite)
  return may ? null : refusal(403, 10_000, 'Authentication error')
}
