// The frame of every page: head, masthead, navigation, footer.
import type { Child } from 'hono/jsx'
import type { JSX } from 'hono/jsx/jsx-runtime'
import { FAVICON_PATH, FRONT_PATH, TAGS_PATH } from '../../addresses.ts'
import type { Settings } from '../../records.ts'
import { directionOf, formatDate, wordsFor } from './language.ts'
import { STYLE } from './style.ts'
import { unsafeHtml } from './unsafe-html.ts'

export type LayoutProps = {
  settings: Settings
  /** The page's own title; absent on the front page. */
  title?: string | undefined
  description?: string | undefined
  /** The page's one address, from `/`; absent on pages that have none. */
  path?: string | undefined
  /** The newest story's date, shown in the masthead of the front page. Milliseconds. */
  newest?: number | undefined
  /** What only some pages have in their head. */
  head?: Child
  children: Child
}

/** A page in the site's frame. */
export function Layout(props: LayoutProps): JSX.Element {
  const { settings, title, description, path, newest, head, children } = props
  const { lang, url } = settings
  // The masthead is the same on all pages that navigation does not name, but for the front page.
  const named = path === FRONT_PATH || settings.navigation.some(({ href }) => href === path)
  const here = named ? path : undefined
  const masthead = <Masthead settings={settings} path={here} newest={newest} />
  return (
    <html lang={lang} dir={directionOf(lang)}>
      <head>
        {once(settings, 'top', () => (
          <HeadTop />
        ))}
        <title>{title === undefined ? settings.title : `${title} | ${settings.title}`}</title>
        {description && <meta name="description" content={description} />}
        {path ? <link rel="canonical" href={url + path} /> : <meta name="robots" content="noindex" />}
        {head}
        {once(settings, 'style', () => (
          <style>{unsafeHtml(STYLE)}</style>
        ))}
      </head>
      <body>
        <a class="skip" href="#content">
          {wordsFor(lang).skip}
        </a>
        {newest === undefined ? once(settings, `masthead ${here}`, () => masthead) : masthead}
        <main id="content">{children}</main>
        {once(settings, 'footer', () => (
          <Footer settings={settings} />
        ))}
      </body>
    </html>
  )
}

const rendered = new WeakMap<Settings, Map<string, string>>()

/** Markup that all pages of an edition share, rendered once for its settings. */
function once(settings: Settings, part: string, render: () => JSX.Element): ReturnType<typeof unsafeHtml> {
  let parts = rendered.get(settings)
  if (!parts) {
    parts = new Map()
    rendered.set(settings, parts)
  }
  let html = parts.get(part)
  if (html === undefined) {
    html = String(render())
    parts.set(part, html)
  }
  return unsafeHtml(html)
}

function HeadTop(): JSX.Element {
  return (
    <>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="theme-color" content="#fbf8f1" media="(prefers-color-scheme: light)" />
      <meta name="theme-color" content="#171614" media="(prefers-color-scheme: dark)" />
      <link rel="icon" type="image/svg+xml" href={FAVICON_PATH} />
    </>
  )
}

/** The front page's masthead is large, and has the tagline and the newest story's date. */
function Masthead({
  settings,
  path,
  newest,
}: Pick<LayoutProps, 'settings' | 'path' | 'newest'>): JSX.Element {
  const { lang, zone, tagline, navigation } = settings
  const isFront = path === FRONT_PATH
  return (
    <header class={isFront ? 'masthead front' : 'masthead'}>
      <p class="nameplate">
        <a href={FRONT_PATH} aria-current={isFront ? 'page' : undefined}>
          {settings.title}
        </a>
      </p>
      {isFront && tagline && <p class="tagline">{tagline}</p>}
      {newest !== undefined && (
        <p class="day">
          <time datetime={new Date(newest).toISOString()}>
            {formatDate(newest, { lang, zone, form: 'weekday' })}
          </time>
        </p>
      )}
      {navigation.length > 0 && (
        <nav aria-label={wordsFor(lang).sections}>
          <ul>
            {navigation.map(({ label, href }) => (
              <li>
                <a href={href} aria-current={href === path ? 'page' : undefined}>
                  {label}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      )}
    </header>
  )
}

function Footer({ settings }: Pick<LayoutProps, 'settings'>): JSX.Element {
  const words = wordsFor(settings.lang)
  return (
    <footer>
      <p>
        <a href={FRONT_PATH}>{words.front}</a> <a href={TAGS_PATH}>{words.allTags}</a>
      </p>
      <p>
        <Publisher settings={settings} />
      </p>
    </footer>
  )
}

function Publisher({ settings: { publisher, lang } }: Pick<LayoutProps, 'settings'>): JSX.Element {
  const text = wordsFor(lang).publishedBy(publisher.name)
  if (publisher.url === undefined) return <span>{text}</span>
  return <a href={publisher.url}>{text}</a>
}

/** A page's whole text. Views are synchronous, so its markup is there at once. */
export function renderPage(element: JSX.Element): string {
  return `<!doctype html>${String(element)}`
}
