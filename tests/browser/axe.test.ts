// What axe finds on every kind of page: WCAG 2.2 AA and best practice, at three widths, light and dark, in both directions.
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { hasBrowser, startBrowser } from '../harness/browser.ts'
import { KINDS } from '../harness/kinds.ts'
import { openKind, SCHEMES, setScheme, setWidth, WIDTHS } from '../harness/looking.ts'
import { type Sample, startSample } from '../harness/sample-sites.ts'

// Many pages at a time, on machines that may be slow.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

describe.skipIf(!hasBrowser).each(['english', 'arabic'] as const)('axe, on the %s site', (name) => {
  let sample: Sample
  let browser: Browser
  beforeAll(async () => {
    ;[sample, browser] = await Promise.all([startSample(name), startBrowser()])
  })
  afterAll(async () => {
    await browser?.close()
    await sample?.site.stop()
  })

  test.concurrent.each(KINDS[name].map((kind) => kind.name))('finds nothing on the page %s', async (kind) => {
    const page = await openKind(browser, sample, kind)
    const found = new Map<string, string[]>()
    for (const scheme of SCHEMES) {
      await setScheme(page, scheme)
      for (const width of WIDTHS) {
        await setWidth(page, width)
        const isFirst = scheme === SCHEMES[0] && width === WIDTHS[0]
        const { violations } = await axe(page, isFirst).analyze()
        for (const { id, nodes } of violations) {
          for (const { target, failureSummary = '' } of nodes) {
            const what = `${id}: ${target.join(' ')}: ${failureSummary.split('\n').slice(1).join(' ').trim()}`
            found.set(what, [...(found.get(what) ?? []), `${width} ${scheme}`])
          }
        }
      }
    }
    await page.context().close()
    expect([...found].map(([what, where]) => `${what} (${where.join(', ')})`)).toEqual([])
  })
})

/** In the page itself, where it stays for the next run, and without listing what is right. */
function axe(page: Page, isFirst: boolean): AxeBuilder {
  return new AxeBuilder({ page, ...(isFirst ? {} : { axeSource: 'void 0' }) })
    .options({ resultTypes: ['violations'] })
    .withTags(TAGS)
    .setLegacyMode()
}
