// Content to an edition: the same on every machine, and without a trace of drafts.
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../../src/canonical.ts'
import { project } from '../../src/projection.ts'
import { type Built, build } from '../../src/publish/build.ts'
import { checkSources } from '../../src/publish/check-sources.ts'
import type { Sources } from '../../src/publish/sources/content.ts'
import { formatProblem } from '../../src/publish/sources/problem.ts'
import type { SourceFile } from '../../src/publish/sources/source-file.ts'
import {
  type ArticleRecord,
  CARDS_PER_PAGE,
  keys,
  type ListRecord,
  type PageEntry,
  pageKey,
} from '../../src/records.ts'
import { articleFile, contentOf, SITE_FILES } from '../harness/content.ts'

const NOW = Date.UTC(2026, 5, 1)
const DAY_MS = 86_400_000
const bytes = (text: string | undefined): Buffer => Buffer.from(text ?? '')
const svg = (side: number): Buffer =>
  bytes(`<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"/>`)

/** Sources by path below `content/`. */
function sourcesOf(files: Record<string, string | Buffer>): Sources {
  const all = Object.entries({ ...SITE_FILES, ...files }).map(([name, content]) => {
    return { path: `content/${name}`, bytes: Buffer.from(content) }
  })
  const one = (name: string) => all.find(({ path }) => path === `content/${name}`) ?? null
  const pictures = all.filter(({ path }) => path.startsWith('content/images/'))
  return {
    site: one('site.yaml'),
    authors: one('authors.yaml'),
    tags: one('tags.yaml'),
    articles: all.filter(({ path }) => path.startsWith('content/articles/')),
    pages: all.filter(({ path }) => path.startsWith('content/pages/')),
    pictures: new Map(
      pictures.map((file) => [file.path.slice('content/images/'.length).normalize('NFC'), file]),
    ),
    problems: [],
  }
}

async function edition(sources: Sources, now = NOW): Promise<Built> {
  const { content, problems } = await checkSources(sources)
  if (!content) throw new Error(problems.map(formatProblem).join('\n'))
  return build(content, now)
}

const built = (files: Record<string, string | Buffer>, now = NOW): Promise<Built> =>
  edition(sourcesOf(files), now)

/** Article files by slug; the fields of each over a headline and a date. */
function articles(files: Record<string, Record<string, unknown>>): Record<string, string> {
  const entries = Object.entries(files).map(([slug, fields]) => {
    return [`articles/${slug}.md`, articleFile({ title: `On ${slug}`, date: '2026-02-16', ...fields })]
  })
  return Object.fromEntries(entries)
}

/** A record of the first stage, made as for an upload. */
async function recordIn<T>({ stages }: Built, key: string): Promise<T> {
  const value = await stages[0]?.get(key)?.()
  return JSON.parse(String(value?.value ?? 'null')) as T
}

const articleIn = (built: Built, slug: string): Promise<ArticleRecord> =>
  recordIn(built, keys.article(built.tables.articles.get(slug)?.record ?? ''))

const listIn = (built: Built, entry: Pick<PageEntry, 'record'> | undefined): Promise<ListRecord> =>
  recordIn(built, keys.list(entry?.record ?? ''))

/** The front page's full pages, the oldest first. */
function fullPages({ body, tables }: Built): PageEntry[] {
  return Array.from({ length: body.front.full }, (_, index) => {
    const entry = tables.pages.get(pageKey('', index + 1))
    if (!entry) throw new Error(`There is no page ${index + 1}`)
    return entry
  })
}

const slugsOf = (rows: readonly { slug: string }[]): string[] => rows.map(({ slug }) => slug)

describe('an edition', () => {
  const files = {
    ...articles({
      storm: {
        tags: ['Weather', 'Harbour'],
        image: { src: 'dot.svg', alt: 'A dot' },
        body: 'Crème ![x](dot.svg)',
      },
      'blåst-é': { title: 'Blåst é', tags: ['weather', 'Météo'], date: '2026-02-17', expires: '2027-01-01' },
      calm: {
        tags: ['HARBOUR'],
        date: '2026-02-18',
        lead: true,
        corrections: [{ date: '2026-02-19', text: 'é' }],
      },
    }),
    'tags.yaml': '- name: Weather\n  aliases: [Météo]\n',
    'images/dot.svg': svg(10),
  }
  const plain = built(files)
  /** Every value that is uploaded, by its stage and key. */
  const values = ({ stages }: Built) =>
    Promise.all(
      stages.map(async (stage) => {
        const made = await Promise.all([...stage.values()].map((make) => make()))
        expect(made.map(({ key }) => key)).toEqual([...stage.keys()])
        return made.sort((a, b) => (a.key < b.key ? -1 : 1))
      }),
    )

  const text = (change: (text: string) => string) => (sources: Sources) => {
    const rewrite = (file: SourceFile) => ({
      ...file,
      bytes: bytes(change(Buffer.from(file.bytes).toString())),
    })
    const one = (file: SourceFile | null) => file && rewrite(file)
    return {
      ...sources,
      site: one(sources.site),
      authors: one(sources.authors),
      tags: one(sources.tags),
      articles: sources.articles.map((file) => ('bytes' in file ? rewrite(file) : file)),
    }
  }
  const changes: [string, (sources: Sources) => Sources][] = [
    ['a second time', (sources) => sources],
    [
      'from files in another order',
      (sources) => ({
        ...sources,
        articles: sources.articles.toReversed(),
        pictures: new Map([...sources.pictures].toReversed()),
      }),
    ],
    ['with CRLF', text((text) => text.replaceAll('\n', '\r\n'))],
    ['with byte order marks', text((text) => `\ufeff${text}`)],
    ['in NFD', text((text) => text.normalize('NFD'))],
    [
      'from files named in NFD',
      (sources) => ({
        ...sources,
        articles: sources.articles.map((file) => ({ ...file, path: file.path.normalize('NFD') })),
      }),
    ],
  ]
  test.each(changes)('is the same to the byte %s', async (_, change) => {
    const other = await edition(change(sourcesOf(files)))
    expect(await values(other)).toEqual(await values(await plain))
    expect(other.hash).toBe((await plain).hash)
  })

  test('has another hash when a word changes', async () => {
    const other = await built({ ...files, ...articles({ storm: { title: 'Gale' } }) })
    expect(other.hash).not.toBe((await plain).hash)
  })

  test('holds no trace of a draft in any record or key', async () => {
    const draft = articleFile({
      title: 'Zebra',
      draft: true,
      date: '2026-02-16',
      slug: 'zebra',
      aliases: ['/zebra-old'],
      lead: true,
      tags: ['Zebra tag', 'Weather'],
      kicker: 'Zebra',
      image: { src: 'zebra.svg', alt: 'Zebra' },
      body: 'Zebra ![zebra](zebra.svg)',
    })
    const other = await built({ ...files, 'articles/zebra.md': draft, 'images/zebra.svg': svg(99) })
    const texts = (await values(other)).flat().map(({ key, value }) => `${key} ${Buffer.from(value)}`)
    expect(texts.join('\n').toLowerCase()).not.toContain('zebra')
    expect(await values(other)).toEqual(await values(await plain))
  })

  test('accepts any word as a slug or a tag, such as constructor', async () => {
    const words = ['constructor', 'prototype', 'tostring', 'valueof', 'proto']
    const tags = ['constructor', 'prototype', '__proto__', 'hasOwnProperty']
    const { body } = await built(articles(Object.fromEntries(words.map((slug) => [slug, { tags }]))))
    const keysOf = (table: object): string[] => ('rows' in table ? Object.keys(table.rows as object) : [])
    expect(keysOf(body.articles).sort()).toEqual(words.toSorted())
    expect(keysOf(body.tags).sort()).toEqual(['__proto__', 'constructor', 'hasownproperty', 'prototype'])
  })
})

describe('an article', () => {
  const ring = articles({
    a: { date: '2026-02-01', tags: ['X', 'Y'] },
    b: { date: '2026-02-04', tags: ['X'] },
    c: { date: '2026-02-07', tags: ['X', 'Y'], expires: '2026-06-10' },
    d: { date: '2026-02-10', tags: ['Y'] },
    e: { date: '2026-02-13', tags: ['X', 'Y'] },
  })

  test('names its neighbours; a neighbour that expires is replaced by the next one', async () => {
    const end = Date.UTC(2026, 5, 10, 22)
    const d = await articleIn(await built(ring), 'd')
    const olderAt = (now: number) =>
      slugsOf(project(d.older, { embargoNow: now, expiryNow: now, takedowns: new Set() }) ?? [])
    expect([NOW, end - 1, end].map(olderAt)).toEqual([['c'], ['c'], ['b']])
    expect(slugsOf(d.newer)).toEqual(['e'])
    expect((await articleIn(await built(ring), 'a')).older).toEqual([])
  })

  test('names the nearest two older ones of each of its tags, the newest first', async () => {
    expect(slugsOf((await articleIn(await built(ring), 'e')).related)).toEqual(['d', 'c', 'b'])
    expect(slugsOf((await articleIn(await built(ring), 'a')).related)).toEqual([])
  })

  test('relates no article of the two days before it if its tags have older ones', async () => {
    const week = articles({
      a: { date: '2026-02-01', tags: ['X', 'Y'] },
      b: { date: '2026-02-05', tags: ['Z'] },
      c: { date: '2026-02-05T23:59', tags: ['X'] },
      d: { date: '2026-02-06T00:01', tags: ['X', 'Y', 'Z'] },
      e: { date: '2026-02-08', tags: ['X', 'Y'] },
      f: { date: '2026-02-06T12:00', tags: ['Z', 'W'] },
      g: { date: '2026-02-07T12:00', tags: ['W'] },
    })
    const all = await built(week)
    expect(slugsOf((await articleIn(all, 'e')).related)).toEqual(['c', 'a'])
    expect(slugsOf((await articleIn(all, 'g')).related)).toEqual(['f'])
  })

  test('is not changed by a newer article that is no neighbour', async () => {
    const [before, after] = [
      await built(ring),
      await built({ ...ring, ...articles({ f: { date: '2026-02-16', tags: ['X', 'Y'] } }) }),
    ]
    const changed = ['a', 'b', 'c', 'd', 'e'].filter(
      (slug) => before.tables.articles.get(slug)?.record !== after.tables.articles.get(slug)?.record,
    )
    // Up to four newer ones are named only while those before them expire, and here none of the first does but c.
    expect(changed).toEqual(['e'])
  })
})

describe('pictures', () => {
  test('are visible as long as an article that shows them', async () => {
    const image = { src: 'dot.svg', alt: 'A dot' }
    const { tables } = await built({
      'images/dot.svg': svg(10),
      'images/line.svg': svg(20),
      'images/unused.svg': svg(30),
      ...articles({
        a: { date: '2026-02-01', expires: '2026-07-01', image },
        b: { date: '2026-03-01', expires: '2026-08-01', body: '![x](../images/dot.svg)' },
        c: { date: '2026-02-03', body: '![x](line.svg)' },
        d: { date: '2026-02-04', expires: '2026-03-01', body: '![x](line.svg)' },
      }),
    })
    const shown = [...tables.media.values()].map(({ shownBy }) => shownBy)
    expect(shown.sort(([a], [b]) => (a?.from ?? 0) - (b?.from ?? 0))).toEqual([
      [
        { slug: 'a', from: Date.UTC(2026, 0, 31, 23), until: Date.UTC(2026, 6, 1, 22) },
        { slug: 'b', from: Date.UTC(2026, 1, 28, 23), until: Date.UTC(2026, 7, 1, 22) },
      ],
      [
        { slug: 'c', from: Date.UTC(2026, 1, 2, 23) },
        { slug: 'd', from: Date.UTC(2026, 1, 3, 23), until: Date.UTC(2026, 2, 1, 23) },
      ],
    ])
  })
})

describe('aliases and gone', () => {
  test('lead to articles and tags by the canonical spelling of their path', async () => {
    const { tables } = await built({
      'site.yaml': `${SITE_FILES['site.yaml']}gone: [fog]\n`,
      'tags.yaml': '- name: Weather\n  aliases: [Météo]\n- name: Unused\n  aliases: [Nobody]\n',
      ...articles({ storm: { tags: ['Weather'], aliases: ['/Old/Störm/', '/articles/gale'] } }),
    })
    expect(Object.fromEntries(tables.aliases)).toEqual({
      '/old/st%C3%B6rm': { article: 'storm' },
      '/articles/gale': { article: 'storm' },
      '/tags/m%C3%A9t%C3%A9o': { tag: 'weather' },
    })
    expect(Object.fromEntries(tables.gone)).toEqual({ fog: true })
  })
})

describe('tags', () => {
  test('have a span for each change of their count', async () => {
    const { tables } = await built(
      articles({
        ...Object.fromEntries(
          Array.from({ length: 6 }, (_, i) => [`old-${i}`, { date: `2026-01-0${i + 1}`, tags: ['X'] }]),
        ),
        soon: { date: '2026-07-01', tags: ['X'] },
        going: { date: '2026-01-01', expires: '2026-07-01', tags: ['X'] },
        went: { date: '2026-01-01', expires: '2026-02-01', tags: ['X'] },
      }),
    )
    const { settled, spans } = tables.tags.get('x') ?? { settled: 0, spans: [] }
    expect(settled + spans.length).toBe(8)
    expect(spans).toContainEqual({ from: Date.UTC(2026, 5, 30, 22) })
    expect(spans).toContainEqual({ from: Date.UTC(2025, 11, 31, 23), until: Date.UTC(2026, 6, 1, 22) })
    expect(settled).toBe(3)
  })
})

describe('list pages', () => {
  const N = CARDS_PER_PAGE
  const days = (count: number): Record<string, string> =>
    articles(
      Object.fromEntries(
        Array.from({ length: count }, (_, day) => {
          const date = new Date(NOW - (count - day) * DAY_MS).toISOString()
          return [`n-${count - day}`, { date, slug: `n-${date.slice(0, 10)}` }]
        }),
      ),
    )

  test('are numbered from the oldest, and the newest holds N to 2N−1 cards', async () => {
    for (const [count, full, newest] of [
      [0, 0, 0],
      [N - 1, 0, N - 1],
      [2 * N - 1, 0, 2 * N - 1],
      [2 * N, 1, N],
      [3 * N - 1, 1, 2 * N - 1],
      [3 * N, 2, N],
    ] as const) {
      const all = await built(days(count))
      const lists = await Promise.all(fullPages(all).map((entry) => listIn(all, entry)))
      expect(lists.map(({ cards }) => cards.length)).toEqual(Array.from({ length: full }, () => N))
      const last = await listIn(all, all.body.front.newest)
      expect(last.cards).toHaveLength(newest)
      const dates = [...lists, last].flatMap(({ cards }) => cards.toReversed()).map(({ from }) => from)
      expect(dates).toEqual(dates.toSorted((a, b) => a - b))
      expect(new Set(dates).size).toBe(count)
    }
  })

  test('link to the numbers beside them', async () => {
    const all = await built(days(3 * N + 1))
    const entries = [...fullPages(all), all.body.front.newest]
    const links = (await Promise.all(entries.map((entry) => listIn(all, entry)))).map(({ newer, older }) => {
      return { newer, older }
    })
    expect(links).toEqual([{ newer: 2 }, { newer: 3, older: 1 }, { older: 2 }])
  })

  test('that are full do not change when newer articles come', async () => {
    const before = await built(days(2 * N + 5), NOW)
    for (const count of [1, N, 3 * N]) {
      const newer = articles(
        Object.fromEntries(
          Array.from({ length: count }, (_, i) => [
            `x-${i}`,
            { date: new Date(NOW + (i + 1) * 60_000).toISOString() },
          ]),
        ),
      )
      const after = await built({ ...days(2 * N + 5), ...newer }, NOW + DAY_MS)
      expect(fullPages(after).slice(0, before.body.front.full)).toEqual(fullPages(before))
    }
  })

  test('that are full do not change when an article is pinned', async () => {
    const before = await built(days(4 * N + 5))
    const pinned = articles({ pinned: { date: new Date(NOW - 1_000).toISOString(), lead: true } })
    const after = await built({ ...days(4 * N + 5), ...pinned })
    expect(fullPages(before)).toHaveLength(3)
    expect(fullPages(after)).toEqual(fullPages(before))
    expect((await listIn(after, after.body.front.newest)).lead).toMatchObject([{ slug: 'pinned' }])
  })

  test('show a pinned article with its own date even if another one shortens its span', async () => {
    const all = await built(
      articles({
        long: { date: '2026-02-01', lead: true },
        short: { date: '2026-02-10', expires: '2026-02-20', lead: true },
      }),
    )
    const [own, other, end] = [Date.UTC(2026, 0, 31, 23), Date.UTC(2026, 1, 9, 23), Date.UTC(2026, 1, 20, 23)]
    const { lead: rows } = await listIn(all, all.body.front.newest)
    const lead = rows.map(({ slug, from, until, date }) => {
      return { slug, from, until, date }
    })
    expect(lead.sort((a, b) => a.from - b.from)).toEqual([
      { slug: 'long', from: own, until: other, date: own },
      { slug: 'short', from: other, until: end, date: other },
      { slug: 'long', from: end, until: undefined, date: own },
    ])
  })

  test('hold future articles on the newest page, in addition', async () => {
    const coming = articles(
      Object.fromEntries(
        Array.from({ length: 15 }, (_, i) => [
          `x-${i}`,
          { date: new Date(NOW + (i + 1) * DAY_MS).toISOString() },
        ]),
      ),
    )
    const all = await built({ ...days(2 * N), ...coming })
    expect(all.body.front.full).toBe(1)
    expect((await listIn(all, all.body.front.newest)).cards).toHaveLength(N + 15)
    expect(all.body.front.newest).toMatchObject({ more: true })
  })
})

describe('an edition of many articles', () => {
  /** 20,000 articles of 2,000 tags, 1,000 of them still to come and 200 that expire. */
  const archive = (count: number) =>
    contentOf(
      Array.from({ length: count }, (_, index) => {
        const ahead = index - (count - 1_000)
        return {
          slug: `story-number-${index}`,
          date: NOW + (ahead < 0 ? ahead * 3_600_000 : (ahead + 1) * 60_000),
          ...(index % 100 === 0 ? { expires: NOW + (index + 1) * 3_600_000 } : {}),
          tags: [0, 1, 2].map((own) => `tag ${(index * (own + 1) + own * 41) % 2_000}`),
        }
      }),
    )

  test('has a small current, parts of similar size, and every row in them', async () => {
    const content = archive(20_000)
    const started = performance.now()
    const all = build(content, NOW)
    const took = performance.now() - started
    const text = canonicalJson(all.body)
    expect(text.length).toBeLessThan(64 * 1024)
    expect(all.tables.articles.size).toBe(20_000)
    expect(all.tables.tags.size).toBe(2_000)
    const parts = await Promise.all([...(all.stages[1]?.values() ?? [])].map((make) => make()))
    expect(parts.length).toBeGreaterThan(100)
    for (const { key, value } of parts) expect(value.length, key).toBeLessThan(34 * 1024)
    const rows = parts.flatMap(({ value }) => Object.keys(JSON.parse(String(value)).rows))
    const { articles, tags, pages, months } = all.tables
    const inParts = [articles, tags, pages, months]
    expect(rows.sort()).toEqual(inParts.flatMap((table) => [...table.keys()]).sort())
    // A bound against what grows with the square, not a benchmark.
    expect(took).toBeLessThan(20_000)
  })

  test('names the last instants of a page, and says if there are earlier ones', () => {
    const { body } = build(archive(3_000), NOW)
    const last = NOW + 1_000 * 60_000
    expect(body.front.newest).toMatchObject({ more: true })
    expect(body.front.newest.instants).toHaveLength(8)
    expect(body.appearances).toEqual({
      instants: Array.from({ length: 64 }, (_, index) => NOW + (index + 1) * 60_000),
      more: true,
    })
    expect(body.front.newest.instants?.at(-1)).toBeGreaterThanOrEqual(last)
  })
})
