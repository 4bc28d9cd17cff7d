// JSON that may be none: a file that a crash has cut off, or what another program answers. Pure.

/** What a text says; null where it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
