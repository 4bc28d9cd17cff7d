// npm keeps flags that stand before `--` for itself. This finds them in npm's environment and refuses the command with
// the line to write instead.
import type { Command, Option } from 'commander'

/** A command line; `given` are the words after the command's name. */
export type CommandLine = {
  given: readonly string[]
  env: Readonly<Record<string, string | undefined>>
  /** Words that the command's first argument may be; null where it may be any. */
  firstWords: (command: Command) => Promise<readonly string[] | null>
}

/** The line that says which flags npm kept, and what to write; null if npm kept none. */
export async function refuseEaten(command: Command, line: CommandLine): Promise<string | null> {
  const eaten = command.options.flatMap((option) => eatenValue(option, line))
  if (eaten.length === 0) return null
  const lost = eaten.filter(({ isLost }) => isLost).length
  const { words, left } =
    lost === 0
      ? { words: line.given.slice(0, command.registeredArguments.length), left: [] }
      : splitWords(command, { given: line.given, first: await line.firstWords(command) })
  const value = lost === 1 && left.length === 1 ? (left[0] ?? '…') : '…'
  const flags = eaten.flatMap(({ flag, values, isLost }) => {
    if (values.length === 0 && !isLost) return [flag]
    return (isLost ? [value] : values).map((one) => `${flag} ${shellWord(one)}`)
  })
  const kept = eaten.map(({ flag }) => flag).join(' and ')
  return `npm kept ${kept} for itself. Write the flags after two dashes: ${['npm run', command.name(), ...words.map(shellWord), '--', ...flags].join(' ')}`
}

/** Flags that npm takes for abbreviations of its own, and the name under which npm passes their values on. */
const STRETCHED: Record<string, string> = { to: 'token_description' }

/** `isLost`: npm took the flag for one without a value, so the value stands among the words. */
type Eaten = { flag: string; values: string[]; isLost: boolean }

function eatenValue(option: Option, { given, env }: CommandLine): Eaten[] {
  const name = option.attributeName()
  const flag = option.long ?? ''
  const value = env[`npm_config_${name}`] ?? env[`npm_config_${STRETCHED[name] ?? name}`]
  // The flag was passed on, so npm did not keep it: the value may come from the editor's .npmrc.
  const isGiven = given.some((word) => word === flag || word.startsWith(`${flag}=`))
  if (value === undefined || isGiven) return []
  if (option.isBoolean()) return value === 'true' ? [{ flag, values: [], isLost: false }] : []
  // npm joins repeated values with an empty line.
  return value === 'true'
    ? [{ flag, values: [], isLost: true }]
    : [{ flag, values: value.split('\n\n'), isLost: false }]
}

/** The command's own words, and the rest, which are lost values of flags. */
function splitWords(
  command: Command,
  { given, first }: { given: readonly string[]; first: readonly string[] | null },
): { words: string[]; left: string[] } {
  const own = command.registeredArguments
  // Nothing tells which word is an argument and which is a lost value.
  if (!first)
    return { words: own.filter(({ required }) => required).map((one) => `<${one.name()}>`), left: [] }
  const start = given.findIndex((word) => first.includes(word))
  if (start < 0) return { words: [], left: [...given] }
  return {
    words: given.slice(start, start + own.length),
    left: [...given.slice(0, start), ...given.slice(start + own.length)],
  }
}

/** A word as one types it in a shell; a name such as <slug> stands for an unknown word. */
function shellWord(word: string): string {
  return /^(?:[\p{L}\p{N}…_./:@%+=,-]+|<[a-z]+>)$/u.test(word) ? word : JSON.stringify(word)
}
