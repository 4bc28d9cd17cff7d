// The plan of a push: every change that readers will see, and the changes that they may see late.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { reportOutcome } from '../../src/publish/commands/publish-report.ts'
import { planTakedown, takeDown } from '../../src/publish/commands/takedown.ts'
import { publish } from '../../src/publish/publish.ts'
import type { Store } from '../../src/publish/stores/store.ts'
import { articleFile, SITE_FILES } from '../harness/content.ts'
import { memoryStore } from '../harness/memory-store.ts'
import { makeProject, type Project } from '../harness/project.ts'

const article = (title: string, fields: Record<string, unknown> = {}): string =>
  articleFile({ title, date: '2026-02-16', ...fields })
const SITE = SITE_FILES['site.yaml'] ?? ''

let project: Project
let store: Store
beforeEach(async () => {
  store = memoryStore()
  project = await makeProject({ 'articles/storm.md': article('Storm'), 'articles/calm.md': article('Calm') })
})
afterEach(() => project.dispose())

/** Publishes at an instant; what is said, without the last line. */
async function report(files: Record<string, string> = {}, time = '2026-03-01T12:00:00Z'): Promise<string[]> {
  await project.write(files)
  const note = { author: 'Ada', message: '', time: Date.parse(time) }
  const outcome = await publish({ root: project.root, store, note, remove: 'any' })
  if (outcome.state === 'problems') throw new Error(JSON.stringify(outcome.problems))
  return reportOutcome(outcome).slice(0, -1)
}

const SAME_TEXT = '1 other article will be written again, with the same text.'

describe('plan reports the changes that readers see', () => {
  beforeEach(() => report())

  test('site settings, by their names in site.yaml', async () => {
    const site = SITE.replace('The Test Sheet', 'The Sheet').replace('Europe/Berlin', 'Europe/Paris')
    expect(
      await report({ 'site.yaml': `${site}tagline: All of it\nnavigation: [{label: A, href: /a}]\n` }),
    ).toEqual(['Site settings changed:', '  title, tagline, timezone, navigation'])
  })

  test('a new lead, a changed lead, and no lead any more', async () => {
    expect(await report({ 'articles/storm.md': article('Storm', { lead: true }) })).toEqual([
      ...['New lead:', '  Storm  /articles/storm', SAME_TEXT],
    ])
    await project.write({ 'articles/storm.md': article('Storm') })
    expect(await report({ 'articles/calm.md': article('Calm', { lead: true }) })).toContain(
      '  Calm  /articles/calm',
    )
    expect(await report({ 'articles/calm.md': article('Calm') })).toEqual([
      ...['New lead:', '  none: nothing is pinned', SAME_TEXT],
    ])
  })

  test('but not changes that no reader sees: unknown fields, and the path of a file', async () => {
    expect(await report({ 'articles/storm.md': article('Storm', { mood: 'calm' }) })).toEqual([SAME_TEXT])
    await project.remove('articles/storm.md')
    expect(await report({ 'articles/2026/storm.md': article('Storm') })).toEqual([SAME_TEXT])
  })

  test('redirects: new, changed and removed', async () => {
    expect(await report({ 'articles/storm.md': article('Storm', { aliases: ['/blow'] }) })).toEqual([
      ...['Redirects:', '  /blow → /articles/storm', SAME_TEXT],
    ])
    await project.write({ 'articles/storm.md': article('Storm') })
    expect(await report({ 'articles/calm.md': article('Calm', { aliases: ['/blow'] }) })).toEqual([
      ...['Redirects:', '  /blow → /articles/calm'],
      '2 other articles will be written again, with the same text.',
    ])
    expect(await report({ 'articles/calm.md': article('Calm') })).toEqual([
      ...['Redirects:', '  /blow no longer leads anywhere', SAME_TEXT],
    ])
  })

  test('entries under gone:, new and removed', async () => {
    expect(await report({ 'site.yaml': `${SITE}gone: [breeze]\n` })).toEqual([
      'Gone for good (410):',
      '  /articles/breeze',
    ])
    expect(await report({ 'site.yaml': SITE })).toEqual(['No longer gone:', '  /articles/breeze'])
  })

  test('a renamed article is moved, and neither new nor lost', async () => {
    await project.remove('articles/storm.md')
    const lines = await report({
      'articles/tempest.md': article('Storm', { aliases: ['/articles/storm'] }),
    })
    expect(lines.slice(0, 2)).toEqual(['Moved:', '  Storm  /articles/storm → /articles/tempest'])
    expect(lines.join('\n')).not.toMatch(/New:|No longer there|Redirects/)
  })
})

describe('static pages and authors', () => {
  const page = (title: string, body = '', fields = ''): string =>
    `---\ntitle: ${title}\n${fields}---\n${body}`

  test('that are new, changed or removed are reported, and stop no push', async () => {
    await report()
    expect(
      await report({
        'pages/imprint.md': page('Imprint'),
        'pages/draft.md': page('No', '', 'draft: true\n'),
      }),
    ).toEqual(['New static pages:', '  Imprint  /imprint'])
    expect(await report({ 'pages/imprint.md': page('Imprint', 'Words.') })).toEqual([
      'Changed static pages:',
      '  Imprint  /imprint',
    ])
    await project.remove('pages/imprint.md')
    expect(await report()).toEqual(['Static pages no longer there:', '  Imprint  /imprint'])
  })

  test('that change their order in the footer are listed in the new order', async () => {
    const ordered = (first: number, second: number) => ({
      'pages/about.md': page('About', '', `order: ${first}\n`),
      'pages/imprint.md': page('Imprint', '', `order: ${second}\n`),
    })
    await report(ordered(1, 2))
    expect(await report(ordered(3, 2))).toEqual([
      ...['Changed static pages:', '  About  /about'],
      ...['Static pages in another order:', '  Imprint, About'],
    ])
    expect(await report({ 'pages/first.md': page('First', '', 'order: 1\n') })).toEqual([
      'New static pages:',
      '  First  /first',
    ])
  })

  test('an old address of one is a redirect', async () => {
    await report({ 'pages/imprint.md': page('Imprint') })
    await project.remove('pages/imprint.md')
    expect(await report({ 'pages/legal.md': page('Legal', '', 'aliases: [/imprint]\n') })).toEqual([
      ...['Redirects:', '  /imprint → /legal', 'New static pages:', '  Legal  /legal'],
      ...['Static pages no longer there:', '  Imprint  /imprint'],
    ])
  })

  test('authors whose page is new or disappears', async () => {
    await report()
    const lines = await report({ 'articles/calm.md': article('Calm', { authors: ['desk'] }) })
    expect(lines).toEqual(expect.arrayContaining(['New authors:', '  desk']))
    expect(await report({ 'articles/calm.md': article('Calm') })).toEqual(
      expect.arrayContaining(['Authors without articles now:', '  desk']),
    )
  })
})

test('an article with a future date and expiry is listed under both', async () => {
  await report()
  const files = { 'articles/gale.md': article('Gale', { date: '2026-03-02', expires: '2026-03-08' }) }
  const lines = await report(files)
  expect(lines).toEqual(
    expect.arrayContaining([
      '  2026-03-02 00:00  Gale  /articles/gale',
      '  2026-03-09 00:00  Gale  /articles/gale',
    ]),
  )
})

test('an article that was taken down is not reported to appear or to expire, even from a stale checkout', async () => {
  const stale = {
    'articles/gale.md': article('Gale', { date: '2026-03-02' }),
    'articles/storm.md': article('Storm', { expires: '2026-03-09' }),
  }
  await report(stale)
  for (const slug of ['gale', 'storm']) {
    const note = { author: 'Ada', message: '', time: Date.parse('2026-03-01T12:00:00Z') }
    await takeDown(store, await planTakedown(project.root, store, slug), note)
  }
  const moved = { 'articles/gale.md': article('Gale', { date: '2026-03-01T13:02' }) }
  const lines = await report({ ...stale, ...moved, 'site.yaml': SITE, 'articles/fog.md': article('Fog') })
  expect(lines.join('\n')).toContain('Fog')
  expect(lines.join('\n')).not.toMatch(/Gale|Storm/)
})

describe('plan warns of an instant less than three minutes ahead', () => {
  const NEAR = 'Less than three minutes ahead, so not every location will know in time:'
  const pointed = (lines: string[]): string[] => {
    const start = lines.indexOf(NEAR)
    return start < 0 ? [] : lines.slice(start + 1).filter((line) => /^ {2}2026/.test(line))
  }
  beforeEach(() => report())

  test('when it is set, once', async () => {
    const files = {
      'articles/gale.md': article('Gale', { date: '2026-03-01T13:02' }),
      'articles/calm.md': article('Calm', { expires: '2026-03-01T13:02' }),
    }
    expect(pointed(await report(files)).sort()).toEqual([
      '  2026-03-01 13:02 appears  Gale  /articles/gale',
      '  2026-03-01 13:02 expires  Calm  /articles/calm',
    ])
    const later = { 'articles/storm.md': article('Storm again') }
    expect(pointed(await report(later, '2026-03-01T12:00:30Z'))).toEqual([])
  })

  test('when it is moved away or cancelled', async () => {
    await report({
      'articles/gale.md': article('Gale', { date: '2026-03-01T13:30' }),
      'articles/calm.md': article('Calm', { expires: '2026-03-01T13:30' }),
    })
    const files = {
      'articles/gale.md': article('Gale', { date: '2026-03-01T18:00' }),
      'articles/calm.md': article('Calm'),
    }
    expect(pointed(await report(files, '2026-03-01T12:28:00Z')).sort()).toEqual([
      '  2026-03-01 13:30 no longer appears  Gale  /articles/gale',
      '  2026-03-01 13:30 no longer expires  Calm  /articles/calm',
    ])
  })

  test('not when it is further away', async () => {
    expect(
      pointed(await report({ 'articles/gale.md': article('Gale', { date: '2026-03-01T13:03' }) })),
    ).toEqual([])
  })
})
