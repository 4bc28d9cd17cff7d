// What a request brings along: bindings, the request itself, and the edition that it is answered from.
import type { Moment } from '../projection.ts'
import type { Current } from '../records.ts'

/** What wrangler.toml binds. */
export type Env = {
  ARTICLES: Pick<KVNamespace, 'get' | 'getWithMetadata'>
  /** The Worker's version, which is part of every page's ETag. */
  VERSION?: WorkerVersionMetadata
  /** Set at the desk: every request reads `current` anew. */
  DEV?: string
  /** Bytes of rendered pages that an isolate keeps; "0" keeps none. */
  PAGE_MEMORY_BYTES?: string
  /** Never bound: the edition that a preview's request is answered from, in place of the live one. */
  PREVIEW?: LiveEdition
}

/** What a request needs to read KV and to leave work behind. */
export type RequestContext = { env: Env; request: Request; ctx: Pick<ExecutionContext, 'waitUntil'> }

/** `current` as one request sees it, from its start to its end. */
export type LiveEdition = {
  env: Env
  current: Current
  moment: Moment
  /** The part of every ETag that all pages share: settings, what was taken down, and the Worker's version. */
  base: string
  /** What counts leave out, for the ETags of the indexes; empty where nothing was taken down. */
  uncounted: string
  /** Milliseconds since `current` was known to be live. */
  age: number
  /** KV did not confirm it in time, so nothing made of it may be kept for long. */
  unconfirmed: boolean
}
