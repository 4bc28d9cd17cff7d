// The browser of the tests: on Linux a Chromium from npm, elsewhere the installed Chrome or Edge. On Linux the tests in
// the browser are never skipped: they fail if it does not start.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Browser, chromium, type LaunchOptions } from 'playwright-core'

const PROJECT = join(import.meta.dirname, '../..')

const QUIET = ['--no-first-run', '--disable-background-networking', '--disable-component-update']
// A spare process for the next page costs as much to start as the page's own.
const LEAN = ['--disable-gpu', '--disable-features=SpareRendererForSitePerProcess']
const CHANNELS = ['chrome', 'msedge'] as const

const channel = process.platform === 'linux' ? undefined : await installedChannel()

/** Whether there is a browser to test with; on Linux there always is. */
export const hasBrowser = process.platform === 'linux' || channel !== undefined

/** The path of Debian's Chromium. */
export const DEBIAN_CHROMIUM = '/usr/bin/chromium'

/**
 * Starts the browser, headless, with the system's fonts and its own. `preferInstalled` starts the system's Chromium if
 * there is one.
 */
export async function startBrowser({ preferInstalled = false } = {}): Promise<Browser> {
  if (preferInstalled && existsSync(DEBIAN_CHROMIUM)) {
    return chromium.launch({ executablePath: DEBIAN_CHROMIUM, args: [...QUIET, '--no-sandbox'] })
  }
  return chromium.launch(await launchOptions())
}

let shared: Promise<Browser> | undefined

/** The browser that all test files of a process share; it ends with the process. Close the contexts, and not the browser. */
export function sharedBrowser(): Promise<Browser> {
  shared ??= startBrowser()
  return shared
}

async function launchOptions(): Promise<LaunchOptions> {
  if (channel !== undefined) return { channel, args: QUIET }
  const folder = await unpack()
  const { default: packed } = await import('@sparticuz/chromium')
  // In a single process the browser would end with its first page, what disables the web's security hides flaws, and
  // OpenGL without a graphics card takes twice the time of drawing without it.
  const args = packed.args.filter(
    (arg) => !/single-process|zygote|security|insecure|gpu|gl=|angle|swiftshader/.test(arg),
  )
  return {
    executablePath: join(folder, 'chromium'),
    args: [...args, ...QUIET, ...LEAN, '--no-sandbox'],
    env: {
      ...process.env,
      LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
      FONTCONFIG_FILE: join(folder, FONTS_FILE),
    },
  }
}

/** Chrome or Edge, whichever is there; says so where there is none. */
async function installedChannel(): Promise<(typeof CHANNELS)[number] | undefined> {
  for (const channel of CHANNELS) {
    const browser = await chromium.launch({ channel, args: QUIET }).catch(() => null)
    await browser?.close()
    if (browser) return channel
  }
  console.warn('Neither Chrome nor Edge is installed: the tests in a browser are skipped.')
  return undefined
}

/** The folder in which the package's browser lies unpacked: one for each version, whole or not there at all. */
async function unpack(): Promise<string> {
  const manifest = join(PROJECT, 'node_modules/@sparticuz/chromium/package.json')
  const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string }
  const folder = join(tmpdir(), `dateline-chromium-${version}`)
  if (existsSync(folder)) return folder
  const into = await mkdtemp(`${folder}-`)
  // The package unpacks to the system's temporary folder, and the libraries that a bare system lacks only where it
  // believes to be in that environment: so it is told both in a process of its own.
  const unpacking = "await (await import('@sparticuz/chromium')).default.executablePath()"
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', unpacking], {
    cwd: PROJECT,
    env: { ...process.env, TMPDIR: into, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' },
  })
  await writeFile(join(into, FONTS_FILE), FONTS.replaceAll('FOLDER', folder))
  // Another test file may have been quicker.
  await rename(into, folder).catch(async (error: NodeJS.ErrnoException) => {
    if (!existsSync(folder)) throw error
    await rm(into, { recursive: true, force: true })
  })
  return folder
}

const FONTS_FILE = 'system-and-own.conf'
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>FOLDER/fonts</dir>
  <cachedir>FOLDER/font-cache</cachedir>
</fontconfig>
`
