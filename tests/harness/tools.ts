// Tools of the page checks that `npm ci` does not install: installed where allowed, else reported as missing.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The folder that holds these packages (`name@version`) in its node_modules, outside the project. */
export async function npmFolder(packages: readonly string[]): Promise<string> {
  const folder = join(tmpdir(), `dateline-${packages.join('-').replaceAll(/[^\w.-]/g, '-')}`)
  const isThere = packages.every((name) =>
    existsSync(join(folder, 'node_modules', name.replace(/(?<=.)@.*$/, ''), 'package.json')),
  )
  if (isThere) return folder
  console.log(`Installing ${packages.join(', ')} into ${folder}`)
  const args = [
    'install',
    '--no-save',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--prefix',
    folder,
    ...packages,
  ]
  // Under npm the very one that runs this script.
  const npm = process.env.npm_execpath
  await (npm === undefined ? run('npm', args) : run(process.execPath, [npm, ...args]))
  return folder
}

/** Makes sure that a Debian package is there; `isThere` is asked before and after. */
export async function debianPackages(
  packages: readonly string[],
  isThere: () => boolean | Promise<boolean>,
): Promise<void> {
  if (await isThere()) return
  const wanted = packages.join(' ')
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new Error(`This needs ${wanted}. On Debian: apt-get install ${wanted}`)
  }
  console.log(`Installing ${wanted}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await run('apt-get', ['update'], { env })
  await run('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { env, maxBuffer: 2 ** 26 })
  if (!(await isThere())) throw new Error(`${wanted} was installed, and yet is not there`)
}
