// The command: its table of commands, one short function each, and the exit code.
import { execFile } from 'node:child_process'
import { userInfo } from 'node:os'
import { promisify } from 'node:util'
import { Command, CommanderError } from 'commander'
import { checkSources } from './check.ts'
import { readContent } from './content.ts'
import { importWire } from './import.ts'
import { publish } from './publish.ts'
import { countProblems, reportOutcome, reportProblems } from './report.ts'

/** The project is where npm runs its scripts. */
const root = process.cwd()

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
  .option('--by <name>', "who pushes; git's user name if not given")
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

type DeployOptions = { message: string; by?: string; remove: string[] }

async function deploy(target: string, { message, by, remove }: DeployOptions): Promise<void> {
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
    const note = { author: by ?? (await authorName()), message, time: Date.now() }
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
  print(await importWire({ root, file, ...options }))
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

/** npm takes flags that stand before `--` for itself, and the command never sees them. */
function refuseEatenFlags(): void {
  const command = program.commands.find((one) => one.name() === process.argv[2])
  const eaten = (command?.options ?? []).flatMap((option) => {
    const value = process.env[`npm_config_${option.attributeName()}`]
    return value === undefined ? [] : [{ flag: option.long, value }]
  })
  if (!command || eaten.length === 0) return
  // Where npm does not know the flag, its value has become a word of the command: it is not repeated.
  const words = process.argv.slice(3, 3 + command.registeredArguments.length)
  const flags = eaten.map(({ flag, value }) => `${flag} ${value === 'true' ? '…' : JSON.stringify(value)}`)
  const line = ['npm run', command.name(), ...words, '--', ...flags].join(' ')
  const kept = eaten.map(({ flag }) => flag).join(' and ')
  throw new Refusal(`npm kept ${kept} for itself. Write the flags after two dashes: ${line}`)
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
