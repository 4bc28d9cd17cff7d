// What a thread of the proof runs.
import { examine } from './finding.ts'
import { answerBatches } from './proof-loop.ts'

answerBatches(examine)
