// Remembers what this desk put live last. For a minute after a push, a remote store may answer with an older `current`,
// and a correction often follows at once.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { slugOf } from '../../addresses.ts'
import { canonicalJson } from '../../canonical.ts'
import { Current } from '../../records.ts'
import { hashText } from '../hash.ts'
import { parseJson } from '../json.ts'
import { readCurrent } from '../stored/reading.ts'
import type { Store } from '../stores/store.ts'

export type Memory = {
  /** Gets `current` as the store answered. Returns that, or what this desk put live, if it is newer. */
  latest: (stored: Current | null) => Promise<Current | null>
  remember: (current: Current) => Promise<void>
}

/** How long a store may answer with an old value, with a margin. */
const STALE_MS = 120_000

/** The memory of a store: a file at the desk, which may be deleted. */
export function openMemory(root: string, store: Pick<Store, 'id' | 'name' | 'exclusive'>): Memory {
  // A store with a lock never answers with an old value.
  if (store.exclusive) return { latest: async (stored) => stored, remember: async () => {} }
  const path = join(root, '.wrangler', 'state', `dateline-${slugOf(store.id ?? store.name)}.last.json`)
  const recall = async (): Promise<v.InferOutput<typeof Known> | null> => {
    const text = await readFile(path, 'utf8').catch(() => null)
    if (text === null) return null
    // A crash may have cut off the file: then nothing is remembered.
    const known = v.safeParse(Known, parseJson(text))
    return known.success && Date.now() - known.output.time < STALE_MS ? known.output : null
  }
  return {
    latest: async (stored) => {
      const known = await recall()
      if (!known || known.current.sequence <= (stored?.sequence ?? 0)) return stored
      const own = stored ? known.own[stored.sequence] : undefined
      const isWrittenOver = stored && own !== undefined && own !== hashOf(stored)
      // A slower desk wrote a lower number over a higher one. The next push needs a number above both.
      return isWrittenOver ? { ...stored, sequence: known.current.sequence } : known.current
    },
    remember: async (current) => {
      const own = { ...(await recall())?.own, [current.sequence]: hashOf(current) }
      await mkdir(dirname(path), { recursive: true })
      await writeFile(`${path}.${process.pid}`, canonicalJson({ time: Date.now(), current, own }))
      await rename(`${path}.${process.pid}`, path)
    },
  }
}

const Known = v.object({
  time: v.number(),
  current: Current,
  /** Hashes of what this desk put live lately, by sequence. Another hash under such a number is another desk's push. */
  own: v.optional(v.record(v.string(), v.string()), {}),
})

/** The newer of two: `current` of the store, and what this desk put live last. */
export async function readLatest(store: Pick<Store, 'get'>, memory: Memory): Promise<Current | null> {
  return memory.latest(await readCurrent(store))
}

function hashOf(current: Current): string {
  return hashText(canonicalJson(current))
}
