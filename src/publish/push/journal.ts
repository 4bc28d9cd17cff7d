// The journal of a push lists the values that were uploaded, so that a push after one that died uploads only the rest.
// It is a file at the desk and may be deleted.
import { appendFile, mkdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { slugOf } from '../../addresses.ts'
import type { Store } from '../stores/store.ts'

type Lines = {
  /** Keys that an unfinished push wrote in the last hours. */
  read: () => Promise<Set<string>>
  add: (keys: readonly string[]) => Promise<void>
}

export type Journal = Lines & {
  /** The lines of one mark. The mark changes when gc may have removed values, so older lines cannot be trusted. */
  since: (mark: string) => Lines
  remove: () => Promise<void>
}

/** gc removes unnamed values after a day, so older values are uploaded again. */
const TRUSTED_MS = 12 * 3_600_000

/** The journal of a store. It lies beside the local store, and is deleted with it. */
export function openJournal(root: string, store: Pick<Store, 'id' | 'name'>): Journal {
  const path = join(root, '.wrangler', 'state', `dateline-${slugOf(store.id ?? store.name)}.journal`)
  const lines = (mark?: string): Lines => ({
    read: async () => {
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return ''
        throw error
      })
      const oldest = Date.now() - TRUSTED_MS
      // A crash may cut off the last line. The rest of its key matches no real key.
      const isTrusted = (time: string, lineMark: string | undefined): boolean =>
        Number(time) > oldest && (mark === undefined || lineMark === mark)
      return new Set(
        text.split('\n').flatMap((line) => {
          const [time = '', key, lineMark] = line.split(' ')
          return key && isTrusted(time, lineMark) ? [key] : []
        }),
      )
    },
    add: async (keys) => {
      await mkdir(dirname(path), { recursive: true })
      const suffix = mark === undefined ? '' : ` ${mark}`
      await appendFile(path, keys.map((key) => `${Date.now()} ${key}${suffix}\n`).join(''))
    },
  })
  return { ...lines(), since: lines, remove: () => rm(path, { force: true }) }
}
