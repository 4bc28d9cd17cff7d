// Leave to do what cannot be taken back lightly.
import type { Terminal } from '../terminal.ts'

/** Whether it may be done. Throws where nobody can be asked and the answer was not given beforehand. */
export async function consent(
  terminal: Pick<Terminal, 'ask'>,
  { question, isGiven }: { question: string; isGiven: boolean },
): Promise<boolean> {
  if (isGiven) return true
  const answer = await terminal.ask(question)
  if (answer !== null) return answer
  throw new Error(
    'Nothing was done, because nobody can be asked here. If you are sure, put these words at the end of the command: -- --sure',
  )
}

/** Shows what is going to be done, and asks for leave. */
export function asking(
  terminal: Pick<Terminal, 'ask' | 'print'>,
  leave: { question: string; isGiven: boolean },
): (lines: readonly string[]) => Promise<boolean> {
  return (lines) => {
    terminal.print(lines)
    return consent(terminal, leave)
  }
}
