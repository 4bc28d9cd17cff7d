// What wrangler.toml binds, and the modules that the bundler makes of other files.

import type { LiveEdition } from './current.ts'

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
