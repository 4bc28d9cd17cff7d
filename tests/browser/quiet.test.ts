// Pages do not shift while they load, request no other host, write nothing to the console, and do not move for readers
// who want no motion. In print they are the article, its credit and its address, and nothing else.
import type { Browser, Page } from 'playwright-core'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { hasBrowser, sharedBrowser } from '../harness/browser.ts'
import { KINDS } from '../harness/kinds.ts'
import { closeKind, openKind, SCHEMES, setScheme } from '../harness/looking.ts'
import { type SharedSample, sharedSample } from '../harness/shared.ts'

// Many pages at a time, on machines that may be slow.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

/** Characters. */
const OTHERS_PRINTED = 300

let browser: Browser
beforeAll(async () => {
  if (hasBrowser) browser = await sharedBrowser()
})

describe.skipIf(!hasBrowser).each(['english', 'arabic', 'stress'] as const)('On the %s site', (name) => {
  let sample: SharedSample
  beforeAll(async () => {
    sample = await sharedSample(name)
  })

  test.concurrent.each([...KINDS[name]])('the page $name is quiet', async ({ name: kind, ...about }) => {
    const heard: string[] = []
    const page = await openKind(browser, sample, kind, {
      viewport: { width: 360, height: 640 },
      onOpen: async (page) => {
        await page.emulateMedia({ reducedMotion: 'reduce' })
        await page.addInitScript(watchShifts)
        page.on('console', (message) => heard.push(`the console says ${message.type()}: ${message.text()}`))
        page.on('pageerror', ({ message }) => heard.push(`an error: ${message}`))
        page.on('requestfailed', (request) => heard.push(`a request failed: ${request.url()}`))
        page.on('request', (request) => {
          const { origin, protocol } = new URL(request.url())
          if (origin !== sample.site.url.origin && protocol !== 'data:') heard.push(`it asks ${origin}`)
        })
      },
    })
    heard.push(...(await readAndSeeShifts(page)))
    heard.push(...(await page.evaluate(brokenPictures)))
    for (const scheme of SCHEMES) {
      await setScheme(page, scheme)
      heard.push(...(await page.evaluate(movements)))
    }
    await closeKind(page)
    // A page that is not there is told as an error by the browser itself.
    const isError = 'status' in about
    expect(heard.filter((text) => !isError || !text.includes('responded with a status of'))).toEqual([])
  })

  const articles = KINDS[name].filter(
    ({ name, path }) => name.startsWith('article') && !path.includes('{preview}'),
  )
  test.concurrent.each([...articles])(
    'the page $name prints the article, its credit and its address',
    async ({ name: kind, path }) => {
      const page = await openKind(browser, sample, kind)
      await page.emulateMedia({ media: 'print', reducedMotion: 'reduce' })
      const { story, others, wrong } = await readPrinted(page)
      const lost = (await readScreen(page)).filter((part) => !story.includes(part))
      await closeKind(page)
      const url = new URL(path, sample.home)
      const printed = `${story} ${others}`
      const hasAddress = printed.includes(url.href) || printed.includes(decodeURI(url.href))
      // Beside the article, the name of the paper, who publishes it, and the address.
      const surplus = others.length > OTHERS_PRINTED ? others : ''
      expect({ lost, hasAddress, surplus, wrong }).toEqual({
        lost: [],
        hasAddress: true,
        surplus: '',
        wrong: [],
      })
    },
  )
})

/** Layout shifts. On a busy machine a half-parsed page may be shown and shift once, so a page with shifts is read again. */
async function readAndSeeShifts(page: Page): Promise<string[]> {
  await page.evaluate(scrollThrough)
  if ((await page.evaluate(shifts)).length === 0) return []
  await page.reload()
  await page.evaluate(scrollThrough)
  return page.evaluate(shifts)
}

/** Keeps how far things moved while the page loaded and was read. */
function watchShifts(): void {
  type Shift = PerformanceEntry & { value: number; sources: { node: Node | null }[] }
  const all: string[] = []
  Object.assign(window, { shifts: all })
  new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries() as Shift[]) {
      const first = sources[0]?.node
      const what = first instanceof Element ? first.outerHTML : (first?.textContent ?? '')
      all.push(`moves by ${value}: ${what.slice(0, 60)}`)
    }
  }).observe({ type: 'layout-shift', buffered: true })
}

function shifts(): string[] {
  return (window as unknown as { shifts: string[] }).shifts
}

/** Scrolls to the end, as a reader does, so that every picture is loaded. */
async function scrollThrough(): Promise<void> {
  for (let at = 0; at < document.documentElement.scrollHeight; at += innerHeight / 2) {
    scrollTo({ top: at, behavior: 'instant' })
    await new Promise((resolve) => requestAnimationFrame(resolve))
  }
  await Promise.all([...document.images].map((image) => image.decode().catch(() => {})))
  await new Promise((resolve) => setTimeout(resolve, 100))
}

function brokenPictures(): string[] {
  return [...document.images]
    .filter((image) => image.naturalWidth === 0)
    .map((image) => `no picture: ${image.src}`)
}

/** Transitions and animations that run although the reader asked for none. */
function movements(): string[] {
  const found = document.getAnimations().map((animation) => `an animation runs: ${animation.id}`)
  for (const element of document.querySelectorAll('*')) {
    for (const part of [undefined, '::before', '::after']) {
      const style = getComputedStyle(element, part)
      const isMoving =
        style.transitionDuration.split(', ').some((time) => Number.parseFloat(time) > 0.001) ||
        style.animationName !== 'none' ||
        style.scrollBehavior === 'smooth'
      if (isMoving)
        found.push(
          `moves for readers who want it still: ${element.tagName} .${element.className} ${part ?? ''}`,
        )
    }
  }
  return found
}

/** The text that the article prints and what is printed beside it, words that the styles add included. */
function readPrinted(page: Page): Promise<{ story: string; others: string; wrong: string[] }> {
  return page.evaluate(() => {
    const texts = { story: [] as string[], others: [] as string[] }
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node as Element
      const { clipPath, width } = getComputedStyle(element)
      if (!element.checkVisibility() || (clipPath !== 'none' && width === '1px')) continue
      const into = element.closest('article.story') ? texts.story : texts.others
      const added = (part: string) =>
        getComputedStyle(element, part).content.match(/"(?:[^"\\]|\\.)*"/g) ?? []
      for (const text of added('::before')) into.push(text.slice(1, -1))
      for (const child of element.childNodes) {
        if (child.nodeType === Node.TEXT_NODE && child.textContent?.trim()) into.push(child.textContent)
      }
      for (const text of added('::after')) into.push(text.slice(1, -1))
    }
    const { backgroundColor } = getComputedStyle(document.body)
    const isWhite = ['rgb(255, 255, 255)', 'rgba(0, 0, 0, 0)'].includes(backgroundColor)
    const ways = [
      ...document.querySelectorAll('nav, a[rel~="tag"], form, [class*="share"], [class*="related"]'),
    ]
    const wrong = [
      ...(isWhite ? [] : [`the paper is ${backgroundColor}`]),
      ...ways.filter((way) => way.checkVisibility()).map((way) => `printed: ${way.outerHTML.slice(0, 60)}`),
    ]
    const flat = (all: string[]) => all.join(' ').replace(/\s+/g, ' ').trim()
    return { story: flat(texts.story), others: flat(texts.others), wrong }
  })
}

/** The parts of the article that must be in print: headline, paragraphs, credits. */
function readScreen(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const parts = document.querySelectorAll(
      '.story h1, .story .standfirst, .story .credit bdi, .story .body > p',
    )
    const flat = (text: string | null) => (text ?? '').replace(/\s+/g, ' ').trim()
    return [...parts].filter((part) => part.children.length === 0).map((part) => flat(part.textContent))
  })
}
