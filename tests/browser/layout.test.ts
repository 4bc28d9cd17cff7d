// No page loses content on a small phone, in large text or with wide spacing. Lines have a readable length, and links a
// size that can be hit.
import type { Browser } from 'playwright-core'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { hasBrowser, sharedBrowser } from '../harness/browser.ts'
import { KINDS } from '../harness/kinds.ts'
import { closeKind, hasKind, LAYOUT_FACTORS, LAYOUTS, openKind, setLayout } from '../harness/looking.ts'
import { findLosses, findOutside } from '../harness/loss.ts'
import { combinations } from '../harness/matrix.ts'
import { SAMPLE_NAMES } from '../harness/sample-sites.ts'
import { type SharedSample, sharedSample } from '../harness/shared.ts'
import { findSmallTargets } from '../harness/targets.ts'

// Many pages at a time, on machines that may be slow.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

type Layout = keyof typeof LAYOUTS

/** In this layout a page must only not scroll sideways. */
const LARGEST_TEXT: Layout = 'in text of 200 % at 320 px'
/** The layouts in which links are measured, too. */
const TO_PRESS: readonly Layout[] = ['at 320 px', 'at 1280 px']
const CHECKED = combinations(LAYOUT_FACTORS, hasKind)

let browser: Browser
beforeAll(async () => {
  if (hasBrowser) browser = await sharedBrowser()
})

describe.skipIf(!hasBrowser).each(SAMPLE_NAMES)('The %s site', (name) => {
  const isExtreme = name === 'stress' || name === 'many-tags'
  let sample: SharedSample
  beforeAll(async () => {
    sample = await sharedSample(name)
  })

  /** The layouts to check for a kind of page; the extreme sites are checked in all of them. */
  const layoutsOf = (kind: string): Layout[] => {
    if (!isExtreme)
      return CHECKED.flatMap((one) => (one.site === name && one.kind === kind ? [one.layout] : []))
    // Extreme content need not fit a phone with the largest text.
    return LAYOUT_FACTORS.layout.filter((layout) => layout !== LARGEST_TEXT)
  }

  test.concurrent.each(KINDS[name].map((kind) => kind.name))('loses nothing of the page %s', async (kind) => {
    const page = await openKind(browser, sample, kind)
    const found: string[] = []
    for (const layout of layoutsOf(kind)) {
      await setLayout(page, LAYOUTS[layout])
      const losses = layout === LARGEST_TEXT ? await page.evaluate(findOutside) : await findLosses(page)
      if (TO_PRESS.includes(layout)) losses.push(...(await page.evaluate(findSmallTargets)))
      found.push(...losses.map((loss) => `${layout}: ${loss}`))
    }
    await closeKind(page)
    expect(found).toEqual([])
  })

  // Letters, spaces and signs, without the marks above them. A Chinese character is as wide as its font is high, also
  // where no font of the system has it.
  const [least, most] = name === 'chinese' ? [28, 40] : [55, 75]
  const readable = KINDS[name].map((kind) => kind.name).filter((kind) => kind === 'article')
  test.each(readable)(`has lines of ${least} to ${most} characters in the page %s`, async (kind) => {
    const page = await openKind(browser, sample, kind)
    const lengths = await page.evaluate(name === 'chinese' ? linesInEms : lineLengths)
    await closeKind(page)
    lengths.sort((one, other) => one - other)
    const median = lengths[Math.floor(lengths.length / 2)] ?? 0
    expect(median).toBeGreaterThanOrEqual(least)
    expect(median).toBeLessThanOrEqual(most)
  })
})

/** How many characters as wide as the font is high fit into a line of each of the article's paragraphs. */
function linesInEms(): number[] {
  return [...document.querySelectorAll('.body > p')].map((paragraph) =>
    Math.floor(paragraph.clientWidth / Number.parseFloat(getComputedStyle(paragraph).fontSize)),
  )
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
