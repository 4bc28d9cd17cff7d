// One step of the publisher in a process of its own, so that its time and memory are those of the step alone.
// Takes a step as JSON in its argument, and prints what came of it as JSON.
import { readFileSync } from 'node:fs'
import { build } from '../../src/publish/build.ts'
import type { RenderCheck } from '../../src/publish/check/render-check.ts'
import { checkSources } from '../../src/publish/check-sources.ts'
import { reportProblems } from '../../src/publish/commands/publish-report.ts'
import { publish } from '../../src/publish/publish.ts'
import { readContent } from '../../src/publish/sources/content.ts'
import type { Store } from '../../src/publish/stores/store.ts'
import { openStore } from '../../src/publish/stores/targets.ts'
import type { Pushed, Tries } from './writes.ts'

/** `root` is a project's folder, `time` the instant of the edition. */
export type Step =
  | { name: 'build'; root: string; time: number; rendering: boolean }
  | { name: 'publish'; root: string; time: number }
  | ({ name: 'tries' } & Tries)

/** CPU time of all threads in seconds, from the start of the process; the most memory it held in bytes. */
type Spent = { cpuSeconds: number; memory: number }
/** `seconds` are those of publishing alone, without the start of the process and of the store. */
type Published = { state: string; seconds: number; calls: number; values: number; bytes: number }
export type Results = {
  build: Spent & { articles: number }
  publish: Spent & Published
  tries: Spent & { pushed: Pushed[] }
}

/** For the time that all the rest of a check takes. */
const renderNothing: RenderCheck = async (texts) => texts.map(() => ({ pictures: [] }))

const step = JSON.parse(process.argv[2] ?? '') as Step
const result = await run(step)
console.log(JSON.stringify({ ...result, ...spent() }))

async function run(step: Step): Promise<object> {
  if (step.name === 'build') return runBuild(step)
  if (step.name === 'publish') return runPublish(step)
  // Loaded where it is needed: an archive's texts are made of some megabytes that no other step has to hold.
  const { tryEdits } = await import('./writes.ts')
  return { pushed: await tryEdits(step) }
}

async function runBuild({ root, time, rendering }: Step & { name: 'build' }): Promise<object> {
  const { root: cached, ...sources } = await readContent(root)
  const { content, problems } = await (rendering
    ? checkSources({ ...sources, root: cached })
    : checkSources(sources, renderNothing))
  if (!content)
    throw new Error(`The archive has problems:\n${reportProblems(problems).slice(0, 20).join('\n')}`)
  return { articles: build(content, time).entries.size }
}

async function runPublish({ root, time }: Step & { name: 'publish' }): Promise<object> {
  const { store, counts } = counted(await openStore(root, 'local'))
  try {
    const started = performance.now()
    const note = { author: 'bench', message: 'bench', time }
    const { state } = await publish({ root, store, note, remove: [] })
    return { state, seconds: (performance.now() - started) / 1000, ...counts }
  } finally {
    await store.close()
  }
}

/** A store that counts what is asked of it, and what is written to it. */
function counted(store: Store): { store: Store; counts: Pick<Published, 'calls' | 'values' | 'bytes'> } {
  const counts = { calls: 0, values: 0, bytes: 0 }
  const counting = <A extends unknown[], R>(ask: (...args: A) => R) => {
    return (...args: A): R => {
      counts.calls += 1
      return ask(...args)
    }
  }
  const { get, getMany, getBytes, list, remove, put } = store
  return {
    counts,
    store: {
      ...store,
      get: counting(get),
      getMany: counting(getMany),
      getBytes: counting(getBytes),
      list: counting(list),
      remove: counting(remove),
      put: counting((values, onWritten) =>
        put(values, (count, bytes) => {
          counts.values += count
          counts.bytes += bytes
          onWritten?.(count, bytes)
        }),
      ),
    },
  }
}

function spent(): Spent {
  const { user, system } = process.cpuUsage()
  return { cpuSeconds: (user + system) / 1e6, memory: peakMemory() }
}

/** Not that of the process that started this one, which Linux counts in `maxRSS`. */
function peakMemory(): number {
  try {
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
    if (peak !== undefined) return Number(peak) * 1024
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  return process.resourceUsage().maxRSS * 1024
}
