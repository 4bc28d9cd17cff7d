// What every article and standing page comes to: known from the last time, or found out by the proof. Known is only what was sound, and
// only while all that it named is still there; whatever is wrong is looked at each time.
import { setImmediate } from 'node:timers/promises'
import type { Surroundings } from '../article.ts'
import { readText, type StoredFile } from '../content.ts'
import type { SourceFile } from '../sources/text.ts'
import { type Cache, keyOf } from './cache.ts'
import type { Finding } from './finding.ts'
import { unpack } from './packed.ts'
import type { Proof } from './proof.ts'

/** The findings in the order of the sources. Of each source's text no more is kept than they hold. */
export async function findAll(
  sources: readonly (SourceFile | StoredFile)[],
  { surroundings, cache, proof }: { surroundings: Surroundings; cache: Cache; proof: Proof },
): Promise<Finding[]> {
  const findings: Finding[] = []
  const asked: Promise<void>[] = []
  let failure: { error: unknown } | null = null
  for (const [index, { path }] of sources.entries()) {
    const source = readText(sources[index] as SourceFile | StoredFile)
    if ('problem' in source) {
      findings[index] = { article: null, claims: null, problems: [source.problem] }
      continue
    }
    const key = keyOf(['article', surroundings.zone, path], source.bytes)
    const known = cache.get(key)
    const remembered = known === null ? null : unpack(path, known)
    if (remembered && holds(remembered, surroundings)) {
      findings[index] = remembered
      // All of them may be known, and somebody wants to interrupt.
      if (index % BREATH === 0) await setImmediate()
      continue
    }
    asked.push(
      proof.examine(source, surroundings).then(
        (examined) => {
          if ('packed' in examined) cache.put(key, examined.packed)
          findings[index] = 'packed' in examined ? unpack(path, examined.packed) : examined.finding
        },
        (error: unknown) => {
          failure ??= { error }
        },
      ),
    )
    await proof.room()
    if (failure) break
  }
  await Promise.all(asked)
  if (failure) throw (failure as { error: unknown }).error
  return findings
}

const BREATH = 256

/** Whether what was sound would be so today: all that it asked for was there, and is there. */
function holds({ article, standing }: Finding, surroundings: Surroundings): boolean {
  const { authors, image } = article ?? { authors: [] }
  const pictures = (article ?? standing?.page)?.pictures ?? new Map<string, string>()
  if (!authors.every((author) => surroundings.authors?.has(author) ?? true)) return false
  if (image?.src !== undefined && !surroundings.pictures.has(image.src)) return false
  return [...pictures.values()].every((name) => surroundings.pictures.has(name))
}
