// The sample sites that all test files share. Each starts when the first file asks for it, and stops with the run. They
// live in the process of the test runner, and the test files find them by HTTP.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inject } from 'vitest'
import type { Kind } from './kinds.ts'
import { type SampleName, startSample } from './sample-sites.ts'
import { type Requests, requestsTo } from './site.ts'

declare module 'vitest' {
  interface ProvidedContext {
    shared: string
  }
}

/** A sample site that nobody may change. */
export type SharedSample = {
  site: Requests
  kinds: readonly Kind[]
  /** The `url` of its settings. */
  home: string
  /** The slugs of its articles. */
  slugs: readonly string[]
}

type Told = Omit<SharedSample, 'site'> & { url: string }

/** A sample site, as every test file sees it. */
export async function sharedSample(name: SampleName): Promise<SharedSample> {
  const answer = await fetch(new URL(name, inject('shared')))
  if (!answer.ok) throw new Error(`Starting the ${name} site failed: ${await answer.text()}`)
  const { url, kinds, home, slugs } = (await answer.json()) as Told
  return { site: requestsTo(new URL(url)), kinds, home, slugs }
}

type Started = { told: Told; stop: () => Promise<void> }

/** Serves the addresses of sample sites to test files; a site starts with its first request. */
export async function serveShared(worker: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const started = new Map<SampleName, Promise<Started>>()
  const server = createServer(async (request, response) => {
    const name = request.url?.slice(1) as SampleName
    const starting = started.get(name) ?? serveSample(name, worker)
    started.set(name, starting)
    try {
      response.end(JSON.stringify((await starting).told))
    } catch (error) {
      response.statusCode = 500
      response.end((error as Error).stack)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections()
      server.close()
      const all = await Promise.allSettled(started.values())
      await Promise.all(all.map((one) => (one.status === 'fulfilled' ? one.value.stop() : null)))
    },
  }
}

async function serveSample(name: SampleName, worker: string): Promise<Started> {
  const { site, kinds } = await startSample(name, { worker })
  const [{ articles }, { body }] = [await site.tables(), await site.current()]
  const told: Told = { url: site.url.href, kinds, home: body.settings.url, slugs: [...articles.keys()] }
  return { told, stop: site.stop }
}
