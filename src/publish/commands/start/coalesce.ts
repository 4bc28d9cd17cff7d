// Runs of one task, one after another, however often they are asked for.

export type Runs = {
  /** Asks for a run that begins after the asking; the promise is that run's. */
  ask: () => Promise<void>
  /** Waits for the runs that were asked for. */
  idle: () => Promise<void>
}

/** Runs of a task. Only one waits while another goes on, because what has not begun will see every change before it. */
export function coalesce(task: () => Promise<void>): Runs {
  let last: Promise<void> = Promise.resolve()
  let isWaiting = false
  const begin = (): Promise<void> => {
    isWaiting = false
    return task()
  }
  return {
    ask: () => {
      if (!isWaiting) last = last.then(begin, begin)
      isWaiting = true
      return last
    },
    idle: () => last,
  }
}
