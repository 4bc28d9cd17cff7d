// A file of what was found out before, by keys that say all that it depends on. It saves time and holds nothing else:
// it may be deleted at any moment, and one that is damaged or of another version is as good as none.
import { createHash, randomUUID } from 'node:crypto'
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'

export type Cache = {
  /** What was put under a key; null if nothing was. */
  get: (key: string) => string | null
  /** Keeps a line of text under a key of `keyOf`. */
  put: (key: string, value: string) => void
  /** Writes what is new, and leaves out what was not asked for lately. A cache that cannot be written stays as it was. */
  save: () => void
}

/** A cache that keeps nothing. */
export const NO_CACHE: Cache = { get: () => null, put: () => {}, save: () => {} }

const KEY_LENGTH = 22
const DAY_MS = 86_400_000
/** Long enough for two branches between which an editor goes back and forth. */
const UNUSED_LIMIT_DAYS = 14

/** A key of all that a value depends on, besides the cache's version. */
export function keyOf(parts: readonly string[], bytes: Uint8Array = new Uint8Array()): string {
  const head = parts.map((part) => `${part.length} ${part}`).join('\n')
  return createHash('sha256').update(`${head}\n`).update(bytes).digest('base64url').slice(0, KEY_LENGTH)
}

/** Opens a cache. The version stands for all the code that makes the values; `maySave` is asked before it is written. */
export function openCache(
  file: string,
  { version, maySave = () => true }: { version: string; maySave?: () => boolean },
): Cache {
  const today = Math.floor(Date.now() / DAY_MS)
  const { bytes, lines } = readLines(file, version)
  const used = new Set<string>()
  const fresh = new Map<string, Buffer>()
  let isAged = false
  return {
    get: (key) => {
      const line = lines.get(key)
      if (!line) return null
      used.add(key)
      if (line.day !== today) isAged = true
      return bytes.toString('utf8', line.start, line.end)
    },
    put: (key, value) => {
      fresh.set(key, Buffer.from(value))
    },
    save: () => {
      if ((fresh.size === 0 && !isAged) || !maySave()) return
      const isKept = (key: string, day: number): boolean =>
        !fresh.has(key) && (used.has(key) || today - day <= UNUSED_LIMIT_DAYS)
      write(file, function* () {
        yield Buffer.from(headOf(version))
        for (const [key, { day, start, end }] of lines) {
          if (!isKept(key, day)) continue
          yield Buffer.from(`${key} ${used.has(key) ? today : day} `)
          yield bytes.subarray(start, end + 1)
        }
        for (const [key, value] of fresh)
          yield Buffer.concat([Buffer.from(`${key} ${today} `), value, LINE_END])
      })
    },
  }
}

const LINE_END = Buffer.from('\n')
const CHECKSUM_LENGTH = 32
const CHUNK_BYTES = 1024 * 1024

type Lines = { bytes: Buffer; lines: Map<string, { day: number; start: number; end: number }> }

function readLines(file: string, version: string): Lines {
  const lines: Lines['lines'] = new Map()
  let all: Buffer
  try {
    all = readFileSync(file)
  } catch {
    // Whyever it cannot be read: then everything is looked at anew.
    return { bytes: Buffer.alloc(0), lines }
  }
  const head = headOf(version)
  const bytes = all.subarray(0, Math.max(0, all.length - CHECKSUM_LENGTH))
  const isSound =
    bytes.toString('utf8', 0, head.length) === head &&
    createHash('sha256').update(bytes).digest().equals(all.subarray(bytes.length))
  if (!isSound) return { bytes, lines }
  for (let from = head.length; from < bytes.length; ) {
    const end = bytes.indexOf('\n', from)
    const dayEnd = bytes.indexOf(' ', from + KEY_LENGTH + 1)
    const key = bytes.toString('latin1', from, from + KEY_LENGTH)
    const day = Number(bytes.toString('latin1', from + KEY_LENGTH + 1, dayEnd))
    lines.set(key, { day, start: dayEnd + 1, end })
    from = end + 1
  }
  return { bytes, lines }
}

const headOf = (version: string): string => `dateline ${version}\n`

/** In one step, so that whoever reads at the same time finds the one or the other file whole. */
function write(file: string, parts: () => Iterable<Uint8Array>): void {
  const draft = `${file}.${randomUUID()}`
  try {
    mkdirSync(dirname(file), { recursive: true })
    const opened = openSync(draft, 'wx')
    try {
      const sum = createHash('sha256')
      for (const chunk of chunksOf(parts())) {
        sum.update(chunk)
        writeFileSync(opened, chunk)
      }
      // What stands before it counts only if it is, to the last bit, what was written.
      writeFileSync(opened, sum.digest())
    } finally {
      closeSync(opened)
    }
    renameSync(draft, file)
    removeOldDrafts(file)
  } catch {
    // Best effort: on a disk that is full or may not be written to, the next run takes longer, and nothing else.
    rmSync(draft, { force: true })
  }
}

/** Drafts of processes that were stopped while they wrote. */
function removeOldDrafts(file: string): void {
  const folder = dirname(file)
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    const isDraft = name.startsWith(`${basename(file)}.`)
    if (isDraft && Date.now() - statSync(path).mtimeMs > DAY_MS) rmSync(path, { force: true })
  }
}

/** Many small parts as a few large ones: every write has its price. */
function* chunksOf(parts: Iterable<Uint8Array>): Generator<Uint8Array> {
  let gathered: Uint8Array[] = []
  let length = 0
  for (const part of parts) {
    gathered.push(part)
    length += part.length
    if (length < CHUNK_BYTES) continue
    yield Buffer.concat(gathered)
    gathered = []
    length = 0
  }
  yield Buffer.concat(gathered)
}
