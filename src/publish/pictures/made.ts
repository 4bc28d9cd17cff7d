// What was made of pictures at this desk: a folder that may be deleted at any moment, and then all is made anew.
import { randomUUID } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export type Made = {
  /** How many bytes a variant has; null where it was not made yet. */
  sizeOf: (hash: string, variant: string) => number | null
  /** A variant's bytes; null where it was not made yet. */
  read: (hash: string, variant: string) => Promise<Uint8Array | null>
  keep: (hash: string, variant: string, bytes: Uint8Array) => Promise<void>
  /** Removes what is of none of these hashes and was not used for long. */
  prune: (needed: ReadonlySet<string>) => Promise<void>
}

/** Where a project keeps what was made. */
export const MADE_FOLDER = '.wrangler/dateline/pictures'

const DAY_MS = 86_400_000
/** Long enough for two branches between which an editor goes back and forth. */
const UNUSED_LIMIT_DAYS = 14

/** What was made in a project. */
export function openMade(root: string): Made {
  const folder = join(root, MADE_FOLDER)
  return {
    sizeOf: (hash, variant) => statSync(join(folder, hash, variant), { throwIfNoEntry: false })?.size || null,
    read: async (hash, variant) => {
      try {
        const bytes = await readFile(join(folder, hash, variant))
        // A file system that lost its power may hold the name alone.
        if (bytes.length === 0) return null
        const now = new Date()
        await utimes(join(folder, hash), now, now)
        return bytes
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
        throw error
      }
    },
    keep: async (hash, variant, bytes) => {
      await mkdir(join(folder, hash), { recursive: true })
      const draft = join(folder, hash, `${variant}.${randomUUID()}`)
      try {
        await writeFile(draft, bytes)
        // In one step, so that whoever is stopped in between leaves no half of a picture.
        await rename(draft, join(folder, hash, variant))
      } catch (error) {
        await rm(draft, { force: true })
        throw error
      }
    },
    prune: async (needed) => {
      const oldest = Date.now() - UNUSED_LIMIT_DAYS * DAY_MS
      for (const hash of existsSync(folder) ? await readdir(folder) : []) {
        const path = join(folder, hash)
        if (needed.has(hash) || (await stat(path)).mtimeMs > oldest) continue
        await rm(path, { recursive: true, force: true })
      }
    },
  }
}

/** What was made is forgotten with the process. */
export function openMadeInMemory(): Made {
  const made = new Map<string, Uint8Array>()
  return {
    sizeOf: (hash, variant) => made.get(`${hash}/${variant}`)?.length ?? null,
    read: async (hash, variant) => made.get(`${hash}/${variant}`) ?? null,
    keep: async (hash, variant, bytes) => {
      made.set(`${hash}/${variant}`, bytes)
    },
    prune: async () => {},
  }
}
