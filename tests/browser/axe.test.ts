// axe finds no problem on any kind of page: WCAG 2.2 AA and best practice, at three widths, light and dark, in both
// directions, so that every pair of these occurs.
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { hasBrowser, sharedBrowser } from '../harness/browser.ts'
import { AXE_FACTORS, closeKind, hasKind, openKind, setScheme, setWidth } from '../harness/looking.ts'
import { combinations } from '../harness/matrix.ts'
import { type SharedSample, sharedSample } from '../harness/shared.ts'

// Many pages at a time, on machines that may be slow.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

const CHECKED = combinations(AXE_FACTORS, hasKind)

let browser: Browser
beforeAll(async () => {
  if (hasBrowser) browser = await sharedBrowser()
})

describe.skipIf(!hasBrowser).each(AXE_FACTORS.site)('axe, on the %s site', (name) => {
  let sample: SharedSample
  beforeAll(async () => {
    sample = await sharedSample(name)
  })

  const checkedHere = Map.groupBy(
    CHECKED.filter(({ site }) => site === name),
    ({ kind }) => kind,
  )
  test.concurrent.each([...checkedHere])('finds nothing on the page %s', async (kind, views) => {
    const page = await openKind(browser, sample, kind)
    const found = new Map<string, string[]>()
    for (const [index, { width, scheme }] of views.entries()) {
      await setScheme(page, scheme)
      await setWidth(page, width)
      const { violations } = await axe(page, index === 0).analyze()
      for (const { id, nodes } of violations) {
        for (const { target, failureSummary = '' } of nodes) {
          const what = `${id}: ${target.join(' ')}: ${failureSummary.split('\n').slice(1).join(' ').trim()}`
          found.set(what, [...(found.get(what) ?? []), `${width} ${scheme}`])
        }
      }
    }
    await closeKind(page)
    expect([...found].map(([what, where]) => `${what} (${where.join(', ')})`)).toEqual([])
  })
})

/** Keeps axe in the page for the next run, and lists only violations. */
function axe(page: Page, isFirst: boolean): AxeBuilder {
  return new AxeBuilder({ page, ...(isFirst ? {} : { axeSource: 'void 0' }) })
    .options({ resultTypes: ['violations'] })
    .withTags(TAGS)
    .setLegacyMode()
}
