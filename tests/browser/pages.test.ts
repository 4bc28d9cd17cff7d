// Every kind of page in a real browser, from phones to wide screens.
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasBrowser, startBrowser } from '../harness/browser.ts'
import { FULL_PAGE } from '../harness/content.ts'
import { PROJECT, type Site, startSite } from '../harness/site.ts'

const PATHS = [
  ...['/', '/page/1', '/tags', '/tags/handbook', '/nothing', '/articles/open-day-in-the-press-hall'],
  ...[
    '/articles/how-to-write-an-article',
    '/articles/how-the-cache-works',
    '/articles/the-line-across-the-pacific',
  ],
  ...['/articles/railway-time', '/articles/الوقائع-المصرية', '/articles/how-pictures-learned-to-travel'],
]

describe.skipIf(!hasBrowser)('In Chromium', () => {
  let site: Site
  let browser: Browser
  beforeAll(async () => {
    site = await startSite({ content: join(PROJECT, 'content'), files: FULL_PAGE })
    browser = await startBrowser()
  })
  afterAll(async () => {
    await browser.close()
    await site.stop()
  })

  const open = async (path: string, options: { width: number; dark?: boolean }) => {
    const page = await browser.newPage({
      viewport: { width: options.width, height: 800 },
      colorScheme: options.dark ? 'dark' : 'light',
    })
    const complaints: string[] = []
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    const answer = await page.goto(new URL(path, site.url).href)
    return { page, complaints, status: answer?.status() ?? 0 }
  }

  test.each(PATHS)('%s fits 360, 768 and 1280 px, and the browser complains of nothing', async (path) => {
    for (const width of [360, 768, 1280]) {
      const { page, complaints, status } = await open(path, { width })
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
      // A page that is not there is told as an error by the browser itself.
      expect(complaints.filter((text) => status < 400 || !text.includes('status of'))).toEqual([])
      expect(await brokenPictures(page)).toEqual([])
      await page.close()
    }
  })

  test('pages are light or dark as the reader has it', async () => {
    const background = async (dark: boolean) => {
      const { page } = await open('/', { width: 360, dark })
      return page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    }
    expect(await background(true)).not.toBe(await background(false))
  })

  test('the skip link leads the keyboard past the masthead', async () => {
    const { page } = await open('/articles/railway-time', { width: 1280 })
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('skip')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.url()).toMatch(/#content$/)
  })

  test('footnotes are found and left again', async () => {
    const { page } = await open('/articles/the-line-across-the-pacific', { width: 1280 })
    const place = () => new URL(page.url()).hash
    await page.click('.note-ref a')
    await expect.poll(place).not.toBe('')
    const note = place()
    expect(await page.locator(note).count()).toBe(1)
    await page.locator(`${note} a`).last().click()
    await expect.poll(place).not.toBe(note)
  })

  test('an Arabic article runs from right to left', async () => {
    const { page } = await open('/articles/الوقائع-المصرية', { width: 768 })
    const story = await page.evaluate(
      () => getComputedStyle(document.querySelector('.story') as Element).direction,
    )
    expect(story).toBe('rtl')
  })

  test('nothing of an article is shown that it does not have', async () => {
    const { page } = await open('/articles/railway-time', { width: 1280 })
    expect(await page.locator('.story .tags, .story .corrections').count()).toBe(0)
  })

  test('the style sheet is at most 8 KB compressed', async () => {
    const { page } = await open('/', { width: 1280 })
    expect(gzipSync((await page.locator('style').textContent()) ?? '').length).toBeLessThanOrEqual(8 * 1024)
  })
})

/** Pictures that did not load, once all of them have been scrolled to. */
function brokenPictures(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const broken: string[] = []
    for (const image of document.images) {
      image.loading = 'eager'
      await image.decode().catch(() => broken.push(image.src))
    }
    return broken
  })
}
