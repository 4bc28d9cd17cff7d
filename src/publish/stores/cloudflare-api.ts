// One call of Cloudflare's API, with its retries. No other file retries after a network failure, a 429 or a 5xx.
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

/** How calls wait. Tests pass a `wait` that returns at once. */
export type RetryOptions = {
  /** Waits between two tries. */
  wait?: (milliseconds: number) => Promise<unknown>
  /** How long the API may send nothing, in addition to the time that the upload of the body needs. */
  answerMs?: number
}

export type ApiCall = {
  method?: 'GET' | 'PUT' | 'POST'
  /** The path below the API's base, with a leading slash. */
  path: string
  /** JSON. */
  body?: string
  /** What the call is for; completes the message "Cloudflare could not …". */
  attempt: string
}

/** An answer of the API. Milliseconds: `date` by Cloudflare's clock, `sent` and `received` by this machine's. */
export type ApiAnswer<T> = {
  result: T
  info: { cursor?: string; total_count?: number; [field: string]: unknown }
  date: number
  sent: number
  received: number
}

export type Api = {
  call: <T>(call: ApiCall) => Promise<ApiAnswer<T>>
  /** Null if the API says that the answer would be too large; the caller can then ask for less. */
  callUnlessTooGreat: <T>(call: ApiCall) => Promise<ApiAnswer<T> | null>
  /** The bytes of a value, which the API sends without an envelope; null when there is no such key. */
  read: (call: ApiCall) => Promise<Uint8Array | null>
  /** Waits before the next try of a call that was answered, but only partly done. */
  pause: (attempt: number) => Promise<void>
}

export const TRIES = 5
const FIRST_WAIT_MS = 500
/** If the API asks for a longer wait, the command fails instead of waiting. */
const LONGEST_WAIT_MS = 60_000
/** Long enough for a slow answer to a call with a thousand values. */
const ANSWER_MS = 60_000
/** The upload speed of a slow connection. */
const SLOW_LINE_BYTES_PER_MS = 64

/** Opens the API at a base such as https://api.cloudflare.com/client/v4, with the rights of a token. */
export function openApi({
  base,
  token,
  retry = {},
}: {
  base: string
  token: Token
  retry?: RetryOptions
}): Api {
  const wait = retry.wait ?? sleep
  const answerMs = retry.answerMs ?? ANSWER_MS
  const once = (call: ApiCall): Promise<RawAnswer> => fetchOnce(call, { base, token, answerMs })

  async function send(call: ApiCall): Promise<FinalAnswer> {
    for (let tried = 1; ; tried += 1) {
      const outcome = await once(call).catch(reasonOf)
      const next = typeof outcome === 'string' ? backoff(tried) : nextTry(outcome, tried)
      if (next === null || tried === TRIES) {
        if (typeof outcome !== 'string') return { ...outcome, tries: tried }
        throw new Error(explainSilence({ attempt: call.attempt, base, reason: outcome }))
      }
      await wait(next)
    }
  }

  const refusal = (
    { attempt, path }: ApiCall,
    { status, tries, retryAfter }: FinalAnswer,
    errors: readonly ApiError[],
  ): Error => new Error(explain({ attempt, path, token, status, errors, tries, retryAfter }))

  const unwrap = <T>(call: ApiCall, raw: FinalAnswer): ApiAnswer<T> => {
    const { success, errors, result, info } = parseEnvelope(raw)
    if (raw.status >= 400) throw refusal(call, raw, errors)
    if (!success) throw new Error(notTheApi(call, base))
    const { date, sent, received } = raw
    return { result: result as T, info, date, sent, received }
  }
  return {
    call: async (call) => unwrap(call, await send(call)),
    callUnlessTooGreat: async (call) => {
      const raw = await send(call)
      return raw.status === 413 ? null : unwrap(call, raw)
    },
    read: async (call) => {
      const raw = await send(call)
      if (raw.status < 300 && isHtml(raw)) throw new Error(notTheApi(call, base))
      if (raw.status < 300) return raw.body
      const { errors } = parseEnvelope(raw)
      if (raw.status === 404 && errors.some(({ code }) => code === KEY_NOT_FOUND)) return null
      throw refusal(call, raw, errors)
    },
    pause: async (attempt) => {
      await wait(backoff(attempt))
    },
  }
}

type RawAnswer = {
  status: number
  type: string
  body: Uint8Array
  /** Seconds that the API asks to wait; null if it does not ask. */
  retryAfter: number | null
  date: number
  sent: number
  received: number
}

/** The last answer, after all retries. */
type FinalAnswer = RawAnswer & { tries: number }

async function fetchOnce(
  { method = 'GET', path, body }: ApiCall,
  { base, token, answerMs }: { base: string; token: Token; answerMs: number },
): Promise<RawAnswer> {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const restartTimeout = (milliseconds: number): void => {
    clearTimeout(timer)
    timer = setTimeout(() => controller.abort(new Error('no answer in time')), milliseconds)
  }
  try {
    restartTimeout(answerMs + (body?.length ?? 0) / SLOW_LINE_BYTES_PER_MS)
    const sent = Date.now()
    const response = await fetch(`${base}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token.value}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body,
      signal: controller.signal,
    })
    const received = Date.now()
    const chunks: Uint8Array[] = []
    // Each chunk restarts the timeout, so that a large value may take long.
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk)
      restartTimeout(answerMs)
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

function backoff(tried: number): number {
  return FIRST_WAIT_MS * 2 ** (tried - 1)
}

/** Milliseconds until the next try; null if another try would not help. */
function nextTry(raw: RawAnswer, tried: number): number | null {
  if (raw.status !== 429 && raw.status < 500) return null
  if (isDayUsedUp(raw.status, parseEnvelope(raw).errors)) return null
  const asked = (raw.retryAfter ?? 0) * 1000
  if (asked > LONGEST_WAIT_MS) return null
  return Math.max(asked, backoff(tried))
}

type Envelope = { success: boolean; errors: ApiError[]; result: unknown; info: ApiAnswer<unknown>['info'] }

/** The envelope of an answer; an empty one if the answer is from a proxy or a sign-in page. */
function parseEnvelope({ body }: RawAnswer): Envelope {
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

/** Whether a proxy or a sign-in page answered: the API sends values without a type, and never as HTML. */
function isHtml({ type, body }: RawAnswer): boolean {
  return /^text\/html\b/i.test(type) || /^\s*<(?:!doctype )?html\b/i.test(textOf(body.subarray(0, 200)))
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()
}

function notTheApi({ attempt }: ApiCall, base: string): string {
  return `Cloudflare could not ${attempt}: ${new URL(base).host} did not answer as its API. Check CLOUDFLARE_API_BASE_URL, and whether this network asks you to sign in`
}
