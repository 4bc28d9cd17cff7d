// A push that died is resumed: a local journal lists the values that it has uploaded.
import { appendFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { build } from '../../../src/publish/build.ts'
import { openJournal } from '../../../src/publish/push/journal.ts'
import { upload } from '../../../src/publish/push.ts'
import { contentOf } from '../../harness/content.ts'
import { memoryStore, type Values } from '../../harness/memory-store.ts'
import { namedKeys } from '../../harness/named-keys.ts'

const NOW = Date.UTC(2026, 5, 1)

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'dateline-journal-'))
})
afterEach(async () => {
  vi.useRealTimers()
  await rm(root, { recursive: true, force: true })
})

const open = (name = 'a store') => openJournal(root, { name })
const fileOf = async (): Promise<string> => {
  const folder = join(root, '.wrangler', 'state')
  return join(folder, (await readdir(folder))[0] ?? '')
}

describe('a journal', () => {
  test('holds what was added until it is removed, for whoever opens it again', async () => {
    expect(await open().read()).toEqual(new Set())
    await open().add(['article/a', 'list/b'])
    await open().add(['article/c'])
    expect(await open().read()).toEqual(new Set(['article/a', 'list/b', 'article/c']))
    expect(await open('another store').read()).toEqual(new Set())
    await open().remove()
    await open().remove()
    expect(await open().read()).toEqual(new Set())
  })

  test('does not vouch for what may have been collected meanwhile', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: NOW })
    await open().add(['article/old'])
    vi.setSystemTime(NOW + 11 * 3_600_000)
    await open().add(['article/new'])
    expect(await open().read()).toEqual(new Set(['article/old', 'article/new']))
    vi.setSystemTime(NOW + 13 * 3_600_000)
    expect(await open().read()).toEqual(new Set(['article/new']))
  })

  test('does not vouch for what was written before gc was last at work', async () => {
    await open().since('1-2').add(['article/old'])
    await open().since('3-4').add(['article/new'])
    expect(await open().since('3-4').read()).toEqual(new Set(['article/new']))
    expect(await open().since('5-6').read()).toEqual(new Set())
  })

  test('that was cut off by a crash vouches for no key that it does not hold whole', async () => {
    await open().add(['article/aaaa', 'article/bbbb'])
    const path = await fileOf()
    const text = await readFile(path, 'utf8')
    const half = `${text.split('\n')[0]?.split(' ')[0]} article/cc`
    for (const end of [half, half.slice(0, 5), 'nonsense', '\n\n', half.split(' ')[0] ?? '']) {
      await rm(path)
      await appendFile(path, text + end)
      const keys = await open().read()
      expect(keys.has('article/aaaa') && keys.has('article/bbbb'), end).toBe(true)
      expect([...keys].filter((key) => key.startsWith('article/cccc'))).toEqual([])
    }
  })
})

describe('an upload after one that died', () => {
  const many = contentOf(
    Array.from({ length: 2_600 }, (_, index) => ({
      slug: `story-${index}`,
      date: NOW - index * 3_600_000,
      tags: [`tag ${index % 40}`],
    })),
  )

  test('writes only what is missing, and leaves nothing out', async () => {
    const built = build(many, NOW)
    const lacking = built.stages.map((stage) => [...stage.keys()])
    const all = namedKeys(built.hash, built.body, built.tables)
    expect(lacking.flat().length).toBe(all.size)
    const values: Values = new Map()
    const deathAt = 2_345
    const written: string[] = []
    const dying = memoryStore(values, async ({ key }) => {
      if (written.length === deathAt) throw new Error('The line is dead')
      written.push(key)
    })
    const journal = openJournal(root, dying)
    await expect(upload(dying, { built, lacking, journal })).rejects.toThrow('The line is dead')
    expect(values.size).toBe(deathAt)

    const again: string[] = []
    const store = memoryStore(values, async ({ key }) => {
      again.push(key)
    })
    const progress: number[] = []
    const uploaded = await upload(store, {
      built,
      lacking,
      journal: openJournal(root, store),
      onProgress: ({ values, of }) => progress.push(values, of),
    })
    expect(all.difference(new Set(values.keys()))).toEqual(new Set())
    // What was on its way when the line died is not known to have arrived.
    expect(again.length).toBe(all.size - 2_000)
    expect(new Set(again).intersection(new Set(written)).size).toBe(deathAt - 2_000)
    expect(progress.slice(-2)).toEqual([again.length, again.length])
    const bytes = again.reduce((sum, key) => sum + Buffer.byteLength(values.get(key) ?? ''), 0)
    expect(uploaded).toEqual({ values: again.length, bytes })
  })

  test('says of every value when it was written, and keeps what else there is to say', async () => {
    const built = build(many, NOW)
    const written: (Record<string, unknown> | undefined)[] = []
    const store = memoryStore(new Map(), async ({ metadata }) => {
      written.push(metadata)
    })
    const key = [...(built.stages[0]?.keys() ?? [])][0] ?? ''
    const picture = new Map([
      [`media/${'a'.repeat(32)}/x.png`, () => ({ key, value: 'x', metadata: { type: 'image/png' } })],
    ])
    const started = Math.floor(Date.now() / 1000)
    await upload(store, {
      built: { ...built, stages: [picture] },
      lacking: [[...picture.keys()]],
      journal: openJournal(root, store),
    })
    expect(written).toEqual([{ type: 'image/png', written: expect.any(Number) }])
    const age = Number(written[0]?.written) - started
    expect(age).toBeGreaterThanOrEqual(0)
    expect(age).toBeLessThan(30)
  })
})
