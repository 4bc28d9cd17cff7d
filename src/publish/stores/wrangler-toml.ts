// Reads a target from wrangler.toml: its Worker, its account, and the namespace that is bound as ARTICLES. Does not use
// wrangler's own reader, which checks the whole file and takes half a second to load.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, TomlError } from 'smol-toml'
import * as v from 'valibot'

export type Target = {
  /** The name of its environment; absent for the top level. */
  environment?: string
  worker: string
  account?: string
  /** The namespace's id at Cloudflare; absent where wrangler creates it at deploy. */
  namespace?: string
  /** The name under which wrangler keeps the namespace locally. */
  local: string
}

const BINDING = 'ARTICLES'

/** The title that wrangler gives to the namespace that it creates when it deploys the Worker. */
export function namespaceTitle(worker: string): string {
  return `${worker}-${BINDING.toLowerCase()}`
}

/** Reads the target of the top level, or of one `[env.<name>]`. Throws if that is missing. */
export function readTarget(root: string, environment?: string): Target {
  const top = readConfig(root)
  const own = environment === undefined ? top : top.env?.[environment]
  if (!own) {
    throw new Error(
      `There is no target "${environment}": wrangler.toml has no [env.${environment}]. ` +
        `There are: ${['local', 'cloudflare', ...namesOf(top)].join(', ')}`,
    )
  }
  // An environment does not inherit bindings, but all other settings.
  // https://developers.cloudflare.com/workers/wrangler/configuration/#non-inheritable-keys
  const namespace = own.kv_namespaces?.find(({ binding }) => binding === BINDING)
  if (!namespace) {
    const table = environment === undefined ? 'kv_namespaces' : `env.${environment}.kv_namespaces`
    throw new Error(
      `wrangler.toml binds no KV namespace as ${BINDING}${environment === undefined ? '' : ` for ${environment}`}. ` +
        `Add to it: [[${table}]] and, below that, binding = "${BINDING}"`,
    )
  }
  const worker = own.name ?? (top.name && `${top.name}-${environment}`)
  if (!worker) throw new Error('wrangler.toml gives the Worker no name. Add to it: name = "dateline"')
  const account = own.account_id ?? top.account_id
  return {
    environment,
    worker,
    ...(account ? { account } : {}),
    ...(namespace.id ? { namespace: namespace.id } : {}),
    local: namespace.preview_id ?? namespace.id ?? namespace.binding,
  }
}

/** The names of all `[env.<name>]`. */
export function environmentsOf(root: string): string[] {
  return namesOf(readConfig(root))
}

const Namespace = v.object({
  binding: v.string(),
  id: v.optional(v.string()),
  preview_id: v.optional(v.string()),
})
const Level = {
  name: v.optional(v.string()),
  account_id: v.optional(v.string()),
  kv_namespaces: v.optional(v.array(Namespace)),
}
const Config = v.object({ ...Level, env: v.optional(v.record(v.string(), v.object(Level))) })
type Config = v.InferOutput<typeof Config>

function namesOf({ env = {} }: Config): string[] {
  return Object.keys(env)
}

function readConfig(root: string): Config {
  const config = v.safeParse(Config, parseToml(readText(root)))
  if (config.success) return config.output
  const [issue] = config.issues
  throw new Error(`wrangler.toml is not valid for wrangler: ${v.getDotPath(issue)} ${issue.message}`)
}

function readText(root: string): string {
  try {
    return readFileSync(join(root, 'wrangler.toml'), 'utf8')
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error)
    throw new Error(`wrangler.toml cannot be read (${reason}). Run the command in the project's folder`, {
      cause: error,
    })
  }
}

function parseToml(text: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const reason = error.message.split('\n')[0]
    throw new Error(`wrangler.toml:${error.line}:${error.column} is not valid TOML: ${reason}`, {
      cause: error,
    })
  }
}
