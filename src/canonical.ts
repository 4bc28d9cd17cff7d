// The canonical text of a value: the same value gives the same text, and so the same hash, on every machine. Pure.

/** The text under which a value is stored and hashed: JSON with sorted keys, without undefined properties. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(withSortedKeys(value))
}

/** Returns the value itself if its keys are sorted already, because copying takes most of the time. */
function withSortedKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return withSortedItems(value)
  const names = Object.keys(value)
  let isSame = areSorted(names)
  if (!isSame) names.sort()
  const items: unknown[] = []
  for (const name of names) {
    const item = (value as Record<string, unknown>)[name]
    const copy = withSortedKeys(item)
    if (copy !== item) isSame = false
    items.push(copy)
  }
  if (isSame) return value
  const copy: Record<string, unknown> = {}
  for (const [index, name] of names.entries()) {
    if (name === '__proto__') Object.defineProperty(copy, name, { value: items[index], enumerable: true })
    else copy[name] = items[index]
  }
  return copy
}

function withSortedItems(list: readonly unknown[]): readonly unknown[] {
  const items: unknown[] = []
  let isSame = true
  for (const item of list) {
    const copy = withSortedKeys(item)
    if (copy !== item) isSame = false
    items.push(copy)
  }
  return isSame ? list : items
}

function areSorted(names: readonly string[]): boolean {
  for (let index = 1; index < names.length; index += 1) {
    if ((names[index - 1] as string) > (names[index] as string)) return false
  }
  return true
}
