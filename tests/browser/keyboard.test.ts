// Keyboard use: the Tab key reaches every link in the order of the page, and the focus is visible.
import type { Browser, Page } from 'playwright-core'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { hasBrowser, sharedBrowser } from '../harness/browser.ts'
import { KINDS } from '../harness/kinds.ts'
import { closeKind, openKind } from '../harness/looking.ts'
import { type SharedSample, sharedSample } from '../harness/shared.ts'

// Many pages at a time, on machines that may be slow.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let browser: Browser
beforeAll(async () => {
  if (hasBrowser) browser = await sharedBrowser()
})

describe.skipIf(!hasBrowser).each(['english', 'arabic', 'stress'] as const)(
  'By keyboard, on the %s site',
  (name) => {
    let sample: SharedSample
    beforeAll(async () => {
      sample = await sharedSample(name)
    })

    test.concurrent.each(KINDS[name].map((kind) => kind.name))(
      'all of the page %s is reached and left',
      async (kind) => {
        const page = await openKind(browser, sample, kind, { viewport: { width: 768, height: 700 } })
        const stops = await page.evaluate(rememberStops)
        await page.evaluate(`addEventListener('keyup', () => focuses.push((${describeFocus})()))`)
        const reached: number[] = []
        const complaints: string[] = []
        for (const focus of await focusesOf(page, stops)) {
          if (focus === null) break
          complaints.push(...focus.complaints)
          if (focus.stop === -1) continue
          if (reached.includes(focus.stop)) break
          reached.push(focus.stop)
        }
        await closeKind(page)
        expect(reached).toEqual(Array.from({ length: stops }, (_, index) => index))
        expect(complaints).toEqual([])
      },
    )

    test.each(['front', 'article-short'].filter((kind) => sampleHas(name, kind)))(
      'the skip link of the page %s leads past the masthead',
      async (kind) => {
        const page = await openKind(browser, sample, kind)
        await page.keyboard.press('Tab')
        expect(await page.evaluate(() => document.activeElement?.getAttribute('href'))).toBe('#content')
        expect((await page.locator(':focus').boundingBox())?.y).toBeGreaterThanOrEqual(0)
        await page.keyboard.press('Enter')
        await expect.poll(() => page.url()).toMatch(/#content$/)
        await page.keyboard.press('Tab')
        expect(await isPastMasthead(page)).toBe(true)
        await closeKind(page)
      },
    )
  },
)

/** What has the focus after each press of Tab, from the first stop to the end of the page and beyond. */
async function focusesOf(page: Page, stops: number): Promise<Focus[]> {
  let focuses: Focus[] = []
  // Boxes that scroll are stops as well, which the page does not list.
  while (focuses.length < stops + 50 && !focuses.includes(null)) {
    for (let press = 0; press <= Math.min(stops, 50); press += 1) await page.keyboard.press('Tab')
    focuses = await page.evaluate(() => (window as unknown as Remembered).focuses)
  }
  return focuses
}

function sampleHas(name: keyof typeof KINDS, kind: string): boolean {
  return KINDS[name].some((one) => one.name === kind)
}

function isPastMasthead(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const [main, focus] = [document.querySelector('main'), document.activeElement]
    if (!main || !focus) return false
    const isIn = main.contains(focus)
    return isIn || (main.compareDocumentPosition(focus) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0
  })
}

type Focus = { stop: number; complaints: string[] } | null
type Remembered = Window & { stops: Element[]; looks: Map<Element, string>; focuses: Focus[] }

/** Keeps every link and control that can be seen, and how each looks without the focus; says how many there are. */
function rememberStops(): number {
  const all = document.querySelectorAll('a[href], button, input:not([disabled]), select, textarea, summary')
  const stops = [...all].filter((element) => element.checkVisibility({ contentVisibilityAuto: true }))
  const looks = new Map<Element, string>()
  const lookOf = (element: Element): string => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(element)
    return outlineStyle === 'none'
      ? boxShadow
      : `${outlineStyle} ${outlineWidth} ${outlineColor} ${boxShadow}`
  }
  for (const stop of stops) {
    for (let around: Element | null = stop; around; around = around.parentElement)
      looks.set(around, lookOf(around))
  }
  Object.assign(window, { stops, looks, focuses: [] })
  return stops.length
}

/** Which stop has the focus (-1 for what is none), and what is wrong with how it shows; null where nothing has it. */
function describeFocus(): Focus {
  const { stops, looks } = window as unknown as Remembered
  const focus = document.activeElement
  if (!focus || focus === document.body || focus === document.documentElement) return null
  const lookOf = (element: Element): string => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(element)
    return outlineStyle === 'none'
      ? boxShadow
      : `${outlineStyle} ${outlineWidth} ${outlineColor} ${boxShadow}`
  }
  const stop = stops.indexOf(focus)
  const complaints: string[] = []
  const name = focus.outerHTML.slice(0, 80)
  let isShown = stop === -1 && getComputedStyle(focus).outlineStyle !== 'none'
  for (let around: Element | null = focus; around && !isShown; around = around.parentElement) {
    isShown = looks.has(around) && looks.get(around) !== lookOf(around)
  }
  if (!isShown) complaints.push(`the focus does not show: ${name}`)
  const { top, bottom, left, right } = focus.getBoundingClientRect()
  // Of what is larger than the window, a part. A browser leaves out half of a border.
  const isIn = (from: number, to: number, size: number): boolean =>
    to - from > size ? from < size && to > 0 : from >= -2 && to <= size + 2
  if (!isIn(top, bottom, innerHeight) || !isIn(left, right, innerWidth)) {
    const place = [left, top, right, bottom].map(Math.round).join(' ')
    complaints.push(`the focus is out of view, at ${place} of ${innerWidth} ${innerHeight}: ${name}`)
  }
  const line = focus.getClientRects()[0]
  const hit = line && document.elementFromPoint(line.left + line.width / 2, line.top + line.height / 2)
  if (hit && !focus.contains(hit) && !hit.contains(focus)) complaints.push(`the focus is covered: ${name}`)
  return { stop, complaints }
}
