// A site with many embargoes and expiries: published once, then only the clock moves.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addressesOf } from '../harness/addresses.ts'
import { articleFile, SITE_FILES } from '../harness/content.ts'
import { type Files, type Site, startSite } from '../harness/site.ts'
import { runClockDrill, type Told } from './clock.ts'

/** Some of the future articles are dated on the last evening of a month there, and some on the next morning. */
const START = Date.UTC(2026, 4, 31, 21, 35)
const ZONE = 'Europe/Berlin'
const HOUR_MS = 3_600_000
/** Enough articles for full list pages. */
const SETTLED = 80
const AHEAD = 50
/** Prefixes of the keys whose records are projected when they are read. */
const DOORS = ['article/', 'list/', 'month/', 'part/', 'current'] as const

/** Long slugs, so that the tables of articles and of old paths are in parts. */
const LONG = 'long'.repeat(40)

const slugOf = (word: string): string => `a-${word}-${LONG}`
const AUTHORS = ['amira', 'bruno', 'chidi']
const word = (kind: string, index: number): string => `${kind}${String(index).padStart(2, '0')}q`

/** Old articles, some of them about to expire. */
const settled = Array.from({ length: SETTLED }, (_, index): Told => {
  const name = word('zold', index)
  const until = index % 9 === 4 ? { until: START + index * 61_000 } : {}
  const tags = ['docks', ...(index % 9 === 4 ? [`ending-${name}`] : []), ...(index % 2 ? ['night'] : [])]
  return {
    slug: slugOf(name),
    word: name,
    from: START - (SETTLED + 1 - index) * HOUR_MS * 7,
    ...until,
    tags,
    authors: index % 9 === 4 ? [`writer-${name}`] : [AUTHORS[index % 3] ?? ''],
    alias: `/old/${name}-${LONG}`,
    ...(index > SETTLED - 4 ? { translation: slugOf(word('znew', index % 5)) } : {}),
  }
})

/** Future articles of the same edition: two in one second, and some that expire soon after. */
const ahead = Array.from({ length: AHEAD }, (_, index): Told => {
  const name = word('znew', index)
  const from = START + 60_000 + Math.max(0, index - 1) * 47_000
  const until = index % 11 === 3 ? { until: from + 5 * 60_000 } : {}
  const tags = ['docks', ...(index % 3 === 0 ? ['night', `only-${name}`] : [])]
  const authors = index % 8 === 3 ? ['amira', `writer-${name}`] : ['bruno']
  return { slug: slugOf(name), word: name, from, ...until, tags, authors, alias: `/old/${name}-${LONG}` }
})

const articles = [...settled, ...ahead]
const instants = [...new Set(articles.flatMap(({ from, until }) => [from, until ?? from]))].filter(
  (at) => at > START,
)

let site: Site
let paths: string[]

beforeAll(async () => {
  const files: Files = { ...SITE_FILES, 'site.yaml': `${SITE_FILES['site.yaml']}gone: [was-here]\n` }
  const authors = new Set(articles.flatMap((article) => article.authors))
  files['authors.yaml'] = [...authors].map((author) => `${author}:\n  name: Writer ${author}\n`).join('')
  files['pages/about.md'] = '---\ntitle: About\n---\nWho we are.'
  articles.forEach(({ slug, word, from, until, tags, authors, alias, translation }, index) => {
    const side = 10 + index
    files[`images/${word}.svg`] = `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"/>`
    files[`articles/${slug}.md`] = articleFile({
      title: `The story of ${word}`,
      date: new Date(from).toISOString(),
      slug,
      tags,
      aliases: [alias],
      ...(until === undefined ? {} : { expires: new Date(until).toISOString() }),
      ...(index % 10 === 0 ? { lead: true } : {}),
      ...(translation === undefined ? {} : { translations: { ar: translation } }),
      authors,
      ...(index % 7 === 0 ? { image: { src: `${word}.svg`, alt: `A drawing of ${word}` } } : {}),
      body: `All there is to say of ${word}.`,
    })
  })
  site = await startSite({ files, time: START, isolates: DOORS.length + 1 })
  paths = [...(await addressesOf(site.store, await site.current())), '/robots.txt', '/nothing']
})
afterAll(() => site.stop())

test('every address shows nothing before its second and everything after it', async () => {
  console.log(`${instants.length} instants, ${paths.length} addresses`)
  expect((await runClockDrill(site, { articles, paths, instants, zone: ZONE })).slice(0, 20)).toEqual([])
}, 240_000)

test.each(DOORS.map((door, index) => [door, index + 1] as const))(
  'rows of %s that are not projected are found',
  async (bare, isolate) => {
    const some = instants.slice(0, 2)
    const wrong = await runClockDrill(site, {
      articles,
      paths,
      instants: some,
      zone: ZONE,
      wish: { isolate, kv: { bare } },
    })
    expect(wrong.filter((line) => line.includes('betrays')).length).toBeGreaterThan(0)
  },
)
