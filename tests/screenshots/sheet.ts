// Contact sheets: all views of one kind of page side by side, and one page that leads to every picture.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'

/** A picture of a kind of page, by its path below the folder of all. */
export type Shot = { site: string; kind: string; view: string; file: string }

const COLUMN = 360
const HEIGHT = 1000
const IN_A_ROW = 6
const GAP = 16

/** Lays the views of one kind beside each other, in rows, each as wide as a phone, into a PNG. */
export async function writeSheet(
  folder: string,
  { file, shots }: { file: string; shots: readonly Shot[] },
): Promise<void> {
  const pictures = await Promise.all(
    shots.map(async (shot, index) => {
      const path = join(folder, shot.file)
      const small = await sharp(path).resize({ width: COLUMN }).toBuffer({ resolveWithObject: true })
      const height = Math.min(small.info.height, HEIGHT)
      const input = await sharp(small.data).extract({ left: 0, top: 0, width: COLUMN, height }).toBuffer()
      const row = Math.floor(index / IN_A_ROW)
      return { input, left: GAP + (index % IN_A_ROW) * (COLUMN + GAP), top: GAP + row * (HEIGHT + GAP) }
    }),
  )
  const width = GAP + Math.min(shots.length, IN_A_ROW) * (COLUMN + GAP)
  const height = GAP + Math.ceil(shots.length / IN_A_ROW) * (HEIGHT + GAP)
  await sharp({ create: { width, height, channels: 3, background: '#888' } })
    .composite(pictures)
    .png()
    .toFile(join(folder, file))
}

/** A page with every picture, by site and kind. */
export async function writeContents(folder: string, shots: readonly Shot[]): Promise<void> {
  const kinds = Map.groupBy(shots, ({ site, kind }) => `${site} / ${kind}`)
  const sections = [...kinds].map(
    ([title, shots]) =>
      `<h2>${title}</h2><p>${shots
        .map(
          ({ file, view }) =>
            `<a href="${file}"><img src="${file}" alt="${view}" title="${view}" loading="lazy"></a>`,
        )
        .join('\n')}</p>`,
  )
  const style =
    'body{font:1rem sans-serif;background:#888}img{height:24rem;object-fit:cover;object-position:top;margin:4px}'
  const page = `<!doctype html><meta charset="utf-8"><title>Screenshots</title><style>${style}</style>${sections.join('\n')}\n`
  await writeFile(join(folder, 'index.html'), page)
}
