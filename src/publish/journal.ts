// The journal of a push: which records it has uploaded, so that one that died is not begun from nothing. A file at
// the desk, safe to delete.
import { appendFile, mkdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { slugOf } from '../addresses.ts'
import type { Store } from './stores/store.ts'

export type Journal = {
  /** Keys that a push which did not end has written not long ago. */
  read: () => Promise<Set<string>>
  add: (keys: readonly string[]) => Promise<void>
  remove: () => Promise<void>
}

/** gc removes what nothing names after a day; what is older than this is written again. */
const TRUSTED_MS = 12 * 3_600_000

/** The journal of a store. The local store's lies in the folder that holds the store, and goes with it. */
export function openJournal(root: string, store: Pick<Store, 'id' | 'name'>): Journal {
  const path = join(root, '.wrangler', 'state', `dateline-${slugOf(store.id ?? store.name)}.journal`)
  return {
    read: async () => {
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return ''
        throw error
      })
      const oldest = Date.now() - TRUSTED_MS
      // A line that was cut off by a crash holds no key that anything asks for.
      const lines = text.split('\n').map((line) => line.split(' '))
      return new Set(lines.flatMap(([time, key]) => (Number(time) > oldest && key ? [key] : [])))
    },
    add: async (keys) => {
      await mkdir(dirname(path), { recursive: true })
      await appendFile(path, keys.map((key) => `${Date.now()} ${key}\n`).join(''))
    },
    remove: () => rm(path, { force: true }),
  }
}
