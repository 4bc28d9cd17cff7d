// A takedown hides first and looks around afterwards: what is broken, long, in a race or dead must not delay the first,
// and must not spoil the second.
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { canonicalJson } from '../../src/canonical.ts'
import { preview } from '../../src/publish/commands/preview.ts'
import { reportTakedown, type TakedownOutcome, takedown } from '../../src/publish/commands/takedown.ts'
import { publish } from '../../src/publish/publish.ts'
import { readCurrent, readTables } from '../../src/publish/stored/editions.ts'
import { openLocalStore } from '../../src/publish/stores/local.ts'
import type { Store, Value } from '../../src/publish/stores/store.ts'
import { keys } from '../../src/records.ts'
import { partOf } from '../../src/tables.ts'
import { articleFile, manyArticles } from '../harness/content.ts'
import { memoryStore, type Values } from '../harness/memory-store.ts'
import { makeProject, type Project } from '../harness/project.ts'

const NOW = Date.UTC(2026, 5, 1, 12)
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const SENTENCE = 'A sentence that the lawyer dislikes.'

const projects: Project[] = []
afterEach(async () => {
  for (const project of projects.splice(0)) await project.dispose()
})

const storm = (tags: readonly string[], words = ''): Record<string, string> => ({
  'articles/storm.md': articleFile({
    ...{ title: 'The storm', date: '2026-05-01', tags, aliases: ['/articles/gale'] },
    ...{ image: { src: 'storm.png', alt: 'Waves' }, body: `${SENTENCE} ${words}` },
  }),
})
const calm = (body: string): Record<string, string> => ({
  'articles/calm.md': articleFile({ title: 'Calm', date: '2026-05-02', tags: ['Weather'], body }),
})

/** So many that the table of articles is in parts. */
const MANY = manyArticles(450, { last: NOW - 60 * 86_400_000 })

type Files = Record<string, string | Uint8Array>
type Desk = Project & { values: Values; store: Store }

/** A desk that has published; what others do to the store, they do with `push`. */
async function openDesk(files: Files = {}): Promise<Desk> {
  const project = await makeProject({
    ...{ 'images/storm.png': PNG, ...calm('Nothing.'), ...storm(['Weather', 'Docks']) },
    ...files,
  })
  projects.push(project)
  const values: Values = new Map()
  const desk = { ...project, values, store: memoryStore(values) }
  await push(desk)
  return desk
}

async function push({ write, root, store }: Desk, files: Files = {}): Promise<void> {
  await write(files)
  const note = { author: 'Ben', message: '', time: NOW }
  const outcome = await publish({ root, store, note, remove: 'any' })
  expect(outcome.state === 'problems' ? outcome.problems : outcome.state).toBe('pushed')
}

/** A colleague at another desk, who has the same store and the sources as they were published. */
async function colleague({ root, store }: Desk): Promise<Desk> {
  const project = await makeProject()
  projects.push(project)
  await cp(join(root, 'content'), join(project.root, 'content'), { recursive: true })
  return { ...project, values: new Map(), store }
}

const takeDown = (
  { root, store }: Pick<Desk, 'root' | 'store'>,
  confirm: (lines: readonly string[]) => Promise<boolean> = async () => true,
) =>
  takedown({
    ...{ root, store, slug: 'storm', confirm },
    note: { author: 'Ann', message: 'The lawyer called', time: NOW },
  })

type Taken = Exclude<TakedownOutcome, { state: 'declined' }>

const taken = async (outcome: Promise<TakedownOutcome>): Promise<Taken> => {
  const found = await outcome
  if (found.state === 'declined') throw new Error('It was declined')
  return found
}

type Call = 'get' | 'getMany' | 'getBytes' | 'put' | 'list' | 'remove'

/** A store that tells of every call before it is made. */
function watched(store: Store, before: (call: Call, keys: readonly string[]) => Promise<void>): Store {
  return {
    ...store,
    get: async (key) => before('get', [key]).then(() => store.get(key)),
    getMany: async (wanted) => before('getMany', wanted).then(() => store.getMany(wanted)),
    getBytes: async (key) => before('getBytes', [key]).then(() => store.getBytes(key)),
    put: async (given, onWritten) => {
      const all: Value[] = []
      for await (const value of given) all.push(value)
      await before(
        'put',
        all.map(({ key }) => key),
      )
      await store.put(all, onWritten)
    },
    async *list(prefix) {
      await before('list', [prefix])
      yield* store.list(prefix)
    },
    remove: async (wanted) => before('remove', wanted).then(() => store.remove(wanted)),
  }
}

const takenDown = async (store: Store) => (await readCurrent(store))?.takedowns ?? []

/** How many values hold the article's text. */
const texts = (values: Values): number =>
  [...values.values()].filter((value) => String(value).includes(SENTENCE)).length

async function recordOf({ store }: Pick<Desk, 'store'>): Promise<string> {
  const live = await readCurrent(store)
  return (live && (await readTables(store, live.body)).articles.get('storm')?.record) ?? ''
}

describe('Before a takedown hides', () => {
  /** Calls up to the question, and from there up to the write that hides. */
  async function callsOf(desk: Desk): Promise<{ asked: number; hidden: number }> {
    const calls = { asked: 0, hidden: 0 }
    let at: 'asked' | 'hidden' | 'over' = 'asked'
    const store = watched(desk.store, async (call, [key]) => {
      if (at !== 'over') calls[at] += 1
      if (call === 'put' && key === keys.current) at = 'over'
    })
    const confirm = async (): Promise<boolean> => {
      at = 'hidden'
      return true
    }
    expect(await takeDown({ ...desk, store }, confirm)).toMatchObject({ state: 'done' })
    return calls
  }

  test('it asks the store as seldom after 20 pushes as after one, whatever the size of the site', async () => {
    const young = await openDesk()
    const few = await callsOf(young)
    const old = await openDesk(MANY)
    for (let count = 2; count <= 20; count += 1) {
      await push(old, storm(['Weather', 'Docks'], `Correction ${count}.`))
    }
    const live = await readCurrent(old.store)
    expect([live?.sequence, live && 'parts' in live.body.articles]).toEqual([20, true])
    expect(texts(old.values)).toBe(20)
    const many = await callsOf(old)
    expect(texts(old.values)).toBe(0)
    // `current`, the row and the record; then `current` twice, the note of the push, and `current` itself.
    expect(few).toEqual({ asked: 2, hidden: 4 })
    // And the parts that have the rows of its two addresses.
    expect(many).toEqual({ asked: 5, hidden: 6 })
  })

  test('it looks at older editions for an article that the live one does not have, up to the last that had it', async () => {
    const desk = await openDesk()
    await push(desk, storm(['Weather'], 'Last words.'))
    await desk.remove('articles/storm.md')
    await push(desk)
    const said: string[] = []
    const outcome = takeDown(desk, async (lines) => {
      said.push(...lines)
      return true
    })
    expect(await outcome).toMatchObject({ state: 'done', removed: { records: 2, pictures: 1 }, editions: 2 })
    expect(said[0]).toBe('To be taken down: The storm  /articles/storm  of 2026-05-01 00:00')
    expect(texts(desk.values)).toBe(0)
  })
})

describe('What a takedown cannot read', () => {
  /** Two pushes with the article, and one that went without it, so that only the second edition names its record. */
  async function longDesk(): Promise<Desk & { old: { edition: string; record: string } }> {
    const desk = await openDesk()
    const old = { edition: (await readCurrent(desk.store))?.edition ?? '', record: await recordOf(desk) }
    await push(desk, storm(['Weather', 'Cranes'], 'Once more.'))
    return { ...desk, old }
  }

  const asPreview = async ({ root, store }: Desk): Promise<string> => {
    const note = { author: 'Ben' }
    await preview({ root, store, time: NOW, note })
    for await (const { key } of store.list('preview/')) return key
    throw new Error('There is no preview')
  }

  const kept = (key: string): string => `  ${key.replace('/', ' ').slice(0, key.indexOf('/') + 13)}`

  test.each([
    ['half an edition', (desk) => keys.edition(desk.old.edition), '{"settings":'],
    ['an edition of another shape', (desk) => keys.edition(desk.old.edition), '{}'],
    ['no edition where a push names one', (desk) => keys.edition(desk.old.edition), null],
    ['half a preview', (desk) => asPreview(desk), '{"body":'],
    ['half the note of a push', () => keys.push(1), '{'],
    ['half a record of its own', (desk) => keys.article(desk.old.record), `{"body":"${SENTENCE}`],
  ] satisfies [
    string,
    (desk: Awaited<ReturnType<typeof longDesk>>) => string | Promise<string>,
    string | null,
  ][])('is named, and hinders nothing else: %s', async (_, keyOf, text) => {
    const desk = await longDesk()
    const key = await keyOf(desk)
    if (text === null) desk.values.delete(key)
    else desk.values.set(key, text)
    const outcome = await taken(takeDown(desk))
    expect(outcome).toMatchObject({ state: 'incomplete', unread: [key], failure: null })
    expect((await takenDown(desk.store)).map(({ slug }) => slug)).toEqual(['storm', 'gale'])
    for (const record of [keys.article(await recordOf(desk)), ...(key.startsWith('article/') ? [key] : [])])
      expect([record, desk.values.has(record)]).toEqual([record, false])
    expect(pictures(desk)).toEqual([])
    const report = reportTakedown(outcome)
    expect(report[0]).toBe('/articles/storm is taken down, and no push, rollback or preview brings it back.')
    const at = report.indexOf(
      'Could not be read, so the store may still hold records or pictures that it names:',
    )
    expect(report.slice(at + 1, at + 3)).toEqual([
      kept(key),
      'The article is hidden all the same. Run the command again; what cannot be read then either, npm run gc removes once it is not kept any more.',
    ])
  })

  test('is read by the next one, when it is whole again', async () => {
    const desk = await longDesk()
    const key = keys.edition(desk.old.edition)
    const whole = desk.values.get(key) ?? ''
    desk.values.set(key, '{')
    expect(await takeDown(desk)).toMatchObject({ state: 'incomplete', removed: { records: 1 } })
    expect(texts(desk.values)).toBe(1)
    desk.values.set(key, whole)
    expect(await takeDown(desk)).toMatchObject({ state: 'done', removed: { records: 1 }, unread: [] })
    expect(texts(desk.values)).toBe(0)
    const [down] = await takenDown(desk.store)
    expect(down?.removed?.[desk.old.record]).toEqual(['', 'weather', 'docks'])
  })

  const pictures = ({ values }: Desk): string[] =>
    [...values.keys()].filter((key) => key.startsWith('media/'))

  test("may be the row of the live edition: then what was asked for is hidden, and an older edition's record goes", async () => {
    const desk = await openDesk(MANY)
    await push(desk, storm(['Weather', 'Cranes'], 'Once more.'))
    const live = await readCurrent(desk.store)
    const articles = live?.body.articles
    desk.values.delete(keys.part((articles && 'parts' in articles && partOf(articles.parts, 'storm')) || ''))
    const outcome = await taken(takeDown(desk))
    expect(outcome).toMatchObject({ state: 'incomplete', unread: [keys.edition(live?.edition ?? '')] })
    expect(outcome.removed).toEqual({ records: 1, pictures: 1 })
    expect((await takenDown(desk.store)).map(({ slug }) => slug)).toEqual(['storm', 'gale'])
  })

  test('may be what the live edition says of its picture: then that stays, for somebody may be shown it', async () => {
    const desk = await longDesk()
    const live = await readCurrent(desk.store)
    const broken = { ...live, body: { ...live?.body, media: { parts: '0'.repeat(32) } } }
    desk.values.set(keys.current, canonicalJson(broken))
    expect(await takeDown(desk)).toMatchObject({ state: 'incomplete', removed: { records: 2, pictures: 0 } })
    expect(pictures(desk)).toHaveLength(3)
  })

  test.each([
    ['nothing can be listed', (call: Call) => call === 'list'],
    ['no part can be read', (_: Call, key = '') => key.startsWith('part/')],
    ['nothing can be removed', (call: Call) => call === 'remove'],
  ])(
    'may be anything, once the store is out of reach: that is told, and the article is hidden: %s',
    async (_, isOut) => {
      const desk = await openDesk(MANY)
      const store = watched(desk.store, async (call, [key]) => {
        if ((await takenDown(desk.store)).length > 0 && isOut(call, key))
          throw new Error('Cloudflare was not reached')
      })
      const outcome = await taken(takeDown({ ...desk, store }))
      expect(outcome).toMatchObject({ state: 'incomplete', removed: { records: 0, pictures: 0 }, unread: [] })
      expect(await takenDown(desk.store)).toMatchObject([{ slug: 'storm' }, { slug: 'gale' }])
      expect(reportTakedown(outcome)).toEqual(
        expect.arrayContaining([
          'Not all records and pictures could be removed: Cloudflare was not reached.',
          'The article was hidden before that. Run the command again, also to be sure that no other push has undone it.',
        ]),
      )
      expect(await takeDown(desk)).toMatchObject({ state: 'done', removed: { records: 1, pictures: 1 } })
    },
  )

  test('makes the exit code 1', async () => {
    const desk = await openDesk()
    expect(await desk.run(['deploy', 'local'])).toMatchObject({ code: 0 })
    const store = await openLocalStore(desk.root)
    await store.put([{ key: keys.push(1), value: '{' }])
    await store.close()
    const broken = await desk.run(['takedown', 'storm', 'local'])
    expect([broken.code, broken.stderr]).toEqual([1, ''])
    expect(broken.stdout).toContain('\n  push 1\n')
  })
})

describe('A push beside a takedown', () => {
  /** Does something at one call of a takedown, after the article was hidden. */
  function disturbed({ store }: Desk, when: (call: Call, key: string) => boolean, work: () => Promise<void>) {
    let state: 'before' | 'hidden' | 'done' = 'before'
    return watched(store, async (call, [key = '']) => {
      if (call === 'put' && key === keys.current && state === 'before') state = 'hidden'
      else if (state === 'hidden' && when(call, key)) {
        state = 'done'
        await work()
      }
    })
  }

  const toSurvey = (call: Call, key: string): boolean => call === 'list' && key === 'push/'
  const toLastLook = (call: Call, key: string): boolean => call === 'remove' && key.startsWith('article/')

  /** Publishes on what was live before the takedown, as one does who read `current` before it, and wins. */
  async function winner(desk: Desk): Promise<() => Promise<void>> {
    const before = new Map(desk.values)
    const other = await colleague(desk)
    return async () => {
      const own = new Map(before)
      await push({ ...other, store: memoryStore(own) }, storm(['Cranes'], 'A late word.'))
      for (const [key, value] of own) if (before.get(key) !== value) desk.values.set(key, value)
    }
  }

  /** Publishes on the takedown, with sources that do not know of it. */
  async function follower(desk: Desk): Promise<() => Promise<void>> {
    const other = await colleague(desk)
    return () => push(other, storm(['Cranes'], 'A late word.'))
  }

  test.each([
    ['that knew of it comes before the survey', follower, toSurvey],
    ['that knew of it comes before the last look', follower, toLastLook],
    ['that did not know of it wins before the survey', winner, toSurvey],
    ['that did not know of it wins before the last look', winner, toLastLook],
  ])('%s, with another tag: it is counted out where it is counted', async (_, makePush, when) => {
    const desk = await openDesk()
    const first = await recordOf(desk)
    const store = disturbed(desk, when, await makePush(desk))
    const outcome = await taken(takeDown({ ...desk, store }))
    expect(outcome).toMatchObject({ state: 'done', failure: null })
    const late = await recordOf(desk)
    expect(late).not.toBe(first)
    const live = await readCurrent(desk.store)
    expect(live).toEqual(outcome.live)
    expect(live?.takedowns[0]).toMatchObject({
      ...{ slug: 'storm', tags: ['', 'cranes'] },
      removed: { [first]: ['', 'weather', 'docks'], [late]: ['', 'cranes'] },
    })
    expect(live?.takedowns[1]).toMatchObject({ slug: 'gale', tags: [] })
    expect(texts(desk.values)).toBe(0)
  })

  test('that comes between the question and the answer is counted out at once', async () => {
    const desk = await openDesk()
    const other = await colleague(desk)
    const lists: unknown[] = []
    const store = watched(desk.store, async (call, [key]) => {
      if (call === 'put' && key === keys.current) lists.push(await takenDown(desk.store))
      else if (call === 'list') lists.push((await takenDown(desk.store))[0]?.tags)
    })
    const confirm = async (): Promise<boolean> => {
      await push(other, storm(['Cranes'], 'A late word.'))
      return true
    }
    expect(await takeDown({ ...desk, store }, confirm)).toMatchObject({ state: 'done' })
    expect(lists.slice(0, 2)).toEqual([[], ['', 'cranes']])
  })

  test('that gives its picture to another article while older editions are read keeps the picture', async () => {
    const desk = await openDesk()
    const other = await colleague(desk)
    let surveys = 0
    const toPictures = (call: Call, key: string): boolean =>
      call === 'list' && key === 'preview/' && ++surveys === 2
    const store = disturbed(desk, toPictures, () => push(other, calm('![Waves](../images/storm.png)')))
    expect(await takeDown({ ...desk, store })).toMatchObject({
      state: 'done',
      removed: { records: 1, pictures: 0 },
    })
    expect(surveys).toBe(2)
    expect([...desk.values.keys()].filter((key) => key.startsWith('media/'))).toHaveLength(3)
  })
})

test('A takedown that died at any call has hidden the article or changed nothing live, and a second one completes it', async () => {
  const start = await openDesk()
  await push(start, storm(['Weather', 'Cranes'], 'Once more.'))
  const first = new Map(start.values)
  const isRecord = (key: string): boolean => /^(?:article|media)\//.test(key)
  const sources = await colleague(start)
  let deaths = 0
  let hides = Number.POSITIVE_INFINITY
  let whole: { left: string[]; down: string } | null = null
  for (let isDead = true; isDead; deaths += 1) {
    const desk = await colleague(sources)
    const values = new Map(first)
    const store = memoryStore(values)
    let left = deaths
    const dying = watched(store, async () => {
      // A takedown tries again what another push may have hindered, so a dead line stays dead.
      if (left === 0) throw new Error('The line is dead')
      left -= 1
    })
    const outcome = await takeDown({ ...desk, store: dying }).catch(() => null)
    isDead = outcome?.state !== 'done'
    const [down] = await takenDown(store)
    if (down) hides = Math.min(hides, deaths)
    else
      expect([values.get(keys.current), outcome], `death at call ${deaths}`).toEqual([
        first.get(keys.current),
        null,
      ])
    const gone = [...first.keys()].filter((key) => isRecord(key) && !values.has(key))
    // Nobody can be asked for a record's tags when it is gone.
    for (const key of gone.filter((key) => key.startsWith('article/')))
      expect(down?.removed, `death at call ${deaths}`).toHaveProperty(key.slice('article/'.length))
    if (isDead)
      expect(await takeDown({ ...desk, store }), `death at call ${deaths}`).toMatchObject({ state: 'done' })
    const end = {
      left: [...values.keys()].filter(isRecord).sort(),
      down: canonicalJson(await takenDown(store)),
    }
    whole ??= end
    expect(end, `death at call ${deaths}`).toEqual(whole)
    expect(texts(values)).toBe(0)
  }
  expect(Object.keys(JSON.parse(whole?.down ?? '')[0].removed)).toHaveLength(2)
  // Once it is hidden, most of it is still to come.
  expect(hides).toBeLessThan(deaths / 2)
})
