// A picture's bytes, whole or the stretch of them that was asked for, as they come out of KV: never gathered.
import { cacheHeaders, matchesEtag, NO_STORE, POLICIES } from '../caching.ts'
import type { Env, LiveEdition } from '../context.ts'
import type { Picture } from '../edition/entries.ts'
import { readMedia } from '../edition/kv.ts'
import { notModified, respond } from '../respond.ts'

export type PictureRequest = Picture & { request: Request; live: LiveEdition; hash: string; variant: string }

/** A picture's name is the hash of what it was made from, so its ETag needs nothing else and outlives every deploy. */
export async function picture(
  env: Env,
  { request, live, hash, variant, type, until }: PictureRequest,
): Promise<Response> {
  const { moment, unconfirmed } = live
  const cut = { now: moment.expiryNow, change: until, expiry: until, unconfirmed }
  const headers: Record<string, string> = { 'content-type': type, 'accept-ranges': 'bytes' }
  const kind = type === 'image/svg+xml' ? 'drawing' : 'media'
  const etag = `"${hash}-${variant}"`
  const answer = { kind, cache: cacheHeaders(POLICIES.media, cut), etag, headers } as const
  const known = request.headers.get('if-none-match')
  if (known !== null && matchesEtag(known, etag)) return notModified(answer)
  const { stream, bytes } = await readMedia(env, { hash, variant })
  if (bytes === null) {
    headers['accept-ranges'] = 'none'
    return respond(stream, answer)
  }
  const range = rangeOf(request, { bytes, etag })
  // Spelled out for HEAD, which has no body to tell it.
  headers['content-length'] = String(range === null || range === 'none' ? bytes : range.to - range.from)
  if (range === null) return respond(stretch(stream, { from: 0, to: bytes, of: bytes }), answer)
  if (range === 'none') {
    await stream.cancel()
    delete headers['content-length']
    headers['content-range'] = `bytes */${bytes}`
    return respond(null, { status: 416, kind: 'empty', cache: NO_STORE, headers })
  }
  headers['content-range'] = `bytes ${range.from}-${range.to - 1}/${bytes}`
  return respond(stretch(stream, { ...range, of: bytes }), { ...answer, status: 206 })
}

/** Bytes from one to just before another. */
type Range = { from: number; to: number }

/**
 * The one stretch that is asked for; null for the whole, 'none' where there is no such stretch. RFC 9110, section 14.2:
 * what asks for several, or for something else than bytes, may be answered with the whole.
 */
function rangeOf(request: Request, { bytes, etag }: { bytes: number; etag: string }): Range | 'none' | null {
  if (request.method !== 'GET') return null
  const condition = request.headers.get('if-range')
  // Compared strongly, and a date is never this picture's.
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

/** A stretch of a stream, with its length told beforehand. */
function stretch(
  stream: ReadableStream<Uint8Array>,
  { from, to, of }: Range & { of: number },
): ReadableStream {
  const sized = new FixedLengthStream(to - from)
  if (to - from === of) return stream.pipeThrough(sized)
  let at = 0
  const cut = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      const start = at
      at += chunk.length
      const part = chunk.subarray(Math.max(0, from - start), Math.max(0, to - start))
      if (part.length > 0) controller.enqueue(part)
      if (at >= to) controller.terminate()
    },
  })
  return stream.pipeThrough(cut).pipeThrough(sized)
}
