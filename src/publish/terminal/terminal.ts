// The terminal of a command: printing, questions, progress.
import { createInterface } from 'node:readline'
import { byteSize, grouped } from '../format.ts'
import type { Making } from '../pictures/make.ts'
import type { Progress } from '../push.ts'
import { interruptible } from './signals.ts'

export type Terminal = {
  print: (lines: readonly string[]) => void
  /** The answer to a question of yes or no; null where nobody can be asked. */
  ask: (question: string) => Promise<boolean | null>
  /** Shows how far an upload has come, or the making of pictures before it, until `end`. */
  startProgress: () => { show: (progress: Progress | Making) => void; end: () => void }
  interruptible: typeof interruptible
}

/** The terminal of this process, or whatever stands in its place. */
export function openTerminal(): Terminal {
  // To write to a closed terminal or pipe fails, and must not end the work.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  return {
    print: (lines) => {
      for (const line of lines) console.log(line)
    },
    ask: async (question) => (process.stdin.isTTY && process.stdout.isTTY ? askHere(question) : null),
    startProgress: () => startProgress(process.stderr),
    interruptible,
  }
}

/** Ctrl+C and the end of the input mean no. */
function askHere(question: string): Promise<boolean> {
  const reader = createInterface({ input: process.stdin, output: process.stdout })
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const endsLine = (): void => {
    process.stdout.write('\n')
    resolve(false)
  }
  reader.on('SIGINT', () => reader.close())
  reader.on('close', endsLine)
  reader.question(`${question} [y/N] `, (answer) => {
    resolve(/^y(?:es)?$/i.test(answer.trim()))
    reader.off('close', endsLine)
    reader.close()
  })
  return promise
}

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

/** Shorter work shows no progress: at a terminal, and elsewhere, where the lines go into a log. */
const QUIET_MS = { terminal: 1_000, elsewhere: 5_000 }
/** Where a line cannot be overwritten, a new one is written at each of these parts of the whole. */
const MILESTONES = [0.25, 0.5, 0.75]

/** One line that is written over at a terminal; a few lines elsewhere. */
export function startProgress(
  stream: Pick<NodeJS.WriteStream, 'write' | 'isTTY'>,
  now: () => number = Date.now,
): ReturnType<Terminal['startProgress']> {
  const started = now()
  const left = [...MILESTONES]
  let isShown = false
  return {
    show: (progress) => {
      const { text, part } = described(progress)
      const isQuiet = now() - started < QUIET_MS[stream.isTTY ? 'terminal' : 'elsewhere']
      if (stream.isTTY) {
        if (isQuiet && !isShown) return
        stream.write(`\r${text}\x1b[K`)
        isShown = true
        return
      }
      const passed = left.filter((milestone) => part >= milestone)
      left.splice(0, passed.length)
      if (!isQuiet && passed.length > 0 && part < 1) stream.write(`${text}\n`)
    },
    end: () => {
      if (isShown) stream.write('\r\x1b[K')
      isShown = false
    },
  }
}

function described(progress: Progress | Making): { text: string; part: number } {
  const of = grouped(progress.of)
  if ('pictures' in progress) {
    const { pictures } = progress
    return { text: `Making pictures: ${grouped(pictures)} of ${of}`, part: pictures / progress.of }
  }
  const { values, bytes } = progress
  const text = `Uploading: ${grouped(values)} of ${of} values, ${byteSize(bytes)}`
  return { text, part: values / progress.of }
}
