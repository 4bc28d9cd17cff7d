// The journal of a push: which records it has uploaded, so that one that died is not begun from nothing. A file at
// the desk, safe to delete.
import { appendFile, mkdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { slugOf } from '../../addresses.ts'
import type { Store } from '../stores/store.ts'

type Lines = {
  /** Keys that a push which did not end has written not long ago. */
  read: () => Promise<Set<string>>
  add: (keys: readonly string[]) => Promise<void>
}

export type Journal = Lines & {
  /** The same for who can tell when something was removed last: what was written under another mark may be gone again. */
  since: (mark: string) => Lines
  remove: () => Promise<void>
}

/** gc removes what nothing names after a day; what is older than this is written again. */
const TRUSTED_MS = 12 * 3_600_000

/** The journal of a store. The local store's lies in the folder that holds the store, and goes with it. */
export function openJournal(root: string, store: Pick<Store, 'id' | 'name'>): Journal {
  const path = join(root, '.wrangler', 'state', `dateline-${slugOf(store.id ?? store.name)}.journal`)
  const lines = (mark?: string): Lines => ({
    read: async () => {
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return ''
        throw error
      })
      const oldest = Date.now() - TRUSTED_MS
      // A line that was cut off by a crash holds no key that anything asks for.
      const isTrusted = (time: string, own: string | undefined): boolean =>
        Number(time) > oldest && (mark === undefined || own === mark)
      return new Set(
        text.split('\n').flatMap((line) => {
          const [time = '', key, own] = line.split(' ')
          return key && isTrusted(time, own) ? [key] : []
        }),
      )
    },
    add: async (keys) => {
      await mkdir(dirname(path), { recursive: true })
      const end = mark === undefined ? '' : ` ${mark}`
      await appendFile(path, keys.map((key) => `${Date.now()} ${key}${end}\n`).join(''))
    },
  })
  return { ...lines(), since: lines, remove: () => rm(path, { force: true }) }
}
