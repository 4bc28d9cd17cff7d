// Editors' mistakes. Each fixture is a content folder, laid over `base`, and the lines that its check must print.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkSources } from '../../src/publish/check-sources.ts'
import { readContent, readSource, type Sources, type StoredFile } from '../../src/publish/sources/content.ts'
import { formatProblem } from '../../src/publish/sources/problem.ts'
import type { SourceFile } from '../../src/publish/sources/source-file.ts'

const FIXTURES = join(import.meta.dirname, '../fixtures/problems')

const cases = readdirSync(FIXTURES).filter((name) => name !== 'base')

/** A fixture's sources, and those of the base where it has none of its own. */
async function readCase(name: string): Promise<Sources<SourceFile>> {
  const [base, own] = await Promise.all([
    readContent(join(FIXTURES, 'base')),
    readContent(join(FIXTURES, name)),
  ])
  const pictures = new Map([...base.pictures, ...own.pictures])
  return {
    site: own.site ?? base.site,
    authors: own.authors ?? base.authors,
    tags: own.tags,
    articles: own.articles.map(load),
    pages: own.pages.map(load),
    pictures: new Map([...pictures].map(([name, file]) => [name, load(file)])),
    problems: own.problems,
  }
}

function load(file: StoredFile): SourceFile {
  const source = readSource(file, Number.POSITIVE_INFINITY)
  if ('problem' in source) throw new Error(formatProblem(source.problem))
  return source
}

async function check(sources: Sources): Promise<{ lines: string[]; isRefused: boolean }> {
  const { content, problems } = await checkSources(sources)
  return { lines: problems.map(formatProblem), isRefused: content === null }
}

const linesOf = (name: string): string[] =>
  readFileSync(join(FIXTURES, name, 'problems.txt'), 'utf8')
    .trimEnd()
    .split('\n')

/** The same sources with every text file's bytes rewritten. */
function rewrite(sources: Sources<SourceFile>, change: (bytes: Buffer) => Buffer): Sources<SourceFile> {
  const one = (file: SourceFile | null) => file && { ...file, bytes: change(Buffer.from(file.bytes)) }
  return {
    ...sources,
    site: one(sources.site),
    authors: one(sources.authors),
    tags: one(sources.tags),
    articles: sources.articles.map((file) => ({ ...file, bytes: change(Buffer.from(file.bytes)) })),
    pages: sources.pages.map((file) => ({ ...file, bytes: change(Buffer.from(file.bytes)) })),
  }
}

const withMark = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from('\ufeff'), bytes])
// In latin1 every byte is a character, so that bytes which are no UTF-8 survive.
const withLineEnds = (ends: string) => (bytes: Buffer) =>
  Buffer.from(bytes.toString('latin1').replaceAll('\n', ends), 'latin1')

describe('the check says where, what is wrong, what was found and what to do', () => {
  test.each(cases)('%s', async (name) => {
    expect(await check(await readCase(name))).toEqual({ lines: linesOf(name), isRefused: true })
  })

  test('nothing, when there is no mistake', async () => {
    expect(await check(await readCase('base'))).toEqual({ lines: [], isRefused: false })
  })
})

describe('the check counts lines and columns alike', () => {
  const crlf = withLineEnds('\r\n')
  const changes: [string, (bytes: Buffer) => Buffer][] = [
    ['a byte order mark', withMark],
    ['CRLF', crlf],
    ['CRLF and a byte order mark', (bytes) => withMark(crlf(bytes))],
    ['CR', withLineEnds('\r')],
  ]
  test.each(changes)('with %s', async (_, change) => {
    for (const name of cases) {
      const { lines } = await check(rewrite(await readCase(name), change))
      expect({ name, lines }).toEqual({ name, lines: linesOf(name) })
    }
  })
})

describe('every line that stops a push', () => {
  test('is one line with a place', () => {
    for (const line of cases.flatMap(linesOf))
      expect(line).toMatch(/^content\/\S+:[1-9]\d*:[1-9]\d* \S.*[^.:]$/)
  })
})
