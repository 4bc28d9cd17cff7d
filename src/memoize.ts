// What takes long to make and is needed for few keys, such as the formats of a language: each made once, when it is first
// asked for. Pure, as far as what is made is.

/** The same function, which makes what it gives for a key only once. Never for keys that readers choose. */
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
