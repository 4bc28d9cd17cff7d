// `start`: publishes into the local store, serves the Worker on it, and publishes again when content/ changes. All that
// it starts lives in this process and ends with it.
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { publish } from '../publish.ts'
import { quote } from '../sources/problem.ts'
import { openLocalStore } from '../stores/local.ts'
import { authorName } from '../terminal/note.ts'
import { nextSignal } from '../terminal/signals.ts'
import { startProgress } from '../terminal/terminal.ts'
import { countProblems, reportOutcome, reportProblems } from './publish-report.ts'
import { coalesce, watchTree } from './start/watch.ts'

/** Runs until it is interrupted. */
export async function runStart({ root, port }: { root: string; port: string }): Promise<void> {
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) {
    throw new Error(`--port must be a number from 1 to 65535: found ${quote(port)}`)
  }
  await runDesk({ root, port: Number(port), author: await authorName(root) })
}

type DeskOptions = { root: string; port: number; author: string }

async function runDesk({ root, port, author }: DeskOptions): Promise<void> {
  await assertFree(port)
  const store = await openLocalStore(root)
  const publishing = coalesce(async () => {
    const making = startProgress(process.stderr)
    try {
      const outcome = await publish({
        root,
        store,
        note: { author, message: 'at the desk', time: Date.now() },
        remove: 'any',
        onMade: making.show,
      }).finally(making.end)
      for (const line of reportProblems(outcome.problems)) console.log(line)
      if (outcome.state === 'problems') console.log(`Not published: ${countProblems(outcome.problems)}.`)
      else for (const line of reportOutcome(outcome)) console.log(line)
    } catch (error) {
      // The process goes on: the next save publishes again.
      console.error(error instanceof Error ? error.message : error)
    }
  })
  const watching = new AbortController()
  // The watch begins before the first publication, or a save between the two would be lost.
  await watchTree(join(root, 'content'), { changed: publishing.ask, signal: watching.signal })
  await publishing.ask()
  const server = await serve(root, port)
  console.log(
    `The paper is at http://localhost:${port} – save a file in content/ and reload. Stop with Ctrl+C.`,
  )
  await nextSignal()
  watching.abort()
  await server.dispose()
  await publishing.idle()
  await store.close()
}

async function assertFree(port: number): Promise<void> {
  const probe = createServer()
  try {
    probe.listen(port, 'localhost')
    await once(probe, 'listening')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new Error(
      `Port ${port} is taken. Stop what runs there, or choose another: npm start -- --port ${port + 1}`,
    )
  }
  probe.close()
  await once(probe, 'close')
}

/** wrangler's development server, in this process, told to read `current` anew for every request. */
async function serve(root: string, port: number): Promise<{ dispose: () => Promise<void> }> {
  process.env.WRANGLER_SEND_METRICS = 'false'
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = 'false'
  // wrangler takes a second to load: first say what is wrong with the port or the content.
  const { unstable_startWorker } = await import('wrangler')
  const server = await unstable_startWorker({
    config: join(root, 'wrangler.toml'),
    bindings: { DEV: { type: 'plain_text', value: '1' } },
    dev: {
      server: { hostname: 'localhost', port },
      logLevel: 'warn',
      inspector: false,
      remote: false,
      watch: true,
    },
  })
  await server.ready
  return server
}
