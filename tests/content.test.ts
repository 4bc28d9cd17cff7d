// Tests of the real content/. A failure here is fixed in content/; the failure names the file and line.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkSources } from '../src/publish/check-sources.ts'
import type { Article } from '../src/publish/sources/article.ts'
import { readContent } from '../src/publish/sources/content.ts'
import { formatProblem } from '../src/publish/sources/problem.ts'

const sources = await readContent(join(import.meta.dirname, '..'))
const { content, problems } = await checkSources(sources)
const articles: readonly Article[] = content?.articles ?? []

test('content/ has no problem and no advice', () => {
  expect(problems.map(formatProblem), 'mend these places').toEqual([])
})

test('content/ has a dozen articles of some length', async () => {
  const texts = await Promise.all(articles.map((article) => content?.readText(article)))
  const words = (text = ''): number => text.match(/[\p{L}\p{M}\p{N}’']+/gu)?.length ?? 0
  expect(texts.filter((text) => words(text?.body) >= 300).length).toBeGreaterThanOrEqual(12)
})

test('content/ shows every state that an article can be in', () => {
  const year = (instant: number | undefined): number => new Date(instant ?? 0).getUTCFullYear()
  const has = (what: (article: Article) => boolean): boolean => articles.some(what)
  expect({
    'an article in Arabic': has(({ lang }) => lang === 'ar'),
    'an article without tags': has(({ tags }) => tags.length === 0),
    'an embargo until 2099': has(({ date }) => year(date) === 2099),
    'a draft': has(({ draft }) => draft),
    'an article that has expired': has(({ expires = Number.POSITIVE_INFINITY }) => expires < Date.now()),
  }).toEqual({
    'an article in Arabic': true,
    'an article without tags': true,
    'an embargo until 2099': true,
    'a draft': true,
    'an article that has expired': true,
  })
})

test('content/images/ holds no duplicate picture and no unused picture', () => {
  const names = [...sources.pictures.keys()]
  const hashes = [...sources.pictures.values()].map(({ root, path }) =>
    createHash('sha256')
      .update(readFileSync(join(root, path)))
      .digest('hex'),
  )
  const twins = names.filter((_, index) => hashes.indexOf(hashes[index] ?? '') !== index)
  expect(twins, 'pictures with the bytes of another').toEqual([])
  const shown = new Set(articles.flatMap(({ image, pictures }) => [image?.src, ...pictures.values()]))
  expect(
    names.filter((name) => !shown.has(name)),
    'pictures that no article shows',
  ).toEqual([])
})
