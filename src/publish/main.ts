// The command: its table of commands, one short function each, and the exit code.
import { execFile } from 'node:child_process'
import { userInfo } from 'node:os'
import { promisify } from 'node:util'
import { Command, CommanderError } from 'commander'
import { checkSources } from './check.ts'
import { readContent } from './content.ts'
import { importWire } from './import.ts'
import { found } from './problem.ts'
import { publish } from './publish.ts'
import { countProblems, reportOutcome, reportProblems } from './report.ts'

/** The project is where npm runs its scripts. */
const root = process.cwd()
/** Where the editor stands: npm goes to the project's folder, and says where it was called. */
const calledFrom = (process.env.npm_lifecycle_event && process.env.INIT_CWD) || root

const program = new Command('dateline')
  .description('Publishes the articles of content/.')
  .exitOverride()
  .showHelpAfterError('Run npm run for the list of commands.')

program
  .command('start')
  .description('publish locally, serve at http://localhost:8787, and publish again whenever content/ changes')
  .option('--port <number>', 'the port to serve at', '8787')
  .action(start)

program.command('check').description('check the content').action(check)

program
  .command('deploy')
  .description('publish: "local" into the local store; without a target, to Cloudflare')
  .argument('[target]', 'local, or nothing for Cloudflare', 'cloudflare')
  .option('--message <text>', 'what this push is about', '')
  // Not --by: npm would take that for an abbreviation of a flag of its own, and nobody would notice.
  .option('--author <name>', "who pushes; git's user name if not given")
  .option(
    '--remove <slug>',
    'let a live article go that the sources do not know; may be repeated',
    collect,
    [],
  )
  .action(deploy)

program
  .command('import')
  .description('turn a text of another form into an article file')
  .argument('<form>', 'wire')
  .argument('<file>', "an agency's plain text")
  .option('--date <date>', 'the date of publication; without it the article is a draft')
  .action((form: string, file: string, options: { date?: string }) => importArticle(form, file, options))

// The desk and the store bring wrangler with them, which takes a second to load: only the commands that need them do.
async function start({ port }: { port: string }): Promise<void> {
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) {
    throw new Refusal(`--port must be a number from 1 to 65535: found ${found(port)}`)
  }
  const { runDesk } = await import('./dev.ts')
  await runDesk({ root, port: Number(port), author: await authorName() })
}

async function check(): Promise<void> {
  const sources = await readContent(root)
  const { content, problems } = await checkSources(sources)
  print(reportProblems(problems))
  print([`${sources.articles.length} articles: ${countProblems(problems)}.`])
  if (!content) process.exitCode = 1
}

type DeployOptions = { message: string; author?: string; remove: string[] }

async function deploy(target: string, { message, author, remove }: DeployOptions): Promise<void> {
  if (target !== 'local' && target !== 'cloudflare') {
    throw new Refusal(`There is no target "${target}". Write: npm run deploy local`)
  }
  if (target === 'cloudflare') {
    throw new Refusal(
      'Publishing to Cloudflare comes next and is not there yet. Nothing was published. ' +
        'Meanwhile: npm run deploy local publishes into the local store, and npm start shows it.',
    )
  }
  const { openLocalStore } = await import('./stores/local.ts')
  const store = await openLocalStore(root)
  try {
    const note = { author: author ?? (await authorName()), message, time: Date.now() }
    const outcome = await publish({ root, store, note, remove })
    print(reportProblems(outcome.problems))
    if (outcome.state === 'problems') {
      throw new Refusal(`Nothing was published: ${countProblems(outcome.problems)}.`)
    }
    print(reportOutcome(outcome))
    if (outcome.state === 'stopped') process.exitCode = 1
  } finally {
    await store.close()
  }
}

async function importArticle(form: string, file: string, options: { date?: string }): Promise<void> {
  if (form !== 'wire')
    throw new Refusal(`There is no import of the form "${form}". Write: npm run import wire ${file}`)
  print(await importWire({ root, file, from: calledFrom, ...options }))
}

function collect(value: string, all: string[]): string[] {
  return [...all, value]
}

async function authorName(): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('git', ['config', 'user.name'], { cwd: root })
    if (stdout.trim() !== '') return stdout.trim()
  } catch {
    // No git, or no name in it: the machine's user will do.
  }
  return userInfo().username
}

/** A command that cannot be done; its message is the whole answer. */
class Refusal extends Error {
  override name = 'Refusal'
}

/** Words that a command's first argument may be; where npm drops a flag, its value stands among them as a word. */
const FIRST_WORDS: Record<string, readonly string[]> = { deploy: ['local', 'cloudflare'], import: ['wire'] }

/** npm takes flags that stand before `--` for itself, and the command never sees them. */
function refuseEatenFlags(): void {
  const [name = '', ...given] = process.argv.slice(2)
  const command = program.commands.find((one) => one.name() === name)
  const eaten = (command?.options ?? []).flatMap((option) => {
    const value = process.env[`npm_config_${option.attributeName()}`]
    // A flag that has come through is not eaten: the value may be a line of the editor's .npmrc.
    const isGiven = given.some((word) => word === option.long || word.startsWith(`${option.long}=`))
    return value === undefined || isGiven ? [] : [{ flag: option.long, value }]
  })
  if (!command || eaten.length === 0) return
  const { words, left } = splitWords(given, {
    first: FIRST_WORDS[name] ?? [],
    count: command.registeredArguments.length,
  })
  const isLost = ({ value }: { value: string }): boolean => value === 'true'
  const lost = left.length === 1 && eaten.filter(isLost).length === 1 ? left[0] : undefined
  const flags = eaten.map(
    (one) => `${one.flag} ${isLost(one) ? shellWord(lost ?? '…') : shellWord(one.value)}`,
  )
  const line = ['npm run', name, ...words.map(shellWord), '--', ...flags].join(' ')
  const kept = eaten.map(({ flag }) => flag).join(' and ')
  throw new Refusal(`npm kept ${kept} for itself. Write the flags after two dashes: ${line}`)
}

/** The words that are a command's own, which begin with one that is known, and those left over. */
function splitWords(
  given: readonly string[],
  { first, count }: { first: readonly string[]; count: number },
): { words: string[]; left: string[] } {
  const start = given.findIndex((word) => first.includes(word))
  if (start < 0) return { words: [], left: [...given] }
  return {
    words: given.slice(start, start + count),
    left: [...given.slice(0, start), ...given.slice(start + count)],
  }
}

/** A word as it is to be typed. */
function shellWord(word: string): string {
  return /^[\p{L}\p{N}…_./:@%+=,-]+$/u.test(word) ? word : JSON.stringify(word)
}

function print(lines: readonly string[]): void {
  for (const line of lines) console.log(line)
}

try {
  refuseEatenFlags()
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode
  else {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
