// Problems and advice for editors: the place, what is wrong, what to do.

/** A place in a source; lines and columns count from 1. */
export type Place = { path: string; line: number; column: number }

/** A `problem` stops a push; `advice` is only printed. */
export type Problem = Place & { level: 'problem' | 'advice'; message: string }

/** A problem as one line, in the form that terminals and text editors turn into a link. */
export function formatProblem(problem: Problem): string {
  const place = `${problem.path}:${problem.line}:${problem.column}`
  return problem.level === 'advice' ? `${place} advice: ${problem.message}` : `${place} ${problem.message}`
}

/** Sorts by file, then by place. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  return [...problems].sort(
    (a, b) =>
      (a.path < b.path ? -1 : a.path > b.path ? 1 : 0) ||
      a.line - b.line ||
      a.column - b.column ||
      (a.message < b.message ? -1 : a.message > b.message ? 1 : 0),
  )
}

/** A value in quotes and cut to 60 characters, so that a message stays on one line. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
}
