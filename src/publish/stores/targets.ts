// The target of a command: a bare word, and the store behind it for as long as the command works.
import type { Store } from './store.ts'

/** What a command without a target means. */
export const CLOUDFLARE = 'cloudflare'
export const LOCAL = 'local'

/** Opens a target's store, does the work, and closes it again. */
export async function withStore<T>(
  root: string,
  target: string,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  // The local store brings miniflare, which takes most of a second to load: only what needs a store does.
  const { openStore } = await import('./targets.ts')
  const store = await openStore(root, target)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** Every word that is a target of the project. */
export async function targetNames(root: string): Promise<string[]> {
  const { environmentsOf } = await import('./wrangler-toml.ts')
  return [LOCAL, CLOUDFLARE, ...environmentsOf(root)]
}

/** Opens 'local', 'cloudflare' (the top level of wrangler.toml), or the `[env.<name>]` of that name. */
export async function openStore(root: string, target: string): Promise<Store> {
  if (target === 'local') {
    const { openLocalStore } = await import('./local.ts')
    return openLocalStore(root)
  }
  const { openCloudflareStore } = await import('./cloudflare.ts')
  return openCloudflareStore(root, target === 'cloudflare' ? {} : { environment: target })
}
