// Pages for what is not here, what is no more, and what cannot be served just now.
import type { JSX } from 'hono/jsx/jsx-runtime'
import { FRONT_PATH, TAGS_PATH } from '../../addresses.ts'
import type { Settings } from '../../records.ts'
import { wordsFor } from './language.ts'
import { Layout, renderPage } from './layout.tsx'

/** 404. Never shows the address that was asked; `suggestion` is an address of the site. */
export function renderNotFound(settings: Settings, suggestion: string | null): string {
  const words = wordsFor(settings.lang)
  return renderPage(
    <Message settings={settings} title={words.notFound} kicker="404">
      {suggestion === null ? (
        <p>{words.notFoundWhy}</p>
      ) : (
        <p>
          {words.perhaps}{' '}
          <a href={suggestion}>
            <bdi>{decodeURI(suggestion)}</bdi>
          </a>
        </p>
      )}
    </Message>,
  )
}

/** 410: it was here, and is no more. */
export function renderGone(settings: Settings): string {
  const words = wordsFor(settings.lang)
  return renderPage(
    <Message settings={settings} title={words.gone} kicker="410">
      <p>{words.goneWhy}</p>
    </Message>,
  )
}

/** 503, without anything that storage would have to give; `known` is what this isolate remembers of the site. */
export function renderUnavailable(known: Settings | null): string {
  const settings = known ?? UNKNOWN_SITE
  const words = wordsFor(settings.lang)
  return renderPage(
    <Message settings={settings} title={words.unavailable} kicker="503">
      <p>{words.unavailableWhy}</p>
    </Message>,
  )
}

const UNKNOWN_SITE: Settings = {
  ...{ title: 'Dateline', url: '', lang: 'en', zone: 'UTC', navigation: [] },
  publisher: { name: 'Dateline' },
}

type MessageProps = { settings: Settings; title: string; kicker: string; children: JSX.Element }

/** The reason, and the two ways on from anywhere. */
function Message({ settings, title, kicker, children }: MessageProps): JSX.Element {
  const words = wordsFor(settings.lang)
  return (
    <Layout settings={settings} title={title}>
      <div class="message">
        <p class="kicker">{kicker}</p>
        <h1>{title}</h1>
        {children}
        <ul class="ways">
          <li>
            <a href={FRONT_PATH}>{words.front}</a>
          </li>
          <li>
            <a href={TAGS_PATH}>{words.allTags}</a>
          </li>
        </ul>
      </div>
    </Layout>
  )
}
