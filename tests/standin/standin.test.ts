// The stand-in itself: the routes, limits and staleness of Cloudflare, and the faults that a test requests.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openLocalStore } from '../../src/publish/stores/local.ts'
import { addStaging, makeProject, type Project } from '../harness/project.ts'
import { TOKENS } from './api.ts'
import { type Call, type Standin, type StandinOptions, startStandin } from './standin.ts'

let project: Project
let standin: Standin
let clock = 0
beforeAll(async () => {
  project = await makeProject()
  await addStaging(project.root)
  standin = await start()
})
beforeEach(() => {
  standin.reset()
  standin.onCall = null
  standin.stale = false
  standin.clockOffset = 0
  clock += 1_000_000
})
afterAll(async () => {
  await standin.stop()
  await project.dispose()
})

const start = (options: Partial<StandinOptions> = {}) =>
  startStandin({ root: project.root, now: () => clock, ...options })

type Answered = { status: number; headers: Headers; text: string; json: Envelope }
type Envelope = {
  success: boolean
  errors: { code: number }[]
  result: unknown
  result_info: { cursor: string }
}

/** A call as it goes over the wire; paths with no slash in front lie below the namespace. */
async function call(
  path: string,
  { method = 'GET', body, token = TOKENS.edit, to = standin }: Partial<Wire> = {},
): Promise<Answered> {
  const { CLOUDFLARE_ACCOUNT_ID: account } = to.env
  const below = `/accounts/${account}/storage/kv/namespaces/${to.namespaces['dateline-articles']}`
  const response = await fetch(`${to.url}${path.startsWith('/') ? path : `${below}/${path}`}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const json = (text.startsWith('{') ? JSON.parse(text) : {}) as Envelope
  return { status: response.status, headers: response.headers, text, json }
}
type Wire = { method: string; body: unknown; token: string; to: Standin }

const put = (...pairs: object[]) => call('bulk', { method: 'PUT', body: pairs })
const code = ({ status, json }: Answered) => [status, json.errors[0]?.code]

describe('routes', () => {
  test('a written value is read back, and is in the local KV', async () => {
    const answer = await put(
      { key: 'a/ü', value: 'text' },
      { key: 'b', value: 'AAH/', base64: true, metadata: { type: 'x' }, expiration_ttl: 60 },
    )
    expect(answer.json).toMatchObject({
      success: true,
      result: { successful_key_count: 2, unsuccessful_keys: [] },
    })
    expect((await call(`values/${encodeURIComponent('a/ü')}`)).text).toBe('text')
    const many = await call('bulk/get', { method: 'POST', body: { keys: ['a/ü', 'none'], type: 'text' } })
    expect(many.json.result).toEqual({ values: { 'a/ü': 'text', none: null } })
    expect((await call('keys?prefix=b')).json.result).toEqual([
      { name: 'b', metadata: { type: 'x' }, expiration: expect.any(Number) },
    ])
    const store = await openLocalStore(project.root)
    expect(await store.get('a/ü')).toBe('text')
    expect(await store.getBytes('b')).toEqual(new Uint8Array([0, 1, 255]))
    await store.close()
    await call('bulk/delete', { method: 'POST', body: ['a/ü', 'none'] })
    expect(code(await call(`values/${encodeURIComponent('a/ü')}`))).toEqual([404, 10_009])
  })

  test('accounts and namespaces come in pages, one namespace for each environment', async () => {
    expect((await call('/accounts?page=1&per_page=5')).json.result).toHaveLength(1)
    const path = `/accounts/${standin.env.CLOUDFLARE_ACCOUNT_ID}/storage/kv/namespaces`
    const titles = ['dateline-articles', 'dateline-staging-articles']
    expect(Object.keys(standin.namespaces)).toEqual(titles)
    expect((await call(`${path}?page=2&per_page=1`)).json.result).toMatchObject([{ title: titles[1] }])
    const staging = `${path}/${standin.namespaces['dateline-staging-articles']}`
    await put({ key: 'here', value: 'x' })
    expect(code(await call(`${staging}/values/here`))).toEqual([404, 10_009])
    expect((await call(staging)).json.result).toMatchObject({ title: titles[1] })
  })

  test('a listing continues after its cursor, also twice after the same one', async () => {
    await put(...Array.from({ length: 25 }, (_, index) => ({ key: `l/${index + 10}`, value: '' })))
    const first = await call('keys?prefix=l/&limit=10')
    const { cursor } = first.json.result_info
    const second = await call(`keys?prefix=l/&limit=10&cursor=${cursor}`)
    expect(second.json.result).toMatchObject([{ name: 'l/20' }, ...Array(9).fill({})])
    expect((await call(`keys?prefix=l/&limit=10&cursor=${cursor}`)).json).toEqual(second.json)
    const third = await call(`keys?prefix=l/&limit=10&cursor=${second.json.result_info.cursor}`)
    expect(third.json).toMatchObject({ result: Array(5).fill({}), result_info: { cursor: '' } })
    expect((await call('keys?limit=10&cursor=none')).status).toBe(400)
  })

  test('wrong tokens, rights, accounts and namespaces are refused with the codes of Cloudflare', async () => {
    expect(code(await call('keys', { token: 'short' }))).toEqual([400, 6003])
    expect(code(await call('keys', { token: 'a-token-that-nobody-has-heard-of' }))).toEqual([403, 9109])
    expect(code(await call('keys', { token: TOKENS.none }))).toEqual([403, 10_000])
    expect((await call('keys', { token: TOKENS.read })).status).toBe(200)
    const body = [{ key: 'read-only', value: '' }]
    expect(code(await call('bulk', { method: 'PUT', body, token: TOKENS.read }))).toEqual([403, 10_000])
    const { CLOUDFLARE_ACCOUNT_ID: account } = standin.env
    expect(code(await call('/accounts/none/storage/kv/namespaces'))).toEqual([404, 7003])
    expect(code(await call(`/accounts/${account}/storage/kv/namespaces/none/keys`))).toEqual([404, 10_013])
    expect(code(await call('values/read-only'))).toEqual([404, 10_009])
  })

  test('stop throws for each call that the API does not know', async () => {
    const strict = await start()
    await call('values/a/b', { to: strict })
    await call('keys?prefixes=a', { to: strict })
    await call('bulk', { method: 'PUT', body: [{ key: 'a', value: '', ttl: 60 }], to: strict })
    await call('bulk', { method: 'PUT', body: 'no JSON', to: strict })
    await call('bulk/get', { method: 'POST', body: { keys: ['a'], type: 'json' }, to: strict })
    await expect(strict.stop()).rejects.toThrow(
      /no such route\n.*the query prefixes\n.*the field ttl of "a"\n.*the body\n.*the body$/,
    )
  })
})

describe('limits', () => {
  test('a call above a limit is refused as a whole', async () => {
    const pairs = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ key: `p${index}`, value: '' }))
    expect((await put(...pairs(10_001))).status).toBe(400)
    expect((await put({ key: 'fits', value: '' }, { key: 'ü'.repeat(257), value: '' })).status).toBe(414)
    expect((await put({ key: 'm', value: '', metadata: { m: 'x'.repeat(1_020) } })).status).toBe(413)
    expect((await put({ key: 'e', value: '', expiration_ttl: 59 })).status).toBe(400)
    expect((await put({ key: 'v', value: 'x'.repeat(25 * 1024 * 1024 + 1) })).status).toBe(413)
    expect((await put()).status).toBe(400)
    const keys = pairs(101).map(({ key }) => key)
    expect((await call('bulk/get', { method: 'POST', body: { keys } })).status).toBe(400)
    expect((await call('bulk/delete', { method: 'POST', body: Array(10_001).fill('a') })).status).toBe(400)
    expect((await call('keys?limit=1001')).status).toBe(400)
    const names = ['p0', 'fits', 'm', 'e', 'v']
    const left = await call('bulk/get', { method: 'POST', body: { keys: names } })
    expect(left.json.result).toEqual({ values: Object.fromEntries(names.map((name) => [name, null])) })
  })

  test('values of more than 25 MB together are not read in one call', async () => {
    await put(
      { key: 'half/1', value: 'x'.repeat(12_500_001) },
      { key: 'half/2', value: 'x'.repeat(12_500_000) },
    )
    const read = (keys: string[]) => call('bulk/get', { method: 'POST', body: { keys } })
    expect((await read(['half/1', 'half/2'])).status).toBe(413)
    expect((await read(['half/1'])).text).toContain('xxx')
  })

  test('a body over 100 MB is refused', async () => {
    const body = `[${' '.repeat(99_999_999)}]`
    expect((await call('bulk', { method: 'PUT', body })).status).toBe(413)
  })

  test('a key can be written once a second', async () => {
    expect((await put({ key: 'k', value: '1' })).status).toBe(200)
    clock += 999
    const answer = await put({ key: 'other', value: '1' }, { key: 'k', value: '2' })
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '1'])
    expect(code(await call('values/other'))).toEqual([404, 10_009])
    clock += 1
    expect((await put({ key: 'k', value: '2' })).status).toBe(200)
    expect((await put({ key: 't', value: '1' }, { key: 't', value: '2' })).status).toBe(429)
  })

  test('the 1,201st call in five minutes is refused, and all calls of the next five minutes', async () => {
    for (let n = 1; n <= 1_200; n += 100) {
      const answers = await Promise.all(Array.from({ length: 100 }, () => call('/accounts')))
      expect(answers.map(({ status }) => status)).toEqual(Array(100).fill(200))
    }
    const answer = await call('/accounts')
    expect([code(answer), answer.headers.get('retry-after')]).toEqual([[429, 971], '300'])
    clock += 299_000
    expect((await call('/accounts')).headers.get('retry-after')).toBe('1')
    clock += 1_000
    expect((await call('/accounts')).status).toBe(200)
  })
})

describe('staleness', () => {
  test('a read repeats its last result for a minute, misses included, unless staleness is off', async () => {
    const read = async (key: string) => (await call(`values/${key}`)).text
    const readMany = async (key: string) =>
      (await call('bulk/get', { method: 'POST', body: { keys: [key, 'z'] } })).json.result
    standin.stale = true
    expect((await call('values/s1')).status).toBe(404)
    await put({ key: 's1', value: 'new' }, { key: 's2', value: 'one' })
    expect(await read('s2')).toBe('one')
    clock += 1_000
    await put({ key: 's2', value: 'two' })
    clock += 58_900
    expect((await call('values/s1')).status).toBe(404)
    expect(await readMany('s2')).toEqual({ values: { s2: 'one', z: null } })
    clock += 1_100
    expect([await read('s1'), await read('s2')]).toEqual(['new', 'two'])
    clock += 1_000
    await put({ key: 's2', value: 'three' })
    expect(await read('s2')).toBe('two')
    standin.stale = false
    expect(await read('s2')).toBe('three')
  })
})

describe('faults', () => {
  test('the n-th call fails with a status, before or after its work', async () => {
    standin.fail(2, { kind: 'status', status: 500 })
    standin.fail(3, { kind: 'status', status: 429, retryAfter: 7, after: true })
    expect((await put({ key: 'f1', value: '' })).status).toBe(200)
    expect((await put({ key: 'f2', value: '' })).status).toBe(500)
    const third = await put({ key: 'f3', value: '' })
    expect([third.status, third.headers.get('retry-after')]).toEqual([429, '7'])
    const keys = ['f1', 'f2', 'f3']
    const left = await call('bulk/get', { method: 'POST', body: { keys } })
    expect(left.json.result).toEqual({ values: { f1: '', f2: null, f3: '' } })
  })

  test('the socket drops, before or after the work', async () => {
    standin.failNext({ kind: 'drop' })
    await expect(put({ key: 'd1', value: '' })).rejects.toThrow('fetch failed')
    standin.failNext({ kind: 'drop', after: true })
    await expect(put({ key: 'd2', value: '' })).rejects.toThrow('fetch failed')
    const left = await call('bulk/get', { method: 'POST', body: { keys: ['d1', 'd2'] } })
    expect(left.json.result).toEqual({ values: { d1: null, d2: '' } })
    expect(standin.calls.map(({ outcome }) => outcome)).toEqual(['dropped', 'dropped', 200])
  })

  test('a call whose process is killed is done or not done, as requested', async () => {
    const url = `${standin.url}/accounts/${standin.env.CLOUDFLARE_ACCOUNT_ID}/storage/kv/namespaces`
    const bulk = `${url}/${standin.namespaces['dateline-articles']}/bulk`
    for (const fault of [{ kind: 'drop' }, undefined]) {
      const key = `killed/${fault?.kind}`
      const body = JSON.stringify([{ key, value: '' }])
      const script = `await fetch(${JSON.stringify(bulk)}, { method: 'PUT', body: ${JSON.stringify(body)},
        headers: { authorization: 'Bearer ${TOKENS.edit}' } })`
      const child = spawn(process.execPath, ['--input-type=module', '-e', script])
      standin.onCall = () => {
        child.kill('SIGKILL')
        return fault
      }
      expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
    }
    standin.onCall = null
    const names = async () => (await call('keys?prefix=killed/')).json.result
    await expect.poll(names).toEqual([{ name: 'killed/undefined' }])
  })

  test('a call with half a body is not counted', async () => {
    const [, host, port] = /\/\/(.*):(\d+)/.exec(standin.url) ?? []
    const socket = connect(Number(port), host)
    socket.write('PUT /client/v4/x HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n[')
    await expect.poll(() => standin.calls.length).toBe(1)
    socket.destroy()
    await expect.poll(() => standin.calls[0]?.outcome).toBe('dropped')
  })

  test('a call hangs', async () => {
    standin.failNext({ kind: 'hang' })
    const hung = fetch(`${standin.url}/accounts`, { signal: AbortSignal.timeout(200) })
    await expect(hung).rejects.toThrow('timeout')
    expect(standin.calls[0]?.outcome).toBe('hanging')
  })

  test('a 200 can name keys that were not done', async () => {
    standin.failNext({ kind: 'unsuccessful' })
    const pairs = ['u1', 'u2', 'u3'].map((key) => ({ key, value: '' }))
    expect((await put(...pairs)).json.result).toEqual({
      successful_key_count: 1,
      unsuccessful_keys: ['u1', 'u2'],
    })
    standin.failNext({ kind: 'unsuccessful', keys: 1 })
    const removal = await call('bulk/delete', { method: 'POST', body: ['u3', 'u2'] })
    expect(removal.json.result).toMatchObject({ unsuccessful_keys: ['u3'] })
    expect((await call('keys?prefix=u')).json.result).toEqual([{ name: 'u3' }])
  })

  test('onCall gets each call before its work, and can delay it', async () => {
    const order: string[] = []
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    standin.onCall = async ({ keys }: Call) => {
      order.push(`call ${keys}`)
      if (keys[0] === 'h1') await held
      return keys[0] === 'h3' ? { kind: 'status', status: 503 } : undefined
    }
    const first = put({ key: 'h1', value: '' }).then(() => order.push('done h1'))
    while (order.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    await put({ key: 'h2', value: '' })
    order.push('done h2')
    expect((await put({ key: 'h3', value: '' })).status).toBe(503)
    release()
    await first
    expect(order).toEqual(['call h1', 'call h2', 'done h2', 'call h3', 'done h1'])
  })

  test('calls, keys and bytes are counted, and reset forgets them', async () => {
    await put({ key: 'c1', value: 'é' }, { key: 'c2', value: 'AAAA', base64: true })
    await call('bulk/get', { method: 'POST', body: { keys: ['c1', 'none'] } })
    await call('bulk/delete', { method: 'POST', body: ['c1'] })
    expect(standin.totals()).toEqual({ calls: 3, read: 2, written: 2, removed: 1, bytes: 5 })
    expect(standin.calls[0]).toMatchObject({ n: 1, route: 'put many', keys: ['c1', 'c2'], outcome: 200 })
    standin.reset()
    expect(standin.totals()).toEqual({ calls: 0, read: 0, written: 0, removed: 0, bytes: 0 })
  })

  test('the Date header can be wrong', async () => {
    standin.clockOffset = -7_200_000
    const date = Date.parse((await call('/accounts')).headers.get('date') ?? '')
    expect(Math.abs(date + 7_200_000 - Date.now())).toBeLessThan(3_000)
  })
})

test('node tests/standin/main.ts prints the lines to paste, and answers at that address', async () => {
  const main = join(import.meta.dirname, 'main.ts')
  const child = spawn(process.execPath, [main, '--port', '0', '--root', project.root])
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  while (!output.includes('Ctrl+C')) await new Promise((resolve) => setTimeout(resolve, 20))
  const env = Object.fromEntries(
    [...output.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  )
  expect(Object.keys(env).sort()).toEqual(Object.keys(standin.env).sort())
  const response = await fetch(`${env.CLOUDFLARE_API_BASE_URL}/accounts`, {
    headers: { authorization: `Bearer ${env.CLOUDFLARE_API_TOKEN}` },
  })
  expect(await response.json()).toMatchObject({ result: [{ id: env.CLOUDFLARE_ACCOUNT_ID }] })
  child.kill('SIGINT')
  expect(await once(child, 'exit')).toEqual([0, null])
})
