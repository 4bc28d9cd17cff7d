// The cache file of the check: the results that it keeps and drops, and the changes that invalidate it.
import { cp, mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { keyOf, openCache } from '../../../src/publish/check/cache.ts'
import { codeVersion } from '../../../src/publish/check/code-version.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dateline-cache-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

const open = (version = 'one') => openCache(join(folder, 'cache'), version)
const [a, b] = [keyOf(['a']), keyOf(['b'])]

describe('a cache', () => {
  test('keeps lines in any script', () => {
    const cache = open()
    cache.put(a, 'نص "x" 😀')
    cache.put(b, '')
    cache.save()
    expect([open().get(a), open().get(b), open().get(keyOf(['c']))]).toEqual(['نص "x" 😀', '', null])
  })

  test('of another version is empty', () => {
    const cache = open()
    cache.put(a, 'x')
    cache.save()
    expect(open('two').get(a)).toBeNull()
  })

  test('forgets what was not asked for', () => {
    const first = open()
    first.put(a, 'used')
    first.put(b, 'unused')
    first.save()
    const second = open()
    expect(second.get(a)).toBe('used')
    second.save()
    expect([open().get(a), open().get(b)]).toEqual(['used', null])
  })

  test('is not written again where nothing changed', async () => {
    const first = open()
    first.put(a, 'x')
    first.save()
    await utimes(join(folder, 'cache'), 1, 1)
    const second = open()
    second.get(a)
    second.save()
    expect((await stat(join(folder, 'cache'))).mtimeMs).toBe(1_000)
    expect(await readdir(folder)).toEqual(['cache'])
  })
})

test('a key tells where one part ends and the next begins', () => {
  const bytes = (text: string) => Buffer.from(text)
  const keys = [
    keyOf(['a', 'b'], bytes('c')),
    keyOf(['ab', ''], bytes('c')),
    keyOf(['a', 'b\nc']),
    keyOf(['a'], bytes('b\nc')),
    keyOf(['a', 'b'], bytes('d')),
  ]
  expect(new Set(keys).size).toBe(keys.length)
})

describe('the version of the code', () => {
  const ROOT = join(import.meta.dirname, '../../..')
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  beforeEach(async () => {
    await cp(join(ROOT, 'src/markdown'), join(folder, 'src/markdown'), { recursive: true })
    await write('src/publish/sources/article.ts', 'x')
    await write('node_modules/.package-lock.json', '{}')
  })

  test('changes with each file but the Worker’s, and with the libraries', async () => {
    const versions = [codeVersion(folder)]
    await write('src/worker/main.ts', 'x')
    expect(codeVersion(folder)).toBe(versions[0])
    for (const path of [
      'src/publish/sources/article.ts',
      'src/markdown/text.ts',
      'node_modules/.package-lock.json',
    ]) {
      await write(path, 'y')
      versions.push(codeVersion(folder))
    }
    await cp(join(folder, 'src/publish/sources/article.ts'), join(folder, 'src/publish/new.ts'))
    versions.push(codeVersion(folder))
    expect(new Set(versions).size).toBe(versions.length)
    expect(versions).not.toContain(null)
  })

  test('is unknown where the libraries are', async () => {
    await rm(join(folder, 'node_modules'), { recursive: true })
    expect(codeVersion(folder)).toBeNull()
  })
})
