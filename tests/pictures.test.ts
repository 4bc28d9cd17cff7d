// The variants that are published of a picture, and the markup that shows them.
import { parseFragment } from 'parse5'
import { describe, expect, test } from 'vitest'
import {
  type Measured,
  pictureFrom,
  renderPicture,
  sharedPicture,
  variantsOf,
  variantType,
} from '../src/pictures.ts'

const HASH = '0123456789abcdef0123456789abcdef'
const from = (measured: Partial<Measured>) =>
  pictureFrom(HASH, { kind: 'photograph', width: 3000, height: 2000, isTransparent: false, ...measured })
const variants = (measured: Partial<Measured>) => variantsOf(from(measured)).variants

describe('A photograph', () => {
  test('has variants up to its own width, and one JPEG of width 1200', () => {
    expect(from({})).toEqual({
      address: `/media/${HASH}/1200.jpg`,
      width: 1200,
      height: 800,
      widths: [320, 640, 960, 1440],
    })
    expect(variants({})).toEqual([
      ...['320.avif', '320.webp', '640.avif', '640.webp', '960.avif', '960.webp', '1440.avif', '1440.webp'],
      '1200.jpg',
    ])
  })

  test.each([
    [1440, [320, 640, 960, 1440], 1200],
    [1439, [320, 640, 960, 1439], 1200],
    [1200, [320, 640, 960, 1200], 1200],
    [640, [320, 640], 640],
    [200, [200], 200],
    [1, [1], 1],
  ])('of %i pixels is never enlarged', (width, widths, own) => {
    expect(from({ width, height: width })).toMatchObject({ widths, width: own, height: own })
  })

  test('with transparency has a PNG', () => {
    expect(variants({ width: 100, isTransparent: true })).toEqual(['100.avif', '100.webp', '100.png'])
  })

  test('has no WebP variant of a width at which it is too high for WebP', () => {
    expect(from({ width: 1000, height: 50_000 })).toMatchObject({ widths: [320], height: 50_000 })
    expect(from({ width: 100, height: 20_000 })).not.toHaveProperty('widths')
  })

  test('of extreme flatness has a height of at least one pixel', () => {
    expect(from({ width: 5000, height: 1 })).toMatchObject({ width: 1200, height: 1 })
  })
})

test('An animation has an animated WebP variant and a still variant', () => {
  const picture = from({ kind: 'animation' })
  expect(picture).toEqual({ address: `/media/${HASH}/960.webp`, width: 960, height: 640, still: '960.jpg' })
  expect(variantsOf(picture)).toEqual({ hash: HASH, variants: ['960.webp', '960.jpg'] })
  expect(sharedPicture(picture)?.address).toBe(`/media/${HASH}/960.jpg`)
})

test('A drawing is what it is', () => {
  expect(from({ kind: 'drawing' })).toEqual({
    address: `/media/${HASH}/original.svg`,
    width: 3000,
    height: 2000,
  })
  expect(variants({ kind: 'drawing' })).toEqual(['original.svg'])
  expect(sharedPicture(from({ kind: 'drawing' }))).toBeNull()
})

test('The ending of a variant tells its media type', () => {
  expect(['1.avif', '1.webp', '1.jpg', '1.png', 'original.svg'].map(variantType)).toEqual([
    ...['image/avif', 'image/webp', 'image/jpeg', 'image/png', 'image/svg+xml'],
  ])
  for (const name of ['1.html', 'toString', '1.', '']) expect(variantType(name)).toBeNull()
})

describe('The markup', () => {
  const sizes = '(min-width: 42rem) 38rem, 100vw'

  test('offers AVIF, then WebP, then a format that every browser shows', () => {
    expect(renderPicture(from({ width: 700 }), { alt: 'A "pier" & <b>', sizes })).toBe(
      `<picture><source type="image/avif" sizes="${sizes}" srcset="/media/${HASH}/320.avif 320w, /media/${HASH}/640.avif 640w, /media/${HASH}/700.avif 700w">` +
        `<source type="image/webp" sizes="${sizes}" srcset="/media/${HASH}/320.webp 320w, /media/${HASH}/640.webp 640w, /media/${HASH}/700.webp 700w">` +
        `<img src="/media/${HASH}/700.jpg" width="700" height="2000" alt="A &quot;pier&quot; &amp; &lt;b&gt;" loading="lazy" decoding="async"></picture>`,
    )
  })

  test('of the lead picture does not load lazily', () => {
    const html = renderPicture(from({}), { alt: '', sizes, isLead: true, className: 'thumb' })
    expect(html).toContain('alt="" class="thumb" fetchpriority="high" decoding="async">')
    expect(html).not.toContain('loading')
  })

  test('of an animation offers a still for reduced motion, and is the still alone with isStill', () => {
    const picture = from({ kind: 'animation' })
    expect(renderPicture(picture, { alt: '', sizes })).toBe(
      `<picture><source media="(prefers-reduced-motion: reduce)" srcset="/media/${HASH}/960.jpg">` +
        `<img src="/media/${HASH}/960.webp" width="960" height="640" alt="" loading="lazy" decoding="async"></picture>`,
    )
    expect(renderPicture(picture, { alt: '', sizes, isStill: true })).toBe(
      `<img src="/media/${HASH}/960.jpg" width="960" height="640" alt="" loading="lazy" decoding="async">`,
    )
  })

  test('of a drawing, and of a picture of an older edition, is a single img element', () => {
    const old = { address: `/media/${HASH}/original.jpg`, width: 3, height: 2 }
    for (const picture of [from({ kind: 'drawing' }), old]) {
      expect(renderPicture(picture, { alt: 'x', sizes })).toMatch(
        /^<img [^>]* alt="x" loading="lazy" decoding="async">$/,
      )
    }
  })

  test('escapes every attribute', () => {
    const evil = '"><script>alert(1)</script>'
    const picture = { address: `/media/a/${evil}`, width: 1, height: 1, widths: [1] }
    const html = renderPicture(picture, { alt: evil, sizes: evil, title: evil, className: evil })
    const [root, ...others] = parseFragment(html).childNodes
    expect(others).toEqual([])
    expect(root?.nodeName).toBe('picture')
    expect(root && 'childNodes' in root ? root.childNodes.map(({ nodeName }) => nodeName) : []).toEqual([
      ...['source', 'source', 'img'],
    ])
  })
})
