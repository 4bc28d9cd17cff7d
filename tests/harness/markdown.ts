// Rendering as the tests of Markdown do it: the site, and the pictures that its record knows.
import { type RenderOptions, renderMarkdown } from '../../src/markdown.ts'

export const OPTIONS: RenderOptions = {
  origin: 'https://dateline.example',
  pictures: {
    'images/bridge.jpg': { address: '/media/b1/original.jpg', width: 1200, height: 800 },
    'a b.png': { address: '/media/b2/original.png', width: 40, height: 30 },
    'q.jpg?a=1&b=2': { address: '/media/b3/original.jpg?"<>', width: 4, height: 3 },
    'wide.jpg': { address: '/media/b4/1200.jpg', width: 1200, height: 800, widths: [320, 640] },
    'moving.gif': { address: '/media/b5/960.webp', width: 960, height: 640, still: '960.jpg' },
  },
}

/** An article's HTML on that site. */
export function render(markdown: string): string {
  return renderMarkdown(markdown, OPTIONS)
}

/** What the first of the pictures has in its markup, wherever it is shown. */
export const BRIDGE = 'src="/media/b1/original.jpg" width="1200" height="800" loading="lazy" decoding="async"'
