// Pages of cards: the front page, tag pages, and the full pages behind both.
import type { JSX } from 'hono/jsx/jsx-runtime'
import { FRONT_PATH, frontPagePath, tagPagePath, tagPath } from '../../addresses.ts'
import type { ListRecord, Settings } from '../../records.ts'
import { CardView } from './cards.tsx'
import { wordsFor } from './language.ts'
import { Layout } from './layout.tsx'

type ListProps = {
  list: ListRecord
  settings: Settings
  /** The number of a full page; null for the newest page. */
  number: number | null
}

/** So many stories stand below the lead with their pictures; the others are briefs. */
const SECONDS = 3

/** The front page with its lead story, or a page of older stories. */
export function FrontPage({ list, settings, number }: ListProps): JSX.Element {
  const words = wordsFor(settings.lang)
  if (number !== null) {
    return (
      <Layout settings={settings} title={words.page(number)} path={frontPagePath(number)}>
        <h1 class="list-title">{words.page(number)}</h1>
        <Briefs list={list} settings={settings} />
        <Pager list={list} settings={settings} to={frontPagePath} />
      </Layout>
    )
  }
  const lead = list.lead[0] ?? list.cards[0]
  const rest = list.cards.filter(({ slug }) => slug !== lead?.slug)
  return (
    <Layout settings={settings} description={settings.tagline} path={FRONT_PATH} newest={list.cards[0]?.from}>
      <h1 class="unseen">{settings.title}</h1>
      {lead ? <CardView card={lead} settings={settings} size="lead" level={2} /> : <p>{words.nothingYet}</p>}
      {rest.length > 0 && (
        <section aria-labelledby="latest">
          <h2 id="latest" class="rubric">
            {words.latest}
          </h2>
          <div class="seconds">
            {rest.slice(0, SECONDS).map((card) => (
              <CardView card={card} settings={settings} size="second" level={3} />
            ))}
          </div>
          {rest.length > SECONDS && (
            <div class="briefs">
              {rest.slice(SECONDS).map((card) => (
                <CardView card={card} settings={settings} size="brief" level={3} />
              ))}
            </div>
          )}
        </section>
      )}
      <Pager list={list} settings={settings} to={frontPagePath} />
    </Layout>
  )
}

/** A tag's newest page, or a full one. */
export function TagPage({ list, settings, number }: ListProps): JSX.Element {
  const words = wordsFor(settings.lang)
  const { name = '', slug = '', description } = list.tag ?? {}
  const title = number === null ? name : `${name}, ${words.page(number)}`
  const path = number === null ? tagPath(slug) : tagPagePath(slug, number)
  return (
    <Layout settings={settings} title={title} description={description} path={path}>
      <header class="list-head">
        <p class="kicker">{words.tags}</p>
        <h1 class="list-title">
          <bdi>{name}</bdi>
        </h1>
        {description && <p class="standfirst">{description}</p>}
        {number !== null && <p class="meta">{words.page(number)}</p>}
      </header>
      <Briefs list={list} settings={settings} />
      <Pager list={list} settings={settings} to={(other) => tagPagePath(slug, other)} />
    </Layout>
  )
}

function Briefs({ list, settings }: Omit<ListProps, 'number'>): JSX.Element {
  if (list.cards.length === 0) return <p>{wordsFor(settings.lang).nothingLeft}</p>
  return (
    <div class="briefs">
      {list.cards.map((card) => (
        <CardView card={card} settings={settings} size="brief" level={2} />
      ))}
    </div>
  )
}

function Pager({
  list: { newer, older },
  settings,
  to,
}: Omit<ListProps, 'number'> & { to: (number: number) => string }): JSX.Element | null {
  const words = wordsFor(settings.lang)
  if (newer === undefined && older === undefined) return null
  return (
    <nav class="pager" aria-label={words.pages}>
      {newer !== undefined && (
        <a rel="prev" href={to(newer)}>
          {words.newer}
        </a>
      )}
      {older !== undefined && (
        <a rel="next" class="older" href={to(older)}>
          {words.older}
        </a>
      )}
    </nav>
  )
}
