// The validator drill: after each kind of edit exactly the pages whose text differs have a new ETag.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { planTakedown, takeDown } from '../../src/publish/commands/takedown.ts'
import { addressesOf } from '../harness/addresses.ts'
import { articleFile, SITE_FILES } from '../harness/content.ts'
import { type Files, type Site, startSite, type Wish } from '../harness/site.ts'

const NOW = Date.UTC(2026, 5, 1)
const HOUR_MS = 3_600_000
const COUNT = 60

const fields = (index: number): Record<string, unknown> => ({
  title: `Story ${index}`,
  date: new Date(NOW - (COUNT - index) * 30 * HOUR_MS).toISOString(),
  standfirst: `What story ${index} is about.`,
  authors: [index % 4 === 0 ? 'amira' : 'bruno'],
  tags: ['All', index % 2 === 0 ? 'Even' : 'Odd', ...(index % 5 === 0 ? ['Fifth'] : [])],
  ...(index % 6 === 0
    ? { image: { src: 'one.svg', alt: 'One', caption: 'A picture', credit: 'N. N.' } }
    : {}),
})
const file = (index: number, change: Record<string, unknown> = {}): Files => ({
  [`articles/story-${index}.md`]: articleFile({ ...fields(index), body: `The text of ${index}.`, ...change }),
})
const AUTHORS = 'amira:\n  name: Amira Haddad\nbruno:\n  name: Bruno Vega\n'

const RENAMED = AUTHORS.replace('Amira Haddad', 'Amira El-Haddad')
const PAGE = '---\ntitle: About\n---\nWe are the testers.'

const SITEMAP = ['/sitemap.xml']

let site: Site
beforeAll(async () => {
  const files: Files = { ...SITE_FILES, 'authors.yaml': AUTHORS, 'pages/about.md': PAGE }
  files['pages/imprint.md'] = '---\ntitle: Imprint\n---\nIt is us.'
  files['images/one.svg'] = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>'
  for (let index = 0; index < COUNT; index += 1) Object.assign(files, file(index))
  site = await startSite({ files, time: NOW, isolates: 2 })
})
afterAll(() => site.stop())

type Page = { text: string; etag: string | null }

/** Each look is an hour after the one before, so that the Worker reads `current` once for it. */
let now = NOW

/** Every page that is there, by address. */
async function pages(wish: Wish = {}): Promise<Map<string, Page>> {
  const paths = await addressesOf(site.store, await site.current())
  now += HOUR_MS
  const answers = await site.getAll(paths, { now, ...wish })
  return new Map(
    answers.flatMap(({ status, headers, body }, index) =>
      status === 200 ? [[paths[index] ?? '', { text: body, etag: headers.get('etag') }]] : [],
    ),
  )
}

/** Addresses that are there before and after, of which the text or the ETag differs. */
function compare(before: Map<string, Page>, after: Map<string, Page>): { texts: string[]; etags: string[] } {
  const both = [...before.keys()].filter((path) => after.has(path))
  const differing = (field: keyof Page): string[] =>
    both.filter((path) => before.get(path)?.[field] !== after.get(path)?.[field]).sort()
  return { texts: differing('text'), etags: differing('etag') }
}

async function edit(files: Files): Promise<ReturnType<typeof compare>> {
  const before = await pages()
  await site.write(files)
  const outcome = await site.publish()
  expect(outcome.state).toBe('pushed')
  return compare(before, await pages())
}

describe('Exactly the pages that differ get a new ETag when', () => {
  test.each<[string, () => Files, { holds: string[]; spares: string[] }]>([
    [
      "an article's text is edited",
      () => file(20, { body: 'Another text.' }),
      {
        holds: ['/articles/story-20'],
        spares: ['/', '/tags', '/tags/all', '/articles/story-21', '/archive/2026/05', '/sitemap.xml'],
      },
    ],
    [
      'a headline is edited',
      () => file(21, { title: 'Another headline' }),
      {
        holds: [
          '/articles/story-21',
          '/articles/story-22',
          '/tags/odd',
          '/archive/2026/04',
          '/authors/bruno',
        ],
        spares: ['/tags', '/articles/story-2', '/archive', '/authors', '/archive/2026/05'],
      },
    ],
    [
      "an article's tags are edited",
      () => file(22, { tags: ['All', 'Odd', 'New'] }),
      {
        holds: ['/tags', '/tags/even', '/tags/odd', '/articles/story-22'],
        spares: ['/articles/story-2', '/page/1'],
      },
    ],
    [
      'another article with the same tag is published',
      () => file(COUNT),
      {
        holds: ['/', '/tags', '/tags/all', '/tags/even', '/archive', '/archive/2026/05', '/authors/amira'],
        spares: ['/tags/odd', '/articles/story-20', '/page/1', '/archive/2026/04', '/authors/bruno'],
      },
    ],
    [
      'an author is renamed',
      () => ({ 'authors.yaml': RENAMED }),
      {
        holds: ['/articles/story-0', '/authors', '/authors/amira'],
        spares: ['/', '/tags', '/articles/story-1', '/authors/bruno', '/archive', '/sitemap.xml'],
      },
    ],
    [
      'the description of an author is edited',
      () => ({ 'authors.yaml': `${RENAMED}  description: Bruno writes on the odd ones.\n` }),
      {
        holds: ['/authors/bruno'],
        spares: ['/authors', '/', '/articles/story-1', '/archive/2026/05'],
      },
    ],
    [
      'the description of a tag is edited',
      () => ({ 'tags.yaml': '- name: Fifth\n  description: Each fifth.\n' }),
      { holds: ['/tags', '/tags/fifth'], spares: ['/tags/odd', '/authors', '/articles/story-5'] },
    ],
    [
      'the text of a static page is edited',
      () => ({ 'pages/about.md': PAGE.replace('We are', 'We were') }),
      { holds: ['/about'], spares: ['/', '/tags', '/articles/story-1', '/imprint'] },
    ],
    [
      'a static page is renamed',
      () => ({ 'pages/about.md': PAGE.replace('About', 'About us') }),
      {
        holds: ['/about', '/', '/tags', '/articles/story-1', '/imprint', '/archive'],
        spares: ['/favicon.svg'],
      },
    ],
    [
      'a translation is added',
      () => file(23, { translations: { de: 'story-24' } }),
      { holds: ['/articles/story-23'], spares: ['/articles/story-24', '/', '/archive/2026/05'] },
    ],
    [
      'an article is dated back to another month',
      () => file(25, { date: '2026-03-20T12:00:00Z' }),
      {
        holds: ['/articles/story-25', '/archive', '/archive/2026/04'],
        spares: ['/tags', '/authors', '/archive/2026/05'],
      },
    ],
    [
      "the site's settings are edited",
      () => ({
        'site.yaml': `${SITE_FILES['site.yaml']}tagline: Tested daily\nnavigation:\n  - label: All\n    href: /tags/all\n`,
      }),
      { holds: ['/', '/tags', '/articles/story-1', '/page/1'], spares: ['/favicon.svg'] },
    ],
  ])('%s', async (_, files, { holds, spares }) => {
    const { texts, etags } = await edit(files())
    // Every answer's ETag knows the settings, and a sitemap shows but one of them.
    expect(etags.filter((path) => !SITEMAP.includes(path) || texts.includes(path))).toEqual(texts)
    expect(etags).toEqual(expect.arrayContaining(holds))
    const all = [...(await pages()).keys()]
    expect(all).toEqual(expect.arrayContaining(spares))
    for (const path of spares) expect(etags).not.toContain(path)
  })
})

test('the push after a takedown leaves the ETags of pages that never named the article', async () => {
  const note = { author: 'drill', message: '', time: NOW }
  const { root, store } = site
  await takeDown(store, await planTakedown(root, store, 'story-40'), note)
  const before = await pages()
  expect((await site.publish()).state).toBe('pushed')
  const { texts, etags } = compare(before, await pages())
  expect(etags).toEqual(expect.arrayContaining(texts.filter((path) => !SITEMAP.includes(path))))
  for (const path of [
    '/page/1',
    '/tags/odd',
    '/articles/story-2',
    '/articles/story-20',
    '/articles/story-59',
  ])
    expect(etags).not.toContain(path)
})

test('a deploy of the code gives all HTML a new ETag and no picture', async () => {
  const before = await pages()
  const after = await pages({
    isolate: 1,
    vars: { VERSION: { id: 'the-next-version', tag: '', timestamp: '' } },
  })
  const { texts, etags } = compare(before, after)
  expect(texts).toEqual([])
  const isFixed = (path: string): boolean => /^\/media\/|\.(?:svg|txt)$/.test(path)
  const all = [...before.keys()]
  expect(all.filter(isFixed).length).toBeGreaterThan(1)
  expect(etags).toEqual(all.filter((path) => !isFixed(path)).sort())
})
