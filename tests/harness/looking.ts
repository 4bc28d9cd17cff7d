// Opens pages of the sample sites for the browser tests, and changes their width and colours in place.
import type { Browser, Page } from 'playwright-core'
import { KINDS, type Kind } from './kinds.ts'

/** CSS pixels: a small phone, a tablet, a desk. */
export const WIDTHS = [320, 768, 1280] as const
export const SCHEMES = ['light', 'dark'] as const
export type Scheme = (typeof SCHEMES)[number]

/** WCAG 2.2, 1.4.12. */
const WIDE_SPACING = `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
  p { margin-block-end: 2em !important }`

/** The layouts of a page on a reader's screen; WCAG 2.2, 1.4.4, 1.4.10 and 1.4.12. */
export const LAYOUTS = {
  'at 320 px': { width: 320 },
  'at 640 px, which is 200 % of 1280 px': { width: 640 },
  'at 1280 px': { width: 1280 },
  // Text alone, as a reader's own font size makes it.
  'in text of 200 % at 1280 px': { width: 1280, textSize: '200%' },
  'in text of 200 % at 320 px': { width: 320, textSize: '200%' },
  'with wide spacing at 320 px': { width: 320, rules: WIDE_SPACING },
  'with wide spacing at 1280 px': { width: 1280, rules: WIDE_SPACING },
} as const satisfies Record<string, Layout>

type Layout = { width: number; textSize?: string; rules?: string }

/** The factors of the axe tests: a site in each direction. */
export const AXE_FACTORS = {
  site: ['english', 'arabic'],
  kind: kindsOf('english', 'arabic'),
  width: WIDTHS,
  scheme: SCHEMES,
} as const

/** The factors of the layout tests: the same paper in three scripts. */
export const LAYOUT_FACTORS = {
  site: ['english', 'arabic', 'chinese'],
  kind: kindsOf('english', 'arabic', 'chinese'),
  layout: Object.keys(LAYOUTS) as (keyof typeof LAYOUTS)[],
} as const

function kindsOf(...sites: (keyof typeof KINDS)[]): string[] {
  return [...new Set(sites.flatMap((site) => KINDS[site].map(({ name }) => name)))]
}

/** Whether the site has such a page. */
export function hasKind({ site, kind }: { site: keyof typeof KINDS; kind: string }): boolean {
  return KINDS[site].some(({ name }) => name === kind)
}

const HEIGHT = 900

type OpenOptions = {
  viewport?: { width: number; height: number }
  /** Prepares the page before its address is asked for. The page then has a context of its own, with an empty cache. */
  onOpen?: (page: Page) => Promise<void>
}

/** Opens a kind of page; `closeKind` ends its use. Throws if the address does not answer as that kind does. */
export async function openKind(
  browser: Browser,
  { kinds, site }: { site: { url: URL }; kinds: readonly Kind[] },
  name: string,
  { viewport = { width: 1280, height: HEIGHT }, onOpen }: OpenOptions = {},
): Promise<Page> {
  const kind = kinds.find((kind) => kind.name === name)
  if (!kind) throw new Error(`There is no kind of page called ${name}`)
  const page = onOpen ? await browser.newPage() : await takePage(browser)
  await page.setViewportSize(viewport)
  const headers = kind.wish && { 'x-test': encodeURIComponent(JSON.stringify(kind.wish)) }
  await page.setExtraHTTPHeaders(headers ?? {})
  await onOpen?.(page)
  const answer = await page.goto(new URL(kind.path, site.url).href)
  const { status = 200 } = kind
  if (answer?.status() !== status) {
    throw new Error(`${kind.path} must answer ${status}: found ${answer?.status()}`)
  }
  return page
}

/** Pages that are not in use: a new one would start a process, which costs more than most checks. */
const idlePages: Page[] = []
const reusedPages = new WeakSet<Page>()

async function takePage(browser: Browser): Promise<Page> {
  const page = idlePages.pop() ?? (await browser.newPage())
  reusedPages.add(page)
  await page.emulateMedia({ media: null, colorScheme: null, reducedMotion: null })
  return page
}

/** Ends the use of a page. */
export async function closeKind(page: Page): Promise<void> {
  if (reusedPages.has(page)) idlePages.push(page)
  else await page.close()
}

/** Resizes the page in place. */
export async function setWidth(page: Page, width: number): Promise<void> {
  await page.setViewportSize({ width, height: HEIGHT })
}

/** Changes the page to a layout, from any other one. */
export async function setLayout(page: Page, { width, textSize = '', rules = '' }: Layout): Promise<void> {
  await setWidth(page, width)
  await page.evaluate(
    ({ textSize, rules }) => {
      document.documentElement.style.fontSize = textSize
      // Past the Content-Security-Policy, which allows no style element.
      const sheet = new CSSStyleSheet()
      sheet.replaceSync(rules)
      document.adoptedStyleSheets = [sheet]
    },
    { textSize, rules },
  )
}

/** As if the reader changed the system's colours. */
export async function setScheme(page: Page, scheme: Scheme): Promise<void> {
  await page.emulateMedia({ colorScheme: scheme })
}
