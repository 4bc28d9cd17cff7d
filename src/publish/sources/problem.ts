// What an editor did that cannot be published, or should be looked at: where it is, what is wrong, what to do.

/** A place in a source; lines and columns count from 1. */
export type Place = { path: string; line: number; column: number }

/** A `problem` stops a push; an `advice` is printed and stops nothing. */
export type Problem = Place & { level: 'problem' | 'advice'; message: string }

/** The one line that an editor reads, in the form that terminals and editors make clickable. */
export function formatProblem(problem: Problem): string {
  const place = `${problem.path}:${problem.line}:${problem.column}`
  return problem.level === 'advice' ? `${place} advice: ${problem.message}` : `${place} ${problem.message}`
}

/** By file, then by place. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  return [...problems].sort(
    (a, b) =>
      (a.path < b.path ? -1 : a.path > b.path ? 1 : 0) ||
      a.line - b.line ||
      a.column - b.column ||
      (a.message < b.message ? -1 : a.message > b.message ? 1 : 0),
  )
}

/** What was found, quoted so that a message stays on one line. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
}
