// Compares the cost of this Worker with that of a minimal Worker, on one workerd, in one run.
import { ok, strictEqual } from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildWorker, measureStart } from './bundle.ts'
import { type Load, request, run, type Target } from './load.ts'
import { type Figure, ratios, type Sample, tableOfFigures, tableOfWorkers } from './report.ts'
import { type Published, publishSite } from './site.ts'
import { type BenchWorker, type Module, type Running, startWorkerd } from './workerd.ts'

const PROJECT = fileURLToPath(new URL('../..', import.meta.url))
const ARTICLES = 2_000
const CONNECTIONS = 24
const STARTS = 5
const BUNDLE_LIMIT_KB = 95
/** No Worker is measured before workerd has compiled what it runs all the time. */
const WARM_UP_MS = 1_500

const A = 'a  constant page'
const B = 'b  warm page'
const C = 'c  304'
const C0 = '   constant 304'
const D = 'd  walk, rendered'
const E = 'e  walk, KV + marked'
const E0 = '   walk, KV alone'

/** Publishes a site into the folder and measures how it is served. The arguments are those of the command line. */
export async function benchRequests(folder: string, args: readonly string[]): Promise<void> {
  const { values: flags } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '2' },
      rounds: { type: 'string', default: '5' },
    },
  })
  const pageLoad = { connections: CONNECTIONS, milliseconds: Number(flags.seconds) * 1000 }
  const walkLoad: Load = { connections: CONNECTIONS, requests: ARTICLES }
  const rounds = Number(flags.rounds)
  if (!(pageLoad.milliseconds > 0) || !Number.isInteger(rounds) || rounds < 1) {
    throw new Error('--seconds must be a number above 0, --rounds a whole number above 0')
  }
  const root = join(folder, 'site')
  const bundle = await buildWorker(PROJECT, join(folder, 'worker'))
  console.log(`Publishing ${ARTICLES} articles …`)
  const articles = await publishSite(root, { project: PROJECT, articles: ARTICLES })
  const starts: number[] = []
  for (let count = 0; count < STARTS; count += 1)
    starts.push((await measureStart(bundle, root)) ?? Number.NaN)

  const page = await samplePage(bundle, { root, articles })
  const workerd = await startWorkerd(await workersFor(page, bundle.modules), { root, ...bundle })
  const targets = await targetsFor(workerd, { page, articles, pageLoad, walkLoad })
  await check(workerd, { page, articles })

  console.log(
    `Warming up, then ${rounds} rounds of ${targets.size} Workers with ${CONNECTIONS} connections …`,
  )
  // The memory of (b) is filled with other pages first, as a busy isolate's is.
  const others: Target = { url: await workerd.url('warm'), status: 200, requests: walkRequests(articles) }
  await run(others, walkLoad)
  for (const { target, load } of targets.values()) {
    await run(target, 'requests' in load ? load : { ...load, milliseconds: WARM_UP_MS })
  }
  const samples = new Map([...targets.keys()].map((name) => [name, [] as Sample[]]))
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, { target, load }] of targets)
      samples.get(name)?.push(await measure(workerd, target, load))
  }
  await workerd.stop()
  for (const line of tableOfWorkers(samples)) console.log(line)
  console.log()
  for (const line of tableOfFigures(figuresOf(samples, { starts, ...bundle }))) console.log(line)
}

function walkRequests(articles: readonly Published[]): Buffer[] {
  return articles.map(({ slug }) => request(`/articles/${slug}`))
}

type Page = { slug: string; body: Uint8Array<ArrayBuffer>; headers: Record<string, string>; etag: string }

/** The article of median length, as the Worker answers it. */
async function samplePage(
  { modules, compatibilityDate }: { modules: Module[]; compatibilityDate: string },
  { root, articles }: { root: string; articles: readonly Published[] },
): Promise<Page> {
  const slug = articles.toSorted((a, b) => a.characters - b.characters)[articles.length >> 1]?.slug ?? ''
  const workerd = await startWorkerd([worker('warm', modules)], { root, compatibilityDate })
  try {
    const response = await fetch(new URL(`/articles/${slug}`, await workerd.url('warm')))
    strictEqual(response.status, 200)
    const body = new Uint8Array(await response.arrayBuffer())
    const { 'content-length': _, ...headers } = Object.fromEntries(response.headers)
    return { slug, body, headers, etag: headers.etag ?? '' }
  } finally {
    await workerd.stop()
  }
}

/** This Worker, under a version that stays the same, so that its ETags do. */
function worker(name: string, modules: Module[], bindings: Record<string, string> = {}): BenchWorker {
  return { name, modules, bindings: { VERSION: { id: 'bench', tag: '', timestamp: '' }, ...bindings } }
}

async function workersFor({ body, headers }: Page, modules: Module[]): Promise<BenchWorker[]> {
  const own = async (file: URL): Promise<Module> => {
    return { type: 'ESModule', path: 'worker.js', contents: await readFile(file, 'utf8') }
  }
  const constant = await own(new URL('./workers/constant.js', import.meta.url))
  const unmodified = await own(new URL('./workers/unmodified.js', import.meta.url))
  const bare = await own(new URL('./workers/bare.js', import.meta.url))
  const read = await own(new URL('./workers/read.js', import.meta.url))
  const marked = await readFile(fileURLToPath(import.meta.resolve('marked')), 'utf8')
  const bindings = { HEADERS: headers }
  return [
    { name: 'constant', modules: [constant], bindings, data: { PAGE: body } },
    { name: 'unmodified', modules: [unmodified], bindings },
    worker('warm', modules),
    worker('walk', modules, { PAGE_MEMORY_BYTES: '0' }),
    { name: 'bare', modules: [bare, { type: 'ESModule', path: 'marked', contents: marked }] },
    { name: 'read', modules: [read] },
  ]
}

type Measured = { target: Target; load: Load }

/** In the order of a round. */
async function targetsFor(
  workerd: Running,
  options: { page: Page; articles: readonly Published[]; pageLoad: Load; walkLoad: Load },
): Promise<Map<string, Measured>> {
  const { page, articles, pageLoad, walkLoad } = options
  const path = `/articles/${page.slug}`
  const get = [request(path)]
  const getIfChanged = [request(path, { 'if-none-match': page.etag })]
  const byKey = articles.map(({ key }) => request(`/${key}`))
  const at = async (name: string, requests: Buffer[], status: 200 | 304, load: Load): Promise<Measured> => {
    return { target: { url: await workerd.url(name), requests, status }, load }
  }
  return new Map([
    [A, await at('constant', get, 200, pageLoad)],
    [B, await at('warm', get, 200, pageLoad)],
    [C, await at('warm', getIfChanged, 304, pageLoad)],
    [C0, await at('unmodified', getIfChanged, 304, pageLoad)],
    [D, await at('walk', walkRequests(articles), 200, walkLoad)],
    [E, await at('bare', byKey, 200, walkLoad)],
    [E0, await at('read', byKey, 200, walkLoad)],
  ])
}

/** Every Worker must answer what it is meant to, or the figures mean nothing. */
async function check(
  workerd: Running,
  { page, articles }: { page: Page; articles: readonly Published[] },
): Promise<void> {
  const get = async (name: string, path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(new URL(path, await workerd.url(name)), { headers })
    const { etag: _, ...others } = Object.fromEntries(response.headers)
    return { status: response.status, headers: others, text: await response.text() }
  }
  const path = `/articles/${page.slug}`
  const [constant, cold, warm] = [
    await get('constant', path),
    await get('warm', path),
    await get('warm', path),
  ]
  ok(cold.text.includes('</article>'), 'The Worker answers no article')
  for (const answer of [constant, warm]) {
    strictEqual(answer.status, 200)
    strictEqual(answer.text, cold.text)
    strictEqual(JSON.stringify(answer.headers), JSON.stringify(cold.headers))
  }
  const known = { 'if-none-match': page.etag }
  const [unmodified, ours] = [await get('unmodified', path, known), await get('warm', path, known)]
  strictEqual(ours.status, 304)
  strictEqual(ours.text, '')
  strictEqual(JSON.stringify(ours.headers), JSON.stringify(unmodified.headers))
  const raw = articles[3]
  ok(raw)
  const rendered = await get('walk', `/articles/${raw.slug}`)
  strictEqual(rendered.status, 200)
  ok(rendered.text.includes('</article>') && !/ onclick=| style=/.test(rendered.text))
  const [bare, read] = [await get('bare', `/${raw.key}`), await get('read', `/${raw.key}`)]
  ok(bare.text.startsWith('<p>'))
  strictEqual(read.text, raw.slug)
}

async function measure(workerd: Running, target: Target, load: Load): Promise<Sample> {
  const before = await workerd.cpu()
  const round = await run(target, load)
  const after = await workerd.cpu()
  const used = before === null || after === null ? null : after - before
  const at = (share: number) => round.latencies[Math.floor(share * (round.requests - 1))] ?? Number.NaN
  return {
    perSecond: (round.requests / round.milliseconds) * 1000,
    p50: at(0.5),
    p99: at(0.99),
    cpu: used === null ? null : (used / round.requests) * 1000,
    busy: used === null ? null : used / round.milliseconds,
  }
}

function figuresOf(
  samples: ReadonlyMap<string, readonly Sample[]>,
  { starts, bytes, gzipBytes }: { starts: number[]; bytes: number; gzipBytes: number },
): Figure[] {
  const perSecond = (name: string) => (samples.get(name) ?? []).map((sample) => sample.perSecond)
  const cpu = (name: string) => (samples.get(name) ?? []).map((sample) => sample.cpu)
  const less = (name: string) => {
    const floor = cpu(E0)
    return cpu(name).map((value, round) => (value === null ? null : value - (floor[round] ?? Number.NaN)))
  }
  return [
    {
      name: 'b/a, requests/s',
      values: ratios(perSecond(B), perSecond(A)),
      digits: 2,
      target: { least: 0.9 },
    },
    {
      name: 'c/a, requests/s',
      values: ratios(perSecond(C), perSecond(A)),
      digits: 2,
      target: { least: 0.9 },
    },
    {
      name: 'd/e, requests/s',
      values: ratios(perSecond(D), perSecond(E)),
      digits: 2,
      target: { least: 0.75 },
    },
    { name: 'c/constant 304, requests/s', values: ratios(perSecond(C), perSecond(C0)), digits: 2 },
    { name: 'b/a, by CPU time', values: ratios(cpu(A), cpu(B)), digits: 2 },
    { name: 'c/a, by CPU time', values: ratios(cpu(A), cpu(C)), digits: 2 },
    { name: 'd/e, by CPU time', values: ratios(cpu(E), cpu(D)), digits: 2 },
    { name: 'd/e, by CPU time less that of KV alone', values: ratios(less(E), less(D)), digits: 2 },
    {
      name: 'bundle, gzipped',
      values: [gzipBytes / 1000],
      unit: ' KB',
      digits: 1,
      target: { most: BUNDLE_LIMIT_KB },
    },
    { name: 'bundle, raw', values: [bytes / 1000], unit: ' KB', digits: 1 },
    { name: 'start-up CPU', values: starts.filter((value) => !Number.isNaN(value)), unit: ' ms', digits: 1 },
  ]
}
