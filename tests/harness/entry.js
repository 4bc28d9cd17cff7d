// Stands in front of the built Worker inside workerd: sets the clock, watches and disturbs KV, and lets a test
// choose among isolates. The bundle itself is untouched. What a test wants comes in the header x-test.
const RealDate = Date
let now = null
globalThis.Date = class extends RealDate {
  constructor(...args) {
    super(...(args.length === 0 ? [globalThis.Date.now()] : args))
  }
  static now() {
    return now ?? RealDate.now()
  }
}

/** What each location has read: a value or that there is none, and when. */
const locations = new Map()

/** KV keeps what was read at a location, misses as well, for the cacheTtl of whoever asks again. */
async function readCached(location, { key, cacheTtl }, read) {
  const kept = locations.get(location) ?? new Map()
  locations.set(location, kept)
  const hit = kept.get(key)
  if (hit && Date.now() - hit.at < cacheTtl * 1000) return hit.value
  const value = await read()
  kept.set(key, { value, at: Date.now() })
  return value
}

/** A record as if all its rows had appeared and none expired. */
const withoutSpans = (text) =>
  typeof text === 'string' ? text.replace(/"from":\d+/g, '"from":0').replace(/,"until":\d+/g, '') : text

/** A module folder is an isolate: its own copy of the Worker's memory. */
const load = (isolate) => import(`./isolate-${isolate}/main.js`)

/** Every key that was read, by isolate, since the log was last taken. */
const log = []

/** The last body of each path, by client. */
const sent = new Map()

/**
 * GETs of many paths, named in the body, as one request: most of the time of a small one is its way here. A body that is
 * the same as the last one of its path to this client is left out.
 */
async function answerAll(worker, request, env, ctx) {
  const { batch, client, ...wish } = JSON.parse(decodeURIComponent(request.headers.get('x-test')))
  const headers = { 'x-test': encodeURIComponent(JSON.stringify(wish)) }
  const bodies = sent.get(client) ?? new Map()
  sent.set(client, bodies)
  const answers = []
  for (const path of await request.json()) {
    const answer = await worker.fetch(new Request(new URL(path, request.url), { headers }), env, ctx)
    const body = await answer.text()
    const isSame = bodies.get(path) === body
    bodies.set(path, body)
    answers.push({ status: answer.status, headers: [...answer.headers], body: isSame ? null : body })
  }
  return answers
}

export default {
  async fetch(request, env, ctx) {
    const {
      isolate = 0,
      kv = {},
      vars = {},
      ...wish
    } = JSON.parse(decodeURIComponent(request.headers.get('x-test') ?? '{}'))
    now = wish.now ?? null
    if (wish.takeLog) return Response.json(log.splice(0))
    if (wish.batch) return Response.json(await answerAll(this, request, env, ctx))
    /** The keys of each operation. */
    const operations = []
    const readOne = (key, options, read) =>
      kv.location === undefined || options.type === 'stream'
        ? readPast(key, options, read)
        : readCached(kv.location, { key, ...options }, () => readPast(key, options, read))
    const readPast = async (key, { cacheTtl }, read) => {
      const [prefix, arrives] = kv.late ?? []
      if (prefix !== undefined && key.startsWith(prefix) && Date.now() < arrives) return null
      if (kv.fail !== undefined && key.startsWith(kv.fail))
        throw new Error('KV GET failed: 500 Internal Server Error')
      if (kv.hide !== undefined && key.startsWith(kv.hide)) return null
      if (kv.missed !== undefined && key.startsWith(kv.missed) && cacheTtl > 30) return null
      if (kv.garbled !== undefined && key.startsWith(kv.garbled) && cacheTtl > 30) return '{'
      if (kv.put && key in kv.put) return kv.put[key]
      if (kv.bare !== undefined && key.startsWith(kv.bare)) return withoutSpans(await read())
      return read()
    }
    const begin = async (keys, options) => {
      operations.push(keys)
      for (const key of keys) log.push({ isolate, key, cacheTtl: options?.cacheTtl })
      if (!(options?.cacheTtl >= 30)) throw new TypeError('KV takes no cacheTtl below 30 s')
      if (keys.length < 1 || keys.length > 100) throw new TypeError('KV takes 1 to 100 keys at once')
      if (kv.delay) await new Promise((resolve) => setTimeout(resolve, kv.delay))
    }
    const ARTICLES = {
      async get(wanted, options) {
        await begin([wanted].flat(), options)
        if (!Array.isArray(wanted)) {
          return await readOne(wanted, options, () => env.ARTICLES.get(wanted, options))
        }
        const values = await env.ARTICLES.get(wanted, options)
        const one = async (key) => [key, await readOne(key, options, () => values.get(key) ?? null)]
        return new Map(await Promise.all(wanted.map(one)))
      },
      async getWithMetadata(key, options) {
        await begin([key], options)
        let metadata = null
        const value = await readOne(key, options, async () => {
          const read = await env.ARTICLES.getWithMetadata(key, options)
          metadata = read.metadata
          return read.value
        })
        return { value, metadata }
      },
    }
    const headers = new Headers(request.headers)
    headers.delete('x-test')
    const { default: worker } = await load(isolate)
    const response = await worker.fetch(new Request(request, { headers }), { ...env, ...vars, ARTICLES }, ctx)
    const answer = new Response(response.body, response)
    answer.headers.set('x-test-reads', JSON.stringify(operations))
    return answer
  },
}
