// Pages of a listing behind opaque cursors.
import type { Listed } from '../../src/publish/stores/store.ts'

export type Page = { keys: Listed[]; cursor: string }

/** A page is made once: who asks for it again, because its answer was lost, is given the same. */
export function openPages() {
  const pages = new Map<string, Promise<Page>>()
  const makers = new Map<string, () => Promise<Page>>()

  async function make(rest: AsyncIterator<Listed>, limit: number): Promise<Page> {
    const keys: Listed[] = []
    while (keys.length < limit) {
      const { value, done } = await rest.next()
      if (done) return { keys, cursor: '' }
      keys.push(value)
    }
    const cursor = `page-${makers.size + 1}`
    makers.set(cursor, () => make(rest, limit))
    return { keys, cursor }
  }

  return {
    first: (keys: AsyncIterable<Listed>, limit: number) => make(keys[Symbol.asyncIterator](), limit),
    /** Undefined for a cursor that was never given out. */
    next: async (cursor: string): Promise<Page | undefined> => {
      const page = pages.get(cursor) ?? makers.get(cursor)?.()
      if (page) pages.set(cursor, page)
      return page
    },
  }
}
