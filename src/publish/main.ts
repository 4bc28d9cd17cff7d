// The command: its table of commands, one short function each, and the exit code.
import { Command, CommanderError } from 'commander'
import type { Store } from './stores/store.ts'
import { CLOUDFLARE, LOCAL, targetNames, withStore } from './stores/targets.ts'
import { noteOf } from './terminal/note.ts'
import { refuseEaten } from './terminal/npm-flags.ts'
import { openTerminal } from './terminal/terminal.ts'

/** The project is where npm runs its scripts. */
const root = process.cwd()
/** The folder in which the editor called npm; npm itself changes to the project's folder. */
const calledFrom = (process.env.npm_lifecycle_event && process.env.INIT_CWD) || root
const terminal = openTerminal()

const program = new Command('dateline')
  .description('Publishes the articles of content/.')
  .exitOverride()
  // The descriptions say what the defaults do.
  .configureHelp({
    optionDescription: ({ description }) => description,
    argumentDescription: ({ description }) => description,
  })
  .showHelpAfterError('Run npm run for the list of commands.')

program
  .command('start')
  .description('publish locally, serve at http://localhost:8787, and publish again whenever content/ changes')
  .option('--port <number>', 'the port to serve at; by default 8787', '8787')
  .action(start)

program.command('check').description('check the content').action(check)

// A new flag must not be the beginning of one of npm's own, because npm would take it for that one. --to is an
// exception that refuseEaten handles.
const onTarget = (command: Command): Command =>
  command.argument('[target]', 'local, or an environment of wrangler.toml; by default Cloudflare', CLOUDFLARE)
const withRemovals = (command: Command): Command =>
  command
    .option(
      '--remove <slug>',
      'remove a live article that is not in the sources; may be repeated',
      collect,
      [],
    )
    .option('--restore <slug>', 'show a taken-down article again; may be repeated', collect, [])
const withAuthor = (command: Command): Command =>
  command.option('--author <name>', "your name; by default git's user name")
const withNote = (command: Command): Command =>
  withAuthor(command.option('--message <text>', 'what this is about, for the list of editions', ''))
const withSure = (command: Command): Command => command.option('--sure', 'do not ask', false)
const withJson = (command: Command): Command => command.option('--json', 'print one JSON object', false)

withJson(withRemovals(onTarget(program.command('plan'))))
  .description('show what a deploy would change, and what it would cost')
  .action(plan)

withSure(withRemovals(withNote(onTarget(program.command('deploy')))))
  .description('publish content/, after a look at what changes')
  .action(deploy)

withJson(onTarget(program.command('editions')))
  .description('list the last pushes, and what is still to appear or expire')
  .action(editions)

withSure(withNote(onTarget(program.command('rollback'))))
  .description('put the edition of an earlier push live again')
  .option('--to <push>', 'the number of the push; by default the one before the live one')
  .action(rollback)

const takedownCommand = program.command('takedown').argument('<slug>', "the article's slug, or its address")
withSure(withNote(onTarget(takedownCommand)))
  .description('take an article down at once, under every edition')
  .action(takedown)

withAuthor(onTarget(program.command('preview')))
  .description('show the whole site under a secret address, without publishing it')
  .option('--at <date>', 'the moment at which to show the site, such as 2026-12-24T18:00')
  .option('--drafts', 'show drafts as if they were published', false)
  .action(preview)

onTarget(program.command('pull').argument('<dir>', 'an empty or new folder'))
  .description('write the sources of the live edition into a folder')
  .action(pull)

withSure(onTarget(program.command('gc')))
  .description('remove values that no kept push and no preview needs')
  .action(gc)

program
  .command('import')
  .description('turn a text in another format into an article file')
  .argument('<form>', 'wire')
  .argument('<file>', "an agency's plain text")
  .option('--date <date>', 'the date of publication; without it the article is a draft')
  .action(importArticle)

// Commands are loaded on demand, because the packages of some take a second to load.
async function start({ port }: { port: string }): Promise<void> {
  const { runStart } = await import('./commands/start.ts')
  await runStart({ root, port })
}

async function check(): Promise<void> {
  const { runCheck } = await import('./commands/check.ts')
  process.exitCode = await runCheck(root, terminal)
}

type Removals = { remove: string[]; restore: string[] }
type Note = { message: string; author?: string }
type Sure = { sure: boolean }

async function plan(target: string, options: Removals & { json: boolean }): Promise<void> {
  const { runPlan } = await import('./commands/plan.ts')
  await onStore(target, (store, isLocal) =>
    runPlan({ root, store, isLocal, time: Date.now(), ...options }, terminal),
  )
}

async function deploy(target: string, options: Removals & Note & Sure): Promise<void> {
  const { remove, restore, sure } = options
  const note = await noteOf(root, options)
  const { runDeploy } = await import('./commands/deploy.ts')
  await onStore(target, (store, isLocal) =>
    runDeploy({ root, store, isLocal, note, remove, restore, sure }, terminal),
  )
}

async function editions(target: string, { json }: { json: boolean }): Promise<void> {
  const { runEditions } = await import('./commands/editions.ts')
  await onStore(target, (store) => runEditions({ root, store, json, now: Date.now() }, terminal))
}

type RollbackOptions = Note & Sure & { to?: string }

async function rollback(target: string, { to, sure, ...options }: RollbackOptions): Promise<void> {
  const { parsePushNumber, runRollback } = await import('./commands/rollback.ts')
  const number = to === undefined ? undefined : parsePushNumber(to)
  const note = await noteOf(root, options)
  await onStore(target, (store, isLocal) =>
    runRollback({ root, store, isLocal, note, to: number, sure }, terminal),
  )
}

async function takedown(slug: string, target: string, { sure, ...options }: Note & Sure): Promise<void> {
  const note = await noteOf(root, options)
  const { runTakedown } = await import('./commands/takedown.ts')
  await onStore(target, (store, isLocal) => runTakedown({ root, store, isLocal, slug, note, sure }, terminal))
}

type PreviewOptions = { author?: string; at?: string; drafts: boolean }

async function preview(target: string, { at: moment, drafts, ...options }: PreviewOptions): Promise<void> {
  const note = await noteOf(root, { message: '', ...options })
  const { runPreview } = await import('./commands/preview.ts')
  await onStore(target, (store, isLocal) =>
    runPreview({ root, store, isLocal, note, drafts, at: moment }, terminal),
  )
}

async function pull(folder: string, target: string): Promise<void> {
  const { runPull } = await import('./commands/pull.ts')
  await onStore(target, (store) => runPull({ root, store, folder, from: calledFrom }, terminal))
}

async function gc(target: string, { sure }: Sure): Promise<void> {
  const { runGc } = await import('./commands/gc.ts')
  await onStore(target, (store, isLocal) => runGc({ store, isLocal, now: Date.now(), sure }, terminal))
}

async function importArticle(form: string, file: string, options: { date?: string }): Promise<void> {
  const { runImport } = await import('./commands/import.ts')
  process.exitCode = await runImport({ root, form, file, from: calledFrom, ...options }, terminal)
}

/** Does the work on a target's store. Its result is the exit code. */
async function onStore(
  target: string,
  work: (store: Store, isLocal: boolean) => Promise<number>,
): Promise<void> {
  process.exitCode = await withStore(root, target, (store) => work(store, target === LOCAL))
}

function collect(value: string, all: string[]): string[] {
  return [...all, value]
}

/** Words that a command's first argument may be. Any other word may be the value of a flag that npm took. */
async function firstWords(command: Command): Promise<readonly string[] | null> {
  const first = command.registeredArguments[0]?.name()
  if (first === 'target') return targetNames(root)
  if (first === 'form') return (await import('./commands/import.ts')).FORMS
  return first === undefined ? [] : null
}

for (const command of program.commands) {
  command.showHelpAfterError(`Run npm run ${command.name()} -- --help for its words and flags.`)
}

try {
  const [name, ...given] = process.argv.slice(2)
  const command = program.commands.find((one) => one.name() === name)
  const refusal = command && (await refuseEaten(command, { given, env: process.env, firstWords }))
  if (refusal) throw new Error(refusal)
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode
  else {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
