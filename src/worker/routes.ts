// Every address that the site answers, then the answers for unknown addresses and for errors. Handlers stay short:
// they find a page; handle.ts does the rest.
import type { Context } from 'hono'
import { Hono } from 'hono/tiny'
import { canonicalPath, previewPath, ROUTES } from '../addresses.ts'
import { ArticleRecord, keys, StaticPageRecord } from '../records.ts'
import { cacheHeaders, NO_STORE, POLICIES, YOUNG_ARTICLE_MS } from './caching.ts'
import type { Env, LiveEdition, RequestContext } from './context.ts'
import { findRow } from './edition/catalogue.ts'
import { knownSettings } from './edition/current.ts'
import { findArticle, findMedia } from './edition/entries.ts'
import { handle } from './handle.ts'
import { type Found, GONE, page } from './page.ts'
import {
  AUTHOR,
  AUTHORS,
  FRONT,
  indexPage,
  MONTHS,
  monthPage,
  newestOf,
  numberedOf,
  TAG,
  TAGS,
} from './pages/lists.ts'
import { picture } from './pages/media.ts'
import { enclosePreview, openPreview, sealPreview } from './pages/preview.ts'
import { numberedSitemap, sitemap } from './pages/sitemap.ts'
import { prepareResponses, redirect, respond } from './respond.ts'
import { renderArticlePage } from './views/article.ts'
import { renderUnavailable } from './views/errors.ts'
import { FAVICON, TOUCH_ICON } from './views/icons.ts'
import { renderStaticPage } from './views/static-page.ts'

type App = { Bindings: Env }

export const routes = new Hono<App>()

const ICON_CACHE = cacheHeaders(POLICIES.icon, { now: 0 })

routes.get(ROUTES.front, (c) => at(c, (live) => newestOf(live, FRONT, '')))
routes.get(ROUTES.frontPage, (c) => at(c, (live) => numberedOf(live, FRONT, c.req.param())))

routes.get(ROUTES.article, (c) =>
  at(c, async (live) => {
    const entry = await findArticle(live, c.req.param('slug'))
    if (entry === null) return null
    if (entry === 'gone') return GONE
    const young = live.moment.expiryNow - entry.from < YOUNG_ARTICLE_MS
    return page({
      entry,
      until: entry.until,
      key: keys.article(entry.record),
      schema: ArticleRecord,
      policy: young ? POLICIES.young : POLICIES.settled,
      view: renderArticlePage,
    })
  }),
)

routes.get(ROUTES.tags, (c) => at(c, (live) => indexPage(live, live.current.body.tagsIndex, TAGS)))
routes.get(ROUTES.tag, (c) => at(c, (live) => newestOf(live, TAG, c.req.param('slug'))))
routes.get(ROUTES.tagPage, (c) => at(c, (live) => numberedOf(live, TAG, c.req.param())))

routes.get(ROUTES.authors, (c) => at(c, (live) => indexPage(live, live.current.body.authorsIndex, AUTHORS)))
routes.get(ROUTES.author, (c) => at(c, (live) => newestOf(live, AUTHOR, c.req.param('slug'))))
routes.get(ROUTES.authorPage, (c) => at(c, (live) => numberedOf(live, AUTHOR, c.req.param())))

routes.get(ROUTES.archive, (c) => at(c, (live) => indexPage(live, live.current.body.archiveIndex, MONTHS)))
routes.get(ROUTES.month, (c) =>
  at(c, (live) => monthPage(live, `${c.req.param('year')}-${c.req.param('month')}`)),
)

routes.get(ROUTES.media, (c) =>
  at(c, async (live) => {
    const { hash, variant } = c.req.param()
    const entry = await findMedia(live, hash, variant)
    if (!entry) return null
    return {
      type: 'response',
      response: picture(c.env, { request: c.req.raw, live, hash, variant, ...entry }),
    }
  }),
)

routes.get(ROUTES.favicon, () => respond(FAVICON, { kind: 'icon', cache: ICON_CACHE }))
routes.get(ROUTES.touchIcon, () =>
  respond(TOUCH_ICON, { kind: 'icon', cache: ICON_CACHE, headers: { 'content-type': 'image/png' } }),
)
// Clients that ask for /favicon.ico ignore `<link rel=icon>`.
routes.get(ROUTES.faviconIco, () => redirect(ROUTES.favicon, { status: 301, cache: ICON_CACHE }))

routes.get(ROUTES.sitemap, (c) => at(c, sitemap))
routes.get(ROUTES.numberedSitemap, (c) =>
  at(c, (live) => numberedSitemap(live, Number.parseInt(c.req.param('file'), 10))),
)
routes.get(ROUTES.robots, (c) =>
  at(c, ({ current }) => {
    const body = `User-agent: *\nDisallow: /preview/\n\nSitemap: ${current.body.settings.url}${ROUTES.sitemap}\n`
    const cache = cacheHeaders(POLICIES.settled, { now: 0 })
    return { type: 'response', response: respond(body, { kind: 'text', cache }) }
  }),
)

routes.get(ROUTES.staticPage, (c) =>
  at(c, async (live) => {
    const entry = await findRow(live, 'staticPages', c.req.param('slug'))
    return (
      entry &&
      page({
        entry,
        policy: POLICIES.settled,
        key: keys.staticPage(entry.record),
        schema: StaticPageRecord,
        view: renderStaticPage,
      })
    )
  }),
)

// The token is checked first: an invalid preview address must reveal nothing.
routes.get(ROUTES.preview, async (c) => {
  const { token } = c.req.param()
  const preview = await openPreview(contextOf(c), token)
  const prefix = previewPath(token)
  const path = pathOf(c.req.url)
  if (!preview || !path.startsWith(prefix)) return sealPreview(await at(c, () => null))
  const inner = new URL(c.req.url)
  inner.pathname = path.slice(prefix.length) || '/'
  const request = new Request(inner, { method: c.req.method })
  const answer = await routes.fetch(request, { ...c.env, PREVIEW: preview.live }, c.executionCtx)
  return enclosePreview(answer, prefix, preview)
})

routes.notFound((c) => {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return at(c, () => null)
  return respond(null, { status: 405, kind: 'empty', cache: absent(), headers: { allow: 'GET, HEAD' } })
})

// Reached only if KV failed or a record is broken.
routes.onError(async (error, c) => {
  console.error(`${c.req.method} ${pathOf(c.req.url)} could not be answered`, error)
  await prepareResponses()
  const headers = { 'retry-after': String(RETRY_AFTER_SECONDS) }
  const answer = { status: 503, kind: 'html', cache: NO_STORE, headers } as const
  const unavailable = respond(renderUnavailable(knownSettings()), answer)
  return pathOf(c.req.url).startsWith('/preview/') ? sealPreview(unavailable) : unavailable
})

const RETRY_AFTER_SECONDS = 30

const absent = () => cacheHeaders(POLICIES.absent, { now: 0 })

function at(
  c: Context<App>,
  find: (live: LiveEdition) => Found | Promise<Found>,
): Response | Promise<Response> {
  const path = pathOf(c.req.url)
  const canonical = canonicalPath(path)
  if (canonical !== null && canonical !== path) {
    return redirect(canonical, { status: 301, cache: cacheHeaders(POLICIES.permanent, { now: 0 }) })
  }
  return handle(contextOf(c), path, find)
}

function contextOf(c: Context<App>): RequestContext {
  return { env: c.env, request: c.req.raw, ctx: c.executionCtx }
}

/** The path of a URL as it was sent, still percent-encoded. */
function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  const query = url.indexOf('?', start)
  return query < 0 ? url.slice(start) : url.slice(start, query)
}
