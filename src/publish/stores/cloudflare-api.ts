// One call of Cloudflare's API, with all its retries: nothing else here tries again after a failure of the line.
import { setTimeout as sleep } from 'node:timers/promises'
import { parseJson } from '../json.ts'
import {
  type ApiError,
  explain,
  explainSilence,
  isDayUsedUp,
  KEY_NOT_FOUND,
  type Token,
} from './cloudflare-error.ts'

/** How calls wait; tests hand in what does not. */
export type Patience = {
  /** Waits between two tries. */
  wait?: (milliseconds: number) => Promise<unknown>
  /** How long an answer may be silent, apart from the time that the body of the call needs. */
  answerMs?: number
}

export type ApiCall = {
  method?: 'GET' | 'PUT' | 'POST'
  /** Below the API's base, with a slash in front. */
  path: string
  /** JSON. */
  body?: string
  /** What it is for, as in "Cloudflare could not …". */
  attempt: string
}

/** The envelope that the API puts its answers in; `date` in milliseconds, `sent` and `received` by this machine. */
export type ApiAnswer<T> = {
  result: T
  info: { cursor?: string; total_count?: number; [field: string]: unknown }
  date: number
  sent: number
  received: number
}

export type Api = {
  call: <T>(call: ApiCall) => Promise<ApiAnswer<T>>
  /** Null where the API says that the answer would be too great, so that less can be asked for. */
  callUnlessTooGreat: <T>(call: ApiCall) => Promise<ApiAnswer<T> | null>
  /** A value as it is, outside of any envelope; null when there is no such key. */
  read: (call: ApiCall) => Promise<Uint8Array | null>
  /** Waits before the next try at what was answered, but not done. */
  pause: (attempt: number) => Promise<void>
}

export const TRIES = 5
const FIRST_WAIT_MS = 500
/** Longer waits than this are for the editor to decide on. */
const LONGEST_WAIT_MS = 60_000
/** Long enough for a thousand values on a bad day. */
const ANSWER_MS = 60_000
/** A slow line at an editor's home, in bytes per millisecond. */
const SLOW_LINE = 64

/** The API below a base such as https://api.cloudflare.com/client/v4, as the owner of a token may use it. */
export function openApi({
  base,
  token,
  patience = {},
}: {
  base: string
  token: Token
  patience?: Patience
}): Api {
  const wait = patience.wait ?? sleep
  const answerMs = patience.answerMs ?? ANSWER_MS
  const once = (call: ApiCall): Promise<Raw> => fetchOnce(call, { base, token, answerMs })

  async function send(call: ApiCall): Promise<Answered> {
    for (let tried = 1; ; tried += 1) {
      const outcome = await once(call).catch(reasonOf)
      const next = typeof outcome === 'string' ? waitFor(tried) : nextTry(outcome, tried)
      if (next === null || tried === TRIES) {
        if (typeof outcome !== 'string') return { ...outcome, tries: tried }
        throw new Error(explainSilence({ attempt: call.attempt, base, reason: outcome }))
      }
      await wait(next)
    }
  }

  const refusal = (
    { attempt, path }: ApiCall,
    { status, tries, retryAfter }: Answered,
    errors: readonly ApiError[],
  ): Error => new Error(explain({ attempt, path, token, status, errors, tries, retryAfter }))

  const open = <T>(call: ApiCall, raw: Answered): ApiAnswer<T> => {
    const { success, errors, result, info } = parseEnvelope(raw)
    if (raw.status >= 400) throw refusal(call, raw, errors)
    if (!success) throw new Error(notTheApi(call, base))
    const { date, sent, received } = raw
    return { result: result as T, info, date, sent, received }
  }
  return {
    call: async (call) => open(call, await send(call)),
    callUnlessTooGreat: async (call) => {
      const raw = await send(call)
      return raw.status === 413 ? null : open(call, raw)
    },
    read: async (call) => {
      const raw = await send(call)
      if (raw.status < 300 && isPage(raw)) throw new Error(notTheApi(call, base))
      if (raw.status < 300) return raw.body
      const { errors } = parseEnvelope(raw)
      if (raw.status === 404 && errors.some(({ code }) => code === KEY_NOT_FOUND)) return null
      throw refusal(call, raw, errors)
    },
    pause: async (attempt) => {
      await wait(waitFor(attempt))
    },
  }
}

type Raw = {
  status: number
  type: string
  body: Uint8Array
  /** Seconds that the API asks to wait; null where it asks for none. */
  retryAfter: number | null
  date: number
  sent: number
  received: number
}

/** What was answered in the end. */
type Answered = Raw & { tries: number }

async function fetchOnce(
  { method = 'GET', path, body }: ApiCall,
  { base, token, answerMs }: { base: string; token: Token; answerMs: number },
): Promise<Raw> {
  const limit = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const allow = (milliseconds: number): void => {
    clearTimeout(timer)
    timer = setTimeout(() => limit.abort(new Error('no answer in time')), milliseconds)
  }
  try {
    allow(answerMs + (body?.length ?? 0) / SLOW_LINE)
    const sent = Date.now()
    const response = await fetch(`${base}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token.value}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body,
      signal: limit.signal,
    })
    const received = Date.now()
    const chunks: Uint8Array[] = []
    // A great value may take as long as it likes, as long as it keeps coming.
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk)
      allow(answerMs)
    }
    const retryAfter = response.headers.get('retry-after')
    return {
      status: response.status,
      type: response.headers.get('content-type') ?? '',
      body: new Uint8Array(Buffer.concat(chunks)),
      retryAfter: retryAfter === null ? null : secondsOf(retryAfter),
      date: Date.parse(response.headers.get('date') ?? ''),
      sent,
      received,
    }
  } finally {
    clearTimeout(timer)
  }
}

/** A number of seconds, or a date. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function secondsOf(retryAfter: string): number | null {
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter)
  const date = Date.parse(retryAfter)
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - Date.now()) / 1000))
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause
  if (cause instanceof Error) return ((cause as NodeJS.ErrnoException).code ?? cause.message) || cause.name
  return error.message
}

function waitFor(tried: number): number {
  return FIRST_WAIT_MS * 2 ** (tried - 1)
}

/** Milliseconds until the next try; null where none would help. */
function nextTry(raw: Raw, tried: number): number | null {
  if (raw.status !== 429 && raw.status < 500) return null
  if (isDayUsedUp(raw.status, parseEnvelope(raw).errors)) return null
  const asked = (raw.retryAfter ?? 0) * 1000
  if (asked > LONGEST_WAIT_MS) return null
  return Math.max(asked, waitFor(tried))
}

type Envelope = { success: boolean; errors: ApiError[]; result: unknown; info: ApiAnswer<unknown>['info'] }

/** What a proxy or a sign-in page answers is no envelope, and then there is nothing in it. */
function parseEnvelope({ body }: Raw): Envelope {
  const data = parseJson(textOf(body))
  if (typeof data !== 'object' || data === null) return { success: false, errors: [], result: null, info: {} }
  const { success, errors, result, result_info } = data as Record<string, unknown>
  return {
    success: success === true,
    errors: Array.isArray(errors) ? errors.filter(isApiError) : [],
    result,
    info: typeof result_info === 'object' && result_info !== null ? { ...result_info } : {},
  }
}

function isApiError(error: unknown): error is ApiError {
  const { code, message } = (error ?? {}) as Record<string, unknown>
  return typeof code === 'number' && typeof message === 'string'
}

/** Values are given out as bytes of no type: what says that it is HTML comes from a sign-in page or a proxy. */
function isPage({ type, body }: Raw): boolean {
  return /^text\/html\b/i.test(type) || /^\s*<(?:!doctype )?html\b/i.test(textOf(body.subarray(0, 200)))
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()
}

function notTheApi({ attempt }: ApiCall, base: string): string {
  return `Cloudflare could not ${attempt}: what answers at ${new URL(base).host} is not its API. Check CLOUDFLARE_API_BASE_URL, and whether this network wants you to sign in`
}
