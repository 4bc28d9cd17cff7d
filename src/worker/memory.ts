// What this isolate remembers of pages: rendered bodies, never headers, bounded in bytes, under their path and ETag,
// so that they are never stale; and when pages change whose catalogue entry does not say.
import type { Changes } from '../projection.ts'
import type { Env } from './context.ts'

/** A small share of an isolate's 128 MB. */
const PAGE_MEMORY_BYTES = 24 * 1024 * 1024

/** A body stays text until it is asked for again: most pages of a long tail never are. */
type Kept = { etag: string; body: string | Uint8Array; size: number }

/** The least recently used first. */
const pages = new Map<string, Kept>()
let bytes = 0

/** The body of a page with this ETag, if it is here. */
export function recall(path: string, etag: string): Uint8Array | null {
  const kept = pages.get(path)
  if (kept?.etag !== etag) return null
  if (typeof kept.body === 'string') kept.body = new TextEncoder().encode(kept.body)
  if (bytes > PAGE_MEMORY_BYTES / 2) {
    pages.delete(path)
    pages.set(path, kept)
  }
  return kept.body
}

/** Keeps a body in place of an older one of the same path. */
export function remember(path: string, { etag, html }: { etag: string; html: string }, env: Env): void {
  const limit = env.PAGE_MEMORY_BYTES === undefined ? PAGE_MEMORY_BYTES : Number(env.PAGE_MEMORY_BYTES)
  // A text takes up to two bytes a character in memory, and about as many when it is encoded.
  const size = html.length * 2
  if (size > limit) return
  forget(path)
  pages.set(path, { etag, body: html, size })
  bytes += size
  for (const oldest of pages.keys()) {
    if (bytes <= limit) return
    forget(oldest)
  }
}

function forget(path: string): void {
  const kept = pages.get(path)
  if (!kept) return
  bytes -= kept.size
  pages.delete(path)
}

const CHANGES_KEPT = 1_000
const changesOfRecords = new Map<string, Changes>()

/** The instants of a record, which is immutable, if they were read before. */
export function recallChanges(record: string): Changes | null {
  return changesOfRecords.get(record) ?? null
}

export function rememberChanges(record: string, changes: Changes): void {
  if (changesOfRecords.size >= CHANGES_KEPT) changesOfRecords.clear()
  changesOfRecords.set(record, changes)
}
