// Finds the token, the account and the namespace for Cloudflare, each in the first place that has it.
import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { parseJson } from '../json.ts'
import type { Api } from './cloudflare-api.ts'
import type { Token } from './cloudflare-error.ts'
import { namespaceTitle, type Target } from './wrangler-toml.ts'

export type Environment = Record<string, string | undefined>

const HOW_TO_LOG_IN =
  'Run npx wrangler login, or set CLOUDFLARE_API_TOKEN to a token with Workers KV Storage: Edit'

/** CLOUDFLARE_API_TOKEN, else the token that wrangler holds. */
export async function findToken(root: string, env: Environment): Promise<Token> {
  const own = env.CLOUDFLARE_API_TOKEN?.trim()
  if (own) {
    // A token with other characters cannot be sent in an HTTP header.
    if (/^[\x21-\x7e]+$/.test(own)) return { value: own, from: 'CLOUDFLARE_API_TOKEN' }
    throw new Error(
      'CLOUDFLARE_API_TOKEN is not a valid token: it has characters that no token has. Copy the token again',
    )
  }
  const { stdout, stderr } = await runWrangler(root, env)
  const { token } = (parseJson(stdout) ?? {}) as { token?: unknown }
  if (typeof token === 'string' && token !== '') return { value: token, from: 'wrangler' }
  const reason =
    /not logged in/i.test(stderr) || stderr === '' ? '' : ` (wrangler says: ${firstError(stderr)})`
  throw new Error(`Not logged in to Cloudflare${reason}. ${HOW_TO_LOG_IN}`)
}

/** The id in wrangler.toml, CLOUDFLARE_ACCOUNT_ID, else the one account that the token has. */
export async function findAccount(
  api: Api,
  { target, env }: { target: Target; env: Environment },
): Promise<string> {
  const known = target.account ?? (env.CLOUDFLARE_ACCOUNT_ID || undefined)
  if (known !== undefined) return known
  const accounts = await listAll<{ id: string; name: string }>(api, '/accounts', 'list your accounts')
  const [account] = accounts
  if (account && accounts.length === 1) return account.id
  const setting = 'Set account_id in wrangler.toml, or CLOUDFLARE_ACCOUNT_ID'
  throw new Error(
    account
      ? `The token has ${accounts.length} accounts: ${accounts.map(({ id, name }) => `${name} (${id})`).join(', ')}. ${setting}`
      : `The token can list no account at Cloudflare. ${setting}`,
  )
}

/** The id in wrangler.toml, DATELINE_NAMESPACE_ID, else the namespace that wrangler made for the Worker. */
export async function findNamespace(
  api: Api,
  { account, target, env }: { account: string; target: Target; env: Environment },
): Promise<string> {
  const known =
    target.namespace ??
    (target.environment === undefined ? env.DATELINE_NAMESPACE_ID || undefined : undefined)
  if (known !== undefined) return known
  const title = namespaceTitle(target.worker)
  const path = `/accounts/${encodeURIComponent(account)}/storage/kv/namespaces`
  const namespaces = await listAll<{ id: string; title: string }>(api, path, 'list your KV namespaces')
  const found = namespaces.find((namespace) => namespace.title === title)
  if (found) return found.id
  throw new Error(
    `There is no KV namespace ${title} on the account ${account}. Deploy the Worker first, which creates it: ` +
      'npx wrangler deploy. If it has another name, set its id in wrangler.toml, or DATELINE_NAMESPACE_ID',
  )
}

const PAGE = 50
/** An account has at most 1,000 namespaces. */
const PAGE_LIMIT = 40

async function listAll<T>(api: Api, path: string, attempt: string): Promise<T[]> {
  const all: T[] = []
  for (let page = 1; page <= PAGE_LIMIT; page += 1) {
    const { result, info } = await api.call<T[]>({ path: `${path}?page=${page}&per_page=${PAGE}`, attempt })
    all.push(...result)
    if (result.length === 0 || all.length >= (info.total_count ?? 0)) break
  }
  return all
}

const WRANGLER_MS = 60_000

/** Runs wrangler instead of reading its files, because wrangler renews an expired login. */
function runWrangler(root: string, env: Environment): Promise<{ stdout: string; stderr: string }> {
  const folder = dirname(createRequire(import.meta.url).resolve('wrangler/package.json'))
  const args = [join(folder, 'bin', 'wrangler.js'), 'auth', 'token', '--json']
  const options = { cwd: root, env: { ...env, WRANGLER_SEND_METRICS: 'false' }, timeout: WRANGLER_MS }
  return new Promise((resolve) => {
    execFile(process.execPath, args, options, (_, stdout, stderr) => resolve({ stdout, stderr }))
  })
}

function firstError(stderr: string): string {
  const plain = stripVTControlCharacters(stderr)
  return (/ERROR\]\s*(.+)/.exec(plain)?.[1] ?? plain.trim().split('\n')[0] ?? '').trim()
}
