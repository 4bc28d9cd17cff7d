// What this desk put live last. A store far away may answer with an older `current` for a minute after a push, and a
// correction often follows at once.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { slugOf } from '../../addresses.ts'
import { canonicalJson } from '../../canonical.ts'
import { Current } from '../../records.ts'
import { hashText } from '../hash.ts'
import { parseJson } from '../json.ts'
import { readCurrent } from '../stored/editions.ts'
import type { Store } from '../stores/store.ts'

export type Memory = {
  /** What is live, where a store says that this is: the same, or what this desk knows better. */
  latest: (told: Current | null) => Promise<Current | null>
  remember: (current: Current) => Promise<void>
}

/** How long a store may answer with what was, with a margin. */
const STALE_MS = 120_000

/** The memory of a store. A file at the desk, safe to delete. */
export function openMemory(root: string, store: Pick<Store, 'id' | 'name' | 'exclusive'>): Memory {
  // A store that keeps others out answers with what is.
  if (store.exclusive) return { latest: async (told) => told, remember: async () => {} }
  const path = join(root, '.wrangler', 'state', `dateline-${slugOf(store.id ?? store.name)}.last.json`)
  const recall = async (): Promise<v.InferOutput<typeof Known> | null> => {
    const text = await readFile(path, 'utf8').catch(() => null)
    if (text === null) return null
    // A file that was cut off remembers nothing.
    const known = v.safeParse(Known, parseJson(text))
    return known.success && Date.now() - known.output.time < STALE_MS ? known.output : null
  }
  return {
    latest: async (told) => {
      const known = await recall()
      if (!known || known.current.sequence <= (told?.sequence ?? 0)) return told
      const own = told ? known.own[told.sequence] : undefined
      const isWrittenOver = told && own !== undefined && own !== hashOf(told)
      // A slower desk has written it over what has a higher number: what replaces it needs one above both.
      return isWrittenOver ? { ...told, sequence: known.current.sequence } : known.current
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
  /** The hashes of all that this desk put live lately, by sequence: what has one of these numbers is no other's. */
  own: v.optional(v.record(v.string(), v.string()), {}),
})

/** What is live: as the store says, or as this desk knows better. */
export async function readLatest(store: Pick<Store, 'get'>, memory: Memory): Promise<Current | null> {
  return memory.latest(await readCurrent(store))
}

function hashOf(current: Current): string {
  return hashText(canonicalJson(current))
}
