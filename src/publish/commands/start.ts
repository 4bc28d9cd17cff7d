// `start`: the desk, at a port.
import { found } from '../sources/problem.ts'
import { authorName } from './author.ts'

/** Runs until it is interrupted. */
export async function runStart({ root, port }: { root: string; port: string }): Promise<void> {
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) {
    throw new Error(`--port must be a number from 1 to 65535: found ${found(port)}`)
  }
  // It brings wrangler with it, which takes a second to load.
  const { runDesk } = await import('../dev.ts')
  await runDesk({ root, port: Number(port), author: await authorName(root) })
}
