// Asks before a command changes what readers see.
import type { Terminal } from './terminal.ts'

/** Whether the command may go on. Throws if nobody can be asked and the answer was not given by a flag. */
export async function consent(
  terminal: Pick<Terminal, 'ask'>,
  { question, isGiven }: { question: string; isGiven: boolean },
): Promise<boolean> {
  if (isGiven) return true
  const answer = await terminal.ask(question)
  if (answer !== null) return answer
  throw new Error(
    'Nothing was done: there is no terminal to ask at. If you are sure, put these words at the end of the command: -- --sure',
  )
}
