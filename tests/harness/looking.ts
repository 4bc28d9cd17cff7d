// How the judges open a page and change its width and scheme in place.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { Sample } from './sample-sites.ts'

/** CSS pixels: a small phone, a tablet, a desk. */
export const WIDTHS = [320, 768, 1280] as const
export const SCHEMES = ['light', 'dark'] as const
export type Scheme = (typeof SCHEMES)[number]

const HEIGHT = 900

/** Opens a kind of page in a context of its own; throws where it does not answer as that kind does. */
export async function openKind(
  browser: Browser,
  sample: Sample,
  name: string,
  {
    onOpen,
    ...options
  }: BrowserContextOptions & {
    /** Told of the page before it is asked for. */ onOpen?: (page: Page) => Promise<void>
  } = {},
): Promise<Page> {
  const kind = sample.kinds.find((kind) => kind.name === name)
  if (!kind) throw new Error(`There is no kind of page called ${name}`)
  const context = await browser.newContext({ viewport: { width: 1280, height: HEIGHT }, ...options })
  const page = await context.newPage()
  if (kind.wish) {
    await page.setExtraHTTPHeaders({ 'x-test': encodeURIComponent(JSON.stringify(kind.wish)) })
  }
  await onOpen?.(page)
  const answer = await page.goto(new URL(kind.path, sample.site.url).href)
  const { status = 200 } = kind
  if (answer?.status() !== status) {
    throw new Error(`${kind.path} must answer ${status}: found ${answer?.status()}`)
  }
  return page
}

/** Resizes the page in place. */
export async function setWidth(page: Page, width: number): Promise<void> {
  await page.setViewportSize({ width, height: HEIGHT })
}

/** As if the reader changed the system's colours. */
export async function setScheme(page: Page, scheme: Scheme): Promise<void> {
  await page.emulateMedia({ colorScheme: scheme })
}
