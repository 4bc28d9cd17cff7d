// Owns the cache file of earlier results. A key contains everything that its result depends on. The cache only saves
// time: it may be deleted at any moment, and a damaged cache or one of another version counts as empty.
import { hash } from 'node:crypto'
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

export type Cache = {
  /** The line under a key; null if there is none. */
  get: (key: string) => string | null
  /** Keeps a line of text under a key from `keyOf`. */
  put: (key: string, line: string) => void
  /** Writes the lines that were read or put, and drops the others. */
  save: () => void
}

/** A cache that keeps nothing. */
export const NO_CACHE: Cache = { get: () => null, put: () => {}, save: () => {} }

/** The key of a result: a hash of everything that the result depends on, except the cache's version. */
export function keyOf(parts: readonly string[], bytes: Uint8Array = new Uint8Array()): string {
  const head = Buffer.from(`${JSON.stringify(parts)}\n`)
  return hash('sha256', Buffer.concat([head, bytes]), 'base64url')
}

/** Opens a cache. The version identifies the code that makes the lines. */
export function openCache(file: string, version: string): Cache {
  const known = readLines(file, version)
  const kept = new Map<string, Uint8Array>()
  let isNew = false
  return {
    get: (key) => {
      const line = known.get(key)
      if (!line) return null
      kept.set(key, line)
      return line.toString('utf8', KEY_LENGTH, line.length - 1)
    },
    put: (key, line) => {
      kept.set(key, Buffer.from(`${key}${line}\n`))
      isNew = true
    },
    save: () => {
      if (isNew || kept.size < known.size) writeLines(file, version, [...kept.values()])
    },
  }
}

const KEY_LENGTH = keyOf([]).length

/** The lines by key. Kept as bytes, because those of a large archive are a hundred megabytes. */
function readLines(file: string, version: string): Map<string, Buffer> {
  const lines = new Map<string, Buffer>()
  try {
    const bytes = readFileSync(file)
    const head = bytes.subarray(0, bytes.indexOf('\n') + 1)
    if (head.toString() !== headOf(version, bytes.subarray(head.length))) return lines
    for (let start = head.length, end = 0; start < bytes.length; start = end) {
      end = bytes.indexOf('\n', start) + 1
      lines.set(bytes.toString('latin1', start, start + KEY_LENGTH), bytes.subarray(start, end))
    }
  } catch {
    // A cache that cannot be read is an empty one.
  }
  return lines
}

/** The first line of the file: the version, and a hash of all lines after it. */
const headOf = (version: string, lines: Uint8Array): string => `${version} ${hash('sha256', lines)}\n`

/** Replaces the file in one step, so that another process reads either the old file or the new one. */
function writeLines(file: string, version: string, lines: readonly Uint8Array[]): void {
  const draft = `${file}.${process.pid}`
  try {
    const bytes = Buffer.concat(lines)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(draft, headOf(version, bytes))
    appendFileSync(draft, bytes)
    renameSync(draft, file)
  } catch {
    // Best effort: without the file the next check only takes longer.
    rmSync(draft, { force: true })
  }
}
