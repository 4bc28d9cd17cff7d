// Messages for refused or failed calls of Cloudflare's API: one sentence that says what to do. Pure.

export type ApiError = { code: number; message: string }

/** A token, and where it was found. */
export type Token = { value: string; from: 'CLOUDFLARE_API_TOKEN' | 'wrangler' }

export type Refused = {
  attempt: string
  path: string
  token: Token
  status: number
  errors: readonly ApiError[]
  /** How many times the call was tried. */
  tries: number
  /** Seconds that the last answer asks to wait; null if it does not ask. */
  retryAfter: number | null
}

export const KEY_NOT_FOUND = 10_009
const NAMESPACE_NOT_FOUND = 10_013
const NO_ROUTE = [7_000, 7_003]
const MALFORMED_TOKEN = [6_003, 6_111, 9_106]
const UNKNOWN_TOKEN = [1_000, 9_109]
const DAY_USED_UP = 10_048

/** Whether the free plan's limit for the day is reached: another try would not help. */
export function isDayUsedUp(status: number, errors: readonly ApiError[]): boolean {
  const isDailyLimit = ({ code, message }: ApiError): boolean =>
    code === DAY_USED_UP || /\b(?:daily|free usage|free tier)\b/i.test(message)
  return status === 429 && errors.some(isDailyLimit)
}

/** The message for a failed call that is not retried, or whose retries failed too. */
export function explain({ attempt, path, token, status, errors, tries, retryAfter }: Refused): string {
  const has = (...codes: number[]): boolean => errors.some(({ code }) => codes.includes(code))
  const failure = `Cloudflare could not ${attempt}`
  if (isDayUsedUp(status, errors)) {
    return `${failure}: the free plan's KV limit for today is reached. Run the command again after 00:00 UTC, or take a paid plan`
  }
  if (status === 429) {
    return `${failure}: too many calls (the limit is 1,200 in 5 minutes). Wait 5 minutes and run the command again`
  }
  if (status >= 500) {
    const times = tries > 1 ? `, in ${tries} tries` : ''
    const asks = retryAfter ? `, and asks to wait ${retryAfter} seconds` : ''
    return `${failure}: ${answerText(status, errors)}${times}${asks}. Look at https://www.cloudflarestatus.com and run the command again later`
  }
  if (status === 401 || has(...UNKNOWN_TOKEN, ...MALFORMED_TOKEN)) {
    return token.from === 'wrangler'
      ? `${failure}: it does not accept wrangler's login. Run npx wrangler login`
      : `${failure}: it does not accept the token in ${token.from} (wrong, expired or revoked). Set a valid one`
  }
  if (status === 403) {
    const account = /^\/accounts\/([^/]+)/.exec(path)?.[1]
    const of = account === undefined ? '' : ` on the account ${account}`
    return token.from === 'wrangler'
      ? `${failure}: wrangler's login has no right to do it${of}. Run npx wrangler login with an account that has`
      : `${failure}: the token in ${token.from} has no right to do it${of}. Give it the permission Workers KV Storage: Edit`
  }
  if (has(NAMESPACE_NOT_FOUND)) {
    const [, account, namespace] = /^\/accounts\/([^/]+)\/storage\/kv\/namespaces\/([^/]+)/.exec(path) ?? []
    return `${failure}: the account ${account} has no KV namespace ${namespace}. Correct the id of ARTICLES in wrangler.toml, or DATELINE_NAMESPACE_ID`
  }
  if (has(...NO_ROUTE)) {
    const account = /^\/accounts\/([^/]+)/.exec(path)?.[1]
    return `${failure}: there is no account ${account}. Correct account_id in wrangler.toml, or CLOUDFLARE_ACCOUNT_ID`
  }
  return `${failure}: ${answerText(status, errors)}`
}

/** The message for a call without an answer: no network, an unknown host, a broken connection, a timeout. */
export function explainSilence({
  attempt,
  base,
  reason,
}: {
  attempt: string
  base: string
  reason: string
}): string {
  return `Cloudflare could not ${attempt}: ${new URL(base).host} was not reached (${reason}). Check the network connection and run the command again`
}

function answerText(status: number, errors: readonly ApiError[]): string {
  const texts = errors.map(({ code, message }) => `${oneLine(message)} (code ${code})`).join('; ')
  return `it answered ${status}${texts === '' ? '' : `: ${texts}`}`
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 200 ? `${line.slice(0, 200)}…` : line
}
