// The interface of a place that holds editions. The files beside this one implement it, one per target.

/** A value to be written. `metadata` holds the time of writing, and the type and size of a picture. */
export type Value = {
  key: string
  value: string | Uint8Array
  metadata?: Record<string, string | number>
  /** Seconds from now until KV forgets it, at least 60. */
  expiresAfter?: number
}

/** A key that a store has; expiration in seconds since 1970. */
export type Listed = { key: string; metadata: Record<string, unknown> | null; expiration?: number }

/** A KV namespace as the publisher sees it. All methods throw when the store cannot be reached. */
export type Store = {
  /** The store's name in messages: 'the local store', 'Cloudflare', 'Cloudflare (staging)'. */
  name: string
  /** The word that names the store on the command line: 'local', 'staging'; '' for Cloudflare. */
  target: string
  /** Distinguishes stores of the same name; absent if there is only one. */
  id?: string
  /** The text under a key; null when there is none. Ask only for keys that something names. */
  get: (key: string) => Promise<string | null>
  /** Texts by key. Absent keys are left out. */
  getMany: (keys: readonly string[]) => Promise<Map<string, string>>
  getBytes: (key: string) => Promise<Uint8Array | null>
  /**
   * Writes all values, in any order. Takes them one by one, so that a large push needs little memory. After each batch
   * `onWritten` gets the number of its values and their bytes.
   */
  put: (
    values: Iterable<Value> | AsyncIterable<Value>,
    onWritten?: (count: number, bytes: number) => void,
  ) => Promise<void>
  /** All keys with this prefix, in the order of their bytes. */
  list: (prefix: string) => AsyncIterable<Listed>
  /** Removes these keys. Absent keys are no error. */
  remove: (keys: readonly string[]) => Promise<void>
  /** The store's clock minus this machine's, in milliseconds; 0 if it is the same clock. */
  clockOffset: () => Promise<number>
  /** Locks other writers out while the work runs, which may write itself; absent if the store has no lock. */
  exclusive?: <T>(work: () => Promise<T>) => Promise<T>
  close: () => Promise<void>
}

/** A command line for a store, for messages: `npm run gc local`. */
export function npmRun({ target }: Pick<Store, 'target'>, words: string): string {
  return `npm run ${words}${target === '' ? '' : ` ${target}`}`
}
