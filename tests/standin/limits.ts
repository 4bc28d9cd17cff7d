// KV's limits, as Cloudflare documents them: a call that exceeds one is refused as a whole.
import { type Answer, refusal } from './answer.ts'
import type { Pair, Question } from './question.ts'

/** https://developers.cloudflare.com/kv/platform/limits/ and the reference of each route. */
export const LIMITS = {
  pairs: 10_000,
  keysRead: 100,
  bytesRead: 25_000_000,
  bodyBytes: 100_000_000,
  key: 512,
  metadata: 1_024,
  value: 25 * 1024 * 1024,
  expiry: 60,
  listed: 1_000,
  perPage: 100,
}

/** What is too much about a question; null where nothing is. */
export function checkLimits(question: Question): Answer | null {
  const tooMuch = (what: string): Answer => refusal(400, 10_033, what)
  for (const key of question.route === 'list' ? [] : question.keys) {
    if (Buffer.byteLength(key) > LIMITS.key) return refusal(414, 10_030, `key length exceeds ${LIMITS.key}`)
    if (key === '' || key === '.' || key === '..') return tooMuch(`the key ${JSON.stringify(key)}`)
  }
  switch (question.route) {
    case 'accounts':
    case 'namespaces':
      return question.perPage > LIMITS.perPage ? tooMuch('per_page') : null
    case 'get many':
      return question.keys.length > LIMITS.keysRead || question.keys.length === 0 ? tooMuch('keys') : null
    case 'remove many':
      return question.keys.length > LIMITS.pairs || question.keys.length === 0 ? tooMuch('keys') : null
    case 'list':
      return question.limit > LIMITS.listed || question.limit < 10 ? tooMuch('limit') : null
    case 'put many':
      if (question.pairs.length > LIMITS.pairs || question.pairs.length === 0) return tooMuch('pairs')
      return question.pairs.map(checkPair).find((answer) => answer !== null) ?? null
    default:
      return null
  }
}

function checkPair({ key, value, base64, metadata, expiration_ttl }: Pair): Answer | null {
  const bytes = base64 ? Buffer.byteLength(value, 'base64') : Buffer.byteLength(value)
  if (bytes > LIMITS.value) return refusal(413, 10_024, `the value of ${key} exceeds ${LIMITS.value}`)
  if (metadata && Buffer.byteLength(JSON.stringify(metadata)) > LIMITS.metadata) {
    return refusal(413, 10_027, `the metadata of ${key} exceeds ${LIMITS.metadata}`)
  }
  if (expiration_ttl !== undefined && expiration_ttl < LIMITS.expiry) {
    return refusal(400, 10_026, `expiration_ttl must be at least ${LIMITS.expiry}`)
  }
  return null
}
