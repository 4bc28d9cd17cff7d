// What every article and static page comes to: known from the last time, or rendered now. Only sound findings are kept,
// and each holds only while everything that it names is still there. What is wrong is looked at each time.
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
  // With one more than there are threads, the next texts are parsed while all threads are busy.
  await Promise.all(Array.from({ length: THREADS + 1 }, takeSlices))
  return findings.flat()
}

async function findSlice(
  files: readonly File[],
  { context, cache, renderCheck }: Options,
): Promise<Finding[]> {
  // All of them may be known, and an interrupt must be heard in between.
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
    if (known && holds(known, context)) {
      findings[index] = known
      continue
    }
    const unrendered = parseSource(source, context)
    const { text } = unrendered
    if (text) texts.push({ index, key, unrendered, path, markdown: text.text.slice(text.bodyStart) })
    else findings[index] = completeFinding(unrendered, null, context)
  }
  const rendered = texts.length > 0 ? await renderCheck(texts) : []
  for (const [nth, { index, key, unrendered }] of texts.entries()) {
    const finding = completeFinding(unrendered, rendered[nth] ?? null, context)
    const line = packFinding(finding)
    if (line !== null) cache.put(key, line)
    // What was packed holds no part of the source's text in memory, and equals what the next check will read.
    findings[index] = line === null ? finding : unpackFinding(line)
  }
  return findings
}

/** Whether a sound finding still holds: all authors and pictures that it names are still there. */
function holds(finding: Finding, { authors: known, hasPicture }: ArticleContext): boolean {
  const { authors, image } = (finding.kind === 'article' && finding.article) || { authors: [] }
  const pictures = (finding.kind === 'article' ? finding.article : finding.page)?.pictures ?? []
  return (
    authors.every((author) => known?.has(author) ?? true) &&
    (image?.src === undefined || hasPicture(image.src)) &&
    [...pictures.values()].every(hasPicture)
  )
}
