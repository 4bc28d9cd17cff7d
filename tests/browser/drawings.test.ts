// A drawing that was made to run script, opened by itself in a real browser: it looks right and runs nothing.
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasBrowser, sharedBrowser } from '../harness/browser.ts'
import { articleFile, SITE_FILES } from '../harness/content.ts'
import { type Site, startSite } from '../harness/site.ts'

const SIGN = 'RAN'
const ASKS = '/asked-by-a-drawing'
const DRAWING = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="200" height="200" onload="console.log('${SIGN} onload')">
<style>.box { fill: rgb(1, 2, 3) } @import url("${ASKS}?style");</style>
<script>console.log('${SIGN} script'); document.documentElement.setAttribute('data-ran', 'script')</script>
<script href="${ASKS}?href"/><script xlink:href="data:text/javascript,console.log('${SIGN} data')"/>
<rect class="box" id="box" width="99" height="99" onclick="console.log('${SIGN} click')"/>
<rect id="styled" style="fill: rgb(4, 5, 6)" width="9" height="9"/>
<image href="${ASKS}?image" width="9" height="9" onerror="console.log('${SIGN} onerror')"/>
<image id="own" href="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==" width="9" height="9"/>
<animate attributeName="x" begin="0s" dur="1ms" onbegin="console.log('${SIGN} onbegin')"/>
<a href="javascript:console.log('${SIGN} link')"><text id="link" y="150">link</text></a>
<foreignObject width="200" height="200"><body xmlns="http://www.w3.org/1999/xhtml">
<script>console.log('${SIGN} foreign')</script><img src="x" onerror="console.log('${SIGN} foreign onerror')"/>
<iframe src="javascript:parent.console.log('${SIGN} frame')"></iframe><iframe srcdoc="&lt;script>console.log('${SIGN} srcdoc')&lt;/script>"></iframe>
<object data="${ASKS}?object"></object><form action="${ASKS}?form"><input autofocus="" onfocus="console.log('${SIGN} focus')"/></form>
</body></foreignObject></svg>`

describe.skipIf(!hasBrowser)('A drawing opened by itself in Chromium', () => {
  let site: Site
  let browser: Browser
  beforeAll(async () => {
    site = await startSite({
      files: {
        ...SITE_FILES,
        'images/evil.svg': DRAWING,
        'articles/evil.md': articleFile({ title: 'Evil', date: '2026-01-01', body: '![Evil](evil.svg)' }),
      },
    })
    browser = await sharedBrowser()
  })
  afterAll(() => site.stop())

  test('looks as it was drawn, runs no script and requests nothing', async () => {
    const { body } = await site.get('/articles/evil')
    const path = /src="(\/media\/[^"]+\/original\.svg)"/.exec(body)?.[1] ?? ''
    // The same drawing without these headers runs, or this test could not tell.
    expect((await visit(browser, `data:image/svg+xml,${encodeURIComponent(DRAWING)}`)).said).not.toEqual([])
    const { said, asked, fills, hasRun } = await visit(browser, new URL(path, site.url).href)
    expect(said).toEqual([])
    expect(hasRun).toBe(false)
    expect(asked).toEqual([new URL(path, site.url).href])
    expect(fills).toEqual({ box: 'rgb(1, 2, 3)', styled: 'rgb(4, 5, 6)' })
  })

  test('runs no script in a page that shows it', async () => {
    const { said, hasRun } = await visit(browser, new URL('/articles/evil', site.url).href)
    expect([said, hasRun]).toEqual([[], false])
  })
})

/** Opens a page and clicks about in it; what ran says so. */
async function visit(browser: Browser, url: string) {
  const page = await browser.newPage()
  const [said, asked]: [string[], string[]] = [[], []]
  page.on('console', (message) => {
    if (message.text().startsWith(SIGN)) said.push(message.text())
  })
  page.on('response', (response) => {
    if (!response.url().startsWith('data:')) asked.push(response.url())
  })
  await page.goto(url)
  for (const id of ['box', 'link']) {
    const element = page.locator(`#${id}`)
    if ((await element.count()) > 0) await element.dispatchEvent('click').catch(() => {})
  }
  await page.mouse.click(20, 20)
  await page.waitForTimeout(300)
  // Playwright's own evaluation is not stopped by a policy.
  const fills = await page.evaluate(() => {
    const fill = (id: string): string => {
      const element = document.getElementById(id)
      return element ? getComputedStyle(element).fill : ''
    }
    return { box: fill('box'), styled: fill('styled') }
  })
  const hasRun = await page.evaluate(() => document.documentElement.hasAttribute('data-ran'))
  await page.close()
  return { said, asked, fills, hasRun }
}
