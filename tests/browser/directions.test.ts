// Both directions of writing: a page in Arabic is the mirror of one in English, code stays as it is, and names in another
// script do not turn the words about them.
import type { Browser, Page } from 'playwright-core'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { hasBrowser, sharedBrowser } from '../harness/browser.ts'
import { closeKind, openKind } from '../harness/looking.ts'
import { type SharedSample, sharedSample } from '../harness/shared.ts'

// Many pages at a time, on machines that may be slow.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

describe.skipIf(!hasBrowser)('Directions', () => {
  let browser: Browser
  let arabic: SharedSample
  let stress: SharedSample
  beforeAll(async () => {
    ;[browser, arabic, stress] = await Promise.all([
      sharedBrowser(),
      sharedSample('arabic'),
      sharedSample('stress'),
    ])
  })

  test('the masthead of an Arabic site begins at the right, as that of an English one at the left', async () => {
    const sides = async (sample: SharedSample) => {
      const page = await openKind(browser, sample, 'tags')
      const boxes = await page
        .locator('header nav li')
        .evaluateAll((items) => items.map((item) => item.getBoundingClientRect().left))
      const name = await page.locator('.nameplate').first().boundingBox()
      await closeKind(page)
      return { boxes, name }
    }
    const mirrored = await sides(arabic)
    expect(mirrored.boxes[0]).toBeGreaterThan(mirrored.boxes[1] ?? 0)
    expect(mirrored.name?.x).toBeGreaterThan(640)
    const plain = await sides(stress)
    expect(plain.boxes[0]).toBeLessThan(plain.boxes[1] ?? 0)
    expect(plain.name?.x).toBeLessThan(640)
  })

  test.each([
    ['an Arabic site', () => arabic, 'article', 'right'],
    ['an English article of an Arabic site', () => arabic, 'article-english', 'left'],
    ['an Arabic article of an English site', () => stress, 'article-arabic', 'right'],
    ['an English site', () => stress, 'article-everything', 'left'],
  ] as const)('text, quotations and lists of %s begin at the right side', async (_, sample, kind, side) => {
    const page = await openKind(browser, sample(), kind)
    const styles = await page.evaluate(readStarts)
    await closeKind(page)
    const other = side === 'left' ? 'right' : 'left'
    expect(styles.direction).toBe(side === 'right' ? 'rtl' : 'ltr')
    for (const { what, sides } of styles.starts)
      expect([what, sides[side] > sides[other]]).toEqual([what, true])
  })

  test.each([
    ['Arabic site', () => arabic, 'article-code'],
    ['Arabic article', () => stress, 'article-arabic'],
  ] as const)('code in an %s runs from left to right', async (_, sample, kind) => {
    const page = await openKind(browser, sample(), kind)
    const codes = await page
      .locator('.body pre, .body pre code')
      .evaluateAll((all) =>
        all.map((code) => [getComputedStyle(code).direction, getComputedStyle(code).textAlign]),
      )
    await closeKind(page)
    expect(codes.length).toBeGreaterThan(0)
    for (const [direction, align] of codes) {
      expect(direction).toBe('ltr')
      expect(align).toMatch(/^(?:left|start|-webkit-left)$/)
    }
  })

  test.each([
    ['Jean-Paul Mercier', () => arabic, 'article-code'],
    ['Open data', () => arabic, 'article-code'],
    ['ليلى منصور', () => stress, 'article-thirty-words'],
    ['العربية', () => stress, 'article-tag-names'],
    ['Open data', () => arabic, 'tags'],
    ['A letter from a visitor', () => arabic, 'front'],
  ] as const)('"%s" is kept apart from the words about it', async (name, sample, kind) => {
    const page = await openKind(browser, sample(), kind)
    const loose = await findLoose(page, name)
    await closeKind(page)
    expect(loose).toEqual({ found: true, loose: [] })
  })
})

/** On which side text, quotations and lists of the article begin: how much stands there that is not text. */
function readStarts() {
  const story = document.querySelector('.story') as Element
  const pick = (selector: string, read: (style: CSSStyleDeclaration) => [string, string]) =>
    [...story.querySelectorAll(selector)].slice(0, 1).map((element) => {
      const [left, right] = read(getComputedStyle(element)).map(Number.parseFloat) as [number, number]
      return { what: selector, sides: { left, right } }
    })
  return {
    direction: getComputedStyle(story).direction,
    starts: [
      ...pick('.body blockquote', (style) => [
        String(
          Number.parseFloat(style.borderLeftWidth) +
            Number.parseFloat(style.paddingLeft) +
            Number.parseFloat(style.marginLeft),
        ),
        String(
          Number.parseFloat(style.borderRightWidth) +
            Number.parseFloat(style.paddingRight) +
            Number.parseFloat(style.marginRight),
        ),
      ]),
      ...pick('.body ol, .body ul', (style) => [style.paddingLeft, style.paddingRight]),
    ],
  }
}

/** Places outside the text of articles where a name stands among other words and is not isolated from them. */
function findLoose(page: Page, name: string): Promise<{ found: boolean; loose: string[] }> {
  return page.evaluate((name) => {
    const loose: string[] = []
    let found = false
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.textContent ?? ''
      if (!text.includes(name) || node.parentElement?.closest('.body')) continue
      found = true
      let isApart = false
      for (let around = node.parentElement; around && !isApart; around = around.parentElement) {
        const { unicodeBidi, display } = getComputedStyle(around)
        // A block of one name is apart by itself, if its direction is the name's or made from it.
        const isAlone = around.textContent?.trim() === text.trim() && text.trim().startsWith(name)
        isApart =
          isAlone &&
          (unicodeBidi.startsWith('isolate') || unicodeBidi === 'plaintext' || !display.startsWith('inline'))
        if (!display.startsWith('inline')) break
      }
      if (!isApart) loose.push(node.parentElement?.outerHTML.slice(0, 120) ?? '')
    }
    return { found, loose }
  }, name)
}
