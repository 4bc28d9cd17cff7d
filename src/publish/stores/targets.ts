// The targets of commands, such as `local`, and the stores behind them. Loads a store's code only when it is opened.
import type { Store } from './store.ts'

/** The target of a command that names none. */
export const CLOUDFLARE = 'cloudflare'
export const LOCAL = 'local'

/** Opens a target's store, does the work, and closes it again. */
export async function withStore<T>(
  root: string,
  target: string,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  const store = await openStore(root, target)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** The names of all targets of the project. */
export async function targetNames(root: string): Promise<string[]> {
  const { environmentsOf } = await import('./wrangler-toml.ts')
  return [LOCAL, CLOUDFLARE, ...environmentsOf(root)]
}

/** Opens 'local', 'cloudflare' (the top level of wrangler.toml), or the `[env.<name>]` of that name. */
export async function openStore(root: string, target: string): Promise<Store> {
  if (target === LOCAL) {
    // Miniflare takes most of a second to load.
    const { openLocalStore } = await import('./local.ts')
    return openLocalStore(root)
  }
  const { openCloudflareStore } = await import('./cloudflare.ts')
  return openCloudflareStore(root, target === CLOUDFLARE ? {} : { environment: target })
}
