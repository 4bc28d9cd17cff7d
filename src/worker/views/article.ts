// An article's page. What an article does not have leaves nothing behind on it.
import type { JSX } from 'hono/jsx/jsx-runtime'
import { articlePath, tagPath } from '../../addresses.ts'
import { renderMarkdown } from '../../markdown.ts'
import type { ArticleRecord, Link, Photo, Settings } from '../../records.ts'
import { CardView, Day } from './cards.tsx'
import { directionOf, formatDate, formatList, marks, wordsFor } from './language.ts'
import { Layout } from './layout.tsx'
import { unsafeHtml } from './unsafe-html.ts'

type ArticleProps = { article: ArticleRecord; settings: Settings }

/** The page of one article, in the article's own language inside the site's frame. */
export function ArticlePage({ article, settings }: ArticleProps): JSX.Element {
  const { slug, title, standfirst, body, pictures } = article
  const lang = article.lang ?? settings.lang
  return (
    <Layout
      settings={settings}
      title={title}
      description={standfirst}
      path={articlePath(slug)}
      head={<OpenGraph article={article} settings={settings} />}
    >
      <article class="story" lang={lang} dir={directionOf(lang)}>
        <Head article={article} settings={settings} />
        {article.photo?.picture && <LeadPhoto photo={article.photo} lang={lang} />}
        <div class="body">{unsafeHtml(renderMarkdown(body, { origin: settings.url, pictures }))}</div>
        <Corrections article={article} settings={settings} />
        <Tags article={article} lang={lang} />
      </article>
      <Onward article={article} settings={settings} />
    </Layout>
  )
}

function OpenGraph({
  article: { title, standfirst, slug, photo, from },
  settings,
}: ArticleProps): JSX.Element {
  return (
    <>
      <meta property="og:type" content="article" />
      <meta property="og:site_name" content={settings.title} />
      <meta property="og:title" content={title} />
      {standfirst && <meta property="og:description" content={standfirst} />}
      <meta property="og:url" content={settings.url + articlePath(slug)} />
      {photo?.picture && <meta property="og:image" content={settings.url + photo.picture.address} />}
      <meta property="article:published_time" content={new Date(from).toISOString()} />
    </>
  )
}

function Head({ article, settings }: ArticleProps): JSX.Element {
  const { kicker, title, standfirst, authors, dateline, from, updated, corrections } = article
  const lang = article.lang ?? settings.lang
  const words = wordsFor(lang)
  const names = authors.map(({ name }) => name)
  return (
    <header>
      {kicker && <p class="kicker">{kicker}</p>}
      <h1>{title}</h1>
      {standfirst && <p class="standfirst">{standfirst}</p>}
      {names.length > 0 && <p class="byline">{words.by(formatList(names, lang))}</p>}
      <p class="meta">
        {dateline && <span class="dateline">{dateline}</span>}
        <span>
          {words.published} <Day instant={from} settings={settings} lang={lang} />
        </span>
        {updated !== undefined && (
          <span>
            {words.updated}{' '}
            <time datetime={new Date(updated).toISOString()}>
              {formatDate(updated, { lang, zone: settings.zone, form: 'time' })}
            </time>
          </span>
        )}
        {corrections.length > 0 && <a href="#corrections">{words.corrected}</a>}
      </p>
    </header>
  )
}

function LeadPhoto({
  photo: { picture, alt, caption, credit },
  lang,
}: {
  photo: Photo
  lang: string
}): JSX.Element {
  return (
    <figure class="lead-photo">
      <img
        src={picture?.address}
        alt={alt ?? ''}
        width={picture?.width}
        height={picture?.height}
        fetchpriority="high"
        decoding="async"
      />
      {(caption || credit) && (
        <figcaption>
          {caption && <span class="caption">{caption}</span>}{' '}
          {credit && (
            <span class="credit">
              {wordsFor(lang).credit} <bdi>{credit}</bdi>
            </span>
          )}
        </figcaption>
      )}
    </figure>
  )
}

function Corrections({ article: { corrections, lang }, settings }: ArticleProps): JSX.Element | null {
  if (corrections.length === 0) return null
  return (
    <aside class="corrections" id="corrections" aria-labelledby="corrections-title">
      <h2 id="corrections-title">{wordsFor(lang ?? settings.lang).corrections}</h2>
      {corrections.map(({ date, text }) => (
        <p>
          <Day instant={date} settings={settings} lang={lang} />: {text}
        </p>
      ))}
    </aside>
  )
}

function Tags({ article: { tags }, lang }: { article: ArticleRecord; lang: string }): JSX.Element | null {
  if (tags.length === 0) return null
  return (
    <footer class="tags">
      <h2>{wordsFor(lang).tags}</h2>
      <ul>
        {tags.map(({ name, slug }) => (
          <li>
            <a rel="tag" href={tagPath(slug)}>
              <bdi>{name}</bdi>
            </a>
          </li>
        ))}
      </ul>
    </footer>
  )
}

/** The way on: related stories, and those published just before and after. */
function Onward({ article: { related, older, newer }, settings }: ArticleProps): JSX.Element | null {
  if (related.length + older.length + newer.length === 0) return null
  const words = wordsFor(settings.lang)
  const link = (to: Link | undefined, { rel, label }: { rel: string; label: string }) =>
    to && (
      <p class={rel}>
        <span class="kicker">{label}</span>{' '}
        <a rel={rel} href={articlePath(to.slug)} {...marks(to.lang, settings.lang)}>
          {to.title}
        </a>
      </p>
    )
  return (
    <aside class="onward">
      {related.length > 0 && (
        <section aria-labelledby="related">
          <h2 id="related" class="rubric">
            {words.related}
          </h2>
          <div class="briefs">
            {related.map((card) => (
              <CardView card={card} settings={settings} size="brief" level={3} />
            ))}
          </div>
        </section>
      )}
      {(older.length > 0 || newer.length > 0) && (
        <nav class="neighbours" aria-label={words.neighbours}>
          {link(older[0], { rel: 'prev', label: words.olderArticle })}
          {link(newer[0], { rel: 'next', label: words.newerArticle })}
        </nav>
      )}
    </aside>
  )
}
