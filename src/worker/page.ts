// The kinds of things that a handler can find at an address. The type of a page's record must stay inside `page`.
import type * as v from 'valibot'
import type { Changes } from '../projection.ts'
import type { PageEntry, Settings } from '../records.ts'
import type { Policy } from './caching.ts'
import type { LiveEdition } from './context.ts'
import { getRecord } from './edition/entries.ts'

/** A page: its catalogue entry, its cache policy, and the way to load it. */
export type Page = {
  type: 'page'
  entry: PageEntry
  policy: Policy
  /** The instant at which the whole page expires, in milliseconds. */
  until?: number
  /** Future instants, in milliseconds, at which the page changes for other reasons than its record. */
  changesAt?: readonly number[]
  /** `html` if not given. */
  kind?: 'html' | 'xml'
  load: (live: LiveEdition) => Promise<LoadedPage>
}

/** A page whose record was read: all its instants, future ones included, and its body. */
export type LoadedPage = { changes: () => Changes; render: () => string }

/** A page, a redirect, a ready response, something that expired or was taken down, or null for nothing. */
export type Found =
  | Page
  | { type: 'redirect'; to: string; permanent: boolean; until?: number }
  | { type: 'response'; response: Response | Promise<Response> }
  | typeof GONE
  | null

export const GONE = { type: 'gone' } as const

/** A page whose view takes the record that the schema describes. */
export function page<T extends v.GenericSchema<unknown, object>>(
  options: Pick<Page, 'entry' | 'policy' | 'until'> & {
    key: string
    schema: T
    view: (record: v.InferOutput<T>, settings: Settings) => string
  },
): Page {
  const { entry, policy, until, key, schema, view } = options
  return {
    type: 'page',
    entry,
    policy,
    until,
    load: async (live) => {
      const { record, changes } = await getRecord(live, { key, schema })
      return { changes, render: () => view(record, live.current.body.settings) }
    },
  }
}
