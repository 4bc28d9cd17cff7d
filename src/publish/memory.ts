// What this desk put live last. A store far away may answer with an older `current` for a minute after a push, and a
// correction often follows at once.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { slugOf } from '../addresses.ts'
import { Current, canonicalJson } from '../records.ts'
import { readCurrent } from './live.ts'
import type { Store } from './stores/store.ts'

export type Memory = {
  /** What this desk put live within the last minutes; null if nothing. */
  recall: () => Promise<Current | null>
  remember: (current: Current) => Promise<void>
}

/** How long a store may answer with what was, with a margin. */
const STALE_MS = 120_000

/** The memory of a store. A file at the desk, safe to delete. */
export function openMemory(root: string, store: Pick<Store, 'id' | 'name' | 'exclusive'>): Memory {
  // A store that keeps others out answers with what is.
  if (store.exclusive) return { recall: async () => null, remember: async () => {} }
  const path = join(root, '.wrangler', 'state', `dateline-${slugOf(store.id ?? store.name)}.last.json`)
  return {
    recall: async () => {
      const text = await readFile(path, 'utf8').catch(() => null)
      if (text === null) return null
      const known = v.safeParse(Remembered, parseJson(text))
      return known.success && Date.now() - known.output.time < STALE_MS ? known.output.current : null
    },
    remember: async (current) => {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(`${path}.${process.pid}`, canonicalJson({ time: Date.now(), current }))
      await rename(`${path}.${process.pid}`, path)
    },
  }
}

const Remembered = v.object({ time: v.number(), current: Current })

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A file that was cut off remembers nothing.
    return null
  }
}

/** What is live: as the store says, or as this desk knows better. */
export async function readLatest(store: Pick<Store, 'get'>, memory: Memory): Promise<Current | null> {
  const [told, known] = [await readCurrent(store), await memory.recall()]
  return known && known.sequence > (told?.sequence ?? 0) ? known : told
}
