// Every address the site answers, then what has none, then what went wrong.
import { type Context, Hono } from 'hono'
import type { JSX } from 'hono/jsx/jsx-runtime'
import { canonicalPath, FAVICON_PATH, FRONT_PATH, TAGS_PATH, tagPath } from '../addresses.ts'
import { ArticleRecord, keys, type ListPages, ListRecord, type Settings, TagsRecord } from '../records.ts'
import { answer, type Found, page } from './answer.ts'
import { cacheHeaders, matchesEtag, NO_STORE, POLICIES, YOUNG_ARTICLE_MS } from './caching.ts'
import { knownSettings, type LiveEdition } from './current.ts'
import { findArticle, findMedia, findTag, frontPages, getMedia, type Picture } from './edition.ts'
import type { Env } from './env.ts'
import { notModified, prepareResponses, redirect, respond } from './respond.ts'
import { ArticlePage } from './views/article.tsx'
import { renderUnavailable } from './views/errors.tsx'
import { FAVICON } from './views/favicon.ts'
import { renderPage } from './views/layout.tsx'
import { FrontPage, TagPage } from './views/lists.tsx'
import { TagsPage } from './views/tags.tsx'

type App = { Bindings: Env }

export const routes = new Hono<App>()

routes.get(FRONT_PATH, (c) => at(c, (live) => listPage(frontPages(live), null, FrontPage)))
routes.get('/page/:number', (c) =>
  at(c, (live) => fullPage(frontPages(live), c.req.param('number'), { newest: FRONT_PATH, View: FrontPage })),
)

routes.get('/articles/:slug', (c) =>
  at(c, (live) => {
    const entry = findArticle(live, c.req.param('slug'))
    if (entry === null || entry === 'gone') return entry
    const young = live.moment.closes - entry.from < YOUNG_ARTICLE_MS
    return page({
      ...{ entry, until: entry.until, key: keys.article(entry.record), schema: ArticleRecord },
      policy: young ? POLICIES.young : POLICIES.settled,
      view: (record, settings) => renderPage(<ArticlePage article={record} settings={settings} />),
    })
  }),
)

routes.get(TAGS_PATH, (c) =>
  at(c, ({ current }) => {
    const entry = current.body.tagsIndex
    return page({
      ...{ entry, key: keys.list(entry.record), schema: TagsRecord, policy: POLICIES.young },
      view: (record, settings) => renderPage(<TagsPage tags={record.tags} settings={settings} />),
    })
  }),
)
routes.get('/tags/:tag', (c) =>
  at(c, (live) => {
    const tag = findTag(live, c.req.param('tag'))
    return tag && listPage(tag, null, TagPage)
  }),
)
routes.get('/tags/:tag/page/:number', (c) =>
  at(c, (live) => {
    const slug = c.req.param('tag')
    const tag = findTag(live, slug)
    return tag && fullPage(tag, c.req.param('number'), { newest: tagPath(slug), View: TagPage })
  }),
)

routes.get('/media/:hash/:variant', (c) =>
  at(c, (live) => {
    const { hash, variant } = c.req.param()
    const entry = findMedia(live, hash, variant)
    return entry && { answer: picture(c, { hash, variant, ...entry }, live) }
  }),
)

routes.get(FAVICON_PATH, () =>
  respond(FAVICON, { kind: 'icon', cache: cacheHeaders(POLICIES.icon, { now: 0 }) }),
)

routes.notFound((c) => {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return at(c, () => null)
  return respond(null, { status: 405, kind: 'empty', cache: absent(), headers: { allow: 'GET, HEAD' } })
})

/** Storage failed, or a record is broken. Nothing else throws. */
routes.onError(async (error, c) => {
  console.error(`${c.req.method} ${pathOf(c.req.url)} could not be answered`, error)
  await prepareResponses()
  const headers = { 'retry-after': String(RETRY_AFTER_SECONDS) }
  return respond(renderUnavailable(knownSettings()), { status: 503, kind: 'html', cache: NO_STORE, headers })
})

const RETRY_AFTER_SECONDS = 30

type ListView = (props: { list: ListRecord; settings: Settings; number: number | null }) => JSX.Element

/** The newest page of a list, or a full one behind it. */
function listPage(pages: ListPages, number: number | null, View: ListView): Found {
  const entry = number === null ? pages.newest : pages.full[number - 1]
  if (!entry) return null
  return page({
    ...{ entry, key: keys.list(entry.record), schema: ListRecord },
    policy: number === null ? POLICIES.young : POLICIES.settled,
    view: (list, settings) => renderPage(<View list={list} settings={settings} number={number} />),
  })
}

/** A page by its number. The newest page's number leads to its bare address, for as long as it is the newest. */
function fullPage(
  pages: ListPages,
  segment: string,
  { newest, View }: { newest: string; View: ListView },
): Found {
  if (!/^[1-9]\d{0,6}$/.test(segment)) return null
  const number = Number(segment)
  if (number === pages.full.length + 1) return { to: newest, permanent: false }
  return listPage(pages, number, View)
}

type PictureRequest = Picture & { hash: string; variant: string }

/** A picture's name is the hash of its bytes, so its ETag needs nothing else and outlives every deploy. */
async function picture(
  c: Context<App>,
  { hash, variant, type, bytes, until }: PictureRequest,
  live: LiveEdition,
): Promise<Response> {
  const { moment, unconfirmed } = live
  const cache = cacheHeaders(POLICIES.media, {
    now: moment.closes,
    change: until,
    expiry: until,
    unconfirmed,
  })
  const answer = {
    kind: 'media',
    cache,
    etag: `"${hash}-${variant}"`,
    headers: { 'content-type': type },
  } as const
  const known = c.req.header('if-none-match')
  if (known !== undefined && matchesEtag(known, answer.etag)) return notModified(answer)
  const stream = await getMedia(c, { hash, variant })
  return respond(stream.pipeThrough(new FixedLengthStream(bytes)), answer)
}

const absent = () => cacheHeaders(POLICIES.absent, { now: 0 })

function at(c: Context<App>, find: (live: LiveEdition) => Found): Response | Promise<Response> {
  const path = pathOf(c.req.url)
  const canonical = canonicalPath(path)
  if (canonical !== null && canonical !== path) {
    return redirect(canonical, { status: 301, cache: cacheHeaders(POLICIES.permanent, { now: 0 }) })
  }
  return answer({ env: c.env, request: c.req.raw, ctx: c.executionCtx }, path, find)
}

/** The path of a URL as it came, percent-encoding and all. */
function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  const query = url.indexOf('?', start)
  return query < 0 ? url.slice(start) : url.slice(start, query)
}
