// List pages: headings, links to older and newer pages, and cards.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { articleFile, manyArticles, SITE_FILES } from '../harness/content.ts'
import { type Site, startSite } from '../harness/site.ts'

let site: Site
beforeAll(async () => {
  const story = (title: string, day: number, fields: object = {}): string =>
    articleFile({ title, date: `2026-03-0${day}T08:00`, ...fields })
  site = await startSite({
    files: {
      ...SITE_FILES,
      ...manyArticles(60, { last: Date.UTC(2020, 0, 1), tags: ['Old', 'Older'], each: 2 }),
      'articles/one.md': story('One', 1, { tags: ['Ships'], kicker: 'Ships' }),
      'articles/two.md': story('Two', 3, { tags: ['Ships'], kicker: 'Crews' }),
      'articles/three.md': story('Three', 6, { tags: ['Ships', 'Ports'] }),
      'articles/four.md': story('航船复航，“票价”不变', 7, { lang: 'zh' }),
      'articles/five.md': story('Letter', 8, {
        lang: 'ar',
        tags: Array.from({ length: 30 }, (_, n) => `T${n}`),
      }),
    },
  })
})
afterAll(() => site.stop())

const body = async (path: string): Promise<string> => (await site.get(path)).body
const links = (markup: string, part: RegExp): string[] =>
  [...(part.exec(markup)?.[0] ?? '').matchAll(/<a[^>]*? href="([^"]+)"/g)].map(([, href = '']) => href)
const PAGER = /<nav class="pager"[\s\S]*?<\/nav>/

describe('A full page', () => {
  test('is headed by its days, and not by a number that counts from the oldest', async () => {
    const page = await body('/page/1')
    expect(page).toContain('<h1>November\u00a03, 2019\u00a0– November\u00a027, 2019</h1>')
    expect(page).not.toContain('Page 1')
  })

  test('of a tag says its days below the name', async () => {
    const page = await body('/tags/old/page/1')
    expect(page).toContain(
      '<title>Old | November\u00a03, 2019\u00a0– November\u00a027, 2019 | The Test Sheet</title>',
    )
    expect(page).toContain('<p class="meta">November\u00a03, 2019\u00a0– November\u00a027, 2019</p>')
  })

  test('links to the older page before the newer page', async () => {
    expect(links(await body('/tags/old/page/1'), PAGER)).toEqual(['/archive', '/tags/old/page/2'])
    expect(links(await body('/'), PAGER)).toEqual(['/page/1', '/archive'])
  })
})

describe('A card', () => {
  test('of a tag’s list does not repeat the tag', async () => {
    const page = await body('/tags/ships')
    expect(page).toContain('<p class="kicker">Crews</p>')
    expect(page).not.toContain('<p class="kicker">Ships</p>')
    expect(await body('/')).toContain('<p class="kicker">Ships</p>')
  })

  test('has its date in the language of the list', async () => {
    const [card = ''] = /<article class="card[^>]*lang="ar"[\s\S]*?<\/article>/.exec(await body('/')) ?? []
    expect(card).toContain(
      '<p class="meta" lang="en" dir="ltr"><time datetime="2026-03-08T07:00:00Z">March\u00a08',
    )
  })
})

test('A headline without spaces goes to the next line by clauses and words, wherever it stands', async () => {
  for (const path of ['/', '/articles/four', '/articles/three', '/archive/2026/03']) {
    const page = await body(path)
    const clauses = page.match(/<span class="clause">.*?<\/span>/g) ?? []
    expect(clauses.map((clause) => clause.replace(/<[^>]*>/g, ''))).toEqual(['航船复航，', '“票价”不变'])
    expect(clauses[0]).toMatch(/^<span class="clause">航船<wbr>/)
    expect(clauses[1]).toMatch(/^<span class="clause">“票/)
  }
  expect(await body('/articles/four')).toContain('<title>航船复航，“票价”不变 | The Test Sheet</title>')
})

test('An article links no other article twice below its text', async () => {
  const onward = links(await body('/articles/two'), /<aside class="onward"[\s\S]*<\/aside>/)
  expect(onward).toEqual(['/articles/one', '/articles/three'])
  // One that is not beside it is named as related.
  const others = links(await body('/articles/three'), /<section aria-labelledby="related"[\s\S]*?<\/section>/)
  expect(others).toEqual(['/articles/one'])
})

test('The tags index lists no tag with one article as most used', async () => {
  expect((await body('/tags')).includes('id="most-used"')).toBe(false)
})
