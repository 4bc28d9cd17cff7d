// npm run screenshots: pictures of every kind of page of all sample sites, in every view, to be looked at one by one.
// Fails where a character is drawn that no font has.
import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { startBrowser } from '../harness/browser.ts'
import { KINDS, type Kind } from '../harness/kinds.ts'
import { closeKind, openKind, SCHEMES, setScheme } from '../harness/looking.ts'
import { SAMPLE_NAMES, type Sample, startSample } from '../harness/sample-sites.ts'
import { PROJECT } from '../harness/site.ts'
import { debianPackages } from '../harness/tools.ts'
import { buildWorker } from '../harness/worker.ts'
import { findMissingGlyphs } from './glyphs.ts'
import { type Shot, writeContents, writeSheet } from './sheet.ts'
import { SCREEN_WIDTHS, type View, viewsOf } from './views.ts'

const FOLDER = join(PROJECT, 'screenshots')
/** CSS pixels; below that, pages repeat themselves. */
const HEIGHT = 4000
const PAGES_AT_ONCE = 2

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    widths: { type: 'string', default: SCREEN_WIDTHS.join() },
    schemes: { type: 'string', default: SCHEMES.join() },
  },
})
const views = viewsOf(values.widths.split(',').map(Number), values.schemes.split(','))
/** Pictures whose name holds one of these words, such as `arabic/` or `print`. */
const isWanted = (file: string) => positionals.length === 0 || positionals.some((word) => file.includes(word))

await debianPackages(['fonts-noto-core', 'fonts-noto-cjk'], hasFonts)
const built = await buildWorker()
const browser = await startBrowser({ preferInstalled: true })
const shots: Shot[] = []
const missing = new Map<string, string>()
try {
  for (const site of SAMPLE_NAMES) {
    const name = (kind: Kind, view: View) => `${site}/${kind.name}.${view.name}.png`
    const wantedViews = (kind: Kind) =>
      views.filter((view) => isWanted(name(kind, view)) && (view.only?.test(kind.name) ?? true))
    // A site of which nothing is wanted is not published.
    const sample = await startWanted(site)
    if (!sample) continue
    const waiting = sample.kinds.filter((kind) => wantedViews(kind).length > 0)
    const work = async () => {
      for (let kind = waiting.shift(); kind; kind = waiting.shift()) {
        const own: Shot[] = []
        for (const view of wantedViews(kind)) {
          const file = name(kind, view)
          await shoot(browser, { sample, kind, view, file })
          own.push({ site, kind: kind.name, view: view.name, file })
        }
        await mkdir(join(FOLDER, 'sheets'), { recursive: true })
        await writeSheet(FOLDER, { file: `sheets/${site}-${kind.name}.png`, shots: own })
        shots.push(...own)
        console.log(`${site}: ${kind.name}`)
      }
    }
    await Promise.all(Array.from({ length: PAGES_AT_ONCE }, work))
    await sample.site.stop()
  }
} finally {
  await browser.close()
  await built.dispose()
}
await writeContents(FOLDER, shots)
console.log(`${shots.length} pictures in ${FOLDER}; index.html shows them all, sheets/ each kind of page.`)
for (const [character, file] of missing) console.log(`missing glyph: ${character} (${file})`)
process.exit(missing.size === 0 ? 0 : 1)

async function startWanted(site: (typeof SAMPLE_NAMES)[number]): Promise<Sample | null> {
  const files = KINDS[site].flatMap((kind) => views.map((view) => `${site}/${kind.name}.${view.name}.png`))
  return files.some(isWanted) ? startSample(site, { worker: built.worker }) : null
}

async function shoot(
  browser: Browser,
  { sample, kind, view, file }: { sample: Sample; kind: Kind; view: View; file: string },
): Promise<void> {
  const page = await openKind(browser, sample, kind.name, { viewport: { width: view.width, height: 900 } })
  await setScheme(page, view.scheme)
  await view.prepare?.(page)
  await loadPictures(page)
  for (const character of await findMissingGlyphs(page)) missing.set(character, file)
  const height = await page.evaluate(() => document.documentElement.scrollHeight)
  await mkdir(dirname(join(FOLDER, file)), { recursive: true })
  await page.screenshot({
    path: join(FOLDER, file),
    fullPage: true,
    clip: { x: 0, y: 0, width: view.width, height: Math.min(height, HEIGHT) },
  })
  await closeKind(page)
}

/** Those further down too, which would wait for the reader. */
async function loadPictures(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (const image of document.images) image.loading = 'eager'
    await Promise.all([...document.images].map((image) => image.decode().catch(() => {})))
  })
}

async function hasFonts(): Promise<boolean> {
  const { stdout } = await promisify(execFile)('fc-list', [':', 'family'])
  return /Noto Naskh Arabic/.test(stdout) && /Noto Sans CJK SC/.test(stdout)
}
