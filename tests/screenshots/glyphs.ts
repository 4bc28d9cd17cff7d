// Whether every character of a page is drawn by some font, and none as the empty box of a font that lacks it.
import type { Page } from 'playwright-core'

/** What the page has to draw and has no font for: the characters, the fonts that were asked for, and where. */
export async function findMissingGlyphs(page: Page): Promise<string[]> {
  const { missing, isSound } = await page.evaluate(compareWithBoxes)
  if (!isSound) throw new Error('The check for missing glyphs does not see a character that no font has')
  return missing
}

/** Draws each character in each family of the page beside one that no font has. Runs inside the page. */
function compareWithBoxes(): { missing: string[]; isSound: boolean } {
  const SIZE = 40
  // Characters that are not assigned, of planes that fonts treat apart.
  const ABSENT = ['\u0378', '\u{1FFFD}', '\u{10FFFD}']
  const canvas = document.createElement('canvas')
  canvas.width = SIZE * 2
  canvas.height = SIZE * 2
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) return { missing: [], isSound: false }
  const drawn = new Map<string, string>()
  const draw = (text: string, family: string): string => {
    const key = `${family} ${text}`
    const known = drawn.get(key)
    if (known !== undefined) return known
    context.clearRect(0, 0, canvas.width, canvas.height)
    context.font = `${SIZE}px ${family}`
    context.fillText(text, SIZE / 4, SIZE * 1.3)
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
    let ink = ''
    for (let at = 3; at < data.length; at += 4) if (data[at] !== 0) ink += `${at}:${data[at]} `
    drawn.set(key, ink)
    return ink
  }
  const isMissing = (character: string, family: string): boolean => {
    const ink = draw(character, family)
    return ink !== '' && ABSENT.some((absent) => absent !== character && draw(absent, family) === ink)
  }

  const missing = new Set<string>()
  const families = new Set<string>()
  const check = (text: string, family: string, element: Element): void => {
    families.add(family)
    // Marks are drawn on the letter before them, and some characters are not drawn at all.
    for (const character of new Set(text.replace(/[\p{M}\p{Cf}\p{Z}\s]/gu, ''))) {
      if (!isMissing(character, family)) continue
      const code = character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')
      missing.add(
        `U+${code} ${character} in ${family.slice(0, 60)}: <${element.localName} class="${element.className}">`,
      )
    }
  }
  for (const element of document.body.querySelectorAll('*')) {
    if (!element.checkVisibility()) continue
    for (const child of element.childNodes) {
      if (child.nodeType !== Node.TEXT_NODE) continue
      check(child.textContent ?? '', getComputedStyle(element).fontFamily, element)
    }
    for (const part of ['::before', '::after', '::marker']) {
      const { content, fontFamily } = getComputedStyle(element, part)
      for (const [, text = ''] of content.matchAll(/"((?:[^"\\]|\\.)*)"/g)) check(text, fontFamily, element)
    }
  }
  const isSound = [...families].every((family) => isMissing('\u0378', family))
  return { missing: [...missing], isSound }
}
