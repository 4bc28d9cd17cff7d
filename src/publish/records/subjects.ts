// Tags and authors: each has a list, a count of its articles, and a row in an index.
import { canonicalJson } from '../../canonical.ts'
import { type Counted, changesOf } from '../../projection.ts'
import { authorList, type PageEntry, type Row } from '../../records.ts'
import { hashText } from '../hash.ts'
import { spanOf, type Tag, type Writer } from './arrange.ts'
import type { List } from './lists.ts'
import { countSpans, pageEntry } from './numbering.ts'

/** A tag or an author, with its list, its count, and the other fields of its row. */
export type Subject<R> = List & { slug: string; row: R; count: Counted }

/** Tags with articles that can still be seen. */
export function tagSubjects(
  tags: readonly Tag[],
  instant: number,
): Subject<Pick<Row<'tags'>, 'name' | 'description'>>[] {
  return tags.flatMap(({ entries, ...tag }) => {
    const { slug, name, description } = tag
    const row = { name, description }
    return counted({ name: slug, slug, entries, pinned: [], head: { tag }, row }, instant)
  })
}

/** Authors with articles that can still be seen. */
export function authorSubjects(
  authors: readonly Writer[],
  instant: number,
): Subject<Pick<Row<'authors'>, 'name' | 'role'>>[] {
  return authors.flatMap(({ entries, ...author }) => {
    const { slug, name, role } = author
    const row = { name, role }
    return counted({ name: authorList(slug), slug, entries, pinned: [], head: { author }, row }, instant)
  })
}

/** The entry of an index: a hash of what the index shows of the rows, and when that changes. */
export function indexEntry(rows: ReadonlyMap<string, Counted & Partial<IndexRow>>): PageEntry {
  const index = [...rows].map(([slug, { name, description, role, settled, spans }]) => {
    return { slug, name, description, role, settled, spans }
  })
  return pageEntry(hashText(canonicalJson(index)), changesOf(index))
}

type IndexRow = Pick<Row<'tags'>, 'name' | 'description'> & Pick<Row<'authors'>, 'role'>

function counted<R>(subject: Omit<Subject<R>, 'count'>, instant: number): Subject<R>[] {
  const count = countSpans(subject.entries.map(spanOf), instant)
  return count.settled > 0 || count.spans.length > 0 ? [{ ...subject, count }] : []
}
