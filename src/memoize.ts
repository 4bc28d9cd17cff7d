// Memoization for values that are slow to make and have few keys, such as the date formats of a language.

/** Keeps each key's value for ever. Never use it for keys that readers choose: they would fill the memory. */
export function memoize<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>()
  return (key) => {
    let value = made.get(key)
    if (value === undefined) {
      value = make(key)
      made.set(key, value)
    }
    return value
  }
}
