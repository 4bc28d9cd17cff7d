// Checks the size of links and buttons. Runs inside the page.

/**
 * Links and buttons, other than those in a sentence, that are pressed on less than 24 px across or down: what is pressed
 * beside that is something else. WCAG 2.2, 2.5.8, without its exception for what stands alone.
 */
export function findSmallTargets(): string[] {
  const LEAST = 24
  const isInSentence = (target: Element): boolean => {
    for (let around = target.parentElement; around; around = around.parentElement) {
      for (const node of around.childNodes) {
        if (node.nodeType === Node.TEXT_NODE && /\p{L}/u.test(node.textContent ?? '')) return true
      }
      if (!getComputedStyle(around).display.startsWith('inline')) return false
    }
    return false
  }
  // What a link has laid over the things beside it is pressed as the link.
  const isHit = (target: Element, x: number, y: number): boolean => {
    const hit = document.elementFromPoint(x, y)
    return hit !== null && (target.contains(hit) || hit.closest('a') === target)
  }
  type Point = { x: number; y: number }
  /** Pixels on both sides of a point, in the direction of a step; counts no further than to LEAST. */
  const reach = (target: Element, from: Point, step: Point): number => {
    let size = 0
    for (const sign of [1, -1]) {
      for (let far = sign; size < LEAST; far += sign) {
        if (!isHit(target, from.x + far * step.x, from.y + far * step.y)) break
        size += 1
      }
    }
    return size
  }
  const found: string[] = []
  for (const target of document.querySelectorAll('a[href], button, summary, input:not([disabled])')) {
    if (!target.checkVisibility() || isInSentence(target)) continue
    target.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' })
    const rect = target.getClientRects()[0]
    if (!rect || rect.bottom < 0) continue
    const middle = { x: rect.left + rect.width / 2, y: rect.top + rect.height / 2 }
    const across = reach(target, middle, { x: 1, y: 0 })
    const down = reach(target, middle, { x: 0, y: 1 })
    // The middle itself may lie between two pixels.
    if (Math.min(across, down) < LEAST - 1) {
      found.push(`small target: ${across} × ${down} px: ${target.outerHTML.slice(0, 90)}`)
    }
  }
  return found
}
