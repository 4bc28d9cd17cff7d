// The connection to local KV when workerd does not answer.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { openLocalKv } from '../../../src/publish/stores/local-kv.ts'
import { makeProject } from '../../harness/project.ts'

// Only here can a program stop its children for a while without another program's help.
test.runIf(process.platform === 'linux')(
  'a workerd that stands still is given up after a minute',
  async () => {
    const project = await makeProject()
    const others = await children()
    const kv = openLocalKv({ folder: join(project.root, '.wrangler/state/v3'), namespace: 'ARTICLES' })
    await kv.put([{ key: 'a', value: 'x' }])
    const own = (await children()).filter((pid) => !others.includes(pid))
    expect(own).toHaveLength(1)
    const signal = (name: NodeJS.Signals) => own.forEach((pid) => void process.kill(pid, name))
    try {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
      signal('SIGSTOP')
      const given = expect(kv.get('a')).rejects.toThrow(
        'The local store could not read a: no answer within 60 seconds. ' +
          'Stop what else uses .wrangler/state (npm start, wrangler dev) and run the command again',
      )
      await vi.advanceTimersByTimeAsync(60_000)
      await given
    } finally {
      vi.useRealTimers()
      signal('SIGCONT')
    }
    expect(Buffer.from((await kv.get('a')) ?? []).toString()).toBe('x')
    await kv.close()
    await project.dispose()
  },
)

// Ctrl+C at a terminal ends workerd as well, and gc could not write any more that it has ended.
test.runIf(process.platform === 'linux')(
  'a workerd that was ended is asked again once there is another one',
  async () => {
    const project = await makeProject()
    const others = await children()
    const kv = openLocalKv({ folder: join(project.root, '.wrangler/state/v3'), namespace: 'ARTICLES' })
    try {
      await kv.put([{ key: 'a', value: 'x' }])
      for (const pid of await children()) if (!others.includes(pid)) process.kill(pid, 'SIGKILL')
      const [bytes] = await Promise.all([kv.get('a'), kv.put([{ key: 'b', value: 'y' }])])
      expect(Buffer.from(bytes ?? []).toString()).toBe('x')
      expect((await kv.getMany(['a', 'b'])).map(([, text]) => text)).toEqual(['x', 'y'])
    } finally {
      await kv.close()
      await project.dispose()
    }
  },
)

async function children(): Promise<number[]> {
  const list = await readFile(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
  return list.split(' ').filter(Boolean).map(Number)
}
