// What can be at an address. The type of a page's record stays inside the page.
import type * as v from 'valibot'
import type { Changes } from '../projection.ts'
import type { PageEntry, Settings } from '../records.ts'
import type { Policy } from './caching.ts'
import type { LiveEdition } from './context.ts'
import { getRecord } from './edition/entries.ts'

/** A page of the catalogue: which record, how long it lives, and how it looks. */
export type Page = {
  type: 'page'
  entry: PageEntry
  policy: Policy
  /** The instant at which the whole page expires, in milliseconds. */
  until?: number
  /** Instants to come, in milliseconds, at which it changes though its record does not say so. */
  besides?: readonly number[]
  /** HTML if not given. */
  kind?: 'html' | 'xml'
  load: (live: LiveEdition) => Promise<LoadedPage>
}

/** A page whose record is here: all instants at which it changes, those to come included, and its body. */
export type LoadedPage = { changes: () => Changes; render: () => string }

/** What is at an address: a page, a better address, a response of another kind, something that is no more, or nothing. */
export type Found =
  | Page
  | { type: 'redirect'; to: string; permanent: boolean; until?: number }
  | { type: 'response'; response: Response | Promise<Response> }
  | typeof GONE
  | null

export const GONE = { type: 'gone' } as const

/** A page whose record and view are of one type. */
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
