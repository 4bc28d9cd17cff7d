// What wrangler.toml says of a target: its Worker, its account, and the namespace that is bound as ARTICLES.
import { join } from 'node:path'
import { unstable_readConfig } from 'wrangler'

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

/** What wrangler calls a namespace that it creates for the binding when it deploys the Worker. */
export function namespaceTitle(worker: string): string {
  return `${worker}-${BINDING.toLowerCase()}`
}

/** Reads the target of the top level, or of one `[env.<name>]`; throws where there is none of that name. */
export function readTarget(root: string, environment?: string): Target {
  const environments = environmentsOf(root)
  if (environment !== undefined && !environments.includes(environment)) {
    throw new Error(
      `There is no target "${environment}": wrangler.toml has no [env.${environment}]. ` +
        `There are: ${['local', 'cloudflare', ...environments].join(', ')}`,
    )
  }
  const config = readConfig(root, environment)
  const namespaces: { binding: string; id?: string; preview_id?: string }[] = config.kv_namespaces
  const namespace = namespaces.find(({ binding }) => binding === BINDING)
  if (!namespace) {
    const table = environment === undefined ? 'kv_namespaces' : `env.${environment}.kv_namespaces`
    throw new Error(
      `wrangler.toml binds no KV namespace as ${BINDING}${environment === undefined ? '' : ` for ${environment}`}. ` +
        `Add to it: [[${table}]] and, below that, binding = "${BINDING}"`,
    )
  }
  if (!config.name) throw new Error('wrangler.toml gives the Worker no name. Add to it: name = "dateline"')
  return {
    ...(environment === undefined ? {} : { environment }),
    worker: config.name,
    ...(config.account_id ? { account: config.account_id } : {}),
    ...(namespace.id ? { namespace: namespace.id } : {}),
    local: namespace.preview_id ?? namespace.id ?? namespace.binding,
  }
}

/** The names of all `[env.<name>]`. */
export function environmentsOf(root: string): string[] {
  return readConfig(root).definedEnvironments ?? []
}

function readConfig(root: string, environment?: string) {
  // An empty name is the top level, whatever CLOUDFLARE_ENV says; wrangler itself warns of what is odd in the file.
  return unstable_readConfig(
    { config: join(root, 'wrangler.toml'), env: environment ?? '' },
    { hideWarnings: true },
  )
}
