// What is live comes back as sources that build the same edition: nothing is locked in.
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import sharp from 'sharp'
import { afterEach, describe, expect, test } from 'vitest'
import { canonicalJson } from '../../src/canonical.ts'
import { build } from '../../src/publish/build.ts'
import { checkSources } from '../../src/publish/check.ts'
import { pull, reportPull, runPull } from '../../src/publish/commands/pull.ts'
import { publish } from '../../src/publish/publish.ts'
import { formatInstant } from '../../src/publish/pull/yaml.ts'
import { openMemory } from '../../src/publish/push/last-push.ts'
import { readContent } from '../../src/publish/sources/content.ts'
import { parseInstant } from '../../src/publish/sources/instants.ts'
import { formatProblem } from '../../src/publish/sources/problem.ts'
import { readCurrent } from '../../src/publish/stored/editions.ts'
import { openLocalStore } from '../../src/publish/stores/local.ts'
import type { Store } from '../../src/publish/stores/store.ts'
import { keys } from '../../src/records.ts'
import { articleFile } from '../harness/content.ts'
import { memoryStore, type Values } from '../harness/memory-store.ts'
import { animation, cutOut, photograph } from '../harness/picture-files.ts'
import { makeProject, type Project } from '../harness/project.ts'
import { lendSamplePictures } from '../harness/sample-pictures.ts'
import { PROJECT } from '../harness/site.ts'
import { makeTerminal } from '../harness/terminal.ts'

const TIME = Date.parse('2026-10-01T12:00:00Z')
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const GIF = Buffer.from('R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==', 'base64')

const projects: Project[] = []
afterEach(async () => {
  for (const project of projects.splice(0)) await project.dispose()
})
const project = async (files: Record<string, string | Uint8Array>): Promise<Project> => {
  const made = await makeProject(files)
  projects.push(made)
  return made
}

async function publishTo(store: Store, root: string): Promise<string> {
  const note = { author: 'Ann', message: '', time: TIME }
  const outcome = await publish({ root, store, note, remove: 'any' })
  if (outcome.state === 'problems') throw new Error(JSON.stringify(outcome.problems, null, 2))
  return outcome.live?.edition ?? ''
}

async function editionOf(root: string): Promise<string> {
  const { content, problems } = await checkSources(await readContent(root))
  expect(problems.filter(({ level }) => level === 'problem')).toEqual([])
  if (!content) throw new Error('What was pulled has problems')
  return build(content, TIME).hash
}

/** Publishes files, pulls them, and expects the folder to build the same edition. */
async function expectRoundTrip(files: Record<string, string | Uint8Array>): Promise<string> {
  const { root } = await project(files)
  const store = memoryStore()
  const edition = await publishTo(store, root)
  const folder = join(root, 'pulled')
  await pull({ store, folder, memory: openMemory(root, store) })
  expect(await editionOf(folder)).toBe(edition)
  return folder
}

const read = (folder: string, name: string): Promise<string> =>
  readFile(join(folder, 'content', name), 'utf8')

describe('pull of standing pages, authors and translations', () => {
  test('gives the edition that is live', async () => {
    const folder = await expectRoundTrip({
      'authors.yaml':
        'desk:\n  name: The desk\n  role: "Editors: all"\n  description: >-\n    Two\n    lines.\n',
      'articles/one.md': articleFile({
        ...{ title: 'One', date: '2026-02-16', authors: ['desk'], translations: { ar: 'two', de: 'soon' } },
      }),
      'articles/two.md': articleFile({ title: 'Two', date: '2026-02-17', translations: { en: 'one' } }),
      'articles/soon.md': articleFile({ title: 'Soon', draft: true }),
      'images/dot.png': PNG,
      'images/gif.gif': GIF,
      'pages/imprint.md':
        '---\ntitle: Imprint\naliases: [/legal]\nupdated: 2026-01-02\n---\n![Dot](dot.png)\n',
      'pages/2026-01-01-about.md':
        '---\ntitle: Zed\norder: -1\nlang: ar\nslug: zed\nmood: calm\n---\nText[^1]\n\n[^1]: Note.\n',
      'pages/draft.md': '---\ntitle: Draft\ndraft: true\n---\n',
    })
    expect((await readdir(join(folder, 'content/pages'))).sort()).toEqual(['imprint.md', 'zed.md'])
    expect(await read(folder, 'pages/zed.md')).toContain('order: 1\n')
    expect(await read(folder, 'articles/one.md')).toMatch(/translations:\n {2}ar: two\n(?! {2}de)/)
    expect(await read(folder, 'authors.yaml')).toContain('role: "Editors: all"')
  })
})

describe('pull', () => {
  test('of this paper, from the local store, gives the edition that is live', async () => {
    const { root } = await makeProjectOf(join(PROJECT, 'content'))
    const store = await openLocalStore(root)
    try {
      const edition = await publishTo(store, root)
      const folder = join(root, 'pulled')
      const pulled = await pull({ store, folder, memory: openMemory(root, store) })
      expect(pulled).toMatchObject({ sequence: 1, edition, takenDown: [] })
      expect(await editionOf(folder)).toBe(edition)
      const files = (await readdir(join(folder, 'content'), { recursive: true })).sort()
      expect(files).toEqual(expect.arrayContaining(['authors.yaml', 'site.yaml', 'tags.yaml', 'articles']))
      expect(files.filter((name) => name.endsWith('.md'))).toHaveLength(pulled.articles + pulled.standing)
      const source = await readFile(join(PROJECT, 'content/articles/railway-time.md'), 'utf8')
      const body = (text: string): string => text.slice(text.indexOf('\n---\n') + 5)
      expect(body(await read(folder, 'articles/railway-time.md'))).toBe(body(source))
      expect(reportPull(pulled, folder)[0]).toMatch(
        /^Push 1 \(edition [0-9a-f]{12}\) is in .*content: \d\d articles/,
      )
    } finally {
      await store.close()
    }
  })

  test('keeps values that YAML would take for its own', async () => {
    const folder = await expectRoundTrip({
      'articles/colon.md': articleFile({
        title: 'Mayor: "No # in \'our\' harbour" — {yet}',
        kicker: '# 1',
        standfirst: 'Two lines,\nand a third:\n\n- not a list',
        dateline: '@HARBOUR & pier',
        date: '2026-02-16T09:30:45+05:30',
        updated: '2026-02-16T12:00',
        expires: '2026-12-31',
        authors: ['desk'],
        tags: ['C++', 'null', '2026', 'a, b', '[x]', 'Wire services', 'Up 🎈'],
        corrections: [{ date: '2026-02-17', text: 'It said "yes": it meant no. #sorry' }],
        series: { name: 'Piers: a tour', parts: ['1', 'true', '~'], none: [] },
        translations: { ar: 'الوقائع' },
      }),
      'articles/الوقائع.md': articleFile({
        title: 'الوقائع: «أول» صحيفة',
        lang: 'ar',
        date: '2026-03-29T01:59:59',
        tags: ['صحف', 'Wire services'],
        translations: { en: 'colon' },
        body: '\n\n---\n\n  Indented, with a trailing blank  \n\n...\n\n```yaml\ntitle: x\n```',
      }),
      'articles/plain.md':
        '---\ntitle: True\ndate: 2026-01-01\ntags: []\n---\nNo blank line above, no end of line',
      'articles/empty.md':
        '---\ntitle: |\n  A block\n  of text\ndate: 2026-01-02\nimage:\n  alt: Only words\n---',
      'articles/balloon.md': articleFile({ title: '🎈 over 東京', date: '2026-01-03', image: {} }),
      'tags.yaml': '- name: Wire services\n  description: "Copy: theirs"\n  aliases: [Agencies, Wire copy]\n',
    })
    expect(await read(folder, 'articles/colon.md')).toContain('expires: 2026-12-31\nauthors: [desk]\n')
    expect(await read(folder, 'articles/plain.md')).toMatch(/\n---\nNo blank line above, no end of line$/)
    expect(await read(folder, 'articles/الوقائع.md')).toContain('title: "الوقائع: «أول» صحيفة"\n')
  })

  test('keeps slugs, identities, old paths, what is pinned, what is to come, what has expired and what is gone', async () => {
    const fields = { date: '2026-02-16', tags: ['Weather'] }
    const folder = await expectRoundTrip({
      'articles/a.md': articleFile({
        title: 'A',
        ...fields,
        slug: '2026-02-16-a',
        id: 'first',
        aliases: ['/old/a', '/alt/ü b'],
      }),
      'articles/b/index.md': articleFile({ title: 'B', ...fields, slug: 'index', lead: true }),
      'articles/2026-02-16-c.md': articleFile({ title: 'C', ...fields, lead: true, expires: '2026-11-11' }),
      'articles/d.md': articleFile({ title: 'D', ...fields, date: '2027-01-01', lead: true }),
      'articles/e.md': articleFile({ title: 'E', date: '2026-01-01', expires: '2026-01-02', tags: ['Over'] }),
      'articles/f.md': articleFile({ title: 'F', draft: true }),
      'tags.yaml': '- name: Over\n  description: Past\n  aliases: [Done]\n- name: Unused\n',
      'site.yaml': `title: "The: Sheet"
tagline: '# one'
url: https://sheet.example
lang: en
timezone: Asia/Kathmandu
publisher: { name: "Us & them", url: "https://us.example" }
navigation: [{ label: "All: of it", href: /tags }]
gone: [zebra, ant]
`,
    })
    expect((await readdir(join(folder, 'content/articles'))).sort()).toEqual([
      ...['2026-02-16-a.md', 'c.md', 'd.md', 'e.md', 'index.md'],
    ])
    expect(await read(folder, 'articles/2026-02-16-a.md')).toContain(
      'slug: 2026-02-16-a\nid: first\naliases:\n  - /alt/ü b\n  - /old/a\n',
    )
    expect(await read(folder, 'site.yaml')).toContain('gone:\n  - ant\n  - zebra\n')
  })

  test('names pictures as texts spell them, and a photo by its article', async () => {
    const folder = await expectRoundTrip({
      'images/harbour/north pier.png': PNG,
      'images/100%.gif': GIF,
      'articles/text.md': articleFile({
        title: 'Text',
        date: '2026-02-16',
        body: '![A pier](../images/harbour/north%20pier.png)\n\n![All](/images/100%25.gif)',
      }),
      'articles/both.md': articleFile({
        title: 'Both',
        date: '2026-02-17',
        image: { src: '100%25.gif', alt: 'All', caption: 'All: of it', credit: '# us' },
      }),
      'articles/photo.md': articleFile({
        title: 'Photo',
        date: '2026-02-18',
        image: { src: 'harbour/north pier.png', alt: 'A pier' },
      }),
    })
    const names = await readdir(join(folder, 'content/images'), { recursive: true })
    expect(names).toEqual(expect.arrayContaining([join('harbour', 'north pier.png'), '100%.gif']))
    const alone = await expectRoundTrip({
      'images/one.png': PNG,
      'articles/photo.md': articleFile({ title: 'Photo', date: '2026-02-18', image: { src: 'one.png' } }),
    })
    expect(await readdir(join(alone, 'content/images'))).toEqual([
      '.pulled.json',
      expect.stringMatching(/^photo-[0-9a-f]{8}\.png$/),
    ])
  })

  describe('of pictures in several sizes', () => {
    const files = async () => ({
      'images/pier.jpg': await photograph({ width: 1300, height: 60 }),
      'images/cut.webp': await sharp(await cutOut({ width: 60, height: 40 }))
        .webp()
        .toBuffer(),
      'images/moving.gif': await animation({ width: 40, height: 30 }, 'gif'),
      'images/plan.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"/>',
      'articles/a.md': articleFile({
        title: 'A',
        date: '2026-02-16',
        image: { src: 'pier.jpg', alt: 'The pier' },
        body: '![Cut](cut.webp)\n\n![Moving](moving.gif)\n\n![Plan](plan.svg)',
      }),
    })
    const pulled = async () => {
      const { root } = await project(await files())
      const values: Values = new Map()
      const store = memoryStore(values)
      const edition = await publishTo(store, root)
      const folder = join(root, 'pulled')
      const outcome = await pull({ store, folder, memory: openMemory(root, store) })
      const photo = outcome.asSeen > 0 ? await photoIn(folder) : ''
      return { values, edition, folder, outcome, photo }
    }
    const photoIn = async (folder: string): Promise<string> =>
      (await readdir(join(folder, 'content/images'))).find((name) => name.startsWith('a-')) ?? ''
    const media = (values: Values): string[] =>
      [...values.keys()].filter((key) => key.startsWith('media/')).sort()

    test('gives what readers see, says so, and builds the same edition', async () => {
      const { edition, folder, outcome, photo } = await pulled()
      expect(outcome).toMatchObject({ pictures: 4, asSeen: 3 })
      expect(reportPull(outcome, folder)[1]).toMatch(
        /^Photographs are as readers see them, at most 1,200 pixels wide/,
      )
      const seen = await sharp(await readFile(join(folder, 'content/images', photo))).metadata()
      expect(seen).toMatchObject({ format: 'jpeg', width: 1200 })
      expect(await editionOf(folder)).toBe(edition)
    })

    test('makes what another store lacks of the pulled files, under the names that the edition knows', async () => {
      const { values, edition, folder } = await pulled()
      const other: Values = new Map()
      expect(await publishTo(memoryStore(other), folder)).toBe(edition)
      expect(media(other)).toEqual(media(values))
      expect(media(other)).toHaveLength(9 + 3 + 2 + 1)
      for (const key of media(other)) expect(Buffer.byteLength(other.get(key) ?? ''), key).toBeGreaterThan(30)
    })

    test('knows a file by another name, and takes one that was changed for a new picture', async () => {
      const { values, edition, folder, photo } = await pulled()
      const images = join(folder, 'content/images')
      const article = join(folder, 'content/articles/a.md')
      await rename(join(images, photo), join(images, 'renamed.jpg'))
      await writeFile(article, (await readFile(article, 'utf8')).replace(photo, 'renamed.jpg'))
      expect(await editionOf(folder)).toBe(edition)
      await writeFile(
        join(images, 'renamed.jpg'),
        await sharp(join(images, 'renamed.jpg')).flop().jpeg().toBuffer(),
      )
      expect(await editionOf(folder)).not.toBe(edition)
      const store = memoryStore(values)
      const before = media(values)
      await publishTo(store, folder)
      expect(media(values).filter((key) => !before.includes(key))).toHaveLength(9)
    })

    test('wants its list of them whole', async () => {
      const { folder } = await pulled()
      await writeFile(join(folder, 'content/images/.pulled.json'), '{"cut.webp": {"bytes": 1}}')
      const { content, problems } = await checkSources(await readContent(folder))
      expect(content).toBeNull()
      expect(problems.map(formatProblem)).toEqual([
        'content/images/.pulled.json:1:1 must be as npm run pull has written it, or every picture would be published anew: get it back, or remove it',
      ])
    })
  })

  test('leaves out what was taken down, and keeps as a draft what is gone under an older edition', async () => {
    const { root } = await project({
      'articles/a.md': articleFile({ title: 'A', date: '2026-02-16', aliases: ['/articles/a-once'] }),
      'articles/b.md': articleFile({ title: 'B', date: '2026-02-16' }),
      'articles/c.md': articleFile({ title: 'C', date: '2026-02-16' }),
    })
    const store = memoryStore()
    await publishTo(store, root)
    const live = await readCurrent(store)
    const passing = ['c', 'a-once'].map((slug) => ({ slug, from: 0, tags: [], passing: true }))
    const takedowns = [{ slug: 'b', from: 0, tags: [] }, ...passing]
    const value = canonicalJson({ ...live, takedowns })
    await store.put([{ key: keys.current, value }])
    const folder = join(root, 'pulled')
    const pulled = await pull({ store, folder, memory: openMemory(root, store) })
    expect(pulled.takenDown).toEqual(['b'])
    const { content, problems } = await checkSources(await readContent(folder))
    expect(problems.filter(({ level }) => level === 'problem')).toEqual([])
    expect(content?.articles.map(({ slug, draft }) => [slug, draft]).sort()).toEqual([
      ['a', false],
      ['c', true],
    ])
    expect(content?.site.gone.map(({ slug }) => slug)).toEqual(['a-once', 'b', 'c'])
  })

  // After a rollback over a takedown and its end, the live edition has a version that is not in the store.
  test('leaves out and names an article whose version a takedown removed', async () => {
    const image = { src: 'one.png', alt: 'A pier' }
    const { root } = await project({
      'images/one.png': PNG,
      'articles/a.md': articleFile({ title: 'A', date: '2026-02-16', tags: ['Sea'], image }),
      'articles/b.md': articleFile({ title: 'B', date: '2026-02-16' }),
    })
    const values: Values = new Map()
    const store = memoryStore(values)
    await publishTo(store, root)
    const live = await readCurrent(store)
    const articles = live?.body.articles
    const record = (articles && 'rows' in articles && articles.rows.a?.record) || ''
    const takedowns = [{ slug: 'a', from: 0, tags: [], passing: true }]
    values.set(keys.current, canonicalJson({ ...live, takedowns, removed: [record] }))
    for (const key of [...values.keys()])
      if (key === keys.article(record) || key.startsWith('media/')) values.delete(key)
    const folder = join(root, 'pulled')
    const pulled = await pull({ store, folder, memory: openMemory(root, store) })
    expect(pulled).toMatchObject({ articles: 1, pictures: 0, takenDown: [], removed: ['a'] })
    expect(reportPull(pulled, folder).at(-1)).toBe(
      'Not there either, because a takedown removed the version that this edition has: a.',
    )
    const { content, problems } = await checkSources(await readContent(folder))
    expect(problems.filter(({ level }) => level === 'problem')).toEqual([])
    expect(content?.articles.map(({ slug }) => slug)).toEqual(['b'])
    expect(content?.site.gone.map(({ slug }) => slug)).toEqual(['a'])
  })

  test('knows what this desk put live within the last minute, though the store does not yet', async () => {
    const { root, write } = await project({
      'articles/a.md': articleFile({ title: 'A', date: '2026-02-16' }),
    })
    const values: Values = new Map()
    const store = memoryStore(values)
    await publishTo(store, root)
    const before = await store.get(keys.current)
    await write({ 'articles/b.md': articleFile({ title: 'B', date: '2026-02-16' }) })
    const edition = await publishTo(store, root)
    const late: Store = { ...store, get: async (key) => (key === keys.current ? before : store.get(key)) }
    const terminal = makeTerminal()
    expect(await runPull({ root, store: late, folder: 'pulled', from: root }, terminal)).toBe(0)
    expect(terminal.take()[0]).toMatch(/^Push 2 /)
    expect(await editionOf(join(root, 'pulled'))).toBe(edition)
  })

  test('holds a large site a hundred records at a time', async () => {
    const files = Array.from({ length: 230 }, (_, index) => {
      const date = new Date(Date.UTC(2026, 0, 1, index)).toISOString()
      return [
        `articles/n-${index}.md`,
        articleFile({ title: `N ${index}`, date, tags: [`T ${index}`] }),
      ] as const
    })
    const { root } = await project(Object.fromEntries(files))
    const store = memoryStore()
    const edition = await publishTo(store, root)
    const asked: number[] = []
    const counting: Store = {
      ...store,
      getMany: (wanted) => {
        if (wanted.some((key) => key.startsWith('article/'))) asked.push(wanted.length)
        return store.getMany(wanted)
      },
    }
    const folder = join(root, 'pulled')
    await pull({ store: counting, folder, memory: openMemory(root, store) })
    expect(asked).toEqual([100, 100, 30])
    expect(await editionOf(folder)).toBe(edition)
  })

  test('writes into no folder that holds anything, and nothing where nothing was published', async () => {
    const { root } = await project({ 'articles/a.md': articleFile({ title: 'A', date: '2026-02-16' }) })
    const store = memoryStore()
    const memory = openMemory(root, store)
    await expect(pull({ store, folder: join(root, 'new'), memory })).rejects.toThrow(
      /^Nothing was published in the store/,
    )
    await publishTo(store, root)
    const folder = join(root, 'full')
    await mkdir(folder)
    await writeFile(join(folder, '.keep'), '')
    await expect(pull({ store, folder, memory })).rejects.toThrow(
      /full must be empty or not there yet, and holds "\.keep"/,
    )
    expect(await readdir(folder)).toEqual(['.keep'])
    await expect(pull({ store, folder: join(folder, '.keep'), memory })).rejects.toThrow(
      /is a file, and must be a folder/,
    )
    await rm(join(folder, '.keep'))
    expect(await pull({ store, folder, memory })).toMatchObject({ articles: 1, pictures: 0 })
  })
})

describe('an instant as an editor writes it', () => {
  test.each([
    ['2026-02-16', 'Europe/Berlin', '2026-02-15T23:00:00Z'],
    ['2026-02-16T09:30+01:00', 'Europe/Berlin', '2026-02-16T08:30:00Z'],
    ['2026-10-25T02:30:15+01:00', 'Europe/Berlin', '2026-10-25T01:30:15Z'],
    ['2026-02-16T15:15:45+05:45', 'Asia/Kathmandu', '2026-02-16T09:30:45Z'],
    ['2026-02-15T23:30-07:00', 'America/Denver', '2026-02-16T06:30:00Z'],
    ['1850-01-01T00:53+00:53', 'Europe/Berlin', '1850-01-01T00:00:00Z'],
  ])('%s in %s is %s', (text, zone, utc) => {
    expect(formatInstant(Date.parse(utc), { zone })).toBe(text)
  })

  test('is read as the same instant, as a beginning and as an end', () => {
    const zones = fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'Asia/Kathmandu',
      'America/St_Johns',
      'Pacific/Apia',
    )
    const instants = fc.oneof(
      fc.integer({ min: -58_900_000_000, max: 253_402_000_000 }),
      fc.integer({ min: 17_000, max: 30_000 }).map((day) => day * 86_400 - 3600),
    )
    fc.assert(
      fc.property(instants, zones, fc.boolean(), (seconds, zone, dayEnd) => {
        const text = formatInstant(seconds * 1000, { zone, dayEnd })
        expect(parseInstant(text, { zone, dayEnd })).toEqual({ instant: seconds * 1000 })
      }),
      { numRuns: 2000 },
    )
  })
})

async function makeProjectOf(content: string): Promise<Project> {
  const made = await project({})
  await rm(join(made.root, 'content'), { recursive: true })
  await cp(content, join(made.root, 'content'), { recursive: true })
  await lendSamplePictures(made.root)
  return made
}
