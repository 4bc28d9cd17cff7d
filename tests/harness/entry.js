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

/** A module folder is an isolate: its own copy of the Worker's memory. */
const load = (isolate) => import(`./isolate-${isolate}/main.js`)

/** Every key that was read, by isolate, since it was last asked. */
const log = []

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
    const reads = []
    const ARTICLES = {
      async get(key, options) {
        reads.push(key)
        log.push({ isolate, key, cacheTtl: options?.cacheTtl })
        if (!(options?.cacheTtl >= 30)) throw new TypeError('KV takes no cacheTtl below 30 s')
        if (kv.delay) await new Promise((resolve) => setTimeout(resolve, kv.delay))
        if (kv.fail !== undefined && key.startsWith(kv.fail))
          throw new Error('KV GET failed: 500 Internal Server Error')
        if (kv.hide !== undefined && key.startsWith(kv.hide)) return null
        if (kv.missed !== undefined && key.startsWith(kv.missed) && options.cacheTtl > 30) return null
        if (kv.garbled !== undefined && key.startsWith(kv.garbled) && options.cacheTtl > 30) return '{'
        if (kv.put && key in kv.put) return kv.put[key]
        return await env.ARTICLES.get(key, options)
      },
    }
    const headers = new Headers(request.headers)
    headers.delete('x-test')
    const { default: worker } = await load(isolate)
    const response = await worker.fetch(new Request(request, { headers }), { ...env, ...vars, ARTICLES }, ctx)
    const answer = new Response(response.body, response)
    answer.headers.set('x-test-reads', JSON.stringify(reads))
    return answer
  },
}
