// Rendered pages that this isolate keeps: bodies, never headers, bounded in bytes. A body is kept under its
// path and ETag, so it is never stale.
import type { Env } from './env.ts'

/** A small share of an isolate's 128 MB. */
const PAGE_MEMORY_BYTES = 24 * 1024 * 1024

type Kept = { etag: string; body: Uint8Array }

/** The least recently used first. */
const pages = new Map<string, Kept>()
let bytes = 0

/** The body of a page with this ETag, if it is here. */
export function recall(path: string, etag: string): Uint8Array | null {
  const kept = pages.get(path)
  if (kept?.etag !== etag) return null
  if (bytes > PAGE_MEMORY_BYTES / 2) {
    pages.delete(path)
    pages.set(path, kept)
  }
  return kept.body
}

/** Keeps a body in place of an older one of the same path. */
export function remember(path: string, kept: Kept, env: Env): void {
  const limit = env.PAGE_MEMORY_BYTES === undefined ? PAGE_MEMORY_BYTES : Number(env.PAGE_MEMORY_BYTES)
  if (kept.body.length > limit) return
  forget(path)
  pages.set(path, kept)
  bytes += kept.body.length
  for (const oldest of pages.keys()) {
    if (bytes <= limit) return
    forget(oldest)
  }
}

function forget(path: string): void {
  const kept = pages.get(path)
  if (!kept) return
  bytes -= kept.body.length
  pages.delete(path)
}
