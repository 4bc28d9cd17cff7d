// Finds text that a reader of a page would lose in the browser: text that is cut off, that runs out of the page, or
// that lies on other text. Each function runs inside the page and says what it found, in words.
import type { Page } from 'playwright-core'

/** Everything that is lost; an empty list if nothing is. */
export async function findLosses(page: Page): Promise<string[]> {
  return [
    ...(await page.evaluate(findOutside)),
    ...(await page.evaluate(findCutOff)),
    ...(await page.evaluate(findOverlaps)),
  ]
}

/** The elements that make the page scroll sideways. Content that scrolls in its own box does not count. */
export function findOutside(): string[] {
  const { scrollWidth, clientWidth } = document.documentElement
  if (scrollWidth <= clientWidth) return []
  const isHeld = (element: Element): boolean => {
    for (
      let around = element.parentElement;
      around && around !== document.body;
      around = around.parentElement
    ) {
      if (getComputedStyle(around).overflowX !== 'visible') return true
    }
    return false
  }
  const found = [...document.body.querySelectorAll('*')].filter((element) => {
    const { left, right, width } = element.getBoundingClientRect()
    return width > 0 && (left < -1 || right > clientWidth + 1) && !isHeld(element)
  })
  const names = found
    .slice(-3)
    .map((element) => `${element.tagName} .${element.className} ${element.textContent?.slice(0, 30)}`)
  return [`scrolls sideways: ${scrollWidth} of ${clientWidth} px: ${names.join(' | ')}`]
}

/** Boxes that hide a part of their text, other than those that are meant for screen readers alone. */
export function findCutOff(): string[] {
  const found: string[] = []
  for (const element of document.body.querySelectorAll<HTMLElement>('*')) {
    const { overflowX, overflowY, clipPath, webkitLineClamp } = getComputedStyle(element)
    const hides = [overflowX, overflowY].some((value) => value === 'hidden' || value === 'clip')
    if (!hides || clipPath !== 'none' || element.innerText === undefined || element.innerText.trim() === '')
      continue
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = element
    const isCut =
      scrollWidth > clientWidth + 1 || scrollHeight > clientHeight + 1 || webkitLineClamp !== 'none'
    if (isCut)
      found.push(`cut off: ${element.tagName} .${element.className} ${element.innerText.slice(0, 30)}`)
  }
  return found
}

/** Pieces of text, of different blocks, that lie on each other. Only the middle of a line's height counts. */
export function findOverlaps(): string[] {
  type Box = { left: number; right: number; top: number; bottom: number; block: Element; text: string }
  const MARGIN = 0.3
  const clipOf = (element: Element) => {
    const clip = { left: -1e6, right: 1e6, top: -1e6, bottom: 1e6 }
    for (let around: Element | null = element; around; around = around.parentElement) {
      const { overflowX, clipPath } = getComputedStyle(around)
      if (clipPath !== 'none') return null
      if (overflowX === 'visible' || around === document.documentElement || around === document.body) continue
      const rect = around.getBoundingClientRect()
      clip.left = Math.max(clip.left, rect.left)
      clip.right = Math.min(clip.right, rect.right)
      clip.top = Math.max(clip.top, rect.top)
      clip.bottom = Math.min(clip.bottom, rect.bottom)
    }
    return clip
  }
  const blockOf = (element: Element): Element => {
    let block = element
    while (block.parentElement && getComputedStyle(block).display.startsWith('inline'))
      block = block.parentElement
    return block
  }
  const boxes: Box[] = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement
    if (!parent || !node.textContent?.trim() || !parent.checkVisibility({ contentVisibilityAuto: true }))
      continue
    const clip = clipOf(parent)
    if (!clip) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    for (const rect of range.getClientRects()) {
      const top = Math.max(rect.top + rect.height * MARGIN, clip.top)
      const bottom = Math.min(rect.bottom - rect.height * MARGIN, clip.bottom)
      const left = Math.max(rect.left, clip.left)
      const right = Math.min(rect.right, clip.right)
      // What stands above the page is brought there by the keyboard alone.
      if (right - left < 1 || bottom - top < 1 || bottom + scrollY < 0) continue
      boxes.push({
        left,
        right,
        top,
        bottom,
        block: blockOf(parent),
        text: node.textContent.trim().slice(0, 30),
      })
    }
  }
  boxes.sort((one, other) => one.top - other.top)
  const found = new Set<string>()
  boxes.forEach((one, index) => {
    for (let next = index + 1; next < boxes.length; next += 1) {
      const other = boxes[next]
      if (!other || other.top >= one.bottom - 1) break
      const across = Math.min(one.right, other.right) - Math.max(one.left, other.left)
      if (across > 2 && one.block !== other.block) found.add(`overlap: ${one.text} | ${other.text}`)
    }
  })
  return [...found]
}
