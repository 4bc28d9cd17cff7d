// The loop of a thread of the proof: examines what it is sent, one source after another, and counts how far it is.
import { parentPort, workerData } from 'node:worker_threads'
import type { Surroundings } from '../article.ts'
import type { SourceFile } from '../sources/text.ts'
import type { Finding } from './finding.ts'
import { pack } from './packed.ts'
import type { Batch, Examined } from './proof-driver.ts'
import { countAt, type Phase } from './proof-watch.ts'

/** What is done with each source; says when it begins to render. */
type Examine = (source: SourceFile, surroundings: Surroundings, onRender: () => void) => Finding

/** Answers every batch that the proof sends, until the thread is stopped. */
export function answerBatches(examine: Examine): void {
  const progress = workerData as Int32Array
  let surroundings: Surroundings | undefined
  let done = 0
  const enter = (phase: Phase): void => {
    Atomics.store(progress, 0, countAt(done, phase))
  }
  const examineOne = (source: SourceFile): Examined => {
    if (!surroundings) throw new Error('A source came without what it is to be checked against')
    enter('parsing')
    const finding = examine(source, surroundings, () => enter('rendering'))
    const packed = pack(finding)
    done += 1
    enter('idle')
    return packed === null ? { finding } : { packed }
  }
  parentPort?.on('message', (batch: Batch) => {
    surroundings = batch.surroundings ?? surroundings
    parentPort?.postMessage(batch.sources.map(examineOne))
  })
}
