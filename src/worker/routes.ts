// Every address the site answers, then what has none, then what went wrong.
import type { Context } from 'hono'
import { Hono } from 'hono/tiny'
import {
  ARCHIVE_PATH,
  AUTHORS_PATH,
  canonicalPath,
  FAVICON_PATH,
  FRONT_PATH,
  previewPath,
  ROBOTS_PATH,
  SITEMAP_PATH,
  TAGS_PATH,
  TOUCH_ICON_PATH,
} from '../addresses.ts'
import { ArticleRecord, keys, StandingRecord } from '../records.ts'
import { answer, type Found, page } from './answer.ts'
import { cacheHeaders, NO_STORE, POLICIES, YOUNG_ARTICLE_MS } from './caching.ts'
import { findRow } from './catalogue.ts'
import { type Door, knownSettings, type LiveEdition } from './current.ts'
import { findArticle, findMedia } from './edition.ts'
import type { Env } from './env.ts'
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
} from './lists.ts'
import { picture } from './media.ts'
import { enclosePreview, openPreview, sealPreview } from './preview.ts'
import { prepareResponses, redirect, respond } from './respond.ts'
import { numberedSitemap, sitemap } from './sitemap.ts'
import { renderArticlePage } from './views/article.ts'
import { renderUnavailable } from './views/errors.ts'
import { FAVICON, TOUCH_ICON } from './views/icons.ts'
import { renderStandingPage } from './views/standing.ts'

type App = { Bindings: Env }

export const routes = new Hono<App>()

const ICON_CACHE = cacheHeaders(POLICIES.icon, { now: 0 })

routes.get(FRONT_PATH, (c) => at(c, (live) => newestOf(live, FRONT, '')))
routes.get('/page/:number', (c) => at(c, (live) => numberedOf(live, FRONT, c.req.param())))

routes.get('/articles/:slug', (c) =>
  at(c, async (live) => {
    const entry = await findArticle(live, c.req.param('slug'))
    if (entry === null || entry === 'gone') return entry
    const young = live.moment.closes - entry.from < YOUNG_ARTICLE_MS
    return page({
      ...{ entry, until: entry.until, key: keys.article(entry.record), schema: ArticleRecord },
      policy: young ? POLICIES.young : POLICIES.settled,
      // In an edition of before, authors have no pages.
      view: (article, settings) =>
        renderArticlePage(article, settings, { linksAuthors: live.current.body.authorsIndex !== undefined }),
    })
  }),
)

routes.get(TAGS_PATH, (c) => at(c, (live) => indexPage(live, live.current.body.tagsIndex, TAGS)))
routes.get('/tags/:slug', (c) => at(c, (live) => newestOf(live, TAG, c.req.param('slug'))))
routes.get('/tags/:slug/page/:number', (c) => at(c, (live) => numberedOf(live, TAG, c.req.param())))

routes.get(AUTHORS_PATH, (c) => at(c, (live) => indexPage(live, live.current.body.authorsIndex, AUTHORS)))
routes.get('/authors/:slug', (c) => at(c, (live) => newestOf(live, AUTHOR, c.req.param('slug'))))
routes.get('/authors/:slug/page/:number', (c) => at(c, (live) => numberedOf(live, AUTHOR, c.req.param())))

routes.get(ARCHIVE_PATH, (c) => at(c, (live) => indexPage(live, live.current.body.archiveIndex, MONTHS)))
routes.get('/archive/:year{[0-9]{4}}/:month{[0-9]{2}}', (c) =>
  at(c, (live) => monthPage(live, `${c.req.param('year')}-${c.req.param('month')}`)),
)

routes.get('/media/:hash/:variant', (c) =>
  at(c, async (live) => {
    const { hash, variant } = c.req.param()
    const entry = await findMedia(live, hash, variant)
    return entry && { answer: picture(c.env, { request: c.req.raw, live, hash, variant, ...entry }) }
  }),
)

routes.get(FAVICON_PATH, () => respond(FAVICON, { kind: 'icon', cache: ICON_CACHE }))
routes.get(TOUCH_ICON_PATH, () =>
  respond(TOUCH_ICON, { kind: 'icon', cache: ICON_CACHE, headers: { 'content-type': 'image/png' } }),
)
// What asks for it has not read a page.
routes.get('/favicon.ico', () => redirect(FAVICON_PATH, { status: 301, cache: ICON_CACHE }))

routes.get(SITEMAP_PATH, (c) => at(c, sitemap))
routes.get('/sitemap/:file{[1-9][0-9]{0,3}\\.xml}', (c) =>
  at(c, (live) => numberedSitemap(live, Number.parseInt(c.req.param('file'), 10))),
)
routes.get(ROBOTS_PATH, (c) =>
  at(c, ({ current }) => {
    const body = `User-agent: *\nDisallow: /preview/\n\nSitemap: ${current.body.settings.url}${SITEMAP_PATH}\n`
    return { answer: respond(body, { kind: 'text', cache: cacheHeaders(POLICIES.settled, { now: 0 }) }) }
  }),
)

routes.get('/:slug', (c) =>
  at(c, async (live) => {
    const entry = await findRow(live, 'standing', c.req.param('slug'))
    return (
      entry &&
      page({
        ...{ entry, policy: POLICIES.settled, key: keys.standing(entry.record), schema: StandingRecord },
        view: renderStandingPage,
      })
    )
  }),
)

// The token before anything else: what has none of ours learns nothing here.
routes.get('/preview/:token/*', async (c) => {
  const { token } = c.req.param()
  const preview = await openPreview(doorOf(c), token)
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

/** Storage failed, or a record is broken. Nothing else throws. */
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
  return answer(doorOf(c), path, find)
}

function doorOf(c: Context<App>): Door {
  return { env: c.env, request: c.req.raw, ctx: c.executionCtx }
}

/** The path of a URL as it came, percent-encoding and all. */
function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  const query = url.indexOf('?', start)
  return query < 0 ? url.slice(start) : url.slice(start, query)
}
