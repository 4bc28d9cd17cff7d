// Earlier findings about articles and pictures save time, and never change the result of a check.
import { cp, mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type RenderCheck, renderCheck } from '../../../src/publish/check/render-check.ts'
import { checkSources } from '../../../src/publish/check-sources.ts'
import { readContent, stampOf } from '../../../src/publish/sources/content.ts'
import { formatProblem } from '../../../src/publish/sources/problem.ts'
import { articleFile } from '../../harness/content.ts'
import { makeProject, type Project } from '../../harness/project.ts'

const FIXTURES = join(import.meta.dirname, '../../fixtures/problems')
const PROJECT = join(import.meta.dirname, '../../..')
const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>'

let project: Project
beforeEach(async () => {
  project = await makeProject({
    'articles/storm.md': articleFile({
      title: 'Storm',
      date: '2026-02-16',
      tags: ['Weather'],
      authors: ['desk'],
      image: { src: 'dot.svg' },
      aliases: ['/old'],
      harbour: 'open',
      body: 'Crème ![](line.svg)',
    }),
    'articles/calm.md': articleFile({ title: 'Calm', date: '2026-02-17T09:00', id: 'calm' }),
    'images/dot.svg': SVG,
    'images/line.svg': SVG.replaceAll('4', '8'),
  })
})
afterEach(async () => {
  vi.useRealTimers()
  await project.dispose()
})

const cacheFile = (): string => join(project.root, '.wrangler/dateline/checked')

type Checked = Awaited<ReturnType<typeof checkSources>> & { lines: string[]; rendered: string[] }

/** Checks a project, and says which articles had to be rendered. */
async function check(root = project.root): Promise<Checked> {
  const rendered: string[] = []
  const counting: RenderCheck = (texts) => {
    rendered.push(...texts.map(({ path }) => path))
    return renderCheck(texts)
  }
  const checked = await checkSources(await readContent(root), counting)
  return { ...checked, lines: checked.problems.map(formatProblem), rendered }
}

/** All that an edition is made of, as data. */
async function dataOf({ content }: Checked): Promise<unknown> {
  if (!content) return null
  const { site, articles, pictures } = content
  const bodies = await Promise.all(articles.map((article) => content.readText(article)))
  return { site, articles, pictures, bodies }
}

describe('a second check', () => {
  const cases = readdir(FIXTURES)
  test('says what the first one said, whatever is wrong', async () => {
    for (const name of await cases) {
      await rm(project.root, { recursive: true })
      for (const part of ['base', name]) await cp(join(FIXTURES, part), project.root, { recursive: true })
      const first = await check()
      const second = await check()
      expect({ name, lines: second.lines }).toEqual({ name, lines: first.lines })
      expect(await dataOf(second)).toEqual(await dataOf(first))
      expect(second.rendered.length, name).toBeLessThanOrEqual(first.rendered.length)
    }
  }, 60_000)

  test('finds the same articles, and renders none of them', async () => {
    await rm(project.root, { recursive: true })
    await cp(join(PROJECT, 'content'), join(project.root, 'content'), { recursive: true })
    const first = await check()
    expect(first.lines).toEqual([])
    const { articles = [], staticPages = [] } = first.content ?? {}
    expect(staticPages.length).toBeGreaterThan(0)
    expect(first.rendered).toHaveLength(articles.length + staticPages.length)
    const second = await check()
    expect(second.rendered).toEqual([])
    expect(await dataOf(second)).toEqual(await dataOf(first))
  })

  test('repeats advice', async () => {
    const { lines } = await check()
    expect(lines).toEqual([
      'content/articles/storm.md:6:8 advice: image has no alt: describe the picture in one sentence, for readers who cannot see it',
      'content/articles/storm.md:8:1 advice: "harbour" is an unknown field: it is kept, but not shown',
      'content/articles/storm.md:11:11 advice: picture "line.svg" has no alt: describe the picture in one sentence, for readers who cannot see it',
    ])
    expect(await check()).toMatchObject({ lines, rendered: [] })
  })

  test('renders what changed by one byte, and nothing else', async () => {
    await check()
    await project.write({
      'articles/calm.md': articleFile({ title: 'Calx', date: '2026-02-17T09:00', id: 'calm' }),
    })
    const { rendered, content } = await check()
    expect(rendered).toEqual(['content/articles/calm.md'])
    expect(content?.articles.map(({ title }) => title)).toEqual(['Calx', 'Storm'])
  })

  test('renders an article under another name', async () => {
    await check()
    await cp(join(project.root, 'content/articles/calm.md'), join(project.root, 'content/articles/lull.md'))
    await project.remove('articles/calm.md')
    const { rendered, content } = await check()
    expect(rendered).toEqual(['content/articles/lull.md'])
    expect(content?.articles.map(({ slug }) => slug)).toEqual(['lull', 'storm'])
  })
})

describe('what an article was checked against', () => {
  test('another time zone moves its dates', async () => {
    const dates = async () => (await check()).content?.articles.map(({ date }) => date)
    const [calm = 0, storm = 0] = (await dates()) ?? []
    const site = await readFile(join(project.root, 'content/site.yaml'), 'utf8')
    await project.write({ 'site.yaml': site.replace('Europe/Berlin', 'America/New_York') })
    expect(await dates()).toEqual([calm + 6 * 3_600_000, storm + 6 * 3_600_000])
    await project.write({ 'site.yaml': site })
    expect(await dates()).toEqual([calm, storm])
  })

  test('an author who is gone is missed, and comes back', async () => {
    const authors = await readFile(join(project.root, 'content/authors.yaml'), 'utf8')
    const { lines } = await check()
    await project.write({ 'authors.yaml': 'features:\n  name: Features\n' })
    expect((await check()).lines[0]).toBe(
      'content/articles/storm.md:5:11 authors must be slugs of content/authors.yaml (features): found "desk"',
    )
    await project.write({ 'authors.yaml': authors })
    expect((await check()).lines).toEqual(lines)
  })

  test('an author who passed while authors.yaml was broken does not pass later', async () => {
    await project.write({ 'authors.yaml': 'desk: {' })
    expect(
      (await check()).lines.filter((line) => line.includes('storm.md') && !line.includes('advice')),
    ).toEqual([])
    await project.write({ 'authors.yaml': 'features:\n  name: Features\n' })
    expect((await check()).lines[0]).toContain('found "desk"')
  })

  test('a picture that is gone is missed, in the front matter and in the text', async () => {
    await check()
    await project.remove('images/dot.svg')
    expect((await check()).lines).toContain(
      'content/articles/storm.md:6:15 image.src must be a file in content/images/: found "dot.svg". Put the file there',
    )
    await project.write({ 'images/dot.svg': SVG })
    await project.remove('images/line.svg')
    expect((await check()).lines).toContain(
      'content/articles/storm.md:11:11 a picture must be a file in content/images/: found "line.svg". Put the file there',
    )
  })

  test('two articles with one slug are a problem although both are known', async () => {
    await check()
    await project.write({
      'articles/gust.md': articleFile({ title: 'Gust', date: '2026-02-17', slug: 'calm' }),
    })
    expect((await check()).content).toBeNull()
    const { lines, rendered } = await check()
    expect(rendered).toEqual([])
    expect(lines.filter((line) => !line.includes('advice'))).toEqual([
      'content/articles/gust.md:4:7 slug "calm" is already used by content/articles/calm.md. Change one of them',
    ])
  })
})

describe('a picture', () => {
  const picture = () => join(project.root, 'content/images/dot.svg')
  const hash = async () => (await check()).content?.pictures.get('dot.svg')?.bytesHash
  const anHourLater = () => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 })

  test('is noticed when it changes and its time and size stay', async () => {
    const first = await hash()
    const time = new Date()
    await utimes(picture(), time, time)
    const second = await hash()
    await writeFile(picture(), SVG.replace('"4"', '"5"'))
    await utimes(picture(), time, time)
    expect(second).toBe(first)
    expect(await hash()).not.toBe(first)
  })

  test('has no stamp while a change could leave that as it is', async () => {
    const file = { path: 'content/images/dot.svg', root: project.root }
    expect(stampOf(file)).toBeNull()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_000 })
    expect(stampOf(file)).toContain(file.path)
    expect(stampOf({ ...file, path: 'content/images/none.svg' })).toBeNull()
  })

  test('is known by its stamp once that is not of just now', async () => {
    anHourLater()
    const first = await hash()
    expect(await readFile(cacheFile(), 'latin1')).toContain('/original.svg"')
    expect(await hash()).toBe(first)
    await writeFile(picture(), `${SVG}\n`)
    expect(await hash()).not.toBe(first)
  })
})

describe('what is read again', () => {
  test('is what was checked', async () => {
    const { content } = await check()
    const [, storm] = content?.articles ?? []
    const picture = content?.pictures.get('dot.svg')
    if (!content || !storm || !picture) throw new Error('no content')
    expect((await content.readText(storm)).body).toBe('\nCrème ![](line.svg)\n')
    expect(Buffer.from(await content.readPicture(picture, 'original.svg')).toString()).toBe(SVG)
  })

  test.each([
    ['changed', (path: string) => writeFile(path, '---\ntitle: Storm\n---\nX\n')],
    ['without its front matter', (path: string) => writeFile(path, 'X')],
    ['gone', (path: string) => rm(path)],
  ])('is refused when it is %s', async (_, change) => {
    const { content } = await check()
    const [, storm] = content?.articles ?? []
    const picture = content?.pictures.get('dot.svg')
    if (!content || !storm || !picture) throw new Error('no content')
    await change(join(project.root, storm.path))
    await change(join(project.root, picture.path))
    const message = ' changed during the push. Run the command again'
    await expect(content.readText(storm)).rejects.toThrow(storm.path + message)
    await expect(content.readPicture(picture, 'original.svg')).rejects.toThrow(picture.path + message)
  })
})

describe('the cache', () => {
  test('may be deleted', async () => {
    const first = await check()
    await rm(join(project.root, '.wrangler'), { recursive: true })
    const second = await check()
    expect(second.rendered).toHaveLength(2)
    expect(await dataOf(second)).toEqual(await dataOf(first))
  })

  const flip = (at: number) => (bytes: Buffer) => {
    bytes[at < 0 ? bytes.length + at : at] = 0x21
    return bytes
  }
  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['empty', () => Buffer.alloc(0)],
    ['cut off', (bytes) => bytes.subarray(0, bytes.length - 9)],
    ['cut off after its first line', (bytes) => bytes.subarray(0, bytes.indexOf('\n') + 1)],
    ['no text', () => Buffer.from([0xff, 0, 0xfe])],
    ['of another version', (bytes) => flip(12)(bytes)],
    ['wrong in one letter of a headline', (bytes) => flip(bytes.indexOf('Storm'))(bytes)],
    ['wrong at its end', (bytes) => flip(-2)(bytes)],
  ])('that is %s is as good as none', async (_, damage) => {
    const first = await check()
    await writeFile(cacheFile(), damage(await readFile(cacheFile())))
    const second = await check()
    expect(second.rendered).toHaveLength(2)
    expect(await dataOf(second)).toEqual(await dataOf(first))
    expect((await check()).rendered).toEqual([])
  })

  test('that cannot be read or written costs time and nothing else', async () => {
    await mkdir(cacheFile(), { recursive: true })
    const first = await check()
    const second = await check()
    expect(second.rendered).toHaveLength(2)
    expect(await dataOf(second)).toEqual(await dataOf(first))
    expect(await readdir(join(cacheFile(), '..'))).toEqual(['checked'])
  })

  test('outlives three checks at once', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [
        `articles/story-${index}.md`,
        articleFile({ title: `Story ${index}`, date: '2026-02-16' }),
      ]),
    )
    await project.write(files)
    const [ran, ...checked] = await Promise.all([project.run(['check']), check(), check()])
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(await dataOf(checked[0])).toEqual(await dataOf(checked[1]))
    await check()
    const { rendered, content } = await check()
    expect(rendered).toEqual([])
    expect(content?.articles).toHaveLength(42)
    expect(await readdir(join(cacheFile(), '..'))).toEqual(['checked'])
  }, 60_000)
})
