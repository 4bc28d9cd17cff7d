// The stand-in as a program, so that deploys can be tried without Cloudflare: node tests/standin/main.ts
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Call, startStandin } from './standin.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '9876' },
    root: { type: 'string', default: '.' },
    stale: { type: 'boolean', default: false },
  },
})
const standin = await startStandin({
  root: resolve(values.root),
  port: Number(values.port),
  stale: values.stale,
})

console.log(
  'A stand-in for Cloudflare writes into the local KV that wrangler dev reads. Paste into another terminal:',
)
for (const [name, value] of Object.entries(standin.env)) console.log(`export ${name}=${value}`)
console.log(`Its namespaces: ${Object.keys(standin.namespaces).join(', ')}. Ctrl+C stops it.`)

// A call is told once it has ended.
let told = 0
const tell = ({ n, route, keys, bytes, outcome }: Call): void => {
  const about = keys.length === 1 ? ` ${keys[0]}` : keys.length > 1 ? ` ${keys.length} keys` : ''
  console.log(`${n} ${route}${about}${bytes > 0 ? `, ${bytes} bytes` : ''}: ${outcome}`)
}
setInterval(() => {
  for (; standin.calls[told] && standin.calls[told]?.outcome !== null; told += 1) {
    tell(standin.calls[told] as Call)
  }
}, 100)

process.once('SIGINT', async () => {
  await standin
    .stop()
    .catch((error: unknown) => console.error(error instanceof Error ? error.message : error))
  process.exit()
})
