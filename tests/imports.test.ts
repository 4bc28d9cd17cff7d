// Which files may import which: the Worker and the publisher share only the pure files.
import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { describe, expect, inject, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')

type Metafile = { inputs: Record<string, { imports: { path: string; external?: boolean }[] }> }

describe('the bundle that is deployed', () => {
  const { inputs } = JSON.parse(readFileSync(inject('metafile'), 'utf8')) as Metafile
  const files = Object.keys(inputs)
  const holding = (part: RegExp): string[] => files.filter((file) => part.test(file))

  test('holds the Worker, the pure files and what they need', () => {
    expect(files).toEqual(expect.arrayContaining(['src/worker/main.ts', 'src/records.ts', 'src/markdown.ts']))
  })

  test('holds no file and no package of the publisher', () => {
    expect(holding(/src\/publish\/|node_modules\/(?:yaml|sharp|commander|miniflare|wrangler)\//)).toEqual([])
  })

  test('holds no built-in module of Node', () => {
    const builtin = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]))
    const imported = Object.entries(inputs).flatMap(([file, { imports }]) =>
      imports
        .filter(({ path, external }) => external && builtin.has(path))
        .map(({ path }) => `${file}: ${path}`),
    )
    expect([...imported, ...holding(/^(?:node:|.*node-built-in-modules)/)]).toEqual([])
  })

  test('holds no module that wrangler.toml replaces by an alias', () => {
    const aliases = /^\[alias\]\n((?:[^[\n].*\n|\n)*)/m.exec(
      readFileSync(join(ROOT, 'wrangler.toml'), 'utf8'),
    )?.[1]
    const names = [...(aliases ?? '').matchAll(/^"?([\w@/-]+)"?\s*=/gm)].map(([, name = '']) => name)
    expect(names).toContain('postcss')
    for (const name of [...names, 'postcss', 'dayjs']) {
      const [packageName] = name.split('/')
      expect(holding(new RegExp(`node_modules/${packageName}/`)), name).toEqual([])
    }
  })
})

test('no source spreads an object literal in place, which would disable the check for unknown properties', () => {
  const files = ['src', 'tests'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  )
  const spreading = files.filter(
    (name) => name.endsWith('.ts') && /\.\.\.[{]/.test(readFileSync(join(ROOT, name), 'utf8')),
  )
  expect(spreading).toEqual([])
})

describe('imports in src/', () => {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:ts|tsx|cjs)$/.test(name))
    .map((name) => `src/${name.replaceAll('\\', '/')}`)
  const importsOf = (file: string): string[] =>
    [
      ...readFileSync(join(ROOT, file), 'utf8').matchAll(
        /(?:\bfrom|\bimport|\bimport\(|\brequire\(|new URL\()\s*'([^']+)'/g,
      ),
    ].map(([, path = '']) =>
      path.startsWith('.') ? relative(ROOT, join(ROOT, dirname(file), path)).replaceAll('\\', '/') : path,
    )
  const crossing = (from: RegExp, to: RegExp): string[] =>
    files
      .filter((file) => from.test(file))
      .flatMap((file) =>
        importsOf(file)
          .filter((path) => to.test(path))
          .map((path) => `${file}: ${path}`),
      )

  test('are found at all', () => {
    expect(importsOf('src/publish/main.ts')).toEqual(
      expect.arrayContaining(['commander', 'src/publish/commands/check.ts']),
    )
    expect(importsOf('src/publish/check/render-check.ts')).toContain('src/publish/check/render-thread.ts')
  })

  test('never lead from the publisher to the Worker or back', () => {
    expect(crossing(/^src\/publish\//, /^src\/worker\//)).toEqual([])
    expect(crossing(/^src\/worker\//, /^src\/publish\//)).toEqual([])
  })

  test('never lead from the pure files to the publisher, the Worker or a runtime', () => {
    const pure = /^src\/(?:[^/]+|markdown\/[^/]+)$/
    expect(files.filter((file) => pure.test(file)).length).toBeGreaterThan(5)
    expect(crossing(pure, /^(?:src\/(?:publish|worker)\/|node:|cloudflare:)/)).toEqual([])
  })

  test('never lead from the Worker to Node', () => {
    expect(crossing(/^src\/worker\//, /^node:/)).toEqual([])
  })

  /** The room of a file: the folder under `publish/` or `worker/`, or the file that has a folder's name. */
  const roomOf = (file: string): string => /^src\/(?:publish|worker)\/[^/.]+/.exec(file)?.[0] ?? PURE
  const PURE = 'the pure files'
  const graphOf = (nameOf: (file: string) => string): Map<string, Set<string>> => {
    const graph = new Map<string, Set<string>>()
    for (const file of files) {
      const targets = graph.get(nameOf(file)) ?? new Set()
      graph.set(nameOf(file), targets)
      for (const path of importsOf(file))
        if (files.includes(path) && nameOf(path) !== nameOf(file)) targets.add(nameOf(path))
    }
    return graph
  }
  /** Removes every node without imports, again and again, until only import cycles are left. */
  const cyclesIn = (graph: Map<string, Set<string>>): string[] => {
    for (let size = -1; size !== graph.size; ) {
      size = graph.size
      for (const [name, targets] of graph)
        if (![...targets].some((target) => graph.has(target))) graph.delete(name)
    }
    return [...graph].map(
      ([name, targets]) => `${name}: ${[...targets].filter((one) => graph.has(one)).join(' ')}`,
    )
  }

  test('never form a cycle of files', () => {
    expect(cyclesIn(graphOf((file) => file))).toEqual([])
  })

  test('never form a cycle of folders', () => {
    const graph = graphOf(roomOf)
    graph.delete(PURE)
    expect(graph.size).toBeGreaterThan(15)
    expect(cyclesIn(graph)).toEqual([])
  })
})
