// Previews: an edition that is not live, read under a secret address. Whatever leaves here stays out of shared caches
// and of search engines, names its address to nobody, and leads back into the preview alone.
import * as v from 'valibot'
import { CURRENT_TTL_SECONDS, FORMAT, keys, Preview, type Takedown, takedownOver } from '../../records.ts'
import { NO_STORE } from '../caching.ts'
import type { LiveEdition, RequestContext } from '../context.ts'
import { findRow } from '../edition/catalogue.ts'
import { NothingPublished, openCurrent } from '../edition/current.ts'
import { hexHash } from '../hash.ts'
import { timeout } from '../timeout.ts'
import { renderPreviewMark } from '../views/preview.ts'

export type OpenPreview = { live: LiveEdition; at: number | undefined }

/** What the desk makes is 128 bits and more; anything shorter was not made there. */
const TOKEN = /^[a-z0-9_-]{22,128}$/i
const WAIT_MS = 5_000

/** The edition under a token, at its instant or now; null when there is none, or no more. */
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
    // It has no number of its own: no push has made it live.
    current: { format: FORMAT, sequence: 1, edition: hash, body, takedowns },
    moment: { embargoNow: now, expiryNow: now, takedowns: slugs },
    base: `${base}-${hash}`,
    // No preview is ever asked for again by its ETag.
    uncounted: '',
    age: 0,
    unconfirmed: false,
  }
  live.current.takedowns = await countedIn(live)
  return { live, at }
}

/** What was taken down, as this edition counts it. */
function countedIn(live: LiveEdition): Promise<Takedown[]> {
  return Promise.all(
    live.current.takedowns.map(async (takedown) =>
      takedownOver(takedown, await findRow(live, 'articles', takedown.slug)),
    ),
  )
}

/** What was taken down is so in previews too; before the first push nothing was. */
async function openTakedowns(context: RequestContext): Promise<{
  takedowns: Takedown[]
  base: string
}> {
  try {
    const { current, base } = await openCurrent(context)
    // What a rollback hides until the next push is not hidden in previews.
    return { takedowns: current.takedowns.filter(({ untilNextPush }) => !untilNextPush), base }
  } catch (error) {
    if (error instanceof NothingPublished) return { takedowns: [], base: 'first' }
    throw error
  }
}

/** An answer that nobody keeps, finds by searching, or is told of by the pages that it leads to. */
export function sealPreview(answer: Response): Response {
  const sealed = new Response(answer.body, answer)
  const { headers } = sealed
  headers.set('cache-control', NO_STORE.browser)
  headers.set('cloudflare-cdn-cache-control', NO_STORE.edge)
  headers.set('x-robots-tag', 'noindex, nofollow')
  headers.set('referrer-policy', 'no-referrer')
  // It is no longer the body that the tag was made for.
  headers.delete('etag')
  return sealed
}

/** An answer made of a preview's edition: its links lead back into the preview, and its pages say what they are. */
export function enclosePreview(answer: Response, prefix: string, { live, at }: OpenPreview): Response {
  const sealed = sealPreview(answer)
  const { headers } = sealed
  const location = headers.get('location')
  if (location !== null) headers.set('location', inside(location, prefix))
  if (!headers.get('content-type')?.startsWith('text/html')) return sealed
  const { settings } = live.current.body
  return new HTMLRewriter()
    .on('[href], [src], [srcset]', {
      element(element) {
        for (const name of ['href', 'src']) {
          const value = element.getAttribute(name)
          // A link in the head says where the page will be.
          const own = element.tagName === 'a' ? ownPath(value, settings.url) : value
          if (own !== null) element.setAttribute(name, inside(own, prefix))
        }
        const set = element.getAttribute('srcset')
        if (set !== null) {
          const sources = set.split(',').map((source) => inside(source.trim(), prefix))
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

/** An address of the site, written out in full, as a path. */
function ownPath(address: string | null, url: string): string | null {
  if (address === url) return '/'
  return address?.startsWith(`${url}/`) ? address.slice(url.length) : address
}

/** A path of the site as a path of the preview. RFC 3986, section 4.2: two slashes lead to another host. */
function inside(address: string, prefix: string): string {
  if (!address.startsWith('/') || address.startsWith('//')) return address
  return address === '/' ? prefix : prefix + address
}
