// The contract suite of all stores. The test of each store passes a function that opens the store.
import { join } from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Listed, Store, Value } from '../../../src/publish/stores/store.ts'

export type Fixture = {
  /** The project in whose `.wrangler/state` the values end up, under the name ARTICLES. */
  root: string
  open: () => Promise<Store>
  dispose: () => Promise<void>
}

/** Keeps a store to its contract. All cases share one namespace, each with keys of its own. */
export function testContract(makeFixture: () => Promise<Fixture>): void {
  let fixture: Fixture
  let store: Store
  beforeAll(async () => {
    fixture = await makeFixture()
    store = await fixture.open()
  })
  afterAll(async () => {
    await store.close()
    await fixture.dispose()
  })

  test('get is null for a key that is not there, and the text for one that is', async () => {
    expect(await store.get('get/1')).toBeNull()
    await store.put([{ key: 'get/1', value: 'Müller: "新聞" & \u0000 more 🗞️\n' }])
    expect(await store.get('get/1')).toBe('Müller: "新聞" & \u0000 more 🗞️\n')
  })

  test('a byte order mark is part of its text', async () => {
    await store.put([{ key: 'bom', value: '\ufeffa' }])
    expect([await store.get('bom'), await store.getMany(['bom'])]).toEqual([
      '\ufeffa',
      new Map([['bom', '\ufeffa']]),
    ])
  })

  test('put writes over what is there, keys of any sign, empty values, and nothing at all', async () => {
    const key = 'media/ü?&=#%2F/a b+c.jpg'
    await store.put([])
    await store.put([{ key, value: 'one' }])
    await store.put([{ key, value: '' }])
    expect(await store.get(key)).toBe('')
    expect(await store.getMany([key])).toEqual(new Map([[key, '']]))
    expect(await listed(store, 'media/ü?&=#')).toEqual([{ key, metadata: null }])
  })

  test('put keeps bytes and metadata as the Worker reads them', async () => {
    const value = new Uint8Array(256).map((_, index) => index)
    // A view into a greater buffer must not bring its neighbours along.
    const view = new Uint8Array([9, 9, ...value, 9]).subarray(2, 258)
    await store.put([{ key: 'bytes/x', value: view, metadata: { type: 'image/png', bytes: 256 } }])
    expect(await store.getBytes('bytes/x')).toEqual(value)
    const read = await readAsWorker(fixture.root, 'bytes/x')
    expect(read).toEqual({ value, metadata: { type: 'image/png', bytes: 256 } })
  })

  test('getBytes is null for a key that is not there', async () => {
    expect(await store.getBytes('bytes/none')).toBeNull()
  })

  test('put writes more than a batch holds, asks for it as needed, and a store opened later has it all', async () => {
    const values = numbered('many', 1_105).map((value) => ({ ...value, value: `${value.value} é` }))
    let made = 0
    async function* make(): AsyncGenerator<Value> {
      for (const value of values) {
        made += 1
        yield value
      }
    }
    const written: { count: number; bytes: number; made: number }[] = []
    await store.put(make(), (count, bytes) => written.push({ count, bytes, made }))
    expect(written[0]?.made).toBeLessThan(1_100)
    expect(written.reduce((sum, { count }) => sum + count, 0)).toBe(1_105)
    expect(written.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(
      values.reduce((sum, { value }) => sum + Buffer.byteLength(value), 0),
    )
    const later = await fixture.open()
    const texts = await later.getMany(values.map(({ key }) => key))
    expect(texts).toEqual(new Map(values.map(({ key, value }) => [key, value])))
    await later.close()
  })

  test('list goes through all pages in order, and no further than its prefix', async () => {
    await store.put([{ key: 'many-more', value: 'x' }])
    const keys = (await listed(store, 'many/')).map(({ key }) => key)
    expect(keys).toHaveLength(1_105)
    expect(keys).toEqual([...keys].sort())
    expect(await listed(store, 'none/')).toEqual([])
  })

  test('remove deletes the keys that exist, and ignores the others', async () => {
    await store.remove([])
    const keys = numbered('many', 520).map(({ key }) => key)
    await store.remove([...keys, 'many/none', 'many/0'])
    expect(await listed(store, 'many/')).toHaveLength(1_105 - 520)
    expect(await store.getMany([...keys, 'many/520'])).toEqual(new Map([['many/520', 'value 520 é']]))
    expect(await store.get('many/0')).toBeNull()
  })

  test('list tells metadata and expiry', async () => {
    const now = Date.now() / 1000
    await store.put([
      { key: 'list/a', value: 'x', metadata: { type: 'text' } },
      { key: 'list/b', value: 'x', expiresAfter: 3_600 },
    ])
    const [first, second] = await listed(store, 'list/')
    expect(first).toEqual({ key: 'list/a', metadata: { type: 'text' } })
    expect(second).toEqual({ key: 'list/b', metadata: null, expiration: expect.any(Number) })
    expect(Math.abs((second?.expiration ?? 0) - now - 3_600)).toBeLessThan(20)
  })

  test('put throws what the values throw', async () => {
    function* values(): Generator<Value> {
      yield* numbered('thrown', 3)
      throw new Error('A picture cannot be read')
    }
    await expect(store.put(values())).rejects.toThrow('A picture cannot be read')
  })

  test('put takes a value that is greater than a batch', async () => {
    const value = new Uint8Array(9 * 1024 * 1024).map((_, index) => index * 7)
    await store.put([{ key: 'great/a', value: 'before' }, { key: 'great/b', value }, ...numbered('great', 3)])
    expect(Buffer.from((await store.getBytes('great/b')) ?? []).equals(value)).toBe(true)
    expect(await store.get('great/2')).toBe('value 2')
  })

  test('put refuses what KV cannot hold, by name', async () => {
    const refused: [Value, string][] = [
      [{ key: 'ü'.repeat(257), value: '' }, 'a key has at most 512 bytes, this one 514'],
      [{ key: '', value: '' }, 'KV cannot hold "": a key must not be empty, "." or ".."'],
      [{ key: '..', value: '' }, 'KV cannot hold "..": a key must not be empty'],
      [
        { key: 'm', value: '', metadata: { m: 'x'.repeat(1_020) } },
        'metadata has at most 1024 bytes, this has 1028',
      ],
      [{ key: 'v', value: new Uint8Array(25 * 1024 * 1024 + 1) }, '"v": a value has at most 25 MiB'],
      [
        { key: 'e', value: '', expiresAfter: 59 },
        '"e": it may expire after 60 whole seconds at the soonest, not after 59',
      ],
    ]
    for (const [value, message] of refused) await expect(store.put([value])).rejects.toThrow(message)
    expect(await store.getMany(['m', 'v', 'e'])).toEqual(new Map())
    await store.put([{ key: `limit/${'ü'.repeat(253)}`, value: 'fits', metadata: { m: 'x'.repeat(1_016) } }])
    expect(await store.get(`limit/${'ü'.repeat(253)}`)).toBe('fits')
  })

  test('getMany omits absent keys, and takes any number of keys, also repeated ones', async () => {
    await store.put(numbered('some', 10))
    const keys = Array.from({ length: 620 }, (_, index) => `some/${index}`)
    const texts = await store.getMany([...keys, 'some/1'])
    expect([...texts.keys()].sort()).toEqual(keys.slice(0, 10))
    expect(texts.get('some/9')).toBe('value 9')
    expect(await store.getMany([])).toEqual(new Map())
    expect(await store.getMany(['__proto__', 'constructor'])).toEqual(new Map())
  })

  test('clockOffset is next to nothing on one machine', async () => {
    expect(Math.abs(await store.clockOffset())).toBeLessThan(1_500)
  })
}

export function numbered(prefix: string, count: number): { key: string; value: string }[] {
  return Array.from({ length: count }, (_, index) => ({ key: `${prefix}/${index}`, value: `value ${index}` }))
}

export async function listed(store: Store, prefix: string): Promise<Listed[]> {
  const all: Listed[] = []
  for await (const one of store.list(prefix)) all.push(one)
  return all
}

/** A value and its metadata, read in workerd from the KV that `wrangler dev` serves. */
export async function readAsWorker(root: string, key: string, namespace = 'ARTICLES') {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      resourcePersistencePath: join(root, '.wrangler/state/v3'),
      modules: true,
      script: `export default { async fetch(request, env) {
        const key = new URL(request.url).searchParams.get('key')
        const { value, metadata } = await env.KV.getWithMetadata(key, 'arrayBuffer')
        return new Response(value, { headers: { metadata: JSON.stringify(metadata) } })
      } }`,
      compatibilityDate: '2026-10-01',
      kvNamespaces: { KV: namespace },
    }),
  )
  const response = await miniflare.dispatchFetch(`http://x/?key=${encodeURIComponent(key)}`)
  const metadata: unknown = JSON.parse(response.headers.get('metadata') ?? '')
  const value = new Uint8Array(await response.arrayBuffer())
  await miniflare.dispose()
  return { value, metadata }
}
