// Parses a call from its method, address and body. Strict: what the API's reference does not name is
// unknown, so that a publisher cannot come to depend on it. https://developers.cloudflare.com/api/resources/kv/

export type Pair = {
  key: string
  value: string
  base64?: boolean
  metadata?: unknown
  expiration_ttl?: number
}

type Where = { account: string; namespace: string }
type Paged = { page: number; perPage: number }

/** `keys` are those that it is about, for whoever counts. */
export type Question = { keys: string[] } & (
  | ({ route: 'accounts' } & Paged)
  | ({ route: 'namespaces'; account: string } & Paged)
  | ({ route: 'namespace' } & Where)
  | ({ route: 'get' } & Where)
  | ({ route: 'get many' } & Where)
  | ({ route: 'put many'; pairs: Pair[] } & Where)
  | ({ route: 'remove many' } & Where)
  | ({ route: 'list'; prefix: string; cursor: string; limit: number } & Where)
)

export type Unknown = { unknown: string }

type Sent = { method: string; url: string; body: string }

export function readQuestion(sent: Sent): Question | Unknown {
  const { pathname, searchParams } = new URL(sent.url, 'http://standin')
  const path = pathname.replace(/^\/client\/v4/, '')
  const odd = (names: readonly string[]) => [...searchParams.keys()].find((name) => !names.includes(name))
  const number = (name: string, otherwise: number) => Number(searchParams.get(name) ?? otherwise)
  const paged = () => ({ page: number('page', 1), perPage: number('per_page', 20) })

  if (path === '/accounts' || /^\/accounts\/[^/]+\/storage\/kv\/namespaces$/.test(path)) {
    if (sent.method !== 'GET') return { unknown: 'only GET' }
    const name = odd(['page', 'per_page', 'direction', 'order'])
    if (name !== undefined) return { unknown: `the query ${name}` }
    const [, , account] = path.split('/')
    return account === undefined
      ? { route: 'accounts', keys: [], ...paged() }
      : { route: 'namespaces', account, keys: [], ...paged() }
  }
  const [, account, namespace, rest] =
    /^\/accounts\/([^/]+)\/storage\/kv\/namespaces\/([^/]+)(\/.*)?$/.exec(path) ?? []
  if (account === undefined || namespace === undefined) return { unknown: 'no such route' }
  const where = { account: decodeURIComponent(account), namespace: decodeURIComponent(namespace) }
  const name = odd(rest === '/keys' ? ['prefix', 'cursor', 'limit'] : [])
  if (name !== undefined) return { unknown: `the query ${name}` }
  switch (`${sent.method} ${rest?.replace(/^\/values\/[^/]+$/, '/values/:key') ?? ''}`) {
    case 'GET ':
      return { route: 'namespace', keys: [], ...where }
    case 'GET /values/:key':
      return { route: 'get', keys: [decodeURIComponent(rest?.split('/')[2] ?? '')], ...where }
    case 'GET /keys': {
      const prefix = searchParams.get('prefix') ?? ''
      const cursor = searchParams.get('cursor') ?? ''
      return { route: 'list', prefix, cursor, limit: number('limit', 1_000), keys: [prefix], ...where }
    }
    case 'POST /bulk/get':
      return readMany(parseJson(sent.body), where)
    case 'POST /bulk/delete':
      return readRemoval(parseJson(sent.body), where)
    case 'PUT /bulk':
      return readPairs(parseJson(sent.body), where)
    default:
      return { unknown: 'no such route' }
  }
}

function readMany(data: unknown, where: Where): Question | Unknown {
  const { keys, type, withMetadata, ...others } = (data ?? {}) as Record<string, unknown>
  if (Object.keys(others).length > 0) return { unknown: `the field ${Object.keys(others)[0]}` }
  if (!isTexts(keys) || (type ?? 'text') !== 'text' || withMetadata) return { unknown: 'the body' }
  return { route: 'get many', keys, ...where }
}

function readRemoval(data: unknown, where: Where): Question | Unknown {
  return isTexts(data) ? { route: 'remove many', keys: data, ...where } : { unknown: 'the body' }
}

const PAIR_FIELDS: Record<keyof Pair, (value: unknown) => boolean> = {
  key: (value) => typeof value === 'string',
  value: (value) => typeof value === 'string',
  base64: (value) => typeof value === 'boolean',
  metadata: (value) => typeof value === 'object',
  expiration_ttl: (value) => typeof value === 'number',
}

function readPairs(data: unknown, where: Where): Question | Unknown {
  if (!Array.isArray(data)) return { unknown: 'the body' }
  for (const pair of data as Record<string, unknown>[]) {
    const { key, value, ...others } = pair
    for (const [field, given] of Object.entries({ key, value, ...others })) {
      const isRight = Object.hasOwn(PAIR_FIELDS, field) && PAIR_FIELDS[field as keyof Pair](given)
      if (!isRight) return { unknown: `the field ${field} of ${JSON.stringify(key)}` }
    }
  }
  const pairs = data as Pair[]
  return { route: 'put many', pairs, keys: pairs.map(({ key }) => key), ...where }
}

function isTexts(data: unknown): data is string[] {
  return Array.isArray(data) && data.every((item) => typeof item === 'string')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
