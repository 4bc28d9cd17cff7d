// The Nu validator, which judges markup as browsers parse it, on every kind of page of a site.
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Sample } from '../harness/sample-sites.ts'

const run = promisify(execFile)

/** Whether there is a Java for it to run on. */
export async function hasJava(): Promise<boolean> {
  return run('java', ['-version']).then(
    () => true,
    () => false,
  )
}

/** What it finds wrong, by kind of page; `modules` is the folder that holds vnu-jar. */
export async function validateWithNu(modules: string, { site, kinds }: Sample): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'dateline-nu-'))
  try {
    for (const { name, path, wish } of kinds) {
      const { body } = await site.get(encodeURI(path), wish)
      await writeFile(join(folder, `${name}.html`), body)
    }
    const jar = join(modules, 'vnu-jar/build/dist/vnu.jar')
    const args = ['-jar', jar, '--exit-zero-always', '--stdout', '--format', 'json', folder]
    const { stdout } = await run('java', args, { maxBuffer: 2 ** 26 })
    const { messages } = JSON.parse(stdout) as { messages: Message[] }
    // Errors and warnings. The rest are remarks on taste, such as that of hono's slash at the end of void elements.
    const serious = messages.filter(({ type, subType }) => type !== 'info' || subType === 'warning')
    return serious.map(({ type, subType, url = '', lastLine, message, extract = '' }) => {
      const kind = url.split('/').at(-1)?.replace('.html', '')
      return `${kind}:${lastLine} ${subType ?? type}: ${message} ${JSON.stringify(extract)}`
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

type Message = {
  type: string
  subType?: string
  url?: string
  lastLine?: number
  message: string
  extract?: string
}
