// Every kind of page that the browser tests check, by site. A new kind of page is a new line here.
import type { Wish } from './site.ts'

export type Kind = {
  /** Its name, in names of tests and of files. */
  name: string
  /** `{preview}` stands for the address of a preview, without a slash at its end. */
  path: string
  /** What it answers with; 200 if not given. */
  status?: number
  /** The treatment of the request before it reaches the Worker. */
  wish?: Wish
}

/** On every sample site. Its isolate answers nothing else, because no article may be in its memory. */
const unavailable = (path: string): Kind => ({
  name: 'unavailable',
  path,
  status: 503,
  wish: { isolate: 1, kv: { fail: 'article/' } },
})

const EVERYWHERE: readonly Kind[] = [
  { name: 'front', path: '/' },
  { name: 'front-numbered', path: '/page/1' },
  { name: 'tags', path: '/tags' },
  { name: 'authors', path: '/authors' },
  { name: 'archive', path: '/archive' },
  { name: 'not-found', path: '/articles/nothing-of-that-name', status: 404 },
  { name: 'gone', path: '/articles/gone-for-good', status: 410 },
  { name: 'preview-front', path: '{preview}/' },
]

/** The same paper in other languages, where some slugs are in them too. */
const inTranslation = (slugs: Record<'author' | 'tag' | 'notices' | 'table' | 'letter', string>) =>
  [
    { name: 'author', path: `/authors/${slugs.author}` },
    { name: 'month', path: '/archive/2026/10' },
    { name: 'staticPages', path: '/about' },
    { name: 'tag', path: `/tags/${slugs.tag}` },
    { name: 'tag-numbered', path: `/tags/${slugs.notices}/page/1` },
    { name: 'article', path: '/articles/night-ferry' },
    { name: 'article-table', path: `/articles/${slugs.table}` },
    { name: 'article-code', path: '/articles/tides-api' },
    { name: 'article-english', path: `/articles/${slugs.letter}` },
    { name: 'article-corrected', path: '/articles/budget' },
    { name: 'article-long-headline', path: '/articles/long-headline' },
    { name: 'article-figure', path: '/articles/last-kiosk' },
    { name: 'article-short', path: '/articles/water' },
    { name: 'preview-article', path: '{preview}/articles/draft-carnival' },
    unavailable('/articles/rain'),
  ] as const

export const KINDS = {
  english: [
    ...EVERYWHERE,
    { name: 'author', path: '/authors/features' },
    { name: 'month', path: '/archive/2026/05' },
    { name: 'staticPages', path: '/about' },
    { name: 'tag', path: '/tags/handbook' },
    { name: 'tag-numbered', path: '/tags/tables/page/1' },
    { name: 'article', path: '/articles/railway-time' },
    { name: 'article-footnotes', path: '/articles/the-line-across-the-pacific' },
    { name: 'article-tables-and-code', path: '/articles/how-to-write-an-article' },
    { name: 'article-diagram', path: '/articles/how-the-cache-works' },
    { name: 'article-corrected', path: '/articles/when-we-get-it-wrong' },
    { name: 'article-arabic', path: '/articles/الوقائع-المصرية' },
    { name: 'article-short', path: '/articles/tables-1' },
    { name: 'preview-article', path: '{preview}/articles/a-tour-of-the-desk' },
    unavailable('/articles/wire-copy'),
  ],
  arabic: [
    ...EVERYWHERE,
    ...inTranslation({
      author: 'layla-mansour',
      tag: 'الميناء',
      notices: 'جداول',
      table: 'سوق-السمك',
      letter: 'letter-from-a-visitor',
    }),
  ],
  chinese: [
    ...EVERYWHERE,
    ...inTranslation({
      author: 'lin-yue',
      tag: '港口',
      notices: '时刻表',
      table: 'fish-market',
      letter: 'letter',
    }),
  ],
  stress: [
    ...EVERYWHERE,
    { name: 'author', path: '/authors/b' },
    { name: 'month', path: '/archive/2026/11' },
    { name: 'tag', path: '/tags/politics-and-parishes' },
    {
      name: 'tag-long-name',
      path: '/tags/donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlung',
    },
    { name: 'tag-numbered', path: '/tags/notices/page/1' },
    { name: 'article-everything', path: '/articles/everything' },
    { name: 'article-bare', path: '/articles/bare' },
    { name: 'article-empty-line', path: '/articles/empty-line' },
    { name: 'article-three-words', path: '/articles/three-words' },
    { name: 'article-thirty-words', path: '/articles/thirty-words' },
    { name: 'article-unbroken', path: '/articles/unbroken' },
    { name: 'article-pictures', path: '/articles/portrait-and-panorama' },
    { name: 'article-tiny-picture', path: '/articles/tiny-picture' },
    { name: 'article-wide-table', path: '/articles/wide-table' },
    { name: 'article-deep-lists', path: '/articles/deep-lists' },
    { name: 'article-long-code', path: '/articles/long-code' },
    { name: 'article-sixty-tags', path: '/articles/sixty-tags' },
    { name: 'article-tag-names', path: '/articles/tag-names' },
    { name: 'article-arabic', path: '/articles/right-to-left' },
    { name: 'article-chinese', path: '/articles/chinese' },
    { name: 'article-long', path: '/articles/two-hundred-paragraphs' },
    unavailable('/articles/tables-7'),
  ],
  'many-tags': [{ name: 'tags', path: '/tags' }],
} as const satisfies Record<string, readonly Kind[]>
