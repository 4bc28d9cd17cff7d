// What a publisher needs of a place that holds an edition. One file beside this one per target.

/** A value to be written; metadata is what the Worker needs to know before it reads a picture's bytes. */
export type Value = { key: string; value: string | Uint8Array; metadata?: Record<string, string | number> }

/** A KV namespace as the publisher sees it. All methods throw when the store cannot be reached. */
export type Store = {
  /** The text under a key; null when there is none. Ask only for keys that something names. */
  get: (key: string) => Promise<string | null>
  /** Writes in any order; has written all of them when it returns. */
  put: (values: readonly Value[]) => Promise<void>
  /** Keeps other writers out while the work goes on, its own puts excepted; absent where a store cannot. */
  exclusive?: <T>(work: () => Promise<T>) => Promise<T>
  close: () => Promise<void>
}
