// Reading content/ from disk: links, folders, hidden files and sizes, before anything is parsed.
import { mkdir, symlink, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkSources } from '../../src/publish/check-sources.ts'
import { readContent } from '../../src/publish/sources/content.ts'
import { formatProblem } from '../../src/publish/sources/problem.ts'
import { articleFile } from '../harness/content.ts'
import { makeProject, type Project } from '../harness/project.ts'

let project: Project
beforeEach(async () => {
  project = await makeProject({ 'articles/storm.md': articleFile({ title: 'Storm', date: '2026-02-16' }) })
})
afterEach(() => project.dispose())

const at = (path: string): string => join(project.root, 'content', path)

async function check(): Promise<string[]> {
  const { content, problems } = await checkSources(await readContent(project.root))
  const lines = problems.map(formatProblem)
  expect(content === null, lines.join('\n')).toBe(problems.some(({ level }) => level === 'problem'))
  return lines
}

test('an article that is a link to nothing is a problem, not a missing article', async () => {
  await symlink('nowhere.md', at('articles/lost.md'))
  expect(await check()).toEqual([
    'content/articles/lost.md:1:1 cannot be read (ENOENT). It is a link to a missing file: correct the link, or remove it',
  ])
})

test('an article that is a link to itself is a problem', async () => {
  await symlink('loop.md', at('articles/loop.md'))
  expect(await check()).toEqual([
    'content/articles/loop.md:1:1 cannot be read (ELOOP). It is a link to itself: correct the link, or remove it',
  ])
})

test('an article and a picture that are links to folders are problems', async () => {
  await mkdir(at('images'), { recursive: true })
  await symlink('..', at('articles/folder.md'))
  await symlink('..', at('images/folder.png'))
  expect(await check()).toEqual([
    'content/articles/folder.md:1:1 cannot be read (EISDIR). It is a folder, or a link to one: replace it with a file',
    'content/images/folder.png:1:1 cannot be read (EISDIR). It is a folder, or a link to one: replace it with a file',
  ])
})

test('a folder whose name ends like an article is read as a folder of articles', async () => {
  await project.write({ 'articles/gale.md/index.md': articleFile({ title: 'Gale', date: '2026-02-16' }) })
  expect(await check()).toEqual([])
})

test('a site.yaml that is missing, or a folder, is a problem beside those of the articles', async () => {
  await project.remove('site.yaml')
  await project.write({ 'articles/gale.md': articleFile({ title: 'Gale', date: 'tomorrow' }) })
  const gale =
    'content/articles/gale.md:3:7 date must be an ISO date such as 2026-02-16 or 2026-02-16T09:30: found "tomorrow"'
  expect(await check()).toEqual([
    gale,
    'content/site.yaml:1:1 is missing: write one with title, url, lang, timezone and publisher',
  ])
  await mkdir(at('site.yaml'))
  expect(await check()).toEqual([
    gale,
    'content/site.yaml:1:1 cannot be read (EISDIR). It is a folder, or a link to one: replace it with a file',
  ])
})

test('hidden files are passed over, and others in articles/ are pointed out', async () => {
  await project.write({ 'articles/.storm.md.swp': 'x', 'articles/notes.txt': 'x' })
  expect(await check()).toEqual([
    'content/articles/notes.txt:1:1 advice: is not published: articles end in .md, and pictures belong in content/images/',
  ])
})

// A 600 MB file once hid all other problems behind "Cannot create a string longer than …".
test('files that are too large are problems with their size, and are not read', async () => {
  const gale = articleFile({ title: 'Gale', date: 'tomorrow', authors: ['desk'] })
  const shown = articleFile({ title: 'Fog', date: '2026-02-16', image: { src: 'fog.png', alt: 'Fog' } })
  await project.write({
    'articles/huge.md': '',
    'articles/gale.md': gale,
    'articles/fog.md': shown,
    'images/fog.png': '',
    'images/unused.tiff': '',
    'tags.yaml': '',
    'authors.yaml': '',
  })
  for (const path of ['articles/huge.md', 'images/fog.png', 'images/unused.tiff', 'authors.yaml'])
    await truncate(at(path), 3_000_000_000)
  await truncate(at('tags.yaml'), 10 * 1024 * 1024 + 1)
  expect(await check()).toEqual([
    'content/articles/gale.md:3:7 date must be an ISO date such as 2026-02-16 or 2026-02-16T09:30: found "tomorrow"',
    'content/articles/huge.md:1:1 must be at most 10 MiB: found 2861.1 MiB. Split it into several',
    'content/authors.yaml:1:1 must be at most 10 MiB: found 2861.1 MiB. Split it into several',
    'content/images/fog.png:1:1 must be at most 25 MiB: found 2861.1 MiB. Save a smaller one',
    'content/tags.yaml:1:1 must be at most 10 MiB: found 10.1 MiB. Split it into several',
  ])
})

test('what lies in content/ and is not read is pointed out', async () => {
  await project.write({
    'page/about.md': 'x',
    'Images/dot.png': 'x',
    'drafts/a.md': 'x',
    'drafts/b.md': 'x',
    'stray.md': 'x',
    'dot.png': 'x',
    'authors.yml': 'x',
    'tag.yaml': 'x',
    'notes.txt': 'x',
    '.hidden': 'x',
  })
  expect(await check()).toEqual([
    'content/Images:1:1 advice: is not read: did you mean content/images/?',
    'content/authors.yml:1:1 advice: is not read: did you mean content/authors.yaml?',
    'content/dot.png:1:1 advice: is not read: a picture belongs in content/images/',
    'content/drafts:1:1 advice: is not read: articles belong in content/articles/, and pictures in content/images/',
    'content/notes.txt:1:1 advice: is not read: articles belong in content/articles/, and pictures in content/images/',
    'content/page:1:1 advice: is not read: did you mean content/pages/?',
    'content/stray.md:1:1 advice: is not read: an article belongs in content/articles/, a static page in content/pages/',
    'content/tag.yaml:1:1 advice: is not read: did you mean content/tags.yaml?',
  ])
})
