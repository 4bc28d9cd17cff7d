// Draws test pictures of unusual shapes.
import sharp, { type Sharp } from 'sharp'
import type { Files } from './site.ts'

/** Bands of colour in files of `content/images/`: a portrait, a panorama, a landscape and a very small one. */
export async function drawPictures(): Promise<Files> {
  return {
    'images/portrait.jpg': await bands(900, 1800).jpeg().toBuffer(),
    'images/panorama.jpg': await bands(3000, 500).jpeg().toBuffer(),
    'images/landscape.jpg': await bands(1800, 1200).jpeg().toBuffer(),
    'images/tiny.png': await bands(40, 40).png().toBuffer(),
  }
}

function bands(width: number, height: number): Sharp {
  const band = (index: number) =>
    `<rect x="${(index * width) / 8}" width="${width / 8 + 1}" height="${height}" fill="hsl(${index * 45} 40% 55%)"/>`
  const all = Array.from({ length: 8 }, (_, index) => band(index)).join('')
  return sharp(
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${all}</svg>`),
  )
}
