// Pages for what is not here, what is no more, and what cannot be served just now.
import type { JSX } from 'hono/jsx/jsx-runtime'
import { FRONT_PATH, TAGS_PATH } from '../../addresses.ts'
import type { Settings } from '../../records.ts'
import { Layout, renderPage } from './layout.tsx'

/** 404. Never shows the address that was asked; `suggestion` is an address of the site. */
export function renderNotFound(settings: Settings, suggestion: string | null): string {
  return renderPage(
    <Message settings={settings} title="This page is not here" kicker="404">
      {suggestion ? (
        <p>
          Perhaps you are looking for <a href={suggestion}>this page</a>.
        </p>
      ) : (
        <p>The address may be mistyped, or the page may have been given another one.</p>
      )}
    </Message>,
  )
}

/** 410: it was here, and is no more. */
export function renderGone(settings: Settings): string {
  return renderPage(
    <Message settings={settings} title="This page is no longer here" kicker="410">
      <p>It has expired or was taken away, and it will not come back.</p>
    </Message>,
  )
}

/** 503, without anything that storage would have to give; `known` is what this isolate remembers of the site. */
export function renderUnavailable(known: Settings | null): string {
  return renderPage(
    <Message settings={known ?? UNKNOWN_SITE} title="The presses have stopped for a moment" kicker="503">
      <p>This page cannot be fetched just now. Please try again in half a minute.</p>
    </Message>,
  )
}

const UNKNOWN_SITE: Settings = {
  ...{ title: 'Dateline', url: '', lang: 'en', zone: 'UTC', navigation: [] },
  publisher: { name: 'Dateline' },
}

type MessageProps = { settings: Settings; title: string; kicker: string; children: JSX.Element }

function Message({ settings, title, kicker, children }: MessageProps): JSX.Element {
  return (
    <Layout settings={settings} title={title}>
      <div class="message">
        <p class="kicker">{kicker}</p>
        <h1>{title}</h1>
        {children}
        <p>
          Read on from the <a href={FRONT_PATH}>front page</a>, or look through{' '}
          <a href={TAGS_PATH}>all tags</a>.
        </p>
      </div>
    </Layout>
  )
}
