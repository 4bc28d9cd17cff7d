// Makes every response. No response may go out without security headers and explicit cache lifetimes.
import type { CacheHeaders } from './caching.ts'
import { styleHash } from './views/style.ts'

/** The kind of a response's body, which decides its headers. */
export type BodyKind = 'html' | 'xml' | 'text' | 'icon' | 'media' | 'drawing' | 'empty'

const SECURITY_HEADERS: Record<string, string> = {
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'strict-transport-security': 'max-age=63072000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

/** For everything that is not a page: nothing may run or load. */
const INERT_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
/** For SVG files, which readers can open on their own: nothing may run, but inline styles and embedded data may load. */
const DRAWING_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox; frame-ancestors 'none'"

const pagePolicy = (hash: string): string =>
  // Pages never connect, but audits such as Lighthouse fetch robots.txt from within the page.
  `default-src 'none'; style-src '${hash}'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

/** The headers of each kind for one pair of lifetimes, built once and copied for every response. */
const prepared = new WeakMap<CacheHeaders, Partial<Record<BodyKind, Headers>>>()

/** Must be awaited before the first response, because the hash of the style sheet is computed asynchronously. */
export async function prepareResponses(): Promise<void> {
  contentPolicy ??= pagePolicy(await styleHash())
}

let contentPolicy: string | undefined

export const isPrepared = (): boolean => contentPolicy !== undefined

function headersFor(kind: BodyKind, cache: CacheHeaders): Headers {
  let headersByKind = prepared.get(cache)
  if (!headersByKind) {
    headersByKind = {}
    prepared.set(cache, headersByKind)
  }
  headersByKind[kind] ??= new Headers({
    ...SECURITY_HEADERS,
    ...(kind === 'html' ? { 'content-type': 'text/html; charset=utf-8' } : {}),
    ...(kind === 'xml' ? { 'content-type': 'application/xml' } : {}),
    ...(kind === 'text' ? { 'content-type': 'text/plain; charset=utf-8' } : {}),
    ...(kind === 'icon' ? { 'content-type': 'image/svg+xml' } : {}),
    'content-security-policy': policyOf(kind),
    'cross-origin-resource-policy': kind === 'media' || kind === 'drawing' ? 'cross-origin' : 'same-origin',
    'cache-control': cache.browser,
    'cloudflare-cdn-cache-control': cache.edge,
  })
  return headersByKind[kind]
}

function policyOf(kind: BodyKind): string {
  if (kind === 'html') return contentPolicy ?? INERT_POLICY
  return kind === 'drawing' ? DRAWING_POLICY : INERT_POLICY
}

export type Answer = {
  status?: number
  kind: BodyKind
  cache: CacheHeaders
  etag?: string
  headers?: Record<string, string>
}

/** Makes a response. A response with an ETag must be a 200, 206 or 304. */
export function respond(
  body: BodyInit | null,
  { status = 200, kind, cache, etag, headers }: Answer,
): Response {
  // `new Response` copies the prepared headers, so the headers below are set on the copy.
  const response = new Response(body, { status, headers: headersFor(kind, cache) })
  if (etag !== undefined) response.headers.set('etag', etag)
  for (const name in headers) response.headers.set(name, headers[name] ?? '')
  return response
}

/** A 304 with the same cache headers as the 200 would have. RFC 9110, section 15.4.5. */
export function notModified({ kind, cache, etag }: Answer): Response {
  const response = respond(null, { status: 304, kind, cache, etag })
  response.headers.delete('content-type')
  return response
}

/** A redirect to a path of this site. The path must begin with exactly one slash, or it could leave the site. */
export function redirect(
  path: string,
  { status, cache }: { status: 301 | 302; cache: CacheHeaders },
): Response {
  return respond(null, { status, kind: 'empty', cache, headers: { location: path } })
}
