// Content to an edition: the same on every machine, and no trace of what is not to be published.
import { afterAll, describe, expect, test } from 'vitest'
import { project } from '../../src/projection.ts'
import { type Built, build } from '../../src/publish/build.ts'
import { checkSources } from '../../src/publish/check.ts'
import type { Sources } from '../../src/publish/content.ts'
import { formatProblem } from '../../src/publish/problem.ts'
import { openProof } from '../../src/publish/proof.ts'
import type { SourceFile } from '../../src/publish/text.ts'
import { type ArticleRecord, type Edition, keys, type ListRecord } from '../../src/records.ts'
import { articleFile, SITE_FILES } from '../harness/content.ts'

// One thread for all of them: starting it is most of the work.
const proof = openProof()
afterAll(() => proof.close())

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
    pictures: new Map(
      pictures.map((file) => [file.path.slice('content/images/'.length).normalize('NFC'), file]),
    ),
    problems: [],
  }
}

async function edition(sources: Sources, now = NOW): Promise<Built> {
  const { content, problems } = await checkSources(sources, proof)
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

function articleIn({ body, records }: Built, slug: string): ArticleRecord {
  const text = records.get(keys.article(body.articles.rows[slug]?.record ?? ''))
  return JSON.parse(text ?? 'null') as ArticleRecord
}

function listIn({ records }: Built, entry: Edition['front']['newest'] | undefined): ListRecord {
  return JSON.parse(records.get(keys.list(entry?.record ?? '')) ?? 'null') as ListRecord
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
  const values = ({ records, media }: Built) => [
    [...records].sort(([a], [b]) => (a < b ? -1 : 1)),
    [...media.keys()].sort(),
  ]

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
      articles: sources.articles.map(rewrite),
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
    [
      'from another folder',
      (sources) => ({
        ...sources,
        articles: sources.articles.map((file) => ({
          ...file,
          path: file.path.replace('articles/', 'articles/2026/'),
        })),
      }),
    ],
  ]
  test.each(changes)('is the same to the byte %s', async (_, change) => {
    const other = await edition(change(sourcesOf(files)))
    expect(values(other)).toEqual(values(await plain))
    expect(other.hash).toBe((await plain).hash)
  })

  test('is another one when a word changes', async () => {
    const other = await built({ ...files, ...articles({ storm: { title: 'Gale' } }) })
    expect(other.hash).not.toBe((await plain).hash)
  })

  test('holds no trace of a draft in any record or key', async () => {
    const draft = articleFile({
      ...{
        title: 'Zebra',
        draft: true,
        date: '2026-02-16',
        slug: 'zebra',
        aliases: ['/zebra-old'],
        lead: true,
      },
      ...{ tags: ['Zebra tag', 'Weather'], kicker: 'Zebra', image: { src: 'zebra.svg', alt: 'Zebra' } },
      body: 'Zebra ![zebra](zebra.svg)',
    })
    const other = await built({ ...files, 'articles/zebra.md': draft, 'images/zebra.svg': svg(99) })
    expect(JSON.stringify([...other.records, ...other.media]).toLowerCase()).not.toContain('zebra')
    expect(values(other)).toEqual(values(await plain))
  })

  test('takes any word as a slug or a tag, those that objects have as well', async () => {
    const words = ['constructor', 'prototype', 'tostring', 'valueof', 'proto']
    const tags = ['constructor', 'prototype', '__proto__', 'hasOwnProperty']
    const { body } = await built(articles(Object.fromEntries(words.map((slug) => [slug, { tags }]))))
    expect(Object.keys(body.articles.rows).sort()).toEqual(words.toSorted())
    expect(Object.keys(body.tags.rows).sort()).toEqual([
      '__proto__',
      'constructor',
      'hasownproperty',
      'prototype',
    ])
  })
})

describe('an article', () => {
  const ring = articles({
    a: { date: '2026-02-01', tags: ['X', 'Y'] },
    b: { date: '2026-02-02', tags: ['X'] },
    c: { date: '2026-02-03', tags: ['X', 'Y'], expires: '2026-06-10' },
    d: { date: '2026-02-04', tags: ['Y'] },
    e: { date: '2026-02-05', tags: ['X', 'Y'] },
  })

  test('names its neighbours, and one that expires leaves its place to the next', async () => {
    const end = Date.UTC(2026, 5, 10, 22)
    const d = articleIn(await built(ring), 'd')
    const olderAt = (now: number) =>
      slugsOf(project(d.older, { opens: now, closes: now, takedowns: new Set() }) ?? [])
    expect([NOW, end - 1, end].map(olderAt)).toEqual([['c'], ['c'], ['b']])
    expect(slugsOf(d.newer)).toEqual(['e'])
    expect(articleIn(await built(ring), 'a').older).toEqual([])
  })

  test('names the nearest two older ones of each of its tags, the newest first', async () => {
    expect(slugsOf(articleIn(await built(ring), 'e').related)).toEqual(['d', 'c', 'b'])
    expect(slugsOf(articleIn(await built(ring), 'a').related)).toEqual([])
  })

  test('is not changed by a newer one that is no neighbour', async () => {
    const [before, after] = [
      await built(ring),
      await built({ ...ring, ...articles({ f: { date: '2026-02-06', tags: ['X', 'Y'] } }) }),
    ]
    const changed = ['a', 'b', 'c', 'd', 'e'].filter(
      (slug) => before.body.articles.rows[slug]?.record !== after.body.articles.rows[slug]?.record,
    )
    // Up to four newer ones are named only while those before them expire, and here none of the first does but c.
    expect(changed).toEqual(['e'])
  })
})

describe('pictures', () => {
  test('are seen as long as any article that shows them', async () => {
    const image = { src: 'dot.svg', alt: 'A dot' }
    const { body } = await built({
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
    const shown = Object.values(body.media.rows).map(({ shownBy }) => shownBy)
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
  test('lead to articles and tags by the one spelling of their path', async () => {
    const { body } = await built({
      'site.yaml': `${SITE_FILES['site.yaml']}gone: [fog]\n`,
      'tags.yaml': '- name: Weather\n  aliases: [Météo]\n- name: Unused\n  aliases: [Nobody]\n',
      ...articles({ storm: { tags: ['Weather'], aliases: ['/Old/Störm/', '/articles/gale'] } }),
    })
    expect(body.aliases.rows).toEqual({
      '/old/st%C3%B6rm': { article: 'storm' },
      '/articles/gale': { article: 'storm' },
      '/tags/m%C3%A9t%C3%A9o': { tag: 'weather' },
    })
    expect(body.gone.rows).toEqual({ fog: true })
  })
})

describe('tags', () => {
  test('are counted with a span where the count may change', async () => {
    const { body } = await built(
      articles({
        ...Object.fromEntries(
          Array.from({ length: 6 }, (_, i) => [`old-${i}`, { date: `2026-01-0${i + 1}`, tags: ['X'] }]),
        ),
        soon: { date: '2026-07-01', tags: ['X'] },
        going: { date: '2026-01-01', expires: '2026-07-01', tags: ['X'] },
        went: { date: '2026-01-01', expires: '2026-02-01', tags: ['X'] },
      }),
    )
    const { settled, spans } = body.tags.rows.x ?? { settled: 0, spans: [] }
    expect(settled + spans.length).toBe(8)
    expect(spans).toContainEqual({ from: Date.UTC(2026, 5, 30, 22) })
    expect(spans).toContainEqual({ from: Date.UTC(2025, 11, 31, 23), until: Date.UTC(2026, 6, 1, 22) })
    expect(settled).toBe(3)
  })
})

describe('list pages', () => {
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
      [9, 0, 9],
      [19, 0, 19],
      [20, 1, 10],
      [29, 1, 19],
      [30, 2, 10],
    ] as const) {
      const { body, records } = await built(days(count))
      const lists = body.front.full.map(
        (entry) => JSON.parse(records.get(keys.list(entry.record)) ?? '') as ListRecord,
      )
      expect(lists.map(({ cards }) => cards.length)).toEqual(Array.from({ length: full }, () => 10))
      const last = JSON.parse(records.get(keys.list(body.front.newest.record)) ?? '') as ListRecord
      expect(last.cards).toHaveLength(newest)
      const dates = [...lists, last].flatMap(({ cards }) => cards.toReversed()).map(({ from }) => from)
      expect(dates).toEqual(dates.toSorted((a, b) => a - b))
      expect(new Set(dates).size).toBe(count)
    }
  })

  test('link to the numbers beside them', async () => {
    const all = await built(days(31))
    const links = [...all.body.front.full, all.body.front.newest].map((entry) => {
      const { newer, older } = listIn(all, entry)
      return { newer, older }
    })
    expect(links).toEqual([{ newer: 2 }, { newer: 3, older: 1 }, { older: 2 }])
  })

  test('that are full stay as they are when newer articles come', async () => {
    const before = await built(days(25), NOW)
    for (const count of [1, 10, 30]) {
      const newer = articles(
        Object.fromEntries(
          Array.from({ length: count }, (_, i) => [
            `x-${i}`,
            { date: new Date(NOW + (i + 1) * 60_000).toISOString() },
          ]),
        ),
      )
      const after = await built({ ...days(25), ...newer }, NOW + DAY_MS)
      expect(after.body.front.full.slice(0, before.body.front.full.length)).toEqual(before.body.front.full)
    }
  })

  test('that are full stay as they are when an article is pinned', async () => {
    const before = await built(days(45))
    const pinned = articles({ pinned: { date: new Date(NOW - 1_000).toISOString(), lead: true } })
    const after = await built({ ...days(45), ...pinned })
    expect(before.body.front.full).toHaveLength(3)
    expect(after.body.front.full).toEqual(before.body.front.full)
    expect(listIn(after, after.body.front.newest).lead).toMatchObject([{ slug: 'pinned' }])
  })

  test('show a pinned article with its own date while another has cut its span', async () => {
    const all = await built(
      articles({
        long: { date: '2026-02-01', lead: true },
        short: { date: '2026-02-10', expires: '2026-02-20', lead: true },
      }),
    )
    const [own, other, end] = [Date.UTC(2026, 0, 31, 23), Date.UTC(2026, 1, 9, 23), Date.UTC(2026, 1, 20, 23)]
    const lead = listIn(all, all.body.front.newest).lead.map(({ slug, from, until, date }) => {
      return { slug, from, until, date }
    })
    expect(lead.sort((a, b) => a.from - b.from)).toEqual([
      { slug: 'long', from: own, until: other, date: own },
      { slug: 'short', from: other, until: end, date: other },
      { slug: 'long', from: end, until: undefined, date: own },
    ])
  })

  test('hold those still to come on the newest, besides', async () => {
    const coming = articles(
      Object.fromEntries(
        Array.from({ length: 15 }, (_, i) => [
          `x-${i}`,
          { date: new Date(NOW + (i + 1) * DAY_MS).toISOString() },
        ]),
      ),
    )
    const all = await built({ ...days(20), ...coming })
    expect(all.body.front.full).toHaveLength(1)
    expect(listIn(all, all.body.front.newest).cards).toHaveLength(25)
    expect(all.body.front.newest).toMatchObject({ more: true })
  })
})
