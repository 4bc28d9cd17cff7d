// Answers with a picture's bytes, or with the requested range. Streams from KV: never holds a whole picture in memory.
import { cacheHeaders, matchesEtag, NO_STORE, POLICIES } from '../caching.ts'
import type { Env, LiveEdition } from '../context.ts'
import type { Variant } from '../edition/entries.ts'
import { readMedia } from '../edition/kv.ts'
import { notModified, respond } from '../respond.ts'

export type PictureRequest = Variant & { request: Request; live: LiveEdition; hash: string; variant: string }

/** Answers a request for a picture. The ETag is made from the hash of the source, so it stays valid after a deploy. */
export async function picture(
  env: Env,
  { request, live, hash, variant, type, until }: PictureRequest,
): Promise<Response> {
  const { moment, unconfirmed } = live
  const limits = { now: moment.expiryNow, change: until, expiry: until, unconfirmed }
  const headers: Record<string, string> = { 'content-type': type, 'accept-ranges': 'bytes' }
  const kind = type === 'image/svg+xml' ? 'drawing' : 'media'
  const etag = `"${hash}-${variant}"`
  const answer = { kind, cache: cacheHeaders(POLICIES.media, limits), etag, headers } as const
  const ifNoneMatch = request.headers.get('if-none-match')
  if (ifNoneMatch !== null && matchesEtag(ifNoneMatch, etag)) return notModified(answer)
  const { stream, bytes } = await readMedia(env, { hash, variant })
  if (bytes === null) {
    headers['accept-ranges'] = 'none'
    return respond(stream, answer)
  }
  const range = rangeOf(request, { bytes, etag })
  // A response to HEAD has no body that would set the length.
  headers['content-length'] = String(range === null || range === 'none' ? bytes : range.to - range.from)
  if (range === null) return respond(sliceStream(stream, { from: 0, to: bytes, of: bytes }), answer)
  if (range === 'none') {
    await stream.cancel()
    delete headers['content-length']
    headers['content-range'] = `bytes */${bytes}`
    return respond(null, { status: 416, kind: 'empty', cache: NO_STORE, headers })
  }
  headers['content-range'] = `bytes ${range.from}-${range.to - 1}/${bytes}`
  return respond(sliceStream(stream, { ...range, of: bytes }), { ...answer, status: 206 })
}

/** The bytes from `from` to just before `to`. */
type Range = { from: number; to: number }

/**
 * The requested range; null for the whole picture, 'none' if the range lies outside of it. RFC 9110, section 14.2, lets
 * a server answer several ranges, or a unit other than bytes, with the whole.
 */
function rangeOf(request: Request, { bytes, etag }: { bytes: number; etag: string }): Range | 'none' | null {
  if (request.method !== 'GET') return null
  const condition = request.headers.get('if-range')
  // If-Range needs a strong comparison. A date never matches, because pictures have no Last-Modified.
  if (condition !== null && condition !== etag) return null
  const [, first = '', last = ''] =
    /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(request.headers.get('range') ?? '') ?? []
  if (first === '' && last === '') return null
  if (first === '') {
    const length = Math.min(Number(last), bytes)
    return length === 0 ? 'none' : { from: bytes - length, to: bytes }
  }
  const from = Number(first)
  if (last !== '' && Number(last) < from) return null
  if (from >= bytes) return 'none'
  return { from, to: last === '' ? bytes : Math.min(Number(last) + 1, bytes) }
}

/** The range `from` to `to` of a stream of `of` bytes, as a stream of known length. */
function sliceStream(
  stream: ReadableStream<Uint8Array>,
  { from, to, of }: Range & { of: number },
): ReadableStream {
  const sized = new FixedLengthStream(to - from)
  if (to - from === of) return stream.pipeThrough(sized)
  let position = 0
  const slice = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      const start = position
      position += chunk.length
      const part = chunk.subarray(Math.max(0, from - start), Math.max(0, to - start))
      if (part.length > 0) controller.enqueue(part)
      if (position >= to) controller.terminate()
    },
  })
  return stream.pipeThrough(slice).pipeThrough(sized)
}
