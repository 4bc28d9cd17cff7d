// `editions`: the pushes of a store, and what the live edition will still do by itself. Writes nothing.

import { comingOf, hiddenSlugs, readTitles } from '../live/coming.ts'
import { readPushes } from '../live/history.ts'
import { readTable } from '../live.ts'
import { openMemory, readLatest } from '../push/last-push.ts'
import { COMING_MOST, editionsJson, type History, reportEditions } from '../report/editions.ts'
import type { Store } from '../stores/store.ts'
import type { Terminal } from '../terminal.ts'

export type EditionsCommand = { root: string; store: Store; json: boolean; now: number }

/** Prints the pushes of a store; the exit code. */
export async function runEditions(command: EditionsCommand, terminal: Terminal): Promise<number> {
  const history = await readHistory(command)
  if (command.json) terminal.print([JSON.stringify(editionsJson(history))])
  else
    terminal.print(
      history ? reportEditions(history) : [`Nothing was published to ${command.store.name} yet.`],
    )
  return 0
}

async function readHistory({ root, store, now, json }: EditionsCommand): Promise<History | null> {
  const live = await readLatest(store, openMemory(root, store))
  if (!live) return null
  const pushes = await readPushes(store, live)
  const articles = await readTable(store, live.body, 'articles')
  const coming = comingOf(articles, { now, hidden: hiddenSlugs(live) })
  const shown = json ? coming : coming.slice(0, COMING_MOST)
  const titles = await readTitles(
    store,
    shown.map(({ record }) => record),
  )
  return {
    live,
    pushes,
    coming: coming.map((one) => ({ ...one, title: titles.get(one.record) ?? one.slug })),
  }
}
