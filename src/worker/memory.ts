// An isolate's memory: rendered bodies by path and ETag, which are therefore never stale, and the instants of records
// that have more of them than their catalogue entry. Bounded; never keeps headers.
import type { Changes } from '../projection.ts'
import type { Env } from './context.ts'

/** A small part of an isolate's 128 MB. */
const PAGE_MEMORY_BYTES = 24 * 1024 * 1024

/** A body is encoded when it is used again, because most pages are requested only once. */
type CachedBody = { etag: string; body: string | Uint8Array; size: number }

/** The least recently used page comes first. */
const pages = new Map<string, CachedBody>()
let bytes = 0

/** The body of the page at this path, if it is in memory with this ETag. */
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

/** Keeps a body and drops the older one of the same path. */
export function remember(path: string, { etag, html }: { etag: string; html: string }, env: Env): void {
  const limit = env.PAGE_MEMORY_BYTES === undefined ? PAGE_MEMORY_BYTES : Number(env.PAGE_MEMORY_BYTES)
  // A text takes up to two bytes per character in memory, and about as many when it is encoded.
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

/** The instants of a record, if they are in memory. They never change, because records are immutable. */
export function recallChanges(record: string): Changes | null {
  return changesOfRecords.get(record) ?? null
}

export function rememberChanges(record: string, changes: Changes): void {
  if (changesOfRecords.size >= CHANGES_KEPT) changesOfRecords.clear()
  changesOfRecords.set(record, changes)
}
