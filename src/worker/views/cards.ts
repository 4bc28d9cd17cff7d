// An article as lists show it.
import type { JSX } from 'hono/jsx/jsx-runtime'
import { articlePath } from '../../addresses.ts'
import type { Card, Settings } from '../../records.ts'
import { formatDate, marks } from './language.ts'

type CardProps = {
  card: Card
  settings: Settings
  /** `lead` is the story of the day, `second` has a picture above, `brief` has words and a small picture. */
  size: 'lead' | 'second' | 'brief'
  level: 2 | 3
}

/** One card; its headline is its only link, and covers the card. */
export function CardView({ card, settings, size, level }: CardProps): JSX.Element {
  const { slug, title, kicker, standfirst, from, date = from, photo, lang } = card
  const Headline = level === 2 ? 'h2' : 'h3'
  return (
    <article class={`card ${size}`} {...marks(lang, settings.lang)}>
      {photo?.picture && (
        <img
          class="thumb"
          src={photo.picture.address}
          alt=""
          width={photo.picture.width}
          height={photo.picture.height}
          loading={size === 'lead' ? 'eager' : 'lazy'}
          decoding="async"
        />
      )}
      <div class="words">
        {kicker && <p class="kicker">{kicker}</p>}
        <Headline>
          <a href={articlePath(slug)}>{title}</a>
        </Headline>
        {standfirst && <p class="standfirst">{standfirst}</p>}
        <p class="meta">
          <Day instant={date} settings={settings} lang={lang} />
        </p>
      </div>
    </article>
  )
}

/** A day in the site's zone, in a language of its own or the site's. */
export function Day({
  instant,
  settings,
  lang = settings.lang,
}: {
  instant: number
  settings: Settings
  lang?: string | undefined
}): JSX.Element {
  return (
    <time datetime={new Date(instant).toISOString()}>
      {formatDate(instant, { lang, zone: settings.zone, form: 'day' })}
    </time>
  )
}
