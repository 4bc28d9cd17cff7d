// What a publisher needs of a place that holds editions. One file beside this one per target.

/** A value to be written; metadata is what the Worker needs to know before it reads a picture's bytes. */
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
  /** How messages call it: 'the local store', 'Cloudflare', 'Cloudflare (staging)'. */
  name: string
  /** Tells it from other stores of that name; absent where there is but one. */
  id?: string
  /** The text under a key; null when there is none. Ask only for keys that something names. */
  get: (key: string) => Promise<string | null>
  /** Texts by key; those that there are not are left out. */
  getMany: (keys: readonly string[]) => Promise<Map<string, string>>
  getBytes: (key: string) => Promise<Uint8Array | null>
  /**
   * Writes in any order; has written all of them when it returns. Values are asked for as they are needed, so that a
   * great push needs little memory. After each batch `onWritten` hears how many values it held, and of how many bytes.
   */
  put: (
    values: Iterable<Value> | AsyncIterable<Value>,
    onWritten?: (count: number, bytes: number) => void,
  ) => Promise<void>
  /** Every key that begins so, in the order of their bytes. */
  list: (prefix: string) => AsyncIterable<Listed>
  /** Removes what is there under these keys; to remove what is not there is no error. */
  remove: (keys: readonly string[]) => Promise<void>
  /** The store's clock less this machine's, in milliseconds; 0 where it is this machine's. */
  clockOffset: () => Promise<number>
  /** Keeps other writers out while the work goes on, its own puts excepted; absent where a store cannot. */
  exclusive?: <T>(work: () => Promise<T>) => Promise<T>
  close: () => Promise<void>
}
