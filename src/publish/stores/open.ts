// From a target's name to its store. Each is loaded when it is asked for: the local one brings miniflare, which takes
// most of a second to load.
import type { Store } from './store.ts'

/** Opens 'local', 'cloudflare' (the top level of wrangler.toml), or the `[env.<name>]` of that name. */
export async function openStore(root: string, target: string): Promise<Store> {
  if (target === 'local') {
    const { openLocalStore } = await import('./local.ts')
    return openLocalStore(root)
  }
  const { openCloudflareStore } = await import('./cloudflare.ts')
  return openCloudflareStore(root, target === 'cloudflare' ? {} : { environment: target })
}
