// The canonical text of a value: the same on every machine for the same value, so that its hash names it. Pure.

/** The text that a value is stored as and hashed from: JSON with sorted keys and nothing undefined. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value))
}

/** The value itself where it is in order already: to copy it is what takes the time. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return sortedItems(value)
  const names = Object.keys(value)
  let isSame = isInOrder(names)
  if (!isSame) names.sort()
  const items: unknown[] = []
  for (const name of names) {
    const item = (value as Record<string, unknown>)[name]
    const copy = sorted(item)
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

function sortedItems(list: readonly unknown[]): readonly unknown[] {
  const items: unknown[] = []
  let isSame = true
  for (const item of list) {
    const copy = sorted(item)
    if (copy !== item) isSame = false
    items.push(copy)
  }
  return isSame ? list : items
}

function isInOrder(names: readonly string[]): boolean {
  for (let index = 1; index < names.length; index += 1) {
    if ((names[index - 1] as string) > (names[index] as string)) return false
  }
  return true
}
