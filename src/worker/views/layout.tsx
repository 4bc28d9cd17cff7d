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
export function Layout({
  settings,
  title,
  description,
  path,
  newest,
  head,
  children,
}: LayoutProps): JSX.Element {
  const { lang, zone, url } = settings
  const words = wordsFor(lang)
  const isFront = path === FRONT_PATH
  return (
    <html lang={lang} dir={directionOf(lang)}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title === undefined ? settings.title : `${title} – ${settings.title}`}</title>
        {description && <meta name="description" content={description} />}
        {path ? <link rel="canonical" href={url + path} /> : <meta name="robots" content="noindex" />}
        <meta name="color-scheme" content="light dark" />
        <meta name="theme-color" content="#fbf8f1" media="(prefers-color-scheme: light)" />
        <meta name="theme-color" content="#171614" media="(prefers-color-scheme: dark)" />
        <link rel="icon" type="image/svg+xml" href={FAVICON_PATH} />
        {head}
        <style>{unsafeHtml(STYLE)}</style>
      </head>
      <body>
        <a class="skip" href="#content">
          {words.skip}
        </a>
        <header class={isFront ? 'masthead front' : 'masthead'}>
          <p class="nameplate">
            <a href={FRONT_PATH} aria-current={isFront ? 'page' : undefined}>
              {settings.title}
            </a>
          </p>
          {isFront && settings.tagline && <p class="tagline">{settings.tagline}</p>}
          {newest !== undefined && (
            <p class="day">
              <time datetime={new Date(newest).toISOString()}>
                {formatDate(newest, { lang, zone, form: 'weekday' })}
              </time>
            </p>
          )}
          <nav aria-label={words.sections}>
            <ul>
              {settings.navigation.map(({ label, href }) => (
                <li>
                  <a href={href} aria-current={href === path ? 'page' : undefined}>
                    {label}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        </header>
        <main id="content">{children}</main>
        <footer>
          <p>
            <a href={FRONT_PATH}>{words.front}</a> <a href={TAGS_PATH}>{words.allTags}</a>
          </p>
          <p>
            <Publisher settings={settings} />
          </p>
        </footer>
      </body>
    </html>
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
