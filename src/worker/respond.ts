// The only maker of responses: every one leaves with the security headers and with its lifetimes spelled out.
import type { CacheHeaders } from './caching.ts'
import { styleHash } from './views/style.ts'

/** What kind of body a response has; pictures may be shown by other sites, pages may not be framed by any. */
export type Kind = 'html' | 'xml' | 'text' | 'icon' | 'media' | 'drawing' | 'empty'

const SHARED: Record<string, string> = {
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'strict-transport-security': 'max-age=63072000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

/** Nothing runs in what is not a page. */
const INERT_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
/** Nor in a drawing, which may be opened by itself; what it brings along for its looks is let through. */
const DRAWING_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox; frame-ancestors 'none'"

const pagePolicy = (hash: string): string =>
  // Nothing connects; but audits ask for robots.txt in the page's name.
  `default-src 'none'; style-src '${hash}'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

/** A kind's headers for one pair of lifetimes, made once and copied for every response. */
const prepared = new WeakMap<CacheHeaders, Partial<Record<Kind, Headers>>>()

/** Must be awaited once before the first response: the style's hash is not known earlier. */
export async function prepareResponses(): Promise<void> {
  contentPolicy ??= pagePolicy(await styleHash())
}

let contentPolicy: string | undefined

export const isPrepared = (): boolean => contentPolicy !== undefined

function headersFor(kind: Kind, cache: CacheHeaders): Headers {
  let kinds = prepared.get(cache)
  if (!kinds) {
    kinds = {}
    prepared.set(cache, kinds)
  }
  kinds[kind] ??= new Headers({
    ...SHARED,
    ...(kind === 'html' ? { 'content-type': 'text/html; charset=utf-8' } : {}),
    ...(kind === 'xml' ? { 'content-type': 'application/xml' } : {}),
    ...(kind === 'text' ? { 'content-type': 'text/plain; charset=utf-8' } : {}),
    ...(kind === 'icon' ? { 'content-type': 'image/svg+xml' } : {}),
    'content-security-policy': policyOf(kind),
    'cross-origin-resource-policy': kind === 'media' || kind === 'drawing' ? 'cross-origin' : 'same-origin',
    'cache-control': cache.browser,
    'cloudflare-cdn-cache-control': cache.edge,
  })
  return kinds[kind]
}

function policyOf(kind: Kind): string {
  if (kind === 'html') return contentPolicy ?? INERT_POLICY
  return kind === 'drawing' ? DRAWING_POLICY : INERT_POLICY
}

export type Answer = {
  status?: number
  kind: Kind
  cache: CacheHeaders
  etag?: string
  headers?: Record<string, string>
}

/** A response. One with an ETag is 200 or 304. */
export function respond(
  body: BodyInit | null,
  { status = 200, kind, cache, etag, headers }: Answer,
): Response {
  // The prepared headers are copied once, by the response itself; what is its own is set on the copy.
  const response = new Response(body, { status, headers: headersFor(kind, cache) })
  if (etag !== undefined) response.headers.set('etag', etag)
  for (const name in headers) response.headers.set(name, headers[name] ?? '')
  return response
}

/** RFC 9110, section 15.4.5: what the reader has is still good, and may be kept as long as a 200 could. */
export function notModified({ kind, cache, etag }: Answer): Response {
  const response = respond(null, { status: 304, kind, cache, etag })
  response.headers.delete('content-type')
  return response
}

/** A redirect to a path of this site. The path begins with exactly one slash, so it cannot leave the site. */
export function redirect(
  path: string,
  { status, cache }: { status: 301 | 302; cache: CacheHeaders },
): Response {
  return respond(null, { status, kind: 'empty', cache, headers: { location: path } })
}
