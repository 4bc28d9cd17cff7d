// The command: its table of commands, one short function each, and the exit code.
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Command, CommanderError } from 'commander'
import { checkSources } from './check.ts'
import { authorName, noteOf } from './commands/author.ts'
import { consent } from './commands/consent.ts'
import { refuseEaten } from './commands/eaten-flags.ts'
import { readContent } from './content.ts'
import { importWire } from './import.ts'
import { found } from './problem.ts'
import { countProblems, reportProblems } from './report.ts'
import type { Store } from './stores/store.ts'
import { CLOUDFLARE, LOCAL, targetNames, withStore } from './targets.ts'
import { openTerminal } from './terminal.ts'

/** The project is where npm runs its scripts. */
const root = process.cwd()
/** Where the editor stands: npm goes to the project's folder, and says where it was called. */
const calledFrom = (process.env.npm_lifecycle_event && process.env.INIT_CWD) || root
const terminal = openTerminal()

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

// A new flag must not be the beginning of one of npm's own, because npm would take it for that one. Of --to the guard
// against eaten flags knows.
const onTarget = (command: Command): Command =>
  command.argument(
    '[target]',
    'nothing for Cloudflare, local, or an environment of wrangler.toml',
    CLOUDFLARE,
  )
const withLeave = (command: Command): Command =>
  command
    .option(
      '--remove <slug>',
      'let a live article go that the sources do not know; may be repeated',
      collect,
      [],
    )
    .option('--restore <slug>', 'show an article again that was taken down; may be repeated', collect, [])
const withAuthor = (command: Command): Command =>
  command.option('--author <name>', "who does it; git's user name if not given")
const withNote = (command: Command): Command =>
  withAuthor(command.option('--message <text>', 'what this is about, for the list of editions', ''))
const withSure = (command: Command): Command => command.option('--sure', 'do not ask')
const withJson = (command: Command): Command => command.option('--json', 'print one JSON object')

withJson(withLeave(onTarget(program.command('plan'))))
  .description('show what a deploy would change, and what it would cost')
  .action(plan)

withSure(withLeave(withNote(onTarget(program.command('deploy')))))
  .description('publish')
  .action(deploy)

withJson(onTarget(program.command('editions')))
  .description('list the last pushes, and what is still to appear or expire')
  .action(editions)

withSure(withNote(onTarget(program.command('rollback'))))
  .description('put the edition of an earlier push live again')
  .option('--to <push>', 'the number of the push; the one before the live one if not given')
  .action(rollback)

const taken = program.command('takedown').argument('<slug>', "the article's slug, or its address")
withSure(withNote(onTarget(taken)))
  .description('take an article down at once, under every edition')
  .action(takedown)

withAuthor(onTarget(program.command('preview')))
  .description('put everything under a secret address, and nothing live')
  .option('--at <date>', 'the moment at which the site is to be read')
  .option('--drafts', 'show drafts as if they were published')
  .action(preview)

onTarget(program.command('pull').argument('<dir>', 'a folder that is empty, or not there yet'))
  .description('write the sources of the live edition into a folder')
  .action(pull)

withSure(onTarget(program.command('gc')))
  .description('remove what no kept push and no preview names')
  .action(collectGarbage)

program
  .command('import')
  .description('turn a text of another form into an article file')
  .argument('<form>', 'wire')
  .argument('<file>', "an agency's plain text")
  .option('--date <date>', 'the date of publication; without it the article is a draft')
  .action((form: string, file: string, options: { date?: string }) => importArticle(form, file, options))

// What brings wrangler with it takes a second to load: only the commands that need it do.
async function start({ port }: { port: string }): Promise<void> {
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) {
    throw new Refusal(`--port must be a number from 1 to 65535: found ${found(port)}`)
  }
  const { runDesk } = await import('./dev.ts')
  await runDesk({ root, port: Number(port), author: await authorName(root) })
}

async function check(): Promise<void> {
  const sources = await readContent(root)
  const { content, problems } = await checkSources(sources)
  terminal.print(reportProblems(problems))
  terminal.print([`${sources.articles.length} articles: ${countProblems(problems)}.`])
  if (!content) process.exitCode = 1
}

type Leave = { remove: string[]; restore: string[] }
type Note = { message: string; author?: string }
type Sure = { sure?: boolean }

async function plan(target: string, { json = false, ...leave }: Leave & { json?: boolean }): Promise<void> {
  const { runPlan } = await import('./commands/plan.ts')
  await at(target, (store, isLocal) =>
    runPlan({ root, store, isLocal, time: Date.now(), json, ...leave }, terminal),
  )
}

async function deploy(target: string, { sure = false, ...options }: Leave & Note & Sure): Promise<void> {
  const { remove, restore } = options
  const note = await noteOf(root, options)
  const { runDeploy } = await import('./commands/deploy.ts')
  await at(target, (store, isLocal) =>
    runDeploy({ root, store, isLocal, note, remove, restore, sure }, terminal),
  )
}

async function editions(target: string, { json = false }: { json?: boolean }): Promise<void> {
  const { runEditions } = await import('./commands/editions.ts')
  await at(target, (store) => runEditions({ root, store, json, now: Date.now() }, terminal))
}

type RollbackOptions = Note & Sure & { to?: string }

async function rollback(target: string, { to, sure = false, ...options }: RollbackOptions): Promise<void> {
  if (to !== undefined && !/^[1-9]\d{0,14}$/.test(to)) {
    throw new Refusal(
      `--to must be the number of a push, which npm run editions tells, such as 12: found ${found(to)}`,
    )
  }
  const note = await noteOf(root, options)
  const { runRollback } = await import('./commands/rollback.ts')
  await at(target, (store, isLocal) =>
    runRollback(
      { root, store, isLocal, note, to: to === undefined ? undefined : Number(to), sure },
      terminal,
    ),
  )
}

async function takedown(
  slug: string,
  target: string,
  { sure = false, ...options }: Note & Sure,
): Promise<void> {
  const note = await noteOf(root, options)
  const { takedown, reportTakedown } = await import('./takedown.ts')
  await at(target, async (store, isLocal) => {
    const confirm = asking(`Take it down from ${store.name}?`, isLocal || sure)
    const outcome = await takedown({ root, store, slug, note, confirm })
    terminal.print(reportTakedown(outcome))
    return outcome.state === 'done' ? 0 : 1
  })
}

type PreviewOptions = { author?: string; at?: string; drafts?: boolean }

async function preview(
  target: string,
  { at: moment, drafts = false, ...options }: PreviewOptions,
): Promise<void> {
  const note = await noteOf(root, { message: '', ...options })
  const { runPreview } = await import('./commands/preview.ts')
  await at(target, (store) => runPreview({ root, store, note, drafts, at: moment }, terminal))
}

async function pull(dir: string, target: string): Promise<void> {
  const { pull, reportPull } = await import('./pull.ts')
  await at(target, async (store) => {
    terminal.print(reportPull(await pull({ store, folder: resolve(calledFrom, dir) }), dir))
    return 0
  })
}

async function collectGarbage(target: string, { sure = false }: Sure): Promise<void> {
  const { gc, reportGc } = await import('./gc.ts')
  await at(target, async (store, isLocal) => {
    const confirm = asking(`Remove it from ${store.name}?`, isLocal || sure)
    const outcome = await gc({ store, now: Date.now(), confirm, wait: waitForAll })
    terminal.print(reportGc(outcome))
    return outcome.state === 'declined' ? 1 : 0
  })
}

/** Ctrl+C ends it by an error, so that gc says that it has ended and pushes need not wait for it. */
async function waitForAll(milliseconds: number): Promise<void> {
  terminal.print([`Waiting ${milliseconds / 1000} seconds, so that nobody goes back to what goes.`])
  const interrupt = new AbortController()
  const stop = (): void => interrupt.abort()
  process.once('SIGINT', stop)
  try {
    await sleep(milliseconds, undefined, { signal: interrupt.signal })
  } catch (error) {
    if (interrupt.signal.aborted) throw new Refusal('Nothing was removed.')
    throw error
  } finally {
    process.off('SIGINT', stop)
  }
}

async function importArticle(form: string, file: string, options: { date?: string }): Promise<void> {
  if (form !== 'wire')
    throw new Refusal(`There is no import of the form "${form}". Write: npm run import wire ${file}`)
  terminal.print(await importWire({ root, file, from: calledFrom, ...options }))
}

/** Does the work on a target's store; what it answers is the exit code. */
async function at(target: string, work: (store: Store, isLocal: boolean) => Promise<number>): Promise<void> {
  process.exitCode = await withStore(root, target, (store) => work(store, target === LOCAL))
}

function asking(question: string, isGiven: boolean): (lines: readonly string[]) => Promise<boolean> {
  return (lines) => {
    terminal.print(lines)
    return consent(terminal, { question, isGiven })
  }
}

function collect(value: string, all: string[]): string[] {
  return [...all, value]
}

/** A command that cannot be done; its message is the whole answer. */
class Refusal extends Error {
  override name = 'Refusal'
}

/** Words that a command's first argument may be, so that it is told from a value that a flag has lost. */
async function firstWords(command: Command): Promise<readonly string[] | null> {
  const first = command.registeredArguments[0]?.name()
  if (first === 'target') return targetNames(root)
  return first === 'form' ? ['wire'] : first === undefined ? [] : null
}

try {
  const [name, ...given] = process.argv.slice(2)
  const command = program.commands.find((one) => one.name() === name)
  const refusal = command && (await refuseEaten(command, { given, env: process.env, firstWords }))
  if (refusal) throw new Refusal(refusal)
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode
  else {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
