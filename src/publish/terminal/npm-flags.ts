// npm takes flags that stand before `--` for itself, and the command never sees them: found out, and refused with the
// line to write instead.
import type { Command, Option } from 'commander'

/** What is asked about a command line; words are those after the command's name. */
export type CommandLine = {
  given: readonly string[]
  env: Readonly<Record<string, string | undefined>>
  /** Words that the command's first argument may be; null where it may be any. */
  firstWords: (command: Command) => Promise<readonly string[] | null>
}

/** The line that says which flags npm has eaten, and what to write; null when it has eaten none. */
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

/** Flags that npm takes for abbreviations of its own, by the name under which it then passes their values on. */
const STRETCHED: Record<string, string> = { to: 'token_description' }

/** A value is lost where npm took the flag for one that has none: then it stands among the words. */
type Eaten = { flag: string; values: string[]; isLost: boolean }

function eatenValue(option: Option, { given, env }: CommandLine): Eaten[] {
  const name = option.attributeName()
  const flag = option.long ?? ''
  const value = env[`npm_config_${name}`] ?? env[`npm_config_${STRETCHED[name] ?? name}`]
  // A flag that has come through is not eaten: the value may be a line of the editor's .npmrc.
  const isGiven = given.some((word) => word === flag || word.startsWith(`${flag}=`))
  if (value === undefined || isGiven) return []
  if (option.isBoolean()) return value === 'true' ? [{ flag, values: [], isLost: false }] : []
  // npm joins what was given several times with an empty line.
  return value === 'true'
    ? [{ flag, values: [], isLost: true }]
    : [{ flag, values: value.split('\n\n'), isLost: false }]
}

/** The words that are the command's own, and those left over, which are values that flags have lost. */
function splitWords(
  command: Command,
  { given, first }: { given: readonly string[]; first: readonly string[] | null },
): { words: string[]; left: string[] } {
  const own = command.registeredArguments
  // Which of several words is whose, nobody can tell any more.
  if (!first)
    return { words: own.filter(({ required }) => required).map((one) => `<${one.name()}>`), left: [] }
  const start = given.findIndex((word) => first.includes(word))
  if (start < 0) return { words: [], left: [...given] }
  return {
    words: given.slice(start, start + own.length),
    left: [...given.slice(0, start), ...given.slice(start + own.length)],
  }
}

/** A word as it is to be typed; a name such as <slug> stands for one that nobody knows. */
function shellWord(word: string): string {
  return /^(?:[\p{L}\p{N}…_./:@%+=,-]+|<[a-z]+>)$/u.test(word) ? word : JSON.stringify(word)
}
