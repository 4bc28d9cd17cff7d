// A stand-in for Cloudflare's KV REST API on the loopback, over the local KV that workerd reads. This file is
// the HTTP server: it counts calls, injects the requested faults, and knows nothing of KV.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Answer, refusal } from './answer.ts'
import { type ApiOptions, openApi } from './api.ts'
import { LIMITS } from './limits.ts'
import { type Question, readQuestion } from './question.ts'

/** A call as it came in. Drills look at these, and are handed each before its work is done. */
export type Call = {
  /** 1 for the first since the start or the last `reset`. */
  n: number
  route: Question['route'] | 'unknown'
  method: string
  path: string
  /** The keys that it reads, writes or removes; of a list, its prefix. */
  keys: string[]
  /** The bytes of its body. */
  bytes: number
  /** What was answered; null while nothing was. */
  outcome: number | 'dropped' | 'hanging' | null
}

/** How a call goes wrong. With `after`, its work is done, and only the answer is another or gets lost. */
export type Fault =
  | {
      kind: 'status'
      status: number
      code?: number
      message?: string
      /** Seconds. */
      retryAfter?: number
      after?: boolean
    }
  | { kind: 'drop'; after?: boolean }
  | { kind: 'hang'; after?: boolean }
  /** 200, but the first so many of its keys (half of them if not given) are not done and named in the answer. */
  | { kind: 'unsuccessful'; keys?: number }

export type StandinOptions = ApiOptions & { port?: number }

export type Standin = {
  /** The API's base. */
  url: string
  /** What a process needs in its environment to take this for Cloudflare. */
  env: Record<'CLOUDFLARE_API_BASE_URL' | 'CLOUDFLARE_API_TOKEN' | 'CLOUDFLARE_ACCOUNT_ID', string>
  /** Ids of the namespaces by the title that wrangler gives them. */
  namespaces: Record<string, string>
  /** All calls since the start or the last `reset`. */
  calls: Call[]
  /** How many keys were read, written and removed, and the bytes of the values written. */
  totals: () => { calls: number; read: number; written: number; removed: number; bytes: number }
  /** Breaks the n-th call since the start or the last `reset`; each call breaks once. */
  fail: (n: number, fault: Fault) => void
  /** Breaks the next so many calls. */
  failNext: (fault: Fault, count?: number) => void
  /**
   * Hears of each call before its work is done, and may take its time (and so put calls into any order), return a
   * fault, or kill the process that called: with a drop returned, its work is not done, without one it is.
   */
  onCall: ((call: Call) => unknown) | null
  /** Whether reads are as stale as KV's may be; switching forgets what was read. */
  stale: boolean
  /** What the `Date` header is ahead of this machine's clock, in milliseconds. */
  clockOffset: number
  /** Forgets calls, faults, limits and what was read; values stay. */
  reset: () => void
  /** Closes everything. Throws if a call came that Cloudflare's API does not know. */
  stop: () => Promise<void>
}

export async function startStandin(options: StandinOptions): Promise<Standin> {
  const api = await openApi(options)
  const faults = new Map<number, Fault>()
  const unknown: string[] = []
  const standin: Standin = {
    url: '',
    env: {
      CLOUDFLARE_API_BASE_URL: '',
      CLOUDFLARE_API_TOKEN: api.token,
      CLOUDFLARE_ACCOUNT_ID: api.account,
    },
    namespaces: api.namespaces,
    calls: [],
    totals: () => ({ calls: standin.calls.length, ...api.totals }),
    fail: (n, fault) => void faults.set(n, fault),
    failNext: (fault, count = 1) => {
      for (let ahead = 1; ahead <= count; ahead += 1) faults.set(standin.calls.length + ahead, fault)
    },
    onCall: null,
    get stale() {
      return api.isStale()
    },
    set stale(stale) {
      api.beStale(stale)
    },
    clockOffset: 0,
    reset: () => {
      standin.calls.length = 0
      faults.clear()
      api.reset()
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await api.close()
      if (unknown.length > 0) throw new Error(`Calls that the API does not know:\n${unknown.join('\n')}`)
    },
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request
    const call: Call = {
      n: standin.calls.length + 1,
      route: 'unknown',
      method,
      path: url,
      keys: [],
      bytes: 0,
      outcome: null,
    }
    standin.calls.push(call)
    response.once('close', () => {
      call.outcome ??= 'dropped'
    })
    const body = await readBody(request)
    call.bytes = body?.length ?? LIMITS.bodyBytes + 1
    const question = readQuestion({ method, url, body: body?.toString() ?? '[]' })
    if ('unknown' in question) {
      unknown.push(`${method} ${url}: ${question.unknown}`)
      return reply(response, call, refusal(404, 7000, `No route for that URI (${question.unknown})`))
    }
    Object.assign(call, { route: question.route, keys: question.keys })
    const fault = faults.get(call.n) ?? ((await standin.onCall?.(call)) as Fault | undefined)
    faults.delete(call.n)
    if (fault && fault.kind !== 'unsuccessful' && !fault.after) return breakOff(response, call, fault)
    const leftOut = fault?.kind === 'unsuccessful' ? (fault.keys ?? Math.ceil(question.keys.length / 2)) : 0
    const answer = body
      ? await api.answer(question, { authorization: request.headers.authorization, leftOut })
      : refusal(413, 10_025, 'request body too large')
    if (fault && fault.kind !== 'unsuccessful') return breakOff(response, call, fault)
    reply(response, call, answer)
  }

  function reply(response: ServerResponse, call: Call, { status, body, headers }: Answer): void {
    call.outcome = status
    const isBytes = body instanceof Uint8Array
    response.writeHead(status, {
      date: new Date(Date.now() + standin.clockOffset).toUTCString(),
      'content-type': isBytes ? 'application/octet-stream' : 'application/json',
      ...headers,
    })
    response.end(isBytes ? body : JSON.stringify(body))
  }

  function breakOff(
    response: ServerResponse,
    call: Call,
    fault: Exclude<Fault, { kind: 'unsuccessful' }>,
  ): void {
    if (fault.kind === 'hang') call.outcome = 'hanging'
    else if (fault.kind === 'drop') {
      call.outcome = 'dropped'
      response.socket?.destroy()
    } else {
      const { status, code = 10_001, message = 'told to fail', retryAfter } = fault
      const headers: Record<string, string> =
        retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
      reply(response, call, { ...refusal(status, code, message), headers })
    }
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      // Who was killed in the middle of a call has done nothing wrong.
      if (!request.complete) return
      unknown.push(`${request.method} ${request.url}: ${String(error)}`)
      response.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  standin.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/client/v4`
  standin.env.CLOUDFLARE_API_BASE_URL = standin.url
  return standin
}

/** Null where it is longer than the API takes. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes <= LIMITS.bodyBytes) chunks.push(chunk)
  }
  return bytes > LIMITS.bodyBytes ? null : Buffer.concat(chunks)
}
