// What publishing costs with archives of several sizes: time, memory, and writes to KV. Every step runs in a process
// of its own, and the time given is that of the whole process. A figure that is missed is printed as missed.
import { execFile } from 'node:child_process'
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { makeArchive, makeStory, PRESS_TIME, type Story, textOf, writeArchive } from './archive.ts'
import { Dice } from './articles.ts'
import { type Figure, tableOfFigures } from './report.ts'
import type { Results, Step } from './steps.ts'
import type { Edit, Pushed, Tries } from './writes.ts'

const PROJECT = fileURLToPath(new URL('../..', import.meta.url))
const CHECKED = join('.wrangler', 'dateline')
const MINUTE_MS = 60_000

const NEW_ARTICLE_WRITES = { mean: 17.5, p99: 28 }
const CORRECTED_BODY_WRITES = 6

/** What is to be reached on two cores, where something is: seconds and megabytes. */
type Targets = { build?: number; memory?: number; parse?: number; repeat?: number }
const TARGETS = new Map<number, Targets>([
  [10_000, { build: 6.9, memory: 600, parse: 3, repeat: 2 }],
  [100_000, { build: 40, memory: 1500 }],
])
/** Above this a step is run once, not three times. */
const REPEATED_MOST = 10_000
const RUNS = 3

/** Publishes archives out of the folder. The arguments are those of the command line. */
export async function benchScale(folder: string, args: readonly string[]): Promise<void> {
  const { values: flags } = parseArgs({
    args: [...args],
    options: {
      articles: { type: 'string', default: '1000,10000,100000' },
      tries: { type: 'string', default: '200' },
      ahead: { type: 'string', default: '36' },
    },
  })
  const sizes = flags.articles.split(',').map(Number)
  const [tries, ahead] = [Number(flags.tries), Number(flags.ahead)]
  const isCount = (value: number): boolean => Number.isInteger(value) && value > 0
  if (![...sizes, tries, ahead].every(isCount)) {
    throw new Error(
      '--articles must be whole numbers above 0 with commas between, --tries and --ahead (hours) one such number',
    )
  }
  for (const articles of sizes) {
    const root = join(folder, String(articles))
    const started = performance.now()
    await writeArchive(root, articles)
    await copyFile(join(PROJECT, 'wrangler.toml'), join(root, 'wrangler.toml'))
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    console.log(`${articles.toLocaleString('en')} articles, written in ${seconds} s`)
    const figures = [
      ...(await benchBuild(root, articles)),
      ...(await benchPublish(root, articles)),
      ...(await benchEdits({ articles, tries, ahead })),
    ]
    for (const line of tableOfFigures(figures)) console.log(line)
    console.log()
    await rm(root, { recursive: true, force: true })
  }
}

async function benchBuild(root: string, articles: number): Promise<Figure[]> {
  const { build, memory, parse } = TARGETS.get(articles) ?? {}
  const step = { name: 'build', root, time: PRESS_TIME } as const
  const forget = () => rm(join(root, CHECKED), { recursive: true, force: true })
  const parsed = await repeat(articles, () => run({ ...step, rendering: false }))
  const cold = await repeat(articles, async () => {
    await forget()
    return run({ ...step, rendering: true })
  })
  const known = await repeat(articles, () => run({ ...step, rendering: true }))
  if (cold.some((result) => result.articles !== articles)) throw new Error('Not all articles were built')
  return [
    ...timed('read, parse, render, build', cold, { seconds: build, memory }),
    ...timed('the same without rendering', parsed, { seconds: parse }),
    ...timed('the same with what was checked before', known, {}),
  ]
}

/** A first push, the same again, and then one edit after another as a newsroom would push them. */
async function benchPublish(root: string, articles: number): Promise<Figure[]> {
  let time = PRESS_TIME
  const push = async (): Promise<Timed<'publish'>> => {
    time += MINUTE_MS
    return run({ name: 'publish', root, time })
  }
  const first = await push()
  const again = await repeat(articles, push)
  const figures = [
    ...timed('first push to the local store', [first], {}),
    ...stored('first push', first, undefined),
    ...timed('push of nothing new', again, {}),
    {
      name: 'push of nothing new, publishing alone',
      values: again.map(({ seconds }) => seconds),
      unit: ' s',
      digits: 1,
      target: most(TARGETS.get(articles)?.repeat),
    },
    {
      name: 'push of nothing new, values',
      values: again.map(({ values }) => values),
      digits: 0,
      target: most(0),
    },
  ]
  const dice = new Dice(articles)
  const added = (number: number, hours: number): Story =>
    makeStory(dice, { time: PRESS_TIME + hours * 60 * MINUTE_MS, number })
  const [old, recent] = oldAndRecent(articles)
  const edits: [string, number | undefined, Story, string?][] = [
    ['one new article', NEW_ARTICLE_WRITES.p99, added(articles, -2)],
    ['one article scheduled', NEW_ARTICLE_WRITES.p99, added(articles + 1, 24)],
    ['a body corrected, old', CORRECTED_BODY_WRITES, old, '\nOne sentence more.\n'],
    ['a body corrected, recent', CORRECTED_BODY_WRITES, recent, '\nOne sentence more.\n'],
    ['a headline corrected, old', undefined, { ...old, title: `${old.title} after all` }],
    ['a headline corrected, recent', undefined, { ...recent, title: `${recent.title} after all` }],
  ]
  for (const [name, limit, story, more = ''] of edits) {
    await mkdir(dirname(join(root, story.path)), { recursive: true })
    await writeFile(join(root, story.path), textOf(story) + more)
    const pushed = await push()
    if (pushed.state !== 'pushed') throw new Error(`${name} was not pushed: ${pushed.state}`)
    figures.push(...stored(name, pushed, limit), ...timed(name, [pushed], {}))
  }
  return figures
}

function oldAndRecent(articles: number): [Story, Story] {
  const stories = [...makeArchive(articles)]
  const [old, recent] = [stories[articles >> 1], stories.at(-5)]
  if (!old || !recent) throw new Error('The archive is too small')
  return [old, recent]
}

/** Many edits, in memory. */
async function benchEdits(edits: Tries): Promise<Figure[]> {
  console.log(`${edits.tries} new articles, half of them scheduled up to ${edits.ahead} hours ahead …`)
  const { pushed } = await run({ name: 'tries', ...edits })
  const of = (...edits: Edit[]): Pushed[] => pushed.filter(({ edit }) => edits.includes(edit))
  const figures: Figure[] = []
  const writes = (name: string, some: readonly Pushed[], limit?: number): void => {
    const counts = some.map(({ kinds }) => kinds.length)
    figures.push(
      { name: `${name}, KV writes`, values: counts, digits: 0 },
      { name: `${name}, KV writes, p99`, values: [quantile(counts, 0.99)], digits: 0, target: most(limit) },
    )
  }
  writes('new article, at once', of('new'), NEW_ARTICLE_WRITES.p99)
  writes('new article, scheduled', of('scheduled'), NEW_ARTICLE_WRITES.p99)
  writes('new article, all', of('new', 'scheduled'), NEW_ARTICLE_WRITES.p99)
  const all = of('new', 'scheduled').map(({ kinds }) => kinds.length)
  const mean = all.reduce((sum, count) => sum + count, 0) / all.length
  figures.push({
    name: 'new article, all, KV writes, mean',
    values: [mean],
    digits: 2,
    target: most(NEW_ARTICLE_WRITES.mean),
  })
  const bytes = of('new', 'scheduled').map((each) => each.bytes / 1000)
  figures.push({ name: 'new article, uploaded', values: bytes, unit: ' KB', digits: 0 })
  writes('corrected body', of('body'), CORRECTED_BODY_WRITES)
  writes('corrected headline', of('headline'))
  figures.push({
    name: 'build and compare',
    values: pushed.map(({ seconds }) => seconds),
    unit: ' s',
    digits: 1,
  })
  console.log(`At most ${Math.max(...pushed.map((each) => each.ahead))} articles were still to come`)
  for (const line of overLimit(of('new', 'scheduled'), NEW_ARTICLE_WRITES.p99)) console.log(line)
  for (const line of overLimit(of('body'), CORRECTED_BODY_WRITES)) console.log(line)
  return figures
}

/** What was written where more was written than should be. */
function overLimit(pushed: readonly Pushed[], limit: number): string[] {
  return pushed
    .filter(({ kinds }) => kinds.length > limit)
    .map(({ edit, kinds, ahead }) => {
      const counts = [...Map.groupBy(kinds, (kind) => kind)].map(([kind, all]) => `${all.length} ${kind}`)
      return `  ${edit}, ${kinds.length} writes, ${ahead} still to come: ${counts.join(', ')}`
    })
}

type Timed<N extends Step['name']> = Results[N] & { processSeconds: number }

/** Runs a step in a process of its own. */
async function run<S extends Step>(step: S): Promise<Timed<S['name']>> {
  const script = fileURLToPath(new URL('./steps.ts', import.meta.url))
  const started = performance.now()
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(step)], {
    maxBuffer: 64 * 1024 * 1024,
    // As dateline.cjs has it: all runs but the first find the code compiled.
    env: { ...process.env, NODE_COMPILE_CACHE: join(PROJECT, '.wrangler', 'dateline', 'compiled') },
  }).catch((error: { stderr?: string }) => {
    throw new Error(`The step ${step.name} failed:\n${error.stderr ?? String(error)}`)
  })
  const processSeconds = (performance.now() - started) / 1000
  return { ...(JSON.parse(stdout) as Results[S['name']]), processSeconds }
}

async function repeat<T>(articles: number, step: () => Promise<T>): Promise<T[]> {
  const results = [await step()]
  while (articles <= REPEATED_MOST && results.length < RUNS) results.push(await step())
  return results
}

function timed(
  name: string,
  results: readonly Timed<'build' | 'publish'>[],
  limits: { seconds?: number; memory?: number },
): Figure[] {
  return [
    {
      name,
      values: results.map(({ processSeconds }) => processSeconds),
      unit: ' s',
      digits: 1,
      target: most(limits.seconds),
    },
    { name: '  CPU', values: results.map(({ cpuSeconds }) => cpuSeconds), unit: ' s', digits: 1 },
    {
      name: '  peak memory',
      values: results.map(({ memory }) => memory / 1e6),
      unit: ' MB',
      digits: 0,
      target: most(limits.memory),
    },
  ]
}

function stored(
  name: string,
  { values, bytes, calls }: Timed<'publish'>,
  limit: number | undefined,
): Figure[] {
  return [
    { name: `${name}, KV writes`, values: [values], digits: 0, target: most(limit) },
    { name: '  uploaded', values: [bytes / 1000], unit: ' KB', digits: 0 },
    { name: '  store calls', values: [calls], digits: 0 },
  ]
}

function most(limit: number | undefined): Figure['target'] {
  return limit === undefined ? undefined : { most: limit }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}
