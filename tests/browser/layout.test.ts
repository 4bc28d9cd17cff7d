// Pages keep all that they say: on a small phone, in large text, with wide spacing; lines are of a length that can be
// read, and links of a size that can be hit.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { hasBrowser, startBrowser } from '../harness/browser.ts'
import { KINDS } from '../harness/kinds.ts'
import { openKind, setWidth } from '../harness/looking.ts'
import { findLosses, findOutside } from '../harness/loss.ts'
import { SAMPLE_NAMES, type Sample, startSample } from '../harness/sample-sites.ts'
import { findSmallTargets } from '../harness/targets.ts'

// Many pages at a time, on machines that may be slow.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const SMALL = 320
const DESK = 1280
/** WCAG 2.2, 1.4.12. */
const WIDE_SPACING = `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
  p { margin-block-end: 2em !important }`

let browser: Browser
beforeAll(async () => {
  if (hasBrowser) browser = await startBrowser()
})
afterAll(() => browser?.close())

describe.skipIf(!hasBrowser).each(SAMPLE_NAMES)('The %s site', (name) => {
  const isExtreme = name === 'stress' || name === 'many-tags'
  let sample: Sample
  beforeAll(async () => {
    sample = await startSample(name)
  })
  afterAll(() => sample?.site.stop())

  test.concurrent.each(KINDS[name].map((kind) => kind.name))('loses nothing of the page %s', async (kind) => {
    const page = await openKind(browser, sample, kind, { viewport: { width: SMALL, height: 800 } })
    const found: Record<string, string[]> = {}
    // WCAG 2.2, 1.4.10.
    found['at 320 px'] = await findLosses(page)
    found['targets at 320 px'] = await page.evaluate(findSmallTargets)
    await setWidth(page, 2 * SMALL)
    found['at 640 px, which is 200 % of 1280 px'] = await findLosses(page)
    await setWidth(page, DESK)
    found['at 1280 px'] = await findLosses(page)
    found['targets at 1280 px'] = await page.evaluate(findSmallTargets)
    // WCAG 2.2, 1.4.4: text alone, as a reader's own font size makes it.
    await setTextSize(page, '200%')
    found['in text of 200 % at 1280 px'] = await findLosses(page)
    await setWidth(page, SMALL)
    // A phone in its largest text; what is extreme by itself need not bear that too.
    if (!isExtreme) found['in text of 200 % at 320 px'] = await page.evaluate(findOutside)
    await setTextSize(page, '')
    await addRules(page, WIDE_SPACING)
    found['with wide spacing at 320 px'] = await findLosses(page)
    await setWidth(page, DESK)
    found['with wide spacing at 1280 px'] = await findLosses(page)
    await page.context().close()
    expect(
      Object.entries(found).flatMap(([when, losses]) => losses.map((loss) => `${when}: ${loss}`)),
    ).toEqual([])
  })

  // Letters, spaces and signs, without the marks above them; a Chinese character is as wide as two letters.
  const [least, most] = name === 'chinese' ? [28, 40] : [55, 75]
  const readable = KINDS[name].map((kind) => kind.name).filter((kind) => kind === 'article')
  test.each(readable)(`has lines of ${least} to ${most} characters in the page %s`, async (kind) => {
    const page = await openKind(browser, sample, kind)
    const lengths = await page.evaluate(lineLengths)
    await page.context().close()
    lengths.sort((one, other) => one - other)
    const median = lengths[Math.floor(lengths.length / 2)] ?? 0
    expect(median).toBeGreaterThanOrEqual(least)
    expect(median).toBeLessThanOrEqual(most)
  })
})

function setTextSize(page: Page, size: string): Promise<void> {
  return page.evaluate((size) => {
    document.documentElement.style.fontSize = size
  }, size)
}

/** Past the Content-Security-Policy, which allows no style element. */
function addRules(page: Page, rules: string): Promise<void> {
  return page.evaluate((rules) => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(rules)
    document.adoptedStyleSheets = [sheet]
  }, rules)
}

/** How many characters stand in each line of the article's paragraphs, but for their last ones. */
function lineLengths(): number[] {
  const lengths: number[] = []
  for (const paragraph of document.querySelectorAll('.body > p')) {
    const lines: number[] = []
    let bottom = -1e6
    const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      for (let at = 0; at < (node.textContent?.length ?? 0); at += 1) {
        if (/\p{M}/u.test(node.textContent?.[at] ?? '')) continue
        const range = document.createRange()
        range.setStart(node, at)
        range.setEnd(node, at + 1)
        const rect = range.getBoundingClientRect()
        if (rect.height === 0) continue
        if (rect.top > bottom - rect.height / 4) {
          lines.push(0)
          bottom = rect.bottom
        }
        lines.push((lines.pop() ?? 0) + 1)
      }
    }
    lengths.push(...lines.slice(0, -1))
  }
  return lengths
}
