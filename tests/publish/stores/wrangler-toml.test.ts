// Dateline reads the same values from wrangler.toml as wrangler.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { unstable_readConfig } from 'wrangler'
import { environmentsOf, readTarget } from '../../../src/publish/stores/wrangler-toml.ts'

const root = mkdtempSync(join(tmpdir(), 'dateline-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const write = (text: string): void => writeFileSync(join(root, 'wrangler.toml'), text)

const TOP = 'name = "paper"\nmain = "a.ts"\ncompatibility_date = "2026-10-01"\n'
const bound = (more = '', table = 'kv_namespaces') => `[[${table}]]\nbinding = "ARTICLES"\n${more}\n`
const ID = 'id = "0123456789abcdef0123456789abcdef"'

const FILES: [string, string][] = [
  ['no ids', TOP + bound()],
  ['an id', TOP + bound(ID)],
  ['an id for local use', TOP + bound(`${ID}\npreview_id = "local"`)],
  ['an account', `${TOP}account_id = "abc"\n${bound(ID)}`],
  ['another binding first', `${TOP}[[kv_namespaces]]\nbinding = "OTHER"\nid = "x"\n${bound(ID)}`],
  ['an environment', `${TOP}${bound(ID)}[env.staging]\n${bound('', 'env.staging.kv_namespaces')}`],
  [
    'environments with names and accounts of their own',
    `${TOP}account_id = "abc"\n${bound(ID)}[env.staging]\nname = "rehearsal"\n${bound('', 'env.staging.kv_namespaces')}` +
      `[env."de-at"]\naccount_id = "def"\n${bound('id = "y"', 'env."de-at".kv_namespaces')}`,
  ],
  ['an inline table', `${TOP}kv_namespaces = [{ binding = "ARTICLES", ${ID} }]\n`],
]

test.each(FILES)('readTarget reads %s as wrangler does', (_, text) => {
  write(text)
  const config = (env: string) =>
    unstable_readConfig({ config: join(root, 'wrangler.toml'), env }, { hideWarnings: true })
  const environments = config('').definedEnvironments ?? []
  expect(environmentsOf(root)).toEqual(environments)
  for (const environment of [undefined, ...environments]) {
    const { name, account_id, kv_namespaces } = config(environment ?? '')
    const namespace = kv_namespaces.find((one: { binding: string }) => one.binding === 'ARTICLES')
    expect(readTarget(root, environment)).toEqual({
      environment,
      worker: name,
      ...(account_id ? { account: account_id } : {}),
      ...(namespace?.id ? { namespace: namespace.id } : {}),
      local: namespace?.preview_id ?? namespace?.id ?? 'ARTICLES',
    })
  }
})

test.each([
  ['no TOML', 'name = paper\n', /^wrangler\.toml:1:8 is not valid TOML: /],
  ['another shape', 'name = 1\n', 'wrangler.toml is not valid for wrangler: name '],
  ['no namespace', TOP, 'wrangler.toml binds no KV namespace as ARTICLES. Add to it: [[kv_namespaces]]'],
  ['no name', bound(), 'wrangler.toml gives the Worker no name. Add to it: name = "dateline"'],
])('readTarget refuses a file with %s', (_, text, message) => {
  write(text)
  expect(() => readTarget(root)).toThrow(message)
})

test('readTarget refuses an environment that is not there or binds nothing, and a file that is not there', () => {
  write(`${TOP}${bound()}[env.staging]\nname = "x"\n`)
  expect(() => readTarget(root, 'stage')).toThrow('There are: local, cloudflare, staging')
  expect(() => readTarget(root, 'staging')).toThrow('Add to it: [[env.staging.kv_namespaces]]')
  rmSync(join(root, 'wrangler.toml'))
  expect(() => readTarget(root)).toThrow(
    "wrangler.toml cannot be read (ENOENT). Run the command in the project's folder",
  )
})
