// A fake terminal for tests: keeps what is printed, and answers as it is told to.
import type { Terminal } from '../../src/publish/terminal/terminal.ts'

export type TestTerminal = Terminal & {
  /** What was printed, taken away from it. */
  take: () => string[]
  /** The questions that were asked. */
  questions: string[]
  /** What Ctrl+C would do now; undefined where nothing goes on. */
  stop: () => readonly string[] | null | undefined
}

/** A terminal at which every question is answered so; null for one at which nobody can be asked. */
export function makeTerminal(answer: boolean | null = null): TestTerminal {
  let printed: string[] = []
  let stopping: (() => readonly string[] | null) | undefined
  const questions: string[] = []
  return {
    questions,
    print: (lines) => {
      printed.push(...lines)
    },
    ask: async (question) => {
      questions.push(question)
      return answer
    },
    startProgress: () => ({ show: () => {}, end: () => {} }),
    interruptible: async (stop, work) => {
      stopping = stop
      try {
        return await work()
      } finally {
        stopping = undefined
      }
    },
    take: () => {
      const lines = printed
      printed = []
      return lines
    },
    stop: () => stopping?.(),
  }
}
