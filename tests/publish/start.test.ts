// npm start as an editor uses it: one command, a browser, a saved file.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { articleFile, SITE_FILES } from '../harness/content.ts'
import { PROJECT, writeFiles } from '../harness/site.ts'

let root: string
let port: number
let desk: ChildProcess
let printed = ''
/** What is said when the first publication is done, and long before the site is served. */
const FIRST = 'Push 1 is live'

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dateline-desk-'))
  for (const name of ['wrangler.toml', 'package.json', 'tsconfig.json', 'src']) {
    await cp(join(PROJECT, name), join(root, name), { recursive: true })
  }
  await symlink(join(PROJECT, 'node_modules'), join(root, 'node_modules'))
  await writeFiles(join(root, 'content'), {
    ...SITE_FILES,
    'articles/first.md': articleFile({ title: 'The first story', date: '2026-01-01' }),
  })
  port = await freePort()
  desk = spawn(process.execPath, ['src/publish/dateline.cjs', 'start', '--port', String(port)], { cwd: root })
  for (const stream of [desk.stdout, desk.stderr]) stream?.on('data', (text) => (printed += text))
  await vi.waitFor(() => expect(printed).toContain(FIRST), { timeout: 30_000, interval: 5 })
  await writeFile(
    join(root, 'content/articles/early.md'),
    articleFile({ title: 'The early story', date: '2026-01-01' }),
  )
  await vi.waitFor(() => expect(printed).toContain(`The paper is at http://localhost:${port}`), 30_000)
})
afterAll(async () => {
  if (desk.exitCode === null) {
    desk.kill('SIGTERM')
    await once(desk, 'exit')
  }
  await rm(root, { recursive: true, force: true })
})

const read = async (path: string): Promise<{ status: number; body: string }> => {
  const response = await fetch(`http://localhost:${port}${path}`)
  return { status: response.status, body: await response.text() }
}

describe('npm start', () => {
  test('serves what is in content/', async () => {
    expect((await read('/')).body).toContain('The first story')
  })

  test('shows what was saved while the server was starting', async () => {
    await expect
      .poll(async () => (await read('/')).body, { timeout: 5000, interval: 50 })
      .toContain('The early story')
  })

  test('shows what was saved beside and renamed over, and what is saved in place after that', async () => {
    const path = join(root, 'content/articles/early.md')
    await writeFile(`${path}.tmp`, articleFile({ title: 'Renamed over', date: '2026-01-01' }))
    await rename(`${path}.tmp`, path)
    const body = async (): Promise<string> => (await read('/articles/early')).body
    await expect.poll(body, { timeout: 5000, interval: 50 }).toContain('Renamed over')
    await writeFile(path, articleFile({ title: 'Saved in place', date: '2026-01-01' }))
    await expect.poll(body, { timeout: 5000, interval: 50 }).toContain('Saved in place')
  })

  test('shows what was saved to the next reload', async () => {
    await writeFile(
      join(root, 'content/articles/first.md'),
      articleFile({ title: 'A better headline', date: '2026-01-01' }),
    )
    await expect
      .poll(async () => (await read('/articles/first')).body, { timeout: 5000, interval: 50 })
      .toContain('A better headline')
    await writeFile(
      join(root, 'content/articles/second.md'),
      articleFile({ title: 'The second story', date: '2026-01-02' }),
    )
    await expect
      .poll(async () => (await read('/')).body, { timeout: 5000, interval: 50 })
      .toContain('The second story')
  })

  test('reports a mistake, keeps the last good site, and continues when the mistake is fixed', async () => {
    const path = join(root, 'content/articles/second.md')
    await writeFile(path, articleFile({ title: 'The second story', date: 'tomorrow' }))
    await expect.poll(() => printed).toContain('content/articles/second.md:3:7 date must be an ISO date')
    expect((await read('/articles/second')).status).toBe(200)
    await unlink(path)
    await expect.poll(async () => (await read('/articles/second')).status).toBe(404)
  })

  test('refuses a port that is taken, with one to take instead', async () => {
    const second = spawn(process.execPath, ['src/publish/dateline.cjs', 'start', '--port', String(port)], {
      cwd: root,
    })
    let said = ''
    second.stderr?.on('data', (text) => (said += text))
    const [code] = await once(second, 'exit')
    expect(code).toBe(1)
    expect(said).toContain(`Port ${port} is taken`)
    expect(said).toContain(`npm start -- --port ${port + 1}`)
  })

  test('ends every process that it started', async () => {
    const children = await childrenOf(desk.pid ?? 0)
    desk.kill('SIGTERM')
    await once(desk, 'exit')
    await expect(read('/')).rejects.toThrow()
    await expect.poll(() => children.filter(isRunning), { timeout: 5000 }).toEqual([])
  })
})

/** The processes that a process started; none where the system does not tell. */
async function childrenOf(pid: number): Promise<number[]> {
  if (process.platform !== 'linux') return []
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ').map(Number)
  expect(children.length).toBeGreaterThan(0)
  return children
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  probe.listen(0, 'localhost')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  return typeof address === 'object' && address ? address.port : 0
}
