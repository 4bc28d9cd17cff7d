// The sizes attribute of every picture matches the width that is drawn, so that the browser loads the right file.
import type { Browser } from 'playwright-core'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { hasBrowser, sharedBrowser } from '../harness/browser.ts'
import { closeKind, openKind, setWidth } from '../harness/looking.ts'
import { type SharedSample, sharedSample } from '../harness/shared.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

/** CSS pixels: on both sides of every width at which the layout changes. */
const WIDTHS = [360, 600, 700, 900, 1000, 1200, 1280, 1600]
/** Less would be blurred; more is a file larger than it need be. */
const [LEAST, MOST] = [0.95, 1.25]

let browser: Browser
beforeAll(async () => {
  if (hasBrowser) browser = await sharedBrowser()
})

describe.skipIf(!hasBrowser).each([
  ['english', ['front', 'tag', 'article']],
  ['stress', ['front', 'article-pictures', 'article-everything']],
] as const)('The %s site', (name, kinds) => {
  let sample: SharedSample
  beforeAll(async () => {
    sample = await sharedSample(name)
  })

  test.concurrent.each(kinds)('shows the pictures of the page %s as wide as it says', async (kind) => {
    const page = await openKind(browser, sample, kind)
    const wrong: string[] = []
    let looked = 0
    for (const width of WIDTHS) {
      await setWidth(page, width)
      for (const { said, drawn, widest, sizes } of await page.evaluate(pictureWidths)) {
        looked += 1
        // A small picture in a wide place stays as it is.
        const isFit = said >= LEAST * drawn && (said <= MOST * drawn || widest <= drawn)
        if (!isFit) wrong.push(`at ${width} px: ${said} said by ${sizes}, ${drawn} drawn`)
      }
    }
    await closeKind(page)
    expect(wrong).toEqual([])
    expect(looked).toBeGreaterThan(0)
  })
})

type PictureWidths = { said: number; drawn: number; widest: number; sizes: string }

/** Of every picture with files to choose from: what `sizes` comes to, what is drawn, and the widest file; CSS pixels. */
function pictureWidths(): PictureWidths[] {
  return [...document.querySelectorAll('img')].flatMap((image): PictureWidths[] => {
    const source = image.parentElement?.querySelector('source[sizes]')
    if (!source) return []
    const sizes = source.getAttribute('sizes') ?? ''
    const [, length = ''] =
      sizes
        .split(', ')
        .map((size) => /^(?:(\(.*?\)) )?(.*)$/.exec(size)?.slice(1) ?? [])
        .find(([condition]) => condition === undefined || matchMedia(condition).matches) ?? []
    const probe = document.createElement('div')
    probe.attributeStyleMap.set('width', CSSStyleValue.parse('width', length))
    document.body.append(probe)
    const said = probe.getBoundingClientRect().width
    probe.remove()
    const { width, height } = image.getBoundingClientRect()
    const ratio = Number(image.getAttribute('width')) / Number(image.getAttribute('height'))
    const isCropped = getComputedStyle(image).objectFit === 'cover'
    const drawn = isCropped ? Math.max(width, height * ratio) : width
    const widest = Math.max(
      ...[...(source.getAttribute('srcset') ?? '').matchAll(/ (\d+)w/g)].map(([, w]) => Number(w)),
    )
    return [{ said, drawn, widest, sizes }]
  })
}
