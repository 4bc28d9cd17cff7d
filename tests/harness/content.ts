// Small content for tests that need many sites.

import type { Content } from '../../src/publish/check-sources.ts'
import { hashText } from '../../src/publish/hash.ts'
import type { Article } from '../../src/publish/sources/article.ts'
import { CARDS_PER_PAGE } from '../../src/records.ts'

/** A site with one author. */
export const SITE_FILES: Record<string, string> = {
  'site.yaml': `title: The Test Sheet
url: https://sheet.example
lang: en
timezone: Europe/Berlin
publisher:
  name: The testers
`,
  'authors.yaml': 'desk:\n  name: The desk\n',
}

/** An article's file: front matter as given, and a body of one paragraph if none is given. */
export function articleFile({
  body = 'One paragraph.',
  ...fields
}: {
  body?: string
  [field: string]: unknown
}): string {
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  return `---\n${lines.join('\n')}\n---\n\n${body}\n`
}

/** Tiny articles, a day apart up to an instant, each with some of the tags. */
export function manyArticles(
  count: number,
  { last, tags = [], each = 0 }: { last: number; tags?: readonly string[]; each?: number },
): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const own = Array.from({ length: each }, (_, place) => tags[(index + place * 17) % tags.length])
      const date = new Date(last - (count - 1 - index) * 86_400_000).toISOString()
      return [`articles/story-${index}.md`, articleFile({ title: `Story ${index}`, date, tags: own })]
    }),
  )
}

/** Put beside other articles: old ones, so many that the front page has a full page behind it. */
export const FULL_PAGE = manyArticles(2 * CARDS_PER_PAGE, { last: Date.UTC(2020, 0, 1) })

/** Content made by hand, without files: articles with a headline, an instant and the identities of their tags. */
export function contentOf(
  articles: readonly (Pick<Article, 'slug'> & { date: number; tags?: readonly string[] } & Partial<
      Omit<Article, 'tags'>
    >)[],
): Content {
  const place = { path: '', line: 1, column: 1 }
  return {
    site: {
      settings: {
        title: 'The Test Sheet',
        url: 'https://sheet.example',
        lang: 'en',
        zone: 'Europe/Berlin',
        publisher: { name: 'The testers' },
        navigation: [],
      },
      gone: [],
      authors: new Map(),
      tags: [],
      files: { site: '' },
    },
    articles: articles.map(({ tags = [], ...article }) => ({
      path: `content/articles/${article.slug}.md`,
      id: article.slug,
      title: `On ${article.slug}`,
      authors: [],
      aliases: [],
      translations: [],
      corrections: [],
      lead: false,
      draft: false,
      textHash: hashText(article.slug),
      pictures: new Map(),
      slugPlace: place,
      idPlace: null,
      ...article,
      tags: tags.map((identity) => ({ name: identity, identity, place })),
    })),
    staticPages: [],
    pictures: new Map(),
    readText: async ({ path }) => ({ frontMatter: '', body: path }),
    readPicture: async () => new Uint8Array(),
    makePictures: async () => {},
    weighPicture: () => 0,
  }
}
