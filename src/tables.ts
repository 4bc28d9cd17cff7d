// Tables of the catalogue: whole while they are small, else cut into parts by a hash of the key, so that one new row
// changes one part only. Pure: the publisher writes tables and the Worker reads them, and both must use the same hash.

/** A table's rows by key, or the tree of the parts that hold them. */
export type Table<T> = { rows: Record<string, T> } | { parts: PartTree }

/**
 * A binary tree of the parts of a table. A leaf is a part's hash, or '' if there are no rows. At each node one bit of
 * the key's hash chooses the branch, beginning with the highest bit at the root.
 */
export type PartTree = string | [PartTree, PartTree]

/** The most characters, roughly, of a part or of a table that is not cut. */
const PART_LENGTH = 32 * 1024
/** Beyond this number parts become larger instead of more, because `current` holds a hash of each. */
const MAX_PARTS = 512
const HASH_BITS = 32

/** The hash of the part that holds a key's row if there is such a row; null if the table cannot have one. */
export function partOf(tree: PartTree, key: string): string | null {
  const bits = keyBits(key)
  let node = tree
  for (let depth = 0; typeof node !== 'string'; depth += 1) node = node[(bits >>> (31 - depth)) & 1] ?? ''
  return node === '' ? null : node
}

/** The hashes of all parts. */
export function partsOf(tree: PartTree): string[] {
  if (typeof tree === 'string') return tree === '' ? [] : [tree]
  return tree.flatMap(partsOf)
}

/**
 * Cuts rows into a table. `storePart` stores the rows of a part and returns the part's hash; it is not called for a
 * table that stays whole. The table depends on the rows alone.
 */
export function cutTable<T>(
  rows: ReadonlyMap<string, T>,
  storePart: (part: Record<string, T>) => string,
): Table<T> {
  const entries = [...rows].map(([key, row]): Entry<T> => {
    return { key, row, bits: keyBits(key), length: key.length + JSON.stringify(row).length + 4 }
  })
  const whole = { from: 0, to: entries.length, depth: 0 }
  entries.sort((a, b) => a.bits - b.bits)
  const ends = [0]
  for (const { length } of entries) ends.push((ends.at(-1) ?? 0) + length)
  const lengthOf = ({ from, to }: Slice): number => (ends[to] ?? 0) - (ends[from] ?? 0)
  let maxLength = PART_LENGTH
  while (countParts(entries, whole, (range) => lengthOf(range) <= maxLength) > MAX_PARTS) maxLength *= 2
  const fits = (range: Slice): boolean => lengthOf(range) <= maxLength
  if (fits(whole)) return { rows: recordOf(entries, whole) }
  const tree = (range: Slice): PartTree => {
    if (range.from === range.to) return ''
    if (isPart(range, fits)) return storePart(recordOf(entries, range))
    const [left, right] = halves(entries, range)
    return [tree(left), tree(right)]
  }
  return { parts: tree(whole) }
}

type Entry<T> = { key: string; row: T; bits: number; length: number }
/** The entries from one index to just before another, which agree in the first `depth` bits. */
type Slice = { from: number; to: number; depth: number }

function countParts<T>(entries: readonly Entry<T>[], range: Slice, fits: (range: Slice) => boolean): number {
  if (range.from === range.to) return 0
  if (isPart(range, fits)) return 1
  const [left, right] = halves(entries, range)
  return countParts(entries, left, fits) + countParts(entries, right, fits)
}

function isPart(range: Slice, fits: (range: Slice) => boolean): boolean {
  return range.to - range.from === 1 || range.depth === HASH_BITS || fits(range)
}

function halves<T>(entries: readonly Entry<T>[], { from, to, depth }: Slice): [Slice, Slice] {
  let [low, high] = [from, to]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((((entries[middle]?.bits ?? 0) >>> (31 - depth)) & 1) === 0) low = middle + 1
    else high = middle
  }
  return [
    { from, to: low, depth: depth + 1 },
    { from: low, to, depth: depth + 1 },
  ]
}

function recordOf<T>(entries: readonly Entry<T>[], { from, to }: Slice): Record<string, T> {
  return Object.fromEntries(entries.slice(from, to).map(({ key, row }) => [key, row]))
}

/**
 * An evenly spread 32-bit hash of a key: FNV-1a (draft-eastlake-fnv) over UTF-16 units, then MurmurHash3's final mix.
 * The hash only chooses a part, so it need not resist attacks. SHA-256 would be asynchronous at the edge.
 */
function keyBits(key: string): number {
  let bits = 0x811c9dc5
  for (let index = 0; index < key.length; index += 1) {
    bits = Math.imul(bits ^ (key.charCodeAt(index) & 0xff), 0x01000193)
    bits = Math.imul(bits ^ (key.charCodeAt(index) >>> 8), 0x01000193)
  }
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
