// Readers' use of a page in a real browser.
import type { Browser, Page } from 'playwright-core'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { hasBrowser, sharedBrowser } from '../harness/browser.ts'
import { type SharedSample, sharedSample } from '../harness/shared.ts'

describe.skipIf(!hasBrowser)('In a browser', () => {
  let sample: SharedSample
  let browser: Browser
  beforeAll(async () => {
    ;[sample, browser] = await Promise.all([sharedSample('english'), sharedBrowser()])
  })

  const opened: Page[] = []
  afterEach(async () => {
    for (const page of opened.splice(0)) await page.close()
  })

  const open = async (path: string, options: { width: number; dark?: boolean }): Promise<Page> => {
    const page = await browser.newPage({
      viewport: { width: options.width, height: 800 },
      colorScheme: options.dark ? 'dark' : 'light',
    })
    opened.push(page)
    await page.goto(new URL(path, sample.site.url).href)
    return page
  }

  test('pages are light or dark as the reader has it', async () => {
    const background = async (dark: boolean) => {
      const page = await open('/', { width: 360, dark })
      return page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    }
    expect(await background(true)).not.toBe(await background(false))
  })

  test('footnotes are found and left again', async () => {
    const page = await open('/articles/the-line-across-the-pacific', { width: 1280 })
    const place = () => new URL(page.url()).hash
    await page.click('.note-ref a')
    await expect.poll(place).not.toBe('')
    const note = place()
    expect(await page.locator(note).count()).toBe(1)
    await page.locator(`${note} a`).last().click()
    await expect.poll(place).not.toBe(note)
  })

  test('nothing of an article is shown that it does not have', async () => {
    const page = await open('/articles/railway-time', { width: 1280 })
    expect(await page.locator('.story .tags, .story .corrections').count()).toBe(0)
  })
})
