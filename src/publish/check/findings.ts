// Finds the result for every article and static page: from the cache, or by rendering it now. Only results without a
// problem are cached, and each is used only while all authors and pictures that it names are still there.
import { setImmediate } from 'node:timers/promises'
import type { ArticleContext } from '../sources/article.ts'
import { readText, type StoredFile } from '../sources/content.ts'
import type { SourceFile } from '../sources/text.ts'
import { slices } from '../stores/batches.ts'
import { type Cache, keyOf } from './cache.ts'
import {
  completeFinding,
  type Finding,
  packFinding,
  parseSource,
  type Unrendered,
  unpackFinding,
} from './finding.ts'
import { type RenderCheck, THREADS } from './render-check.ts'

type File = SourceFile | StoredFile
type Options = { context: ArticleContext; cache: Cache; renderCheck: RenderCheck }

/** How many texts go to a thread in one message: one message for each text takes longer. */
const SLICE = 16

/** The findings, in the order of the sources. */
export async function findAll(files: readonly File[], options: Options): Promise<Finding[]> {
  const findings: Finding[][] = []
  const waiting = slices(files, SLICE).entries()
  const takeSlices = async (): Promise<void> => {
    for (const [index, slice] of waiting) findings[index] = await findSlice(slice, options)
  }
  // One more task than threads: it parses the next texts while all threads are busy.
  await Promise.all(Array.from({ length: THREADS + 1 }, takeSlices))
  return findings.flat()
}

async function findSlice(
  files: readonly File[],
  { context, cache, renderCheck }: Options,
): Promise<Finding[]> {
  // Let the event loop run: if all findings are in the cache, nothing else would let a signal through.
  await setImmediate()
  const findings: Finding[] = []
  const texts: { index: number; key: string; unrendered: Unrendered; path: string; markdown: string }[] = []
  for (const [index, file] of files.entries()) {
    const source = readText(file)
    if ('problem' in source) {
      findings[index] = { kind: 'article', article: null, claims: null, problems: [source.problem] }
      continue
    }
    const { path, bytes } = source
    const key = keyOf(['article', context.zone, path], bytes)
    const line = cache.get(key)
    const known = line === null ? null : unpackFinding(line)
    if (known && isStillTrue(known, context)) {
      findings[index] = known
      continue
    }
    const unrendered = parseSource(source, context)
    const { text } = unrendered
    if (text) texts.push({ index, key, unrendered, path, markdown: text.text.slice(text.bodyStart) })
    else findings[index] = completeFinding(unrendered, null, context)
  }
  const rendered = texts.length > 0 ? await renderCheck(texts) : []
  for (const [position, { index, key, unrendered }] of texts.entries()) {
    const finding = completeFinding(unrendered, rendered[position] ?? null, context)
    const line = packFinding(finding)
    if (line !== null) cache.put(key, line)
    // An unpacked finding does not keep the source's text in memory, and equals the one that the next check reads.
    findings[index] = line === null ? finding : unpackFinding(line)
  }
  return findings
}

/** Whether a cached finding is still true: all authors and pictures that it names are still there. */
function isStillTrue(finding: Finding, { authors: known, hasPicture }: ArticleContext): boolean {
  const { authors, image } = (finding.kind === 'article' && finding.article) || { authors: [] }
  const pictures = (finding.kind === 'article' ? finding.article : finding.page)?.pictures ?? []
  return (
    authors.every((author) => known?.has(author) ?? true) &&
    (image?.src === undefined || hasPicture(image.src)) &&
    [...pictures.values()].every(hasPicture)
  )
}
