// Makes the variants of a content's pictures, several pictures at a time, and keeps them in the project's folder. Must
// not hold more pictures in memory than are being encoded, unless there is no such folder.
import { variantsOf } from '../../pictures.ts'
import type { PictureFile } from '../sources/picture-files.ts'
import { formatProblem } from '../sources/problem.ts'
import { encode, encodersAtOnce } from './encode.ts'
import { type Made, openMade, openMadeInMemory } from './made.ts'

/** Progress: how many pictures are done, of how many. */
export type Making = { pictures: number; of: number }

/** One variant of a picture. */
export type Wanted = { file: PictureFile; variant: string }

export type Pictures = {
  /** A variant's bytes, made now if they are not kept yet. Throws if the file has changed since the check. */
  readPicture: (file: PictureFile, variant: string) => Promise<Uint8Array>
  /** Makes the variants that are not kept yet. Makes all that it can, then throws one error with all failures. */
  makePictures: (wanted: readonly Wanted[], onMade?: (progress: Making) => void) => Promise<void>
  /** A variant's size in bytes; an estimate if it was not made yet. */
  weighPicture: (file: PictureFile, variant: string) => number
}

export type PicturesOf = {
  /** The project's folder. Without one, variants are kept in memory. */
  root?: string
  readFile: (file: PictureFile) => Promise<Uint8Array>
  /** All pictures that are shown. Variants of other pictures are removed after some time. */
  shown: Iterable<PictureFile>
}

/** Opens the pictures of some content. */
export function openPictures(of: PicturesOf): Pictures {
  const made = of.root === undefined ? openMadeInMemory() : openMade(of.root)
  /** Running jobs of `readPicture` by hash, so that no picture is made twice at the same time. */
  const running = new Map<string, Promise<void>>()
  const readPicture: Pictures['readPicture'] = async (file, variant) => {
    if (file.kind === 'drawing') return of.readFile(file)
    const { hash } = variantsOf(file.picture)
    const known = await made.read(hash, variant)
    if (known) return known
    const wanted = variantsOf(file.picture).variants.map((one) => ({ file, variant: one }))
    const job = running.get(hash) ?? makePictures(wanted).finally(() => running.delete(hash))
    running.set(hash, job)
    await job
    const bytes = await made.read(hash, variant)
    if (!bytes)
      throw new Error(`${file.path} was made into ${variant}, and it is gone again: run the command again`)
    return bytes
  }
  const makePictures: Pictures['makePictures'] = async (wanted, onMade) => {
    const jobs = jobsOf(wanted, made)
    if (jobs.length === 0) return
    const progress = { pictures: 0, of: jobs.length }
    const failures: string[] = []
    const queue = jobs.values()
    const work = async (): Promise<void> => {
      for (const job of queue) {
        await makeOne(job, { made, readFile: of.readFile }).catch((error: unknown) => {
          if (error instanceof NotKept) throw error
          failures.push(failureOf(job.file, error))
        })
        progress.pictures += 1
        onMade?.({ ...progress })
      }
    }
    await Promise.all(Array.from({ length: encodersAtOnce() }, work))
    await made.prune(new Set([...of.shown].map(({ picture }) => variantsOf(picture).hash)))
    if (failures.length > 0) throw new Error(failures.sort().join('\n'))
  }
  return {
    readPicture,
    makePictures,
    weighPicture: (file, variant) =>
      file.kind === 'drawing'
        ? file.size
        : (made.sizeOf(variantsOf(file.picture).hash, variant) ?? estimate(file, variant)),
  }
}

/** The missing variants of one picture. */
type Job = { file: PictureFile; hash: string; variants: string[] }

function jobsOf(wanted: readonly Wanted[], made: Made): Job[] {
  const jobs = new Map<string, Job>()
  for (const { file, variant } of wanted) {
    if (file.kind === 'drawing') continue
    const { hash } = variantsOf(file.picture)
    if (made.sizeOf(hash, variant) !== null) continue
    const job = jobs.get(hash) ?? { file, hash, variants: [] }
    jobs.set(hash, job)
    job.variants.push(variant)
  }
  return [...jobs.values()]
}

async function makeOne(
  { file, hash, variants }: Job,
  { made, readFile }: { made: Made; readFile: (file: PictureFile) => Promise<Uint8Array> },
): Promise<void> {
  const bytes = await readFile(file)
  const { kind } = file
  await encode(bytes, { kind, variants }, (variant, encoded) =>
    made.keep(hash, variant, encoded).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new NotKept(`A picture that was made could not be kept: ${reason}`, { cause })
    }),
  )
}

/** The disk failed: not the fault of an editor's file, so the error is thrown at once. */
class NotKept extends Error {
  override name = 'NotKept'
}

function failureOf({ path }: PictureFile, error: unknown): string {
  const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
  if (reason.startsWith(path)) return reason
  const message = `cannot be converted for readers (${reason}). Save it again`
  return formatProblem({ path, line: 1, column: 1, level: 'problem', message })
}

/** The bytes of the smallest possible variant. */
const HEAD_BYTES = 200
/** Bytes per pixel of photographs. */
const WEIGHTS: Record<string, number> = { avif: 0.07, webp: 0.09, jpg: 0.11, png: 0.7 }

function estimate({ picture: { width, height }, kind, size }: PictureFile, variant: string): number {
  const [own = '', ending = ''] = variant.split('.')
  const pixels = Number(own) ** 2 * (height / width)
  if (kind === 'animation' && ending === 'webp') return size / 2
  return HEAD_BYTES + pixels * (WEIGHTS[ending] ?? 0)
}
