// Previews: an edition that is not live, under a secret address. Every answer must stay out of shared caches and search
// engines, must not send its address to other sites, and must link only into the preview.
import * as v from 'valibot'
import { CURRENT_TTL_SECONDS, FORMAT, keys, Preview, type Takedown, takedownOver } from '../../records.ts'
import { NO_STORE } from '../caching.ts'
import type { LiveEdition, RequestContext } from '../context.ts'
import { findRow } from '../edition/catalogue.ts'
import { NothingPublished, openCurrent } from '../edition/current.ts'
import { timeout } from '../edition/kv.ts'
import { hexHash } from '../hex-hash.ts'
import { renderPreviewMark } from '../views/layout.ts'

export type OpenPreview = { live: LiveEdition; at: number | undefined }

/** The command `preview` makes tokens of at least 128 bits; shorter ones need no look-up. */
const TOKEN = /^[a-z0-9_-]{22,128}$/i
const WAIT_MS = 5_000

/** The edition under a token, as of its instant or now; null if there is none or it has expired. */
export async function openPreview(context: RequestContext, token: string): Promise<OpenPreview | null> {
  if (!TOKEN.test(token)) return null
  const hash = await hexHash(token)
  const options = { type: 'text', cacheTtl: CURRENT_TTL_SECONDS } as const
  const text = await timeout(context.env.ARTICLES.get(keys.preview(hash), options), WAIT_MS)
  if (text === null) return null
  const { body, at } = v.parse(Preview, JSON.parse(text))
  const { takedowns, base } = await openTakedowns(context)
  const now = at ?? Date.now()
  const slugs = new Set(takedowns.map(({ slug }) => slug))
  const live: LiveEdition = {
    env: context.env,
    // The sequence number is a placeholder, because no push made this edition live.
    current: { format: FORMAT, sequence: 1, edition: hash, body, takedowns },
    moment: { embargoNow: now, expiryNow: now, takedowns: slugs },
    base: `${base}-${hash}`,
    // Only the ETag needs this hash, and previews have no ETag.
    uncounted: '',
    age: 0,
    unconfirmed: false,
  }
  live.current.takedowns = await countedIn(live)
  return { live, at }
}

/** The takedowns with the spans and lists under which this edition counts their articles. */
function countedIn(live: LiveEdition): Promise<Takedown[]> {
  return Promise.all(
    live.current.takedowns.map(async (takedown) =>
      takedownOver(takedown, await findRow(live, 'articles', takedown.slug)),
    ),
  )
}

/** The takedowns of the live edition, which hold in previews too; none before the first push. */
async function openTakedowns(context: RequestContext): Promise<{
  takedowns: Takedown[]
  base: string
}> {
  try {
    const { current, base } = await openCurrent(context)
    // Articles that a rollback hides until the next push are not hidden in previews.
    return { takedowns: current.takedowns.filter(({ untilNextPush }) => !untilNextPush), base }
  } catch (error) {
    if (error instanceof NothingPublished) return { takedowns: [], base: 'first' }
    throw error
  }
}

/** A copy of an answer that no cache stores, no search engine lists, and whose links send no referrer. */
export function sealPreview(answer: Response): Response {
  const sealed = new Response(answer.body, answer)
  const { headers } = sealed
  headers.set('cache-control', NO_STORE.browser)
  headers.set('cloudflare-cdn-cache-control', NO_STORE.edge)
  headers.set('x-robots-tag', 'noindex, nofollow')
  headers.set('referrer-policy', 'no-referrer')
  // The body may be rewritten, so the ETag no longer fits.
  headers.delete('etag')
  return sealed
}

/** Seals an answer from a preview's edition, makes its links lead into the preview, and marks its pages. */
export function enclosePreview(answer: Response, prefix: string, { live, at }: OpenPreview): Response {
  const sealed = sealPreview(answer)
  const { headers } = sealed
  const location = headers.get('location')
  if (location !== null) headers.set('location', toPreviewPath(location, prefix))
  if (!headers.get('content-type')?.startsWith('text/html')) return sealed
  const { settings } = live.current.body
  return new HTMLRewriter()
    .on('[href], [src], [srcset]', {
      element(element) {
        for (const name of ['href', 'src']) {
          const value = element.getAttribute(name)
          // Absolute links in the head stay: they name the page's address after publication.
          const path = element.tagName === 'a' ? toPath(value, settings.url) : value
          if (path !== null) element.setAttribute(name, toPreviewPath(path, prefix))
        }
        const set = element.getAttribute('srcset')
        if (set !== null) {
          const sources = set.split(',').map((source) => toPreviewPath(source.trim(), prefix))
          element.setAttribute('srcset', sources.join(', '))
        }
      },
    })
    .on('body', {
      element(element) {
        element.prepend(renderPreviewMark(settings, at), { html: true })
      },
    })
    .transform(sealed)
}

/** The path of an absolute address of the site; other addresses are returned unchanged. */
function toPath(address: string | null, url: string): string | null {
  if (address === url) return '/'
  return address?.startsWith(`${url}/`) ? address.slice(url.length) : address
}

/** A path of the site as a path of the preview. RFC 3986, section 4.2: `//` begins another host, so it is left alone. */
function toPreviewPath(address: string, prefix: string): string {
  if (!address.startsWith('/') || address.startsWith('//')) return address
  return address === '/' ? prefix : prefix + address
}
