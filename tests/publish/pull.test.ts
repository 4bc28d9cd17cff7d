// Pull writes the live edition back as the files that were pushed, except for comments in YAML.
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, describe, expect, test } from 'vitest'
import { build } from '../../src/publish/build.ts'
import { checkSources } from '../../src/publish/check-sources.ts'
import { type Pulled, pull, reportPull, runPull } from '../../src/publish/commands/pull.ts'
import { planTakedown, takeDown } from '../../src/publish/commands/takedown.ts'
import { publish } from '../../src/publish/publish.ts'
import { openMemory } from '../../src/publish/push/last-push.ts'
import { readContent } from '../../src/publish/sources/content.ts'
import { formatProblem } from '../../src/publish/sources/problem.ts'
import { openLocalStore } from '../../src/publish/stores/local.ts'
import type { Store } from '../../src/publish/stores/store.ts'
import { keys } from '../../src/records.ts'
import { articleFile, SITE_FILES } from '../harness/content.ts'
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

const NOTE = { author: 'Ann', message: '', time: TIME }

async function publishTo(store: Store, root: string): Promise<string> {
  const outcome = await publish({ root, store, note: NOTE, remove: 'any' })
  if (outcome.state === 'problems') throw new Error(outcome.problems.map(formatProblem).join('\n'))
  return outcome.live?.edition ?? ''
}

async function editionOf(root: string): Promise<string> {
  const { content, problems } = await checkSources(await readContent(root))
  if (!content) throw new Error(problems.map(formatProblem).join('\n'))
  return build(content, TIME).hash
}

const pullFrom = (store: Store, root: string): Promise<Pulled> =>
  pull({ store, folder: join(root, 'pulled'), memory: openMemory(root, store) })

/** Publishes files, pulls them, and expects the folder to build the same edition. */
async function expectRoundTrip(files: Record<string, string | Uint8Array>): Promise<string> {
  const { root } = await project(files)
  const store = memoryStore()
  const edition = await publishTo(store, root)
  await pullFrom(store, root)
  expect(await editionOf(join(root, 'pulled'))).toBe(edition)
  return join(root, 'pulled')
}

const read = (folder: string, name: string): Promise<string> =>
  readFile(join(folder, 'content', name), 'utf8')

describe('pull', () => {
  test('of the real content, from the local store, gives the live edition', async () => {
    const { root } = await makeProjectOf(join(PROJECT, 'content'))
    const store = await openLocalStore(root)
    try {
      const edition = await publishTo(store, root)
      const pulled = await pullFrom(store, root)
      expect(pulled).toMatchObject({ sequence: 1, edition, hidden: [] })
      const folder = join(root, 'pulled')
      expect(await editionOf(folder)).toBe(edition)
      const files = await readdir(join(folder, 'content'), { recursive: true })
      expect(files).toEqual(expect.arrayContaining(['authors.yaml', 'site.yaml', 'tags.yaml', 'articles']))
      expect(files.filter((name) => name.endsWith('.md'))).toHaveLength(pulled.articles + pulled.staticPages)
      expect(reportPull(pulled, folder)[0]).toMatch(
        /^Push 1 \(edition [0-9a-f]{12}\) is in .*content: \d\d articles/,
      )
    } finally {
      await store.close()
    }
  })

  test('writes every file as it was, under its path', async () => {
    const files = {
      'site.yaml': `${SITE_FILES['site.yaml']}tagline: '# one'\nnavigation: [{ label: "All: of it", href: /tags }]\ngone:   [zebra,ant]\n`,
      'authors.yaml':
        'desk:\n   name:   "The desk"\n   role: "Editors: all"\n   description: >-\n     Two\n     # lines.\n',
      'tags.yaml': '- name: "Wire services"\n  aliases: [ Agencies,   "C#" ]\n- {name: Unused}\n',
      'articles/odd.md': `---
date:   2026-02-16T09:30:45+05:30
title: 'Mayor: "No # in ''our'' harbour" — {yet}'
standfirst: |
  Two lines,
  # and a third:

  - not a list
kicker: >-
   folded # kept
   text
mood: calm
series: { name: "Piers: a tour",   parts: [1, true, ~] }
authors:
- desk
tags: ["C#", 'null', "2026", "[x]",
  Wire services, "Up 🎈"]
updated: 2026-02-16T12:00
expires: 2026-12-31
lead: true
id: first
aliases: ["/old/a", '/alt/ü b']
translations: {ar: الوقائع, de: soon}
corrections:
  - {date: 2026-02-17, text: "It said yes: it meant no. #sorry"}
---


---

  Indented, with a trailing blank${'  '}

...

\`\`\`yaml
title: x # no comment
\`\`\``,
      'articles/الوقائع.md':
        '---\ntitle: "الوقائع: «أول» صحيفة"\nlang: ar\ndate: 2026-03-29T01:59:59\ntranslations: {en: odd}\n---\nText\n',
      'articles/2026/02/index.md':
        '---\ntitle: Two\ndate: 2026-02-17\nslug: index\n---\nA[^1]\n\n[^1]: Note.\n',
      'articles/2026-02-18-dated.md': '---\ntitle: Dated\ndate: 2027-01-01\n---\n',
      'articles/over.md': '---\ntitle: Over\ndate: 2026-01-01\nexpires: 2026-01-02\ntags: [Over]\n---\n',
      'articles/a b.md':
        '---\ntitle: |\n  A block\n  of text\ndate: 2026-01-02\nimage:\n  alt: Words\n---\nNo end of line',
      'pages/legal/imprint.md':
        '---\ntitle: Imprint\naliases: [/legal]\nupdated: 2026-01-02\norder: -1\n---\n![Dot](dot.png)\n',
      'pages/2026-01-01-about.md': '---\ntitle: Zed\nlang: ar\nslug: zed\nmood: calm\n---\nText\n',
    }
    const unpublished = {
      'articles/soon.md': articleFile({ title: 'Soon', draft: true }),
      'pages/draft.md': '---\ntitle: Draft\ndraft: true\n---\n',
    }
    const folder = await expectRoundTrip({ ...files, ...unpublished, 'images/dot.png': PNG })
    for (const [name, text] of Object.entries(files)) expect(await read(folder, name), name).toBe(text)
    const names = await readdir(join(folder, 'content'), { recursive: true })
    expect(names.filter((name) => /\.(?:md|yaml)$/.test(name))).toHaveLength(Object.keys(files).length)
  })

  test('writes lines that end in LF, NFC and no byte order mark, and a closing line of dashes', async () => {
    const folder = await expectRoundTrip({
      'articles/crlf.md':
        '\ufeff---\r\ntitle: Cre\u0300me\r\ndate: 2026-02-16 # note\r\n...\r\nCre\u0300me\r\n',
      'site.yaml': `\ufeff${SITE_FILES['site.yaml']?.replaceAll('\n', '\r\n')}`,
      'articles/last.md': '---\ntitle: Last\ndate: 2026-02-16\n---',
    })
    expect(await read(folder, 'articles/crlf.md')).toBe('---\ntitle: Crème\ndate: 2026-02-16\n---\nCrème\n')
    expect(await read(folder, 'articles/last.md')).toBe('---\ntitle: Last\ndate: 2026-02-16\n---\n')
    expect(await read(folder, 'site.yaml')).toBe(SITE_FILES['site.yaml'])
  })

  test('gives pictures their file names', async () => {
    const folder = await expectRoundTrip({
      'images/harbour/north pier.png': PNG,
      'images/ميناء.png': PNG,
      'images/100%.gif': GIF,
      'images/unused.gif': GIF,
      'articles/text.md': articleFile({
        title: 'Text',
        date: '2026-02-16',
        body: '![A pier](../images/harbour/north%20pier.png)\n\n![All](/images/100%25.gif)\n\n![M](ميناء.png)',
      }),
      'articles/both.md': articleFile({
        title: 'Both',
        date: '2026-02-17',
        image: { src: '100%25.gif', alt: 'All', caption: 'All: of it', credit: '# us' },
        body: '![A pier](harbour/north%20pier.png)',
      }),
      'articles/photo.md': articleFile({
        title: 'Photo',
        date: '2026-02-18',
        image: { src: 'harbour/north pier.png', alt: 'A pier' },
      }),
    })
    const names = await readdir(join(folder, 'content/images'), { recursive: true })
    expect(names.sort()).toEqual(
      ['.pulled.json', '100%.gif', 'harbour', join('harbour', 'north pier.png'), 'ميناء.png'].sort(),
    )
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
      return { values, edition, folder, outcome }
    }
    const media = (values: Values): string[] =>
      [...values.keys()].filter((key) => key.startsWith('media/')).sort()

    test('writes the variants that readers see, says so, and builds the same edition', async () => {
      const { edition, folder, outcome } = await pulled()
      expect(outcome).toMatchObject({ pictures: 4, asSeen: 3 })
      expect(reportPull(outcome, folder)[1]).toMatch(
        /^Photographs are as readers see them, at most 1,200 pixels wide/,
      )
      const seen = await sharp(await readFile(join(folder, 'content/images/pier.jpg'))).metadata()
      expect(seen).toMatchObject({ format: 'jpeg', width: 1200 })
      expect(await editionOf(folder)).toBe(edition)
    })

    test('lets a push to another store make the missing variants from the pulled files, under their old keys', async () => {
      const { values, edition, folder } = await pulled()
      const other: Values = new Map()
      expect(await publishTo(memoryStore(other), folder)).toBe(edition)
      expect(media(other)).toEqual(media(values))
      expect(media(other)).toHaveLength(9 + 3 + 2 + 1)
      for (const key of media(other)) expect(Buffer.byteLength(other.get(key) ?? ''), key).toBeGreaterThan(30)
    })

    test('recognizes a renamed file, and treats a changed file as a new picture', async () => {
      const { values, folder } = await pulled()
      const images = join(folder, 'content/images')
      const article = join(folder, 'content/articles/a.md')
      const store = memoryStore(values)
      const before = media(values)
      await rename(join(images, 'pier.jpg'), join(images, 'renamed.jpg'))
      await writeFile(article, (await readFile(article, 'utf8')).replace('pier.jpg', 'renamed.jpg'))
      await publishTo(store, folder)
      expect(media(values)).toEqual(before)
      const flopped = await sharp(join(images, 'renamed.jpg')).flop().jpeg().toBuffer()
      await writeFile(join(images, 'renamed.jpg'), flopped)
      await publishTo(store, folder)
      expect(media(values).filter((key) => !before.includes(key))).toHaveLength(9)
    })

    test('reports a damaged list of pulled pictures', async () => {
      const { folder } = await pulled()
      await writeFile(join(folder, 'content/images/.pulled.json'), '{"cut.webp": {"bytes": 1}}')
      const { content, problems } = await checkSources(await readContent(folder))
      expect(content).toBeNull()
      expect(problems.map(formatProblem)).toEqual([
        'content/images/.pulled.json:1:1 must be as npm run pull wrote it. Restore it, or remove it: then every picture is published again',
      ])
    })
  })

  test('omits articles that were taken down, and can be pushed back', async () => {
    const { root } = await project({
      'articles/a.md': articleFile({ title: 'A', date: '2026-02-16', translations: { de: 'b' } }),
      'articles/b.md': articleFile({ title: 'B', date: '2026-02-16', aliases: ['/articles/b-once'] }),
    })
    const store = memoryStore()
    await publishTo(store, root)
    await takeDown(store, await planTakedown(root, store, 'b'), NOTE)
    const pulled = await pullFrom(store, root)
    expect(pulled).toMatchObject({ articles: 1, hidden: ['b', 'b-once'] })
    expect(reportPull(pulled, root).at(-1)).toBe(
      'Also missing, because they were taken down or are gone: b, b-once.',
    )
    const folder = join(root, 'pulled')
    expect(await readdir(join(folder, 'content/articles'))).toEqual(['a.md'])
    expect(await read(folder, 'site.yaml')).toBe(`${SITE_FILES['site.yaml']}gone:\n  - b\n  - b-once\n`)
    const outcome = await publish({ root: folder, store, note: NOTE, remove: [] })
    expect(outcome.problems.map(formatProblem)).toEqual([
      'content/articles/a.md:4:21 advice: translations must be slugs of articles: found "b", which is under gone in content/site.yaml. Remove the line',
    ])
    expect(outcome).toMatchObject({
      state: 'pushed',
      live: { takedowns: [{ slug: 'b' }, { slug: 'b-once' }] },
    })
  })

  test('omits articles that are gone over an older edition, and can be pushed back', async () => {
    const { root, run, write, remove } = await project({
      'articles/a.md': articleFile({ title: 'A', date: '2026-02-16', aliases: ['/articles/a-once'] }),
      'articles/c.md': articleFile({ title: 'C', date: '2026-02-16' }),
    })
    const store = await openLocalStore(root)
    try {
      await publishTo(store, root)
      await remove('articles/c.md')
      await write({
        'articles/a.md': articleFile({ title: 'A', date: '2026-02-16' }),
        'site.yaml': `${SITE_FILES['site.yaml']}gone: [c, a-once]\n`,
      })
      await publishTo(store, root)
      expect((await run(['rollback', 'local'])).code).toBe(0)
      const pulled = await pullFrom(store, root)
      expect(pulled).toMatchObject({ articles: 1, hidden: ['a-once', 'c'] })
      const folder = join(root, 'pulled')
      const outcome = await publish({ root: folder, store, note: NOTE, remove: [] })
      expect(outcome.problems.map(formatProblem)).toEqual([])
      expect(outcome).toMatchObject({ state: 'pushed', live: { takedowns: [] } })
      expect(outcome.state === 'pushed' && [...outcome.built.tables.gone.keys()]).toEqual(['c'])
    } finally {
      await store.close()
    }
  })

  test("pulls this machine's last push even if the store still answers with an older one", async () => {
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

  test('reads a large site a hundred records at a time', async () => {
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

  test('refuses a folder with files, and a store without a push', async () => {
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
      /full must be empty or new, but holds "\.keep"/,
    )
    expect(await readdir(folder)).toEqual(['.keep'])
    await expect(pull({ store, folder: join(folder, '.keep'), memory })).rejects.toThrow(
      /is a file, and must be a folder/,
    )
    await rm(join(folder, '.keep'))
    expect(await pull({ store, folder, memory })).toMatchObject({ articles: 1, pictures: 0 })
  })
})

describe('comments in YAML', () => {
  const SECRET = 'informant'
  const files = {
    'site.yaml': `# ${SECRET}\n${SITE_FILES['site.yaml']} # ${SECRET}\ntagline: "a # kept" # ${SECRET}\n`,
    'authors.yaml': `# ${SECRET}\n\ndesk: # ${SECRET}\n  name: 'The # kept desk' # ${SECRET}\n# ${SECRET}`,
    'tags.yaml': `- name: C# kept # ${SECRET}\n  # ${SECRET}\n- {name: Sea, # ${SECRET}\n   description: "x"} # ${SECRET}\n`,
    'articles/a.md': `---
# ${SECRET}
title: A # ${SECRET}
date: 2026-02-16
standfirst: | # ${SECRET}
  One
  # kept
# ${SECRET}
kicker: >+ # ${SECRET}
  Two # kept
# ${SECRET}

authors: # ${SECRET}
  # ${SECRET}
  - desk # ${SECRET}
tags: [ # ${SECRET}
  C#kept, # ${SECRET}
  "# kept" ] # ${SECRET}
---
# A heading
`,
    'pages/imprint.md': `---\ntitle: Imprint # ${SECRET}\n---\n`,
  }

  test('reach no value of the store, and # inside values stays', async () => {
    const { root } = await project(files)
    const values: Values = new Map()
    const edition = await publishTo(memoryStore(values), root)
    for (const [key, value] of values) expect(String(value), key).not.toContain(SECRET)
    const all = [...values.values()].join('\n')
    for (const kept of [
      'a # kept',
      '# kept desk',
      'C# kept',
      'C#kept',
      '# kept"',
      '\\n  # kept\\n',
      'Two # kept',
    ])
      expect(all, kept).toContain(kept)
    await pullFrom(memoryStore(values), root)
    expect(await editionOf(join(root, 'pulled'))).toBe(edition)
  })
})

async function makeProjectOf(content: string): Promise<Project> {
  const made = await project({})
  await rm(join(made.root, 'content'), { recursive: true })
  await cp(content, join(made.root, 'content'), { recursive: true })
  await lendSamplePictures(made.root)
  return made
}
