// Parses text that may not be JSON: a file that a crash cut off, or the answer of another program. Pure.

/** The parsed value; null if the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
