// Tables of the catalogue: whole while they are small, else cut into parts by a hash of the key, so that one more
// row changes one part however many there are. Pure; used by those who write tables and by those who read them.

/** A table's rows by key: here, or in the parts that a tree of hashes leads to. */
export type Table<T> = { rows: Record<string, T> } | { parts: PartTree }

/**
 * Where the parts of a table are: a part's hash ('' where no row is), or two trees, of which the bit of the key's hash
 * chooses one: the highest bit at the root.
 */
export type PartTree = string | [PartTree, PartTree]

/** A part, and a table that is not cut at all, holds about so many characters at most. */
const PART_LENGTH = 32 * 1024
/** Beyond this number parts grow: `current` holds a hash of each. */
const PARTS_MOST = 512
const HASH_BITS = 32

/** The part that holds a key's row if there is one; null where no row can be. */
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
 * Cuts rows into a table. `keep` is given the rows of each part and answers the part's hash; it is not called for a
 * table that stays whole. What comes out depends on the rows alone.
 */
export function cutTable<T>(
  rows: ReadonlyMap<string, T>,
  keep: (part: Record<string, T>) => string,
): Table<T> {
  const lines = [...rows].map(([key, row]): Line<T> => {
    return { key, row, bits: keyBits(key), length: key.length + JSON.stringify(row).length + 4 }
  })
  const whole = { from: 0, to: lines.length, depth: 0 }
  lines.sort((a, b) => a.bits - b.bits)
  const ends = [0]
  for (const { length } of lines) ends.push((ends.at(-1) ?? 0) + length)
  const lengthOf = ({ from, to }: Range): number => (ends[to] ?? 0) - (ends[from] ?? 0)
  let most = PART_LENGTH
  while (countParts(lines, whole, (range) => lengthOf(range) <= most) > PARTS_MOST) most *= 2
  const fits = (range: Range): boolean => lengthOf(range) <= most
  if (fits(whole)) return { rows: recordOf(lines, whole) }
  const tree = (range: Range): PartTree => {
    if (range.from === range.to) return ''
    if (isPart(range, fits)) return keep(recordOf(lines, range))
    const [left, right] = halves(lines, range)
    return [tree(left), tree(right)]
  }
  return { parts: tree(whole) }
}

type Line<T> = { key: string; row: T; bits: number; length: number }
/** Lines from one index up to another, which agree in so many bits. */
type Range = { from: number; to: number; depth: number }

function countParts<T>(lines: readonly Line<T>[], range: Range, fits: (range: Range) => boolean): number {
  if (range.from === range.to) return 0
  if (isPart(range, fits)) return 1
  const [left, right] = halves(lines, range)
  return countParts(lines, left, fits) + countParts(lines, right, fits)
}

function isPart(range: Range, fits: (range: Range) => boolean): boolean {
  return range.to - range.from === 1 || range.depth === HASH_BITS || fits(range)
}

function halves<T>(lines: readonly Line<T>[], { from, to, depth }: Range): [Range, Range] {
  let [low, high] = [from, to]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((((lines[middle]?.bits ?? 0) >>> (31 - depth)) & 1) === 0) low = middle + 1
    else high = middle
  }
  return [
    { from, to: low, depth: depth + 1 },
    { from: low, to, depth: depth + 1 },
  ]
}

function recordOf<T>(lines: readonly Line<T>[], { from, to }: Range): Record<string, T> {
  return Object.fromEntries(lines.slice(from, to).map(({ key, row }) => [key, row]))
}

/**
 * 32 bits of a key, evenly spread: FNV-1a (draft-eastlake-fnv) over UTF-16 units, then the last step of MurmurHash3.
 * It only chooses a part, so it need not withstand an attack, and it must not wait as SHA-256 does at the edge.
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
