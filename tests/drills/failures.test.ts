// The failure drill: a push to Cloudflare's API dies at its n-th call, for every n and in every way. What was live
// stays, whole and byte for byte, or the new edition is live as a whole; and the next push completes.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { publish } from '../../src/publish/publish.ts'
import { openCloudflareStore } from '../../src/publish/stores/cloudflare.ts'
import { addressesOf } from '../harness/addresses.ts'
import { PROJECT, type Site, startSite } from '../harness/site.ts'
import { type Call, type Fault, type Standin, startStandin } from '../standin/standin.ts'
import { marked, marksIn, NOW } from './marked.ts'

let site: Site
let standin: Standin
let round = 0

beforeAll(async () => {
  site = await startSite({ files: marked('edition-0'), time: NOW })
  standin = await startStandin({ root: site.root, millisecondsPerWrite: 0, callsPerFiveMinutes: 1_000_000 })
})
afterAll(async () => {
  await standin.stop()
  await site.stop()
})

type Pages = Map<string, { status: number; body: string; location: string | null }>

/** Every page that the live edition names. */
async function crawl(): Promise<Pages> {
  return ask(await addressesOf(site.store, await site.current()))
}

/** Each crawl is an hour after the last one, so that the Worker reads `current` once for it. */
let now = NOW
async function ask(paths: readonly string[]): Promise<Pages> {
  now += 3_600_000
  const answers = await site.getAll(paths, { now })
  return new Map(
    answers.map(({ status, body, headers }, index) => {
      return [paths[index] ?? '', { status, body, location: headers.get('location') }]
    }),
  )
}

const UNMARKED = /\.(?:svg|xml|txt)$/

/** Every page is there, and all are of one edition. */
function expectWhole(pages: Pages, mark: string): void {
  for (const [path, page] of pages) {
    expect(page.location === null ? [200] : [301, 302], path).toContain(page.status)
    if (page.location === null && !UNMARKED.test(path)) expect([path, marksIn(page)]).toEqual([path, [mark]])
  }
}

/** What happens to each call from the n-th on, until it is undone. */
function breakFrom(n: number, fault: (call: Call) => Fault | undefined): void {
  standin.reset()
  standin.onCall = (call) => (call.n >= n ? fault(call) : undefined)
}

/** A short timeout is only for calls that hang: on a busy machine a correct answer can take a while. */
async function deploy(answerMs = 30_000): Promise<string> {
  const retry = { wait: async () => {}, answerMs }
  const store = await openCloudflareStore(site.root, { env: standin.env, retry })
  const note = { author: 'drill', message: '', time: NOW }
  return (await publish({ root: site.root, store, note, remove: [] })).state
}

/** The real command, as a process that can be killed. */
async function deployByProcess(killed: (kill: () => void) => void): Promise<string> {
  return await new Promise((resolve) => {
    const main = join(PROJECT, 'src/publish/dateline.cjs')
    const env = {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      WRANGLER_SEND_METRICS: 'false',
      ...standin.env,
    }
    const child = execFile(process.execPath, [main, 'deploy'], { cwd: site.root, env }, (error, out, err) => {
      resolve(error ? `${error.signal ?? error.code} ${err}` : out.includes('is live') ? 'pushed' : out)
    })
    killed(() => child.kill('SIGKILL'))
  })
}

/** One push that dies at its n-th call, and one that does not. True when there was no n-th call any more. */
async function drill(
  n: number,
  fault: (call: Call) => Fault | undefined,
  push: () => Promise<string>,
): Promise<boolean> {
  const old = `edition-${round}`
  round += 1
  const next = `edition-${round}`
  const before = await crawl()
  expectWhole(before, old)
  const { edition } = await site.current()
  await site.write(marked(next))
  breakFrom(n, fault)
  const ended = await push().catch((error: Error) => error)
  const isOver = standin.calls.length < n
  standin.onCall = null
  if (isOver) expect(ended).toBe('pushed')
  const isReplaced = (await site.current()).edition !== edition
  if (isReplaced) expectWhole(await crawl(), next)
  else expect(await ask([...before.keys()])).toEqual(before)
  expect(await deploy()).toBe(isReplaced ? 'unchanged' : 'pushed')
  expectWhole(await crawl(), next)
  return isOver
}

describe('A push whose n-th call and all after it', () => {
  // A call that is done without an answer leaves what one that is not done leaves a call later: each way has one.
  test.each<[string, Fault]>([
    ['are answered by 500', { kind: 'status', status: 500 }],
    ['lose their connection', { kind: 'drop', after: true }],
  ])(
    '%s leaves the site whole, for every n',
    async (_, fault) => {
      let n = 1
      while (
        !(await drill(
          n,
          () => fault,
          () => deploy(),
        ))
      )
        n += 1
      console.log(`a push of ${n - 1} calls, broken at each`)
      expect(n).toBeGreaterThan(8)
    },
    240_000,
  )

  test('hang leaves the site whole', async () => {
    const impatient = (): Promise<string> => deploy(500)
    expect(await drill(6, () => ({ kind: 'hang' }), impatient)).toBe(false)
  }, 60_000)
})

test('A command that is killed at its n-th call leaves the site whole, for every n', async () => {
  let n = 1
  for (;;) {
    let kill = (): void => {}
    const fault = ({ n: call }: Call): Fault => {
      if (call === n) kill()
      return { kind: 'drop' }
    }
    const push = (): Promise<string> =>
      deployByProcess((how) => {
        kill = how
      })
    if (await drill(n, fault, push)) break
    n += 1
  }
  console.log(`a command of ${n - 1} calls, killed at each`)
  expect(n).toBeGreaterThan(8)
}, 240_000)
