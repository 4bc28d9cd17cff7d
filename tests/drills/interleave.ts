// Runs processes that share a store in every order of the steps at which they can meet, each order from the start.

/** Waits for the process's next turn; a process calls it before each step at which it can meet another. */
export type Turn = (step: string) => Promise<void>

export type Order = { steps: string[]; results: PromiseSettledResult<unknown>[] }

/** What one order starts from: fresh processes, by name, and what is to be held against their results. */
export type World = {
  processes: Record<string, (turn: Turn) => Promise<unknown>>
  check: (order: Order) => Promise<void>
}

/** So many orders run at a time, because a process may wait for a disk. */
const AT_A_TIME = 8

/** Runs every order; how many there were. */
export async function runAllOrders(makeWorld: () => World | Promise<World>): Promise<number> {
  let count = 0
  /** The beginnings of orders that have not been run, each as the choices that lead to it. */
  const beginnings: number[][] = [[]]
  const runNext = async (): Promise<void> => {
    const beginning = beginnings.pop()
    if (!beginning) return
    const world = await makeWorld()
    const { order, alternatives } = await runOrder(world.processes, beginning)
    const choices = alternatives.map(({ chosen }) => chosen)
    for (const [index, { of }] of alternatives.entries()) {
      if (index < beginning.length) continue
      for (let other = 1; other < of; other += 1) beginnings.push([...choices.slice(0, index), other])
    }
    await world.check(order)
    count += 1
  }
  while (beginnings.length > 0) {
    await Promise.all(Array.from({ length: Math.min(AT_A_TIME, beginnings.length) }, runNext))
  }
  return count
}

type Choice = { chosen: number; of: number }

async function runOrder(
  processes: World['processes'],
  choices: readonly number[],
): Promise<{ order: Order; alternatives: Choice[] }> {
  const waiting = new Map<string, { step: string; go: () => void }>()
  const names = Object.keys(processes)
  const alternatives: Choice[] = []
  const steps: string[] = []
  let running = names.length
  let wake = (): void => {}
  const settled = (): Promise<void> =>
    new Promise((resolve) => {
      wake = () => {
        if (waiting.size === running) resolve()
      }
      wake()
    })
  const runs = names.map(async (name) => {
    const turn: Turn = (step) =>
      new Promise((go) => {
        waiting.set(name, { step, go })
        wake()
      })
    try {
      return await processes[name]?.(turn)
    } finally {
      running -= 1
      wake()
    }
  })
  const all = Promise.allSettled(runs)
  for (await settled(); running > 0; await settled()) {
    const ready = [...waiting.keys()].sort()
    const chosen = choices[alternatives.length] ?? 0
    alternatives.push({ chosen, of: ready.length })
    const name = ready[chosen] ?? ''
    const next = waiting.get(name)
    waiting.delete(name)
    steps.push(`${name}: ${next?.step}`)
    next?.go()
  }
  return { order: { steps, results: await all }, alternatives }
}
