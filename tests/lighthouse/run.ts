// One page in Lighthouse, as a reader on a phone gets it, in one of the schemes.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Scheme } from '../harness/looking.ts'

export const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'] as const
export type Verdict = {
  /** From 0 to 100. */
  scores: Record<(typeof CATEGORIES)[number], number>
  /** The cumulative layout shift. */
  shift: number
  /** Every audit that counts and is not perfect, with what it says. */
  complaints: string[]
}

type Audit = {
  id: string
  title: string
  score: number | null
  scoreDisplayMode: string
  displayValue?: string
  explanation?: string
  numericValue?: number
  details?: { items?: unknown[] }
}
type Report = {
  categories: Record<string, { score: number | null; auditRefs: { id: string; weight: number }[] }>
  audits: Record<string, Audit>
  runtimeError?: { message: string }
}
type Page = {
  emulateMediaFeatures: (features: { name: string; value: string }[]) => Promise<void>
  evaluate: <T>(run: () => T) => Promise<T>
  close: () => Promise<void>
}
type Browser = { newPage: () => Promise<Page>; close: () => Promise<void> }
type Lighthouse = (
  url: string,
  flags: object,
  config: undefined,
  page: Page,
) => Promise<{ lhr: Report } | undefined>

export type Judge = {
  judge: (url: string, scheme: Scheme) => Promise<Verdict>
  stop: () => Promise<void>
}

/** On a closed network Chromium would otherwise wait for hosts of its own. */
const FLAGS = [
  ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
  // The certificate of the stand-in for the CDN is its own.
  '--ignore-certificate-errors',
]

/** On a busy machine it sometimes misses the beginning of a page. */
const TRIES = 3

/** Starts a Chromium for Lighthouse, both of them outside the project. */
export async function startLighthouse({
  modules,
  chromium,
}: {
  modules: string
  chromium: string
}): Promise<Judge> {
  const load = (path: string) => import(pathToFileURL(join(modules, path)).href)
  const { default: lighthouse } = (await load('lighthouse/core/index.js')) as { default: Lighthouse }
  const { default: puppeteer } = await load('puppeteer-core/lib/puppeteer/puppeteer-core.js')
  const userDataDir = await mkdtemp(join(tmpdir(), 'dateline-lighthouse-profile-'))
  const browser: Browser = await puppeteer.launch({ executablePath: chromium, args: FLAGS, userDataDir })
  return {
    judge: async (url, scheme) => {
      let failure = ''
      for (let tried = 0; tried < TRIES; tried += 1) {
        const lhr = await judgeOnce(await browser.newPage(), { lighthouse, url, scheme })
        if (lhr && !lhr.runtimeError) return verdict(lhr)
        failure = lhr?.runtimeError?.message ?? 'it said nothing'
      }
      throw new Error(`Lighthouse could not judge ${url}: ${failure}`)
    },
    stop: async () => {
      await browser.close()
      await rm(userDataDir, { recursive: true, force: true })
    },
  }
}

async function judgeOnce(
  page: Page,
  { lighthouse, url, scheme }: { lighthouse: Lighthouse; url: string; scheme: Scheme },
): Promise<Report | undefined> {
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
  const flags = { onlyCategories: CATEGORIES, formFactor: 'mobile', logLevel: 'error' }
  const result = await lighthouse(url, flags, undefined, page)
  const isDark = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)
  if (isDark !== (scheme === 'dark')) throw new Error(`${url} was not seen in the ${scheme} scheme`)
  await page.close()
  return result?.lhr
}

function verdict({ categories, audits }: Report): Verdict {
  const score = (name: string) => Math.round((categories[name]?.score ?? 0) * 100)
  const complaints = Object.entries(categories).flatMap(([category, { auditRefs }]) =>
    auditRefs.flatMap(({ id, weight }) => {
      const audit = audits[id]
      if (!audit || audit.score === null || audit.score === 1) return []
      return [`${category}, weight ${weight}: ${describe(audit)}`]
    }),
  )
  return {
    scores: {
      performance: score('performance'),
      accessibility: score('accessibility'),
      'best-practices': score('best-practices'),
      seo: score('seo'),
    },
    shift: audits['cumulative-layout-shift']?.numericValue ?? Number.NaN,
    complaints,
  }
}

const DETAILS_SHOWN = 3

/** An audit in a line, with where it applies. */
function describe({ id, title, score, displayValue = '', explanation = '', details }: Audit): string {
  const places = JSON.stringify(details?.items ?? []).matchAll(/"selector":"((?:[^"\\]|\\.)*)"/g)
  const shown = [...new Set([...places].map(([, selector]) => selector))].slice(0, DETAILS_SHOWN)
  return `${id} ${score} ${displayValue}${explanation} (${title}) ${shown.join(' | ')}`
}
