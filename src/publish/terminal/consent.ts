// Leave to do what cannot be taken back lightly.
import type { Terminal } from './terminal.ts'

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
