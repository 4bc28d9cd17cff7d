// What a push would change, in readers' terms, and which lines in the sources would keep an address alive. Pure.
import { articlePath, authorPath, staticPagePath, tagPath } from '../../addresses.ts'
import { articleAddress, plural, section, yamlWord } from '../format.ts'
import { dyingStaticPages, type NearChange, type Plan, type PlannedPage } from '../plan/changes.ts'
import type { Prepared } from '../publish.ts'
import { isoMinute } from '../sources/instants.ts'

/** What readers will see change, and when. */
export function reportPlan(plan: Plan, zone: string): string[] {
  const line = ({ title, path }: PlannedPage): string => `${title}  ${decodeURI(path)}`
  return [
    ...section('New', plan.appearing.map(line)),
    ...section('Changed', plan.changed.map(line)),
    ...section(
      'Moved',
      plan.moved.map((page) => `${page.title}  ${decodeURI(page.oldPath)} → ${decodeURI(page.path)}`),
    ),
    ...section('No longer there', plan.disappearing.map(line)),
    ...section(
      'Appears later',
      plan.scheduled.map((page) => `${isoMinute(page.from, zone)}  ${line(page)}`),
    ),
    ...section(
      'Expires',
      plan.expiring.map((page) => `${isoMinute(page.until, zone)}  ${line(page)}`),
    ),
    ...reportNear(plan.near, zone),
    ...section(
      'New lead',
      plan.lead === undefined ? [] : [plan.lead ? line(plan.lead) : 'none: nothing is pinned'],
    ),
    ...section(
      'Site settings changed',
      plan.settings.length > 0 ? [plan.settings.map(fieldName).join(', ')] : [],
    ),
    ...section(
      'Redirects',
      plan.redirects.map(({ path, to }) =>
        to === null ? `${decodeURI(path)} no longer leads anywhere` : `${decodeURI(path)} → ${decodeURI(to)}`,
      ),
    ),
    ...section('Gone for good (410)', plan.newGone.map(articleAddress)),
    ...section('No longer gone', plan.lostGone.map(articleAddress)),
    ...section('New static pages', plan.staticPages.added.map(line)),
    ...section('Changed static pages', plan.staticPages.changed.map(line)),
    ...section('Static pages no longer there', plan.staticPages.removed.map(line)),
    ...section(
      'Static pages in another order',
      plan.staticPages.reordered.length > 0
        ? [plan.staticPages.reordered.map(({ title }) => title).join(', ')]
        : [],
    ),
    ...section('New authors', plan.newAuthors.length > 0 ? [plan.newAuthors.join(', ')] : []),
    ...section(
      'Authors without articles now',
      plan.lostAuthors.length > 0 ? [plan.lostAuthors.join(', ')] : [],
    ),
    ...section('New tags', plan.newTags.length > 0 ? [plan.newTags.join(', ')] : []),
    ...section('Tags without articles now', plan.lostTags.length > 0 ? [plan.lostTags.join(', ')] : []),
    ...(plan.neighbours > 0
      ? [`${plural(plan.neighbours, 'other article')} will be written again, with the same text.`]
      : []),
  ]
}

/** Appearances and expiries that are so near that some locations will learn of the change too late. */
export function reportNear(near: readonly (NearChange & { title: string })[], zone: string): string[] {
  return section(
    'Less than three minutes ahead, so not every location will know in time',
    near.map(
      ({ at, becomes, title, slug }) =>
        `${isoMinute(at, zone)} ${becomes}  ${title}  ${articleAddress(slug)}`,
    ),
  )
}

/** The live articles that are absent from the sources, with lines to paste for each way out. */
export function reportMissing({ missing, gone }: Plan, { title, zone }: { title: string; zone: string }) {
  const slugs = missing.map(({ slug }) => slug)
  const when = ({ from, isAhead }: Plan['missing'][number]): string =>
    `${isAhead ? 'to appear' : 'published'} ${isoMinute(from, zone)}`
  return {
    named: section(
      title,
      missing.map((article) => `${article.slug}  ${when(article)}`),
    ),
    waysOut: [
      ...linesToAdd(slugs, gone),
      'Or let it go this once (readers then get a 404), with these words at the end of the command:',
      `  -- ${slugs.map((slug) => `--remove ${slug}`).join(' ')}`,
    ],
  }
}

export type Dying = { articles: string[]; tags: string[]; authors: string[]; staticPages: string[] }

/** Slugs whose addresses answer today, would answer 404 after the push, and do not stop it. */
export function dyingAddresses({ plan, built: { tables } }: Pick<Prepared, 'plan' | 'built'>): Dying {
  const stopping = new Set(plan.missing.map(({ slug }) => slug))
  const articles = plan.disappearing
    .map(({ slug }) => slug)
    .filter((slug) => !stopping.has(slug) && !tables.articles.has(slug) && !tables.gone.has(slug))
  return {
    articles: articles.filter((slug) => !tables.aliases.has(articlePath(slug))),
    tags: plan.lostTags.filter((slug) => !tables.tags.has(slug) && !tables.aliases.has(tagPath(slug))),
    authors: plan.lostAuthors.filter(
      (slug) => !tables.authors.has(slug) && !tables.aliases.has(authorPath(slug)),
    ),
    staticPages: dyingStaticPages(plan.staticPages, { tables }),
  }
}

/** Addresses that would answer 404, and the lines that keep them. */
export function reportDying(
  { articles, tags, authors, staticPages }: Dying,
  gone: readonly string[],
): string[] {
  const others = [...tags.map(tagPath), ...authors.map(authorPath), ...staticPages.map(staticPagePath)]
  const addresses = [...articles.map(articleAddress), ...others.map((path) => decodeURI(path))]
  return [
    ...section('Addresses that would answer 404', addresses),
    ...(articles.length > 0 ? linesToAdd(articles, gone) : []),
    ...section(
      'If a tag has a new name, add the old one under the new name in content/tags.yaml',
      tags.map((slug) => `aliases: [${yamlWord(slug)}]`),
    ),
    ...section(
      'If a static page has a new slug, add its old address to its front matter',
      staticPages.map((slug) => `aliases: [${decodeURI(staticPagePath(slug))}]`),
    ),
  ]
}

/** Articles that stay hidden although the sources have them, and articles that are shown again. */
export function reportTakedowns({ hidden, restored }: { hidden: string[]; restored: string[] }): string[] {
  return [
    ...section('Taken down, and still hidden although the sources have it', hidden.map(articleAddress)),
    ...(hidden.length > 0
      ? [
          'To show it again, put these words at the end of the command:',
          `  -- ${hidden.map((slug) => `--restore ${slug}`).join(' ')}`,
        ]
      : []),
    ...section('Taken down, and shown again from now on', restored.map(articleAddress)),
  ]
}

function linesToAdd(slugs: readonly string[], gone: readonly string[]): string[] {
  return [
    ...section(
      'If an article has a new slug, add its old address to the front matter of its file',
      slugs.map((slug) => `aliases: [${articleAddress(slug)}]`),
    ),
    'If it is to be gone for good, replace gone: in content/site.yaml with:',
    `  gone: [${[...gone, ...slugs].map(yamlWord).join(', ')}]`,
  ]
}

/** A setting as site.yaml names it. */
export function fieldName(setting: string): string {
  return setting === 'zone' ? 'timezone' : setting
}
