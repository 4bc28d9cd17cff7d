// Keeps the variants of pictures that this machine has made. The folder may be deleted at any moment; the variants are
// then made again.
import { randomUUID } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export type Made = {
  /** A variant's size in bytes; null if it is not kept. */
  sizeOf: (hash: string, variant: string) => number | null
  /** A variant's bytes; null if it is not kept. */
  read: (hash: string, variant: string) => Promise<Uint8Array | null>
  keep: (hash: string, variant: string, bytes: Uint8Array) => Promise<void>
  /** Removes variants that have none of these hashes and were not used for some days. */
  prune: (needed: ReadonlySet<string>) => Promise<void>
}

/** The folder of the variants in a project. */
export const MADE_FOLDER = '.wrangler/dateline/pictures'

const DAY_MS = 86_400_000
/** Long enough for an editor who switches between two branches. */
const UNUSED_LIMIT_DAYS = 14

/** Opens the folder of a project's variants. */
export function openMade(root: string): Made {
  const folder = join(root, MADE_FOLDER)
  return {
    sizeOf: (hash, variant) => statSync(join(folder, hash, variant), { throwIfNoEntry: false })?.size || null,
    read: async (hash, variant) => {
      try {
        const bytes = await readFile(join(folder, hash, variant))
        // After a power failure a file may exist without its content.
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
        // Rename in one step, so that a process that is stopped leaves no partial file under the variant's name.
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

/** Keeps variants in memory until the process ends. */
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
