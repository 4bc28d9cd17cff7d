// npm run bench: how fast the Worker answers; npm run bench -- scale: what publishing costs at any size.
// A figure that is missed is printed as missed.
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { benchRequests } from './requests.ts'
import { benchScale } from './scale.ts'

const [name, ...args] = process.argv.slice(2)
const folder = await mkdtemp(join(tmpdir(), 'dateline-bench-'))
// Also when it is interrupted: Miniflare then ends its workerd, and the process, without another turn.
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
if (name === 'scale') await benchScale(folder, args)
else await benchRequests(folder, process.argv.slice(2))
