// The cost of a page on a bad network: the bytes before it can be read, and no waiting for other files.
import { gzipSync } from 'node:zlib'
import { parse } from 'parse5'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { articlePath } from '../../src/addresses.ts'
import { SAMPLE_NAMES } from '../harness/sample-sites.ts'
import { type SharedSample, sharedSample } from '../harness/shared.ts'

// Many pages at a time, on machines that may be slow.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

/** What arrives in the first round trip. */
const ARTICLE_BYTES = 14 * 1024
const STYLE_BYTES = 8 * 1024

describe.each(SAMPLE_NAMES.filter((name) => name !== 'many-tags'))('On the %s site', (name) => {
  let sample: SharedSample
  beforeAll(async () => {
    sample = await sharedSample(name)
  })

  test('half of the articles have at most 14 KB, style sheet included', async () => {
    const written = sample.slugs.filter((slug) => !slug.startsWith('tables-'))
    const answers = await sample.site.getAll(written.map(articlePath))
    const pages = answers.filter(({ status }) => status === 200)
    const sizes = pages.map(({ body }) => gzipSync(body).length).sort((one, other) => one - other)
    const median = sizes[Math.floor(sizes.length / 2)]
    console.log(`${name}: ${sizes.length} articles, median ${median} bytes, at most ${sizes.at(-1)}`)
    expect(median).toBeLessThanOrEqual(ARTICLE_BYTES)
  })

  test('no page waits for another file', async () => {
    for (const { name, path, wish } of sample.kinds) {
      const { body } = await sample.site.get(encodeURI(path), wish)
      const waited = elements(parse(body)).filter(isWaitedFor)
      expect([name, waited.map(({ nodeName }) => nodeName)]).toEqual([name, []])
    }
  })

  test('the style sheet is at most 8 KB compressed', async () => {
    const { body } = await sample.site.get('/')
    const styles = elements(parse(body)).filter(({ nodeName }) => nodeName === 'style')
    const text = styles.flatMap(({ childNodes = [] }) => childNodes.map(({ value = '' }) => value)).join('')
    expect(text).not.toBe('')
    expect(gzipSync(text).length).toBeLessThanOrEqual(STYLE_BYTES)
  })
})

type Node = {
  nodeName: string
  value?: string
  attrs?: { name: string; value: string }[]
  childNodes?: Node[]
}

function elements(node: Node): Node[] {
  return [node, ...(node.childNodes ?? []).flatMap(elements)]
}

/** A style sheet, a script, a preload or a font that the browser fetches before it shows the page. */
function isWaitedFor({ nodeName, attrs = [] }: Node): boolean {
  const value = (wanted: string) => attrs.find(({ name }) => name === wanted)?.value ?? ''
  if (nodeName === 'link') return /\b(?:stylesheet|preload|modulepreload|import)\b/.test(value('rel'))
  // Data for machines is no script.
  return nodeName === 'script' && value('type') !== 'application/ld+json'
}
