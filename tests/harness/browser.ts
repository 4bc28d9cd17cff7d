// Chromium from npm alone, for Linux; elsewhere there is none, and tests that need it are skipped.
import { type Browser, chromium } from 'playwright-core'

export const hasBrowser = process.platform === 'linux'

/** Starts a headless Chromium. */
export async function startBrowser(): Promise<Browser> {
  // The package unpacks the libraries that a bare system lacks only where it believes to be in that environment.
  process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs22.x'
  const { default: packed } = await import('@sparticuz/chromium')
  // In a single process the browser would end with its first page.
  const args = packed.args.filter((arg) => !/single-process|zygote/.test(arg))
  return chromium.launch({
    executablePath: await packed.executablePath(),
    args: [...args, '--no-sandbox', '--disable-background-networking', '--disable-component-update'],
  })
}
