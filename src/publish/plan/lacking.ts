// Which keys of a built edition the store lacks. Pure.
import { type Current, keys, type Row, TABLE_NAMES, type TableName, type Takedown } from '../../records.ts'
import type { Built } from '../build.ts'
import { hiddenSlugs } from '../stored/coming.ts'
import { articleKeys, isOnlyOf, ownRecords, partKeys, rowKeys } from '../stored/names.ts'
import type { TableChanges } from '../stored/reading.ts'

export type LackingOf = { built: Built; changes: TableChanges; takedowns: readonly Takedown[] }

/**
 * The keys that the store lacks, in the stages in which they must be written. The store holds what the live edition
 * names, except for what only hidden articles show: gc may have erased that. It is not uploaded while they stay hidden.
 * When they are shown again, all of it is uploaded.
 */
export function lackingKeys(live: Live | null, { built, changes, takedowns }: LackingOf): string[][] {
  const hidden = hiddenSlugs({ takedowns })
  if (!live) return built.stages.map((stage) => [...stage.keys()])
  const wasHidden = hiddenSlugs(live)
  const [before, after] = [new Set<string>(), new Set<string>()]
  for (const key of ownRecords(live.body)) before.add(key)
  for (const key of ownRecords(built.body)) after.add(key)
  for (const name of TABLE_NAMES) {
    const sides: [Set<string>, ReadonlyMap<string, Row<TableName>>, ReadonlySet<string>][] = [
      [before, changes[name].before, wasHidden],
      [after, changes[name].after, hidden],
    ]
    for (const [named, rows, slugs] of sides)
      for (const [key, row] of rows)
        if (!isOnlyOf(slugs, name, key, row)) for (const record of rowKeys(name, key, row)) named.add(record)
  }
  // The rows of these articles may be equal in both editions, and are then in no changes.
  const restored = [...wasHidden.difference(hidden)].flatMap((slug) => articleKeys(built.tables, slug))
  const heldKeys = new Set([keys.edition(live.edition), ...partKeys(live.body)])
  return built.stages.map((stage, index) => {
    const wanted = index === 0 ? after.difference(before).union(new Set(restored)) : new Set(stage.keys())
    return [...wanted].filter((key) => stage.has(key) && !heldKeys.has(key))
  })
}

/** The parts of `current` that tell what the store holds. */
type Live = Pick<Current, 'edition' | 'body' | 'takedowns'>
