// The ways in which each kind of page is looked at.
import type { Page } from 'playwright-core'
import { SCHEMES, type Scheme } from '../harness/looking.ts'

export type View = {
  /** What stands behind the kind's name in the file's name. */
  name: string
  width: number
  scheme: Scheme
  /** Beyond width and scheme. */
  prepare?: (page: Page) => Promise<void>
  /** Kinds that are looked at so; all if not given. */
  only?: RegExp
}

/** CSS pixels: a phone, a tablet, a desk. */
export const SCREEN_WIDTHS = [360, 768, 1280]
/** What A4 leaves between its margins. */
const PAPER_WIDTH = 680

/** Every width in both schemes, then paper, large text, and the system's high contrast. */
export function viewsOf(widths: readonly number[], schemes: readonly string[]): View[] {
  const plain = widths.flatMap((width) =>
    SCHEMES.filter((scheme) => schemes.includes(scheme)).map((scheme) => ({
      name: `${width}.${scheme}`,
      width,
      scheme,
    })),
  )
  return [...plain, ...SPECIAL.filter(({ scheme }) => schemes.includes(scheme))]
}

const SPECIAL: readonly View[] = [
  {
    name: 'print',
    width: PAPER_WIDTH,
    scheme: 'light',
    prepare: (page) => page.emulateMedia({ media: 'print' }),
  },
  {
    name: 'text-200',
    width: 360,
    scheme: 'light',
    prepare: (page) =>
      page.evaluate(() => {
        document.documentElement.style.fontSize = '200%'
      }),
  },
  {
    name: 'contrast',
    width: 768,
    scheme: 'light',
    prepare: (page) => page.emulateMedia({ contrast: 'more' }),
  },
  {
    name: 'contrast-dark',
    width: 768,
    scheme: 'dark',
    prepare: (page) => page.emulateMedia({ contrast: 'more' }),
  },
  {
    name: 'forced-colours',
    width: 768,
    scheme: 'dark',
    only: /^article|^front$/,
    prepare: (page) => page.emulateMedia({ forcedColors: 'active' }),
  },
]
