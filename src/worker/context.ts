// The context of a request: its bindings, the request itself, and the edition from which it is answered.
import type { Moment } from '../projection.ts'
import type { Current } from '../records.ts'

/** The bindings in wrangler.toml. */
export type Env = {
  ARTICLES: Pick<KVNamespace, 'get' | 'getWithMetadata'>
  /** The version of the Worker's code. It is part of every page's ETag. */
  VERSION?: WorkerVersionMetadata
  /** Set by the command `start`: every request reads `current` again. */
  DEV?: string
  /** The most bytes of rendered pages in an isolate's memory; "0" keeps none. */
  PAGE_MEMORY_BYTES?: string
  /** Set by the preview route only, never by wrangler.toml: the preview's edition, used in place of the live one. */
  PREVIEW?: LiveEdition
}

/** Everything that is needed to read KV and to go on working after the response. */
export type RequestContext = { env: Env; request: Request; ctx: Pick<ExecutionContext, 'waitUntil'> }

/** The edition from which one request is answered: it must stay the same for the whole request. */
export type LiveEdition = {
  env: Env
  current: Current
  moment: Moment
  /** The part of the ETag that all pages share: a hash of settings, takedowns and the Worker's version. */
  base: string
  /** A hash of the articles that the counts of the indexes leave out, for their ETags; '' without takedowns. */
  uncounted: string
  /** Milliseconds since KV last confirmed `current`. */
  age: number
  /** KV did not confirm the edition in time, so answers must have a short lifetime. */
  unconfirmed: boolean
}
