// Rollback to an earlier push: the target, the plan, the takedowns that stay, and the cost of two writes.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { canonicalJson } from '../../src/canonical.ts'
import { type RollbackCommand, runRollback } from '../../src/publish/commands/rollback.ts'
import { publish } from '../../src/publish/publish.ts'
import { openMemory } from '../../src/publish/push/last-push.ts'
import { readCurrent, readEdition, readTables } from '../../src/publish/stored/reading.ts'
import { openLocalStore } from '../../src/publish/stores/local.ts'
import type { Store } from '../../src/publish/stores/store.ts'
import { type Current, keys, type Push } from '../../src/records.ts'
import { articleFile, manyArticles, SITE_FILES } from '../harness/content.ts'
import { emptyStore, makeProject, type Project } from '../harness/project.ts'
import { recordingStore } from '../harness/recording-store.ts'
import { makeTerminal } from '../harness/terminal.ts'

const article = (title: string, fields: Record<string, unknown> = {}): string =>
  articleFile({ title, date: '2026-02-16', ...fields })
const TIME = Date.parse('2026-03-01T12:00:00Z')

let project: Project
let local: Store
let store: Store
/** Keys in the order in which they were written since the last push. */
let written: string[] = []
beforeAll(async () => {
  project = await makeProject()
  local = await openLocalStore(project.root)
})
beforeEach(async () => {
  await project.reset({ 'articles/storm.md': article('Storm', { tags: ['Sea'] }) })
  await emptyStore(local)
  store = recordingStore(local, (keys) => written.push(...keys))
  written = []
})
afterAll(async () => {
  await local.close()
  await project.dispose()
})

async function push(files: Record<string, string>, message = ''): Promise<Current> {
  await project.write(files)
  const note = { author: 'Ada', message, time: TIME }
  const outcome = await publish({ root: project.root, store, note, remove: 'any' })
  if (outcome.state !== 'pushed') throw new Error(JSON.stringify(outcome))
  written = []
  return outcome.live
}

async function back(
  options: Partial<RollbackCommand> = {},
  answer: boolean | null = null,
): Promise<{ code: number; lines: string[]; questions: string[] }> {
  const terminal = makeTerminal(answer)
  const note = { author: 'Ben', message: 'Oops', time: TIME }
  const command = { root: project.root, store, isLocal: true, note, sure: false, ...options }
  const code = await runRollback(command, terminal)
  return { code, lines: terminal.take(), questions: terminal.questions }
}

async function readLive(): Promise<Current> {
  const current = await readCurrent(store)
  if (!current) throw new Error('Nothing is live')
  return current
}

async function readPush(sequence: number): Promise<Push> {
  return JSON.parse((await store.get(keys.push(sequence))) ?? 'null') as Push
}

/** Puts something else live without a push, as other commands do. */
async function replaceLive(change: Partial<Current>, note: Partial<Push> = {}): Promise<void> {
  const live = await readLive()
  const next = { ...live, ...change, sequence: live.sequence + 1 }
  const { edition } = live
  const about = { edition, time: TIME, author: 'Ada', message: '', before: live.sequence, ...note }
  await store.put([
    { key: keys.push(next.sequence), value: canonicalJson(about) },
    { key: keys.current, value: canonicalJson(next) },
  ])
  await openMemory(project.root, store).remember(next)
  written = []
}

describe('rollback', () => {
  test('says what comes back and what goes, and writes two values: the push, then current', async () => {
    const first = await push({}, 'The first')
    await push({
      'articles/storm.md': article('Tempest', { tags: ['Sea'] }),
      'articles/calm.md': article('Calm'),
    })
    const { code, lines, questions } = await back()
    expect({ code, questions }).toEqual({ code: 0, questions: [] })
    expect(lines).toEqual([
      'Back to push 1 of 2026-03-01 13:00 by Ada “The first”, in place of push 2.',
      'Is again as it was:',
      '  Storm  /articles/storm',
      'No longer there:',
      '  Calm  /articles/calm',
      `Push 3 is live: back to push 1 (edition ${first.edition.slice(0, 12)}), 2 values written.`,
      'The sources were not changed: the next deploy publishes them.',
    ])
    expect(written).toEqual(['push/3', 'current'])
    const live = await readLive()
    expect(live).toEqual({ ...first, sequence: 3 })
    expect(await readPush(3)).toEqual({
      edition: first.edition,
      time: TIME,
      author: 'Ben',
      message: 'Oops',
      before: 2,
      rollback: 1,
      changes: { appearing: 0, changed: 1, disappearing: 1, scheduled: 0, titles: ['Storm', 'Calm'] },
    })
  })

  test('is two writes where the tables are in parts, and both editions stay whole', async () => {
    const many = manyArticles(400, { last: TIME - 86_400_000 })
    const first = await push(many)
    expect(first.body.articles).toHaveProperty('parts')
    await push({ 'articles/calm.md': article('Calm') })
    const { lines } = await back()
    expect(lines).toContain('  Calm  /articles/calm')
    expect(written).toEqual(['push/3', 'current'])
    expect((await readTables(store, (await readLive()).body)).articles.size).toBe(401)
  })

  test('tells what will still go live or expire, in the zone of the site', async () => {
    await push({
      'articles/gale.md': article('Gale', { date: '2099-02-16T10:00' }),
      'articles/fog.md': article('Fog', { expires: '2099-02-15T10:00' }),
    })
    await push({ 'articles/gale.md': article('Gale', { draft: true }) })
    const { lines } = await back()
    const start = lines.indexOf('Will still go live or expire:')
    expect(lines.slice(start + 1, start + 3)).toEqual([
      '  2099-02-15 10:00 expires  Fog  /articles/fog',
      '  2099-02-16 10:00 appears  Gale  /articles/gale',
    ])
    expect(lines).not.toContain('Comes back:')
  })

  test('points out what it sets, moves or cancels less than three minutes ahead', async () => {
    const soon = (seconds: number): string => new Date(TIME + seconds * 1000).toISOString()
    await push({
      'articles/gale.md': article('Gale', { date: soon(60) }),
      'articles/fog.md': article('Fog', { expires: soon(120) }),
      'articles/same.md': article('Same', { date: soon(90) }),
      'articles/down.md': article('Down', { date: soon(90) }),
    })
    await push({
      'articles/gale.md': article('Gale', { date: soon(30) }),
      'articles/fog.md': article('Fog'),
      'articles/new.md': article('New', { date: soon(179) }),
      'articles/far.md': article('Far', { date: soon(181) }),
      'articles/down.md': article('Down', { date: soon(100) }),
    })
    await replaceLive({ takedowns: [{ slug: 'down' }] }, { takedown: 'down' })
    const { lines } = await back()
    const start = lines.indexOf('Less than three minutes ahead, so not every location will know in time:')
    const told = lines.slice(start + 1, start + 5)
    expect(told.slice(0, 3).sort()).toEqual([
      '  2026-03-01 13:01 appears  Gale  /articles/gale',
      '  2026-03-01 13:02 expires  Fog  /articles/fog',
      '  2026-03-01 13:02 no longer appears  New  /articles/new',
    ])
    expect(told[3]).toMatch(/^Push 4 is live/)
  })

  test('tells which settings come back', async () => {
    await push({})
    const site = (SITE_FILES['site.yaml'] ?? '').replace('Europe/Berlin', 'Asia/Tokyo')
    await push({ 'site.yaml': `${site}tagline: All of it\n` })
    const { lines } = await back()
    const start = lines.indexOf('Site settings are again as they were:')
    expect(lines[start + 1]).toBe('  tagline, timezone')
  })
})

describe('rollback goes to the push before in time', () => {
  const titles = ['One', 'Two', 'Three', 'Four']
  let editions: string[] = []
  beforeEach(async () => {
    editions = []
    for (const title of titles) {
      editions.push((await push({ 'articles/storm.md': article(title) })).edition)
    }
  })

  test('goes one push further back with every rollback', async () => {
    for (const [index, sequence] of [3, 2, 1].entries()) {
      await back()
      expect(await readPush(5 + index)).toMatchObject({ rollback: sequence })
      expect((await readLive()).edition).toBe(editions[sequence - 1])
    }
    await expect(back()).rejects.toThrow(
      'There is nothing to go back to: nothing was published before the edition that is live (push 7)',
    )
    expect(written).toEqual(['push/5', 'current', 'push/6', 'current', 'push/7', 'current'])
  })

  test('after a rollback and a push, to what was live before that push', async () => {
    await back({ to: 2 })
    await push({ 'articles/storm.md': article('Five') })
    await back()
    expect(await readPush(7)).toMatchObject({ rollback: 2 })
    expect((await readLive()).edition).toBe(editions[1])
  })

  test('--to another, forwards too, and to a rollback as to what it went back to', async () => {
    await back({ to: 1 })
    await back({ to: 4 })
    expect((await readLive()).edition).toBe(editions[3])
    await back({ to: 5 })
    expect(await readPush(7)).toMatchObject({ rollback: 1, edition: editions[0] })
  })

  test('skips takedowns', async () => {
    await replaceLive({ takedowns: [{ slug: 'storm' }] }, { takedown: 'storm' })
    await back()
    expect(await readPush(6)).toMatchObject({ rollback: 3 })
  })

  test('the edition that is live already is left alone', async () => {
    const { code, lines } = await back({ to: 4 })
    expect(code).toBe(0)
    expect(lines).toEqual([
      `Nothing changed: the edition of push 4 (${editions[3]?.slice(0, 12)}) is live already.`,
    ])
    expect(written).toEqual([])
  })

  test.each([
    [
      'one that never was',
      { to: 9 },
      'There is no push 9: the latest is 4. npm run editions local lists them',
    ],
    [
      'one whose record was removed',
      { to: 2, remove: [keys.push(2)] },
      'Push 2 is not kept any more: gc has removed it. npm run editions local lists those that are kept',
    ],
    [
      'one that gc is about to remove',
      { to: 2, forgotten: 3 },
      'Push 2 is not kept any more: gc has removed it. npm run editions local lists those that are kept',
    ],
  ])('%s is refused', async (_, { to, remove = [], forgotten }: Case, message) => {
    await store.remove(remove)
    if (forgotten !== undefined) {
      await store.put([{ key: keys.forgotten, value: JSON.stringify({ before: forgotten, began: TIME }) }])
      written = []
    }
    await expect(back({ to })).rejects.toThrow(message)
    expect(written).toEqual([])
  })
  type Case = { to: number; remove?: string[]; forgotten?: number }

  test('one whose edition was removed is refused', async () => {
    await store.remove([keys.edition(editions[1] ?? '')])
    await expect(back({ to: 2 })).rejects.toThrow(
      /^The store does not hold edition [0-9a-f]{12} any more: gc has removed it\. Choose a later push$/,
    )
    expect(written).toEqual([])
  })

  test('gc that begins while the question waits is noticed', async () => {
    const terminal = makeTerminal(true)
    const ask = terminal.ask
    terminal.ask = async (question) => {
      await store.put([{ key: keys.forgotten, value: JSON.stringify({ before: 4, began: TIME }) }])
      return ask(question)
    }
    const note = { author: 'Ben', message: '', time: TIME }
    const command = { root: project.root, store, isLocal: false, note, sure: false }
    await expect(runRollback(command, terminal)).rejects.toThrow('Push 3 is not kept any more')
    expect(await readLive()).toMatchObject({ sequence: 4 })
  })

  test('a push that comes while the question waits stops it', async () => {
    const terminal = makeTerminal(true)
    terminal.ask = async () => {
      await push({ 'articles/storm.md': article('Five') })
      return true
    }
    const note = { author: 'Ben', message: '', time: TIME }
    const command = { root: project.root, store, isLocal: false, note, sure: false }
    await expect(runRollback(command, terminal)).rejects.toThrow('Another push (number 5) was made meanwhile')
    expect(written).toEqual([])
  })
})

describe('under an older edition', () => {
  test('what is gone today stays gone, through several rollbacks, and comes back with the push after', async () => {
    await push({ 'articles/fog.md': article('Fog') })
    await push({ 'articles/calm.md': article('Calm') })
    await project.remove('articles/fog.md')
    const site = SITE_FILES['site.yaml'] ?? ''
    await push({ 'site.yaml': `${site}gone: [fog]\n` })
    const { lines } = await back()
    expect(lines).toEqual(
      expect.arrayContaining(['Stays away, because it was taken down or is gone since:', '  /articles/fog']),
    )
    expect(lines).not.toContain('Comes back:')
    expect(await readLive()).toMatchObject({ takedowns: [{ slug: 'fog', untilNextPush: true }] })
    await back()
    expect(await readLive()).toMatchObject({ sequence: 5, takedowns: [{ slug: 'fog', untilNextPush: true }] })
    await back({ to: 3 })
    expect((await readLive()).takedowns).toEqual([])
    await back()
    await push({ 'site.yaml': site })
    expect((await readLive()).takedowns).toEqual([])
  })

  test('a takedown stays, and lowers the counts of the lists of the older edition', async () => {
    await push({
      'articles/storm.md': article('Storm', { tags: ['Sea', 'Wind'], expires: '2099-01-01T00:00Z' }),
    })
    await push({
      'articles/storm.md': article('Storm', { tags: ['Sea'] }),
      'articles/calm.md': article('Calm'),
    })
    const from = Date.parse('2026-02-15T23:00Z')
    const takedowns = [{ slug: 'storm', counted: { from, lists: ['sea'] } }, { slug: 'never' }]
    await replaceLive({ takedowns }, { takedown: 'storm' })
    const { lines } = await back()
    expect(lines).toContain('  /articles/storm')
    expect(lines).not.toContain('Is again as it was:')
    const until = Date.parse('2099-01-01T00:00Z')
    expect((await readLive()).takedowns).toEqual([
      { slug: 'storm', counted: { from, until, lists: ['sea', 'wind'] } },
      { slug: 'never' },
    ])
    await back({ to: 2 })
    expect((await readLive()).takedowns).toEqual(takedowns)
  })
})

describe('the question', () => {
  beforeEach(async () => {
    await push({})
    await push({ 'articles/calm.md': article('Calm') })
  })
  const far = { isLocal: false }

  test('is asked at a terminal: no changes nothing', async () => {
    const { code, lines, questions } = await back(far, false)
    expect({ code, questions, written }).toEqual({
      code: 1,
      questions: [`Roll ${store.name} back?`],
      written: [],
    })
    expect(lines.at(-1)).toBe('Nothing was rolled back.')
  })

  test('yes rolls back, and tells by when readers see it', async () => {
    const { code, lines } = await back(far, true)
    expect(code).toBe(0)
    expect(written).toEqual(['push/3', 'current'])
    expect(lines.at(-2)).toMatch(/^Every reader sees it within 4 minutes \(by \d\d:\d\d\); /)
  })

  test('without a terminal takes the safe answer unless a flag gives one', async () => {
    await expect(back(far, null)).rejects.toThrow(/put these words at the end of the command: -- --sure$/)
    expect(written).toEqual([])
    const { code, questions } = await back({ ...far, sure: true }, null)
    expect({ code, questions, written }).toEqual({ code: 0, questions: [], written: ['push/3', 'current'] })
  })
})

test('the command: rolls the local store back, and says in one line what it cannot do', async () => {
  expect(await project.run(['rollback', 'local'])).toEqual({
    code: 1,
    stdout: '',
    stderr: 'Nothing was published to the local store yet, so there is nothing to go back to\n',
  })
  await project.run(['deploy', 'local', '--author', 'Ada'])
  await project.write({ 'articles/calm.md': article('Calm') })
  await project.run(['deploy', 'local', '--author', 'Ada'])
  expect((await project.run(['rollback', 'local', '--to', 'x'])).stderr).toBe(
    '--to must be the number of a push, which npm run editions tells, such as 12: found "x"\n',
  )
  const { code, stdout } = await project.run(['rollback', 'local', '--to', '1', '--author', 'Ben'])
  expect(code).toBe(0)
  expect(stdout).toContain('No longer there:\n  Calm  /articles/calm\nPush 3 is live: back to push 1')
  const live = await readLive()
  expect(live.sequence).toBe(3)
  expect(await readEdition(store, live.edition)).toEqual(live.body)
})
