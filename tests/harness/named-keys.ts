// Every key that an edition names, from all its rows at once. The code reads a table part by part instead.
import type { Tables } from '../../src/publish/build.ts'
import { editionKeys, rowKeys } from '../../src/publish/stored/names.ts'
import { type Edition, type Row, TABLE_NAMES, type TableName } from '../../src/records.ts'

/** Every key that an edition with these rows names. */
export function namedKeys(hash: string, body: Edition, tables: Tables): Set<string> {
  const named = new Set(editionKeys(hash, body))
  for (const name of TABLE_NAMES) {
    const rows: ReadonlyMap<string, Row<TableName>> = tables[name]
    for (const [key, row] of rows) for (const record of rowKeys(name, key, row)) named.add(record)
  }
  return named
}
