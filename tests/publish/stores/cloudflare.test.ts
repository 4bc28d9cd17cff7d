// Cloudflare's store against the stand-in for its API: the contract, what it sends, and how it takes failure.
import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type CloudflareOptions, openCloudflareStore } from '../../../src/publish/stores/cloudflare.ts'
import type { Store } from '../../../src/publish/stores/store.ts'
import { openStore } from '../../../src/publish/stores/targets.ts'
import { addStaging, makeProject, type Project } from '../../harness/project.ts'
import { TOKENS } from '../../standin/api.ts'
import { type Fault, type Standin, type StandinOptions, startStandin } from '../../standin/standin.ts'
import { numbered, readAsWorker, testContract } from './contract.ts'

describe('contract', () => {
  testContract(async () => {
    const { root, dispose } = await makeProject()
    // Waiting moves the stand-in's clock, and takes no time.
    let clock = 0
    const standin = await startStandin({ root, now: () => clock })
    const wait = async (milliseconds: number) => {
      clock += milliseconds
    }
    return {
      root,
      open: () => openCloudflareStore(root, { env: standin.env, retry: { wait } }),
      dispose: async () => {
        await standin.stop()
        await dispose()
      },
    }
  })
})

let project: Project
let standin: Standin
let store: Store
let clock = 0
/** What was waited between tries, in milliseconds. */
let waits: number[] = []
const retry = {
  wait: async (milliseconds: number) => {
    waits.push(milliseconds)
    clock += milliseconds
  },
}

beforeAll(async () => {
  project = await makeProject()
  await addStaging(project.root)
  standin = await start()
  store = await open()
})
beforeEach(() => {
  standin.reset()
  standin.onCall = null
  standin.clockOffset = 0
  clock += 1_000_000
  waits = []
})
afterAll(async () => {
  await standin.stop()
  await project.dispose()
})

const start = (options: Partial<StandinOptions> = {}) =>
  startStandin({ root: project.root, now: () => clock, ...options })
const open = (env: Record<string, string> = {}, options: CloudflareOptions = {}) =>
  openCloudflareStore(project.root, { env: { ...standin.env, ...env }, retry, ...options })
const put = (key: string) => store.put([{ key, value: key }])

describe('requests', () => {
  /** Answers every call as it is told, keeps nothing, and writes down the bodies. */
  async function record(answer: (keys: string[]) => { status: number; result: unknown }) {
    const sent: { items: number; bytes: number }[] = []
    const server = createServer(async (request, response) => {
      const bytes = Buffer.concat(await request.toArray())
      const body = JSON.parse(bytes.toString()) as unknown[] | { keys: string[] }
      const { keys } = Array.isArray(body) ? { keys: [] } : body
      sent.push({ items: Array.isArray(body) ? body.length : keys.length, bytes: bytes.length })
      const { status, result } = answer(keys)
      response.writeHead(status).end(JSON.stringify({ success: status === 200, errors: [], result }))
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    const env = { CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${port}`, DATELINE_NAMESPACE_ID: 'n' }
    return { sent, store: await open(env), stop: () => server.close() }
  }

  test('one call writes up to a thousand values or 8 MiB; a larger value has its own call', async () => {
    const bytes = (mebibytes: number) => new Uint8Array(mebibytes * 1024 * 1024)
    const { sent, store, stop } = await record(() => ({ status: 200, result: null }))
    await store.put([
      ...numbered('sent', 1_001),
      { key: 'sent/a', value: bytes(4) },
      { key: 'sent/b', value: bytes(10) },
      { key: 'sent/c', value: 'é"'.repeat(2 * 1024 * 1024) },
      { key: 'sent/d', value: 'x'.repeat(2 * 1024 * 1024) },
      { key: 'sent/e', value: 'small' },
    ])
    expect(sent.map(({ items }) => items)).toEqual([1_000, 2, 1, 1, 2])
    expect(sent.map(({ bytes }) => bytes > 8 * 1024 * 1024)).toEqual([false, false, true, true, false])
    stop()
  })

  test('one call removes a thousand values', async () => {
    const { sent, store, stop } = await record(() => ({ status: 200, result: null }))
    await store.remove(numbered('gone', 1_001).map(({ key }) => key))
    expect(sent.map(({ items }) => items)).toEqual([1_000, 1])
    stop()
  })

  test('one call reads a hundred values, or half if they are too large together', async () => {
    const { sent, store, stop } = await record((keys) =>
      keys.includes('none/200') && keys.length > 2
        ? { status: 413, result: null }
        : { status: 200, result: { values: Object.fromEntries(keys.map((key) => [key, key])) } },
    )
    const keys = numbered('none', 205).map(({ key }) => key)
    expect([...(await store.getMany(keys)).keys()]).toEqual(keys)
    expect(sent.map(({ items }) => items)).toEqual([100, 100, 5, 3, 2, 1, 2])
    stop()
  })
})

describe('retries', () => {
  const failing: [string, Fault][] = [
    ['a 500', { kind: 'status', status: 500 }],
    ['a 503 after the work was done', { kind: 'status', status: 503, after: true }],
    ['a 429 without Retry-After', { kind: 'status', status: 429 }],
    ['a socket that drops', { kind: 'drop' }],
    ['a socket that drops after the work was done', { kind: 'drop', after: true }],
    ['a 200 that names keys as not done', { kind: 'unsuccessful' }],
  ]
  for (const [name, fault] of failing) {
    test(`${name} is tried again, with growing waits, five times at most`, async () => {
      standin.failNext(fault, 4)
      // A call whose work was done is another write of its key.
      const values = [
        { key: `retry/${name}/1`, value: '' },
        { key: `retry/${name}/2`, value: 'x' },
      ]
      await store.put(values)
      expect(await store.getMany(values.map(({ key }) => key))).toEqual(
        new Map(values.map(({ key, value }) => [key, value])),
      )
      expect(waits.slice(0, 4)).toEqual([500, 1_000, 2_000, 4_000])
    })
  }

  test('a call that hangs is aborted and retried', async () => {
    const hasty = await open({}, { retry: { ...retry, answerMs: 150 } })
    standin.reset()
    standin.failNext({ kind: 'hang' })
    await hasty.put([{ key: 'hung', value: 'x' }])
    expect(standin.calls.map(({ outcome }) => outcome)).toEqual(['hanging', 200])
    standin.failNext({ kind: 'hang' }, 5)
    await expect(hasty.get('hung')).rejects.toThrow(
      /could not read hung: .* was not reached \(no answer in time\)/,
    )
  })

  test('only keys that were not written are sent again', async () => {
    standin.failNext({ kind: 'unsuccessful', keys: 2 })
    await store.put(numbered('part', 5))
    expect(standin.calls.map(({ keys }) => keys)).toEqual([
      ['part/0', 'part/1', 'part/2', 'part/3', 'part/4'],
      ['part/0', 'part/1'],
    ])
    standin.failNext({ kind: 'unsuccessful', keys: 1 })
    await store.remove(['part/0', 'part/1'])
    expect(standin.calls.at(-1)).toMatchObject({ route: 'remove many', keys: ['part/0'] })
    expect(await store.get('part/0')).toBeNull()
  })

  test('Retry-After is waited for, up to a minute', async () => {
    standin.failNext({ kind: 'status', status: 429, retryAfter: 60 })
    await put('after/1')
    expect(waits).toEqual([60_000])
    standin.failNext({ kind: 'status', status: 429, retryAfter: 61 })
    await expect(put('after/2')).rejects.toThrow(
      'Cloudflare could not write after/2: too many calls (the limit is 1,200 in 5 minutes). ' +
        'Wait 5 minutes and run the command again',
    )
    expect(waits).toEqual([60_000])
  })

  test('one key is written once a second', async () => {
    await store.put([{ key: 'current', value: '1' }])
    await store.put([{ key: 'current', value: '2' }])
    expect(waits).toEqual([1_000])
    expect(await store.get('current')).toBe('2')
  })

  test('an error that a retry cannot fix is not retried', async () => {
    const statuses: Fault[] = [400, 401, 403, 404, 413].map((status) => ({ kind: 'status', status }))
    for (const fault of statuses) {
      standin.failNext(fault)
      await expect(put('once')).rejects.toThrow('Cloudflare could not write once')
    }
    expect([waits, standin.calls.length]).toEqual([[], 5])
  })
})

describe('errors', () => {
  test('a server that fails for good', async () => {
    standin.failNext({ kind: 'status', status: 502, code: 1, message: 'Bad\n gateway' }, 5)
    await expect(put('e')).rejects.toThrow(
      'Cloudflare could not write e: it answered 502: Bad gateway (code 1), in 5 tries. ' +
        'Look at https://www.cloudflarestatus.com and run the command again later',
    )
    expect(standin.calls).toHaveLength(5)
    standin.failNext({ kind: 'unsuccessful', keys: 1 }, 5)
    await expect(store.put(numbered('never', 3))).rejects.toThrow(
      'Cloudflare could not write 1 of 3 values, never/0 among them, in 5 tries',
    )
  })

  test('a server that asks to wait for longer than a minute', async () => {
    standin.failNext({ kind: 'status', status: 503, code: 1, message: 'Busy', retryAfter: 61 })
    await expect(put('e')).rejects.toThrow(
      'Cloudflare could not write e: it answered 503: Busy (code 1), and asks to wait 61 seconds. ' +
        'Look at https://www.cloudflarestatus.com and run the command again later',
    )
    expect([waits, standin.calls.length]).toEqual([[], 1])
  })

  test('the daily limit of the free plan', async () => {
    standin.failNext({ kind: 'status', status: 429, code: 10_048, message: 'free usage limit exceeded' })
    await expect(put('e')).rejects.toThrow(
      "Cloudflare could not write e: the free plan's KV limit for today is reached. Run the command again after 00:00 UTC",
    )
    expect(waits).toEqual([])
  })

  test('too many calls', async () => {
    const busy = await start({ callsPerFiveMinutes: 1 })
    const blocked = await open(busy.env, { environment: 'staging' })
    await expect(blocked.get('e')).rejects.toThrow('could not read e: too many calls')
    expect(waits).toEqual([])
    await busy.stop()
  })

  test('no network', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    await expect(open({ CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${port}/client/v4` })).rejects.toThrow(
      `Cloudflare could not list your KV namespaces: 127.0.0.1:${port} was not reached (ECONNREFUSED). ` +
        'Check the network connection and run the command again',
    )
    expect(waits).toHaveLength(4)
  })

  /** Something that gives everybody the same answer. */
  async function impostor(body: string, headers: Record<string, string> = {}) {
    const server = createServer((_, response) => response.writeHead(200, headers).end(body))
    server.listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
    const env = { CLOUDFLARE_API_BASE_URL: `http://${host}` }
    return { host, env, stop: () => server.close() }
  }

  test('an answer from another server', async () => {
    const { host, env, stop } = await impostor('<h1>Sign in to the hotel</h1>')
    await expect(open(env)).rejects.toThrow(
      `${host} did not answer as its API. Check CLOUDFLARE_API_BASE_URL`,
    )
    stop()
  })

  // The page was taken for the value, and editions, rollback, gc, pull and takedown said no more than "SyntaxError".
  test.each([
    ['with its type', '<h1>Sign in to the hotel</h1>', { 'content-type': 'text/html; charset=utf-8' }],
    ['without one', '\n<!doctype html>\n<title>Sign in</title>', {}],
  ])('a page answers for a value, %s', async (_, body, headers) => {
    const { host, env, stop } = await impostor(body, headers as Record<string, string>)
    const astray = await open({ ...env, DATELINE_NAMESPACE_ID: 'n' })
    const message =
      `Cloudflare could not read current: ${host} did not answer as its API. ` +
      'Check CLOUDFLARE_API_BASE_URL, and whether this network asks you to sign in'
    await expect(astray.get('current')).rejects.toThrow(message)
    await expect(astray.getBytes('current')).rejects.toThrow(message)
    stop()
  })

  test('a picture that looks like an HTML page is returned as a value', async () => {
    const svg = '<?xml version="1.0"?><!DOCTYPE svg><svg xmlns="http://www.w3.org/2000/svg"/>'
    await store.put([{ key: 'media/svg', value: Buffer.from(svg) }])
    expect(Buffer.from((await store.getBytes('media/svg')) ?? []).toString()).toBe(svg)
  })

  test('a wrong token', async () => {
    for (const token of ['a-token-that-nobody-has-heard-of', 'short']) {
      await expect(open({ CLOUDFLARE_API_TOKEN: token })).rejects.toThrow(
        'Cloudflare could not list your KV namespaces: it does not accept the token in CLOUDFLARE_API_TOKEN ' +
          '(wrong, expired or revoked). Set a valid one',
      )
    }
    standin.failNext({ kind: 'status', status: 401, code: 10_000, message: 'Authentication error' })
    await expect(store.get('e')).rejects.toThrow('it does not accept the token in CLOUDFLARE_API_TOKEN')
  })

  test('an invalid token or address', async () => {
    await expect(open({ CLOUDFLARE_API_TOKEN: 'two words' })).rejects.toThrow(
      'CLOUDFLARE_API_TOKEN is not a valid token: it has characters that no token has. Copy the token again',
    )
    await expect(open({ CLOUDFLARE_API_BASE_URL: 'localhost' })).rejects.toThrow(
      'CLOUDFLARE_API_BASE_URL must be an address such as https://api.cloudflare.com/client/v4: found "localhost"',
    )
    expect(waits).toEqual([])
  })

  test('a token without permission', async () => {
    const account = standin.env.CLOUDFLARE_ACCOUNT_ID
    await expect(open({ CLOUDFLARE_API_TOKEN: TOKENS.none })).rejects.toThrow(
      'Cloudflare could not list your KV namespaces: the token in CLOUDFLARE_API_TOKEN has no right to do it on the ' +
        `account ${account}. Give it the permission Workers KV Storage: Edit`,
    )
    const reader = await open({ CLOUDFLARE_API_TOKEN: TOKENS.read })
    expect(await reader.get('right')).toBeNull()
    await expect(reader.put([{ key: 'right', value: 'x' }])).rejects.toThrow(
      'has no right to do it on the account',
    )
    expect(await store.get('right')).toBeNull()
  })

  test('an account or a namespace that does not exist', async () => {
    await expect(open({ CLOUDFLARE_ACCOUNT_ID: 'none' })).rejects.toThrow(
      'there is no account none. Correct account_id in wrangler.toml, or CLOUDFLARE_ACCOUNT_ID',
    )
    const astray = await open({ DATELINE_NAMESPACE_ID: 'n0' })
    const message =
      `the account ${standin.env.CLOUDFLARE_ACCOUNT_ID} has no KV namespace n0. ` +
      'Correct the id of ARTICLES in wrangler.toml, or DATELINE_NAMESPACE_ID'
    await expect(astray.get('e')).rejects.toThrow(`Cloudflare could not read e: ${message}`)
    await expect(astray.getBytes('e')).rejects.toThrow(message)
    await expect(astray.put([{ key: 'e', value: '' }])).rejects.toThrow(
      `Cloudflare could not write e: ${message}`,
    )
    expect(waits).toEqual([])
  })
})

describe('login, account and namespace', () => {
  /** What is in the environment of somebody who has set nothing, but wrangler's login below a home. */
  const bare = (home: string) => ({
    PATH: process.env.PATH ?? '',
    HOME: home,
    XDG_CONFIG_HOME: home,
    USERPROFILE: home,
    CLOUDFLARE_API_BASE_URL: standin.url,
    CLOUDFLARE_ACCOUNT_ID: standin.env.CLOUDFLARE_ACCOUNT_ID,
  })

  test('nobody is logged in', async () => {
    const env = bare(join(project.root, 'home'))
    await expect(openCloudflareStore(project.root, { env, retry })).rejects.toThrow(
      'Not logged in to Cloudflare. ' +
        'Run npx wrangler login, or set CLOUDFLARE_API_TOKEN to a token with Workers KV Storage: Edit',
    )
    expect(standin.calls).toEqual([])
  })

  test('the login that wrangler holds is used, and named when it is refused', async () => {
    const home = join(project.root, 'home')
    const logIn = async (token: string) => {
      await mkdir(join(home, '.wrangler/config'), { recursive: true })
      await writeFile(
        join(home, '.wrangler/config/default.toml'),
        `oauth_token = "${token}"\nexpiration_time = "2099-01-01T00:00:00.000Z"\nscopes = ["account:read"]\n`,
      )
    }
    await logIn(TOKENS.edit)
    const mine = await openCloudflareStore(project.root, { env: bare(home), retry })
    await mine.put([{ key: 'mine', value: 'x' }])
    expect(await store.get('mine')).toBe('x')
    standin.failNext({ kind: 'status', status: 403, code: 9109 })
    await expect(mine.get('e')).rejects.toThrow("it does not accept wrangler's login. Run npx wrangler login")
    standin.failNext({ kind: 'status', status: 403, code: 10_000 })
    await expect(mine.get('e')).rejects.toThrow("wrangler's login has no right to do it")
  })

  test('without an account id the only account is used; of several, one must be set', async () => {
    const several = await start({
      accounts: [
        { id: 'acc1', name: 'The newsroom' },
        { id: 'acc2', name: 'A paper' },
      ],
    })
    const nameless = { CLOUDFLARE_ACCOUNT_ID: '' }
    await expect(open({ ...several.env, ...nameless })).rejects.toThrow(
      'The token has 2 accounts: The newsroom (acc1), A paper (acc2). ' +
        'Set account_id in wrangler.toml, or CLOUDFLARE_ACCOUNT_ID',
    )
    await expect(open(nameless)).resolves.toMatchObject({ name: 'Cloudflare' })
    await several.stop()
    const none = await start({ accounts: [] })
    await expect(open({ ...none.env, ...nameless })).rejects.toThrow(
      'The token can list no account at Cloudflare',
    )
    await none.stop()
  })

  test('the namespace is found by its name on any page; before the first deploy there is none', async () => {
    const many = await start({ others: Array.from({ length: 101 }, (_, index) => `other-${index}`) })
    const found = await open(many.env)
    await found.put([{ key: 'found', value: 'x' }])
    expect(many.calls.map(({ route }) => route)).toEqual([...Array(3).fill('namespaces'), 'put many'])
    await many.stop()
    const empty = await start({ deployed: false })
    await expect(open(empty.env)).rejects.toThrow(
      `There is no KV namespace dateline-articles on the account ${empty.env.CLOUDFLARE_ACCOUNT_ID}. ` +
        'Deploy the Worker first, which creates it: npx wrangler deploy',
    )
    await empty.stop()
  })

  test('ids in wrangler.toml have priority, and need no call', async () => {
    const other = await makeProject()
    await appendFile(
      join(other.root, 'wrangler.toml'),
      '\n[env.live]\naccount_id = "acc1"\n[[env.live.kv_namespaces]]\nbinding = "ARTICLES"\nid = "n1"\n',
    )
    const own = await startStandin({ root: other.root, accounts: [{ id: 'acc1', name: 'A' }] })
    const env = { ...own.env, CLOUDFLARE_ACCOUNT_ID: 'none', DATELINE_NAMESPACE_ID: 'none' }
    const live = await openCloudflareStore(other.root, { env, retry, environment: 'live' })
    expect(own.calls).toEqual([])
    await live.put([{ key: 'a', value: 'x' }])
    expect(own.calls[0]?.path).toMatch(/\/accounts\/acc1\/storage\/kv\/namespaces\/n1\/bulk$/)
    await own.stop()
    expect(Buffer.from((await readAsWorker(other.root, 'a', 'n1')).value).toString()).toBe('x')
    await other.dispose()
  })

  test('each environment has its own namespace and name', async () => {
    const staging = await open({}, { environment: 'staging' })
    expect([store.name, staging.name]).toEqual(['Cloudflare', 'Cloudflare (staging)'])
    await staging.put([{ key: 'where', value: 'staging' }])
    expect([await staging.get('where'), await store.get('where')]).toEqual(['staging', null])
    const other = await makeProject()
    await appendFile(join(other.root, 'wrangler.toml'), '\n[env.bare]\n')
    await expect(openStore(other.root, 'bare')).rejects.toThrow(
      'wrangler.toml binds no KV namespace as ARTICLES for bare. Add to it: [[env.bare.kv_namespaces]]',
    )
    await other.dispose()
  })

  test('openStore knows local, cloudflare and the environments, and lists them for any other word', async () => {
    await expect(openStore(project.root, 'stagign')).rejects.toThrow(
      'There is no target "stagign": wrangler.toml has no [env.stagign]. There are: local, cloudflare, staging',
    )
    const local = await openStore(project.root, 'local')
    expect(local.name).toBe('the local store')
    await local.close()
  })
})

test('clockOffset is the lead of the Date header over the local clock', async () => {
  for (const hours of [0, 3, -26]) {
    standin.clockOffset = hours * 3_600_000
    expect(Math.abs((await store.clockOffset()) - hours * 3_600_000)).toBeLessThan(1_500)
  }
})
