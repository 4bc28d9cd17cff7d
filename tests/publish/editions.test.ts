// The list of pushes, and the coming instants of the live edition.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { canonicalJson } from '../../src/canonical.ts'
import { runEditions } from '../../src/publish/commands/editions.ts'
import { publish } from '../../src/publish/publish.ts'
import { readCurrent } from '../../src/publish/stored/reading.ts'
import { openLocalStore } from '../../src/publish/stores/local.ts'
import type { Store } from '../../src/publish/stores/store.ts'
import { type Current, keys } from '../../src/records.ts'
import { articleFile } from '../harness/content.ts'
import { emptyStore, makeProject, type Project } from '../harness/project.ts'
import { makeTerminal } from '../harness/terminal.ts'

const article = (title: string, fields: Record<string, unknown> = {}): string =>
  articleFile({ title, date: '2026-02-16', ...fields })
const TIME = Date.parse('2026-03-01T12:00:00Z')

let project: Project
let store: Store
beforeAll(async () => {
  project = await makeProject()
  store = await openLocalStore(project.root)
})
beforeEach(async () => {
  await project.reset({ 'articles/storm.md': article('Storm') })
  await emptyStore(store)
})
afterAll(async () => {
  await store.close()
  await project.dispose()
})

async function push(files: Record<string, string>, note: { author?: string; message?: string } = {}) {
  await project.write(files)
  const { author = 'Ada', message = '' } = note
  const outcome = await publish({
    root: project.root,
    store,
    remove: 'any',
    note: { author, message, time: TIME },
  })
  if (outcome.state !== 'pushed') throw new Error(outcome.state)
  return outcome.live.edition.slice(0, 12)
}

async function editions(json = false): Promise<string[]> {
  const terminal = makeTerminal()
  expect(await runEditions({ root: project.root, store, json, now: TIME }, terminal)).toBe(0)
  return terminal.take()
}

/** What is live as another command left it. */
async function replaceLive(change: Partial<Current>): Promise<void> {
  const live = await readCurrent(store)
  await store.put([{ key: keys.current, value: canonicalJson({ ...live, ...change }) }])
}

test('nothing was published', async () => {
  expect(await editions()).toEqual(['Nothing was published to the local store yet.'])
  expect((await editions(true)).map((line) => JSON.parse(line))).toEqual([
    { live: null, pushes: [], coming: [] },
  ])
})

test('pushes stand with the latest first: who, when in the zone of the site, why, and what changed', async () => {
  const first = await push({}, { message: 'The first' })
  const second = await push(
    {
      'articles/storm.md': article('Tempest'),
      'articles/calm.md': article('Calm'),
      'articles/fog.md': article('Fog'),
      'articles/gale.md': article('Gale', { date: '2099-02-16' }),
    },
    { author: 'Ben' },
  )
  expect(await editions()).toEqual([
    'Push 2  2026-03-01 13:00  Ben  (live)',
    `  edition ${second}: 2 new, 1 changed, 1 to appear later (Calm, Fog, Tempest and 1 other)`,
    'Push 1  2026-03-01 13:00  Ada  “The first”',
    `  edition ${first}: 1 new (Storm)`,
    'Still to come, by the clocks of Europe/Berlin:',
    '  2099-02-16 00:00 appears  Gale  /articles/gale',
  ])
})

describe('a later appearance is listed under the push that scheduled it', () => {
  const at = (date: string) => article('Gale', { date })
  const told = async (): Promise<string[]> =>
    (await editions()).flatMap((line) => /^ {2}edition \w{12}: (.*)/.exec(line)?.[1] ?? [])

  test('and of no other, unless it was not to appear meanwhile', async () => {
    await push({ 'articles/gale.md': at('2099-02-16') })
    await push({ 'articles/calm.md': article('Calm') })
    // It has other neighbours, another text, and another date: it is scheduled already.
    await push({ 'articles/fog.md': article('Fog', { date: '2099-02-15' }) })
    await push({ 'articles/gale.md': at('2099-02-17') })
    await push({ 'articles/gale.md': article('Gale', { draft: true }) })
    await push({ 'articles/gale.md': at('2099-02-17') })
    expect(await told()).toEqual([
      '1 to appear later (Gale)',
      'nothing that readers see',
      'nothing that readers see',
      '1 to appear later (Fog)',
      '1 new (Calm)',
      '1 new, 1 to appear later (Storm, Gale)',
    ])
  })

  test('a rollback: what would not have appeared under the edition before', async () => {
    await push({ 'articles/gale.md': at('2099-02-16'), 'articles/fog.md': at('2099-02-15') })
    await push({ 'articles/fog.md': article('Fog', { draft: true }), 'articles/calm.md': article('Calm') })
    expect((await project.run(['rollback', 'local'])).code).toBe(0)
    expect((await told())[0]).toBe('back to push 1; 1 no longer there, 1 to appear later (Calm, Gale)')
    expect((await project.run(['rollback', 'local', '--to', '2'])).code).toBe(0)
    expect((await told())[0]).toBe('back to push 2; 1 new (Calm)')
  })

  test('what is hidden is not counted, and what is shown again is', async () => {
    await push({ 'articles/gale.md': at('2099-02-16') })
    await replaceLive({ takedowns: [{ slug: 'gale' }] })
    await push({ 'articles/gale.md': at('2099-02-17'), 'articles/calm.md': article('Calm') })
    expect((await told())[0]).toBe('1 new (Calm)')
    const note = { author: 'Ada', message: '', time: TIME }
    const outcome = await publish({ root: project.root, store, remove: [], restore: ['gale'], note })
    expect(outcome.state).toBe('pushed')
    expect((await told())[0]).toBe('1 to appear later (Gale)')
  })
})

test('rollbacks and takedowns are labelled as such', async () => {
  await push({})
  await push({ 'articles/calm.md': article('Calm') })
  expect((await project.run(['rollback', 'local', '--author', 'Cy'])).code).toBe(0)
  const note = { edition: 'a'.repeat(32), time: TIME, author: 'Ada', message: '', takedown: 'storm' }
  await store.put([{ key: keys.push(2), value: canonicalJson(note) }])
  const lines = await editions()
  expect(lines[0]).toMatch(/^Push 3 {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}Cy {2}\(live\)$/)
  expect(lines[1]).toMatch(/^ {2}edition [0-9a-f]{12}: back to push 1; 1 no longer there \(Calm\)$/)
  expect(lines[3]).toBe('  edition aaaaaaaaaaaa: takedown of storm')
})

describe('the list of coming instants', () => {
  const hourly = (index: number): string =>
    new Date(Date.UTC(2099, 0, 1, 23) + index * 3_600_000).toISOString()

  test('is in the order of time, and cut off with the number left out', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 23 }, (_, index) => {
        const title = `Story ${index}`
        return [`articles/story-${index}.md`, article(title, { date: hourly(22 - index) })]
      }),
    )
    await push({ ...files, 'articles/fog.md': article('Fog', { expires: hourly(-1) }) })
    const lines = await editions()
    const start = lines.indexOf('Still to come, by the clocks of Europe/Berlin:')
    expect(lines.slice(start + 1, start + 3)).toEqual([
      '  2099-01-01 23:00 expires  Fog  /articles/fog',
      '  2099-01-02 00:00 appears  Story 22  /articles/story-22',
    ])
    expect(lines.slice(start + 1)).toHaveLength(21)
    expect(lines.at(-1)).toBe('  and 4 more')
    const { coming } = JSON.parse((await editions(true))[0] ?? '')
    expect(coming).toHaveLength(24)
    expect(coming[23]).toEqual({
      at: '2099-01-02T21:00:00.000Z',
      becomes: 'appears',
      slug: 'story-0',
      title: 'Story 0',
    })
  })

  test('leaves out what was taken down or is gone', async () => {
    await push({
      'articles/gale.md': article('Gale', { date: '2099-02-16' }),
      'articles/fog.md': article('Fog', { expires: '2099-02-16' }),
    })
    await replaceLive({
      takedowns: [{ slug: 'gale' }, { slug: 'fog', untilNextPush: true }],
    })
    expect((await editions()).at(-1)).toBe('Nothing is still to appear or expire.')
  })
})

test('the command with --json: one object with stable names', async () => {
  await push({}, { message: 'The first' })
  const { edition } = (await readCurrent(store)) ?? {}
  const { code, stdout } = await project.run(['editions', 'local', '--json'])
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toEqual({
    live: { push: 1, edition },
    pushes: [
      {
        push: 1,
        edition,
        at: '2026-03-01T12:00:00.000Z',
        author: 'Ada',
        message: 'The first',
        changes: { appearing: 1, changed: 0, disappearing: 0, scheduled: 0, titles: ['Storm'] },
      },
    ],
    coming: [],
  })
})
