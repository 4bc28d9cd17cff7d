// What search engines are told of a page that says nothing of itself: the first things that stand on it.

/** About as much as engines show. Characters. */
const LENGTH_MOST = 155

/** So many of some names or headlines as fit, in their order; undefined of none. */
export function describeBy(names: Iterable<string>): string | undefined {
  let description: string | undefined
  for (const name of names) {
    const longer = description === undefined ? name : `${description} · ${name}`
    if (longer.length > LENGTH_MOST && description !== undefined) break
    description = longer
  }
  return description
}
