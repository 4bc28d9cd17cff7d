// Pictures from the editor's file to the reader: the right sizes, encoded once, and without the file's metadata.
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { afterEach, describe, expect, test } from 'vitest'
import { variantsOf } from '../../src/pictures.ts'
import { type Content, checkSources } from '../../src/publish/check-sources.ts'
import { preview } from '../../src/publish/commands/preview.ts'
import { MADE_FOLDER } from '../../src/publish/pictures/made.ts'
import type { Making } from '../../src/publish/pictures/make.ts'
import { publish } from '../../src/publish/publish.ts'
import { readContent } from '../../src/publish/sources/content.ts'
import type { PictureFile } from '../../src/publish/sources/picture-files.ts'
import type { Store } from '../../src/publish/stores/store.ts'
import { articleFile } from '../harness/content.ts'
import { memoryStore, type Values } from '../harness/memory-store.ts'
import { animation, cutOut, IN_UTF_8, photograph, withWords, xmpPacket } from '../harness/picture-files.ts'
import { makeProject, type Project } from '../harness/project.ts'

const TIME = Date.parse('2026-10-01T12:00:00Z')
const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><title>Plan</title></svg>'

const projects: Project[] = []
afterEach(async () => {
  for (const project of projects.splice(0)) await project.dispose()
})

/** A project of pictures, all of them in one article. */
async function projectOf(pictures: Record<string, Uint8Array | string>): Promise<Project> {
  const body = Object.keys(pictures)
    .map((name) => `![One](${name} "One | Ann")`)
    .join('\n\n')
  const images = Object.entries(pictures).map(([name, bytes]) => [`images/${name}`, bytes])
  const project = await makeProject({
    ...Object.fromEntries(images),
    'articles/pictures.md': articleFile({ title: 'Pictures', date: '2026-02-16', body }),
  })
  projects.push(project)
  return project
}

/** A PNG whose header claims a size. */
function claiming(width: number, height: number): Buffer {
  const header = Buffer.from('IHDR\0\0\0\0\0\0\0\0\x08\x02\0\0\0', 'latin1')
  header.writeUInt32BE(width, 4)
  header.writeUInt32BE(height, 8)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(header))
  const end = Buffer.from('000000004944415435af061e0000000049454e44ae426082', 'hex')
  return Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d', 'hex'), header, sum, end])
}

async function contentOf({ root }: Project): Promise<Content> {
  const { content, problems } = await checkSources(await readContent(root))
  expect(problems).toEqual([])
  if (!content) throw new Error('no content')
  return content
}

/** All variants of a picture, made. */
async function makeAll(content: Content, name: string): Promise<Map<string, Buffer>> {
  const file = content.pictures.get(name) as PictureFile
  const made = new Map<string, Buffer>()
  for (const variant of variantsOf(file.picture).variants) {
    made.set(variant, Buffer.from(await content.readPicture(file, variant)))
  }
  return made
}

async function push(project: Project, store: Store): Promise<{ making: Making[]; phases: string[] }> {
  const [making, phases]: [Making[], string[]] = [[], []]
  const outcome = await publish({
    root: project.root,
    store,
    remove: 'any',
    note: { author: 'Ann', message: '', time: TIME },
    onMade: (progress) => making.push(progress),
    onPhase: (phase) => phases.push(phase),
  })
  expect(outcome.problems).toEqual([])
  return { making, phases }
}

const mediaIn = (values: Values): string[] =>
  [...values.keys()].filter((key) => key.startsWith('media/')).sort()

describe('The variants of a picture', () => {
  test('of a photograph has the sizes and formats that are named', async () => {
    const project = await projectOf({ 'pier.jpg': await photograph({ width: 1500, height: 1000 }) })
    const made = await makeAll(await contentOf(project), 'pier.jpg')
    const found: Record<string, unknown> = {}
    for (const [variant, bytes] of made) {
      const { format, width, height, compression } = await sharp(bytes).metadata()
      found[variant] = [format, compression, width, height]
    }
    expect(found).toEqual({
      '320.avif': ['heif', 'av1', 320, 213],
      '320.webp': ['webp', undefined, 320, 213],
      '640.avif': ['heif', 'av1', 640, 427],
      '640.webp': ['webp', undefined, 640, 427],
      '960.avif': ['heif', 'av1', 960, 640],
      '960.webp': ['webp', undefined, 960, 640],
      '1440.avif': ['heif', 'av1', 1440, 960],
      '1440.webp': ['webp', undefined, 1440, 960],
      '1200.jpg': ['jpeg', undefined, 1200, 800],
    })
  })

  test('looks like its source', async () => {
    const source = await sharp({ create: { width: 700, height: 500, channels: 3, background: '#c04020' } })
      .composite([
        {
          input: { create: { width: 350, height: 500, channels: 3, background: '#2040c0' } },
          left: 0,
          top: 0,
        },
      ])
      .removeAlpha()
      .png()
      .toBuffer()
    const made = await makeAll(await contentOf(await projectOf({ 'half.png': source })), 'half.png')
    expect([...made.keys()]).toContain('700.jpg')
    for (const [variant, bytes] of made) {
      const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
      const at = (x: number, y: number): number[] => {
        const start = (y * info.width + Math.floor(x)) * info.channels
        return [...data.subarray(start, start + 3)]
      }
      const [left, right] = [at(info.width * 0.2, 50), at(info.width * 0.8, 50)]
      for (const [pixel, colour] of [
        [left, [0x20, 0x40, 0xc0]],
        [right, [0xc0, 0x40, 0x20]],
      ] as const) {
        for (const [index, value] of colour.entries()) {
          expect(Math.abs((pixel[index] ?? 0) - value), `${variant} ${pixel}`).toBeLessThan(8)
        }
      }
    }
  })

  test.each([1, 3, 6, 8])('is turned as the camera says: orientation %i', async (orientation) => {
    const source = await sharp({ create: { width: 90, height: 60, channels: 3, background: '#ffffff' } })
      .composite([
        { input: { create: { width: 30, height: 20, channels: 3, background: '#000000' } }, left: 0, top: 0 },
      ])
      .withMetadata({ orientation })
      .jpeg()
      .toBuffer()
    const content = await contentOf(await projectOf({ 'turned.jpg': source }))
    const isTurned = orientation >= 5
    const size = { width: isTurned ? 60 : 90, height: isTurned ? 90 : 60 }
    expect(content.pictures.get('turned.jpg')?.picture).toMatchObject(size)
    for (const [variant, bytes] of await makeAll(content, 'turned.jpg')) {
      const { data, info } = await sharp(bytes).greyscale().raw().toBuffer({ resolveWithObject: true })
      expect({ width: info.width, height: info.height }, variant).toEqual(size)
      const at = (x: number, y: number): number => data[(y * info.width + x) * info.channels] ?? 0
      const corners = { 1: [5, 5], 3: [84, 54], 6: [54, 5], 8: [5, 84] }[orientation] ?? []
      expect(at(corners[0] ?? 0, corners[1] ?? 0), variant).toBeLessThan(60)
      const opposite = { 1: [84, 54], 3: [5, 5], 6: [5, 84], 8: [54, 5] }[orientation] ?? []
      expect(at(opposite[0] ?? 0, opposite[1] ?? 0), variant).toBeGreaterThan(200)
    }
  })

  test('keeps its holes, in PNG where nothing else is known', async () => {
    const made = await makeAll(
      await contentOf(await projectOf({ 'cut.png': await cutOut({ width: 50, height: 40 }) })),
      'cut.png',
    )
    expect([...made.keys()]).toEqual(['50.avif', '50.webp', '50.png'])
    for (const [variant, bytes] of made) expect((await sharp(bytes).metadata()).hasAlpha, variant).toBe(true)
  })

  test.each([
    ['one pixel', () => cutOut({ width: 1, height: 1 }), 3],
    ['a line', () => photograph({ width: 2000, height: 1 }), 9],
    [
      'greys',
      () =>
        sharp({ create: { width: 40, height: 30, channels: 3, background: '#777' } })
          .greyscale()
          .jpeg()
          .toBuffer(),
      3,
    ],
    [
      'inks',
      () =>
        sharp({ create: { width: 40, height: 30, channels: 3, background: '#a33' } })
          .toColourspace('cmyk')
          .jpeg()
          .toBuffer(),
      3,
    ],
    [
      '16 bits',
      () =>
        sharp({ create: { width: 40, height: 30, channels: 3, background: '#a33' } })
          .toColourspace('rgb16')
          .png()
          .toBuffer(),
      3,
    ],
    [
      'AVIF',
      () =>
        sharp({ create: { width: 40, height: 30, channels: 3, background: '#a33' } })
          .avif()
          .toBuffer(),
      3,
    ],
  ])('of %s can be seen', async (_, source, count) => {
    const content = await contentOf(await projectOf({ 'odd.png': await source() }))
    const made = await makeAll(content, 'odd.png')
    expect(made.size).toBe(count)
    for (const bytes of made.values()) expect((await sharp(bytes).stats()).channels.length).toBeGreaterThan(0)
  })

  test.each([
    ['webp', 'jpg', 'jpeg'],
    // Where frames leave out what does not change, the header tells of transparency.
    ['gif', 'png', 'png'],
  ] as const)('of a %s that moves does so too, and has a still', async (format, ending, stillFormat) => {
    const source = await animation({ width: 1000, height: 20 }, format)
    const made = await makeAll(await contentOf(await projectOf({ 'moving.gif': source })), 'moving.gif')
    expect([...made.keys()]).toEqual(['960.webp', `960.${ending}`])
    const moving = await sharp(made.get('960.webp'), { animated: true }).metadata()
    expect(moving).toMatchObject({
      format: 'webp',
      width: 960,
      pages: 3,
      pageHeight: 19,
      delay: [100, 100, 100],
    })
    expect(await sharp(made.get(`960.${ending}`)).metadata()).toMatchObject({
      format: stillFormat,
      width: 960,
      height: 19,
    })
  })

  test('of a drawing is the drawing, byte for byte, and lies nowhere else', async () => {
    const project = await projectOf({ 'plan.svg': SVG })
    const made = await makeAll(await contentOf(project), 'plan.svg')
    expect([...made].map(([variant, bytes]) => [variant, bytes.toString()])).toEqual([['original.svg', SVG]])
    expect(existsSync(join(project.root, MADE_FOLDER))).toBe(false)
  })

  test('holds no metadata of the file', async () => {
    const plain = await photograph({ width: 400, height: 300 })
    const located = await sharp(plain)
      .withExif({
        IFD0: { Artist: 'SECRET-artist', Copyright: 'SECRET-exif' },
        IFD3: {
          GPSLatitudeRef: 'N',
          GPSLatitude: '52/1 30/1 0/1',
          GPSLongitudeRef: 'E',
          GPSAreaInformation: 'SECRET-place',
        },
      })
      .withIccProfile('p3')
      .toBuffer()
    const source = withWords(located, {
      iptc: [IN_UTF_8, [2, 120, Buffer.from('SECRET-iptc')]],
      xmp: xmpPacket('<dc:description>SECRET-xmp</dc:description>'),
    })
    const before = await sharp(source).metadata()
    expect([before.exif, before.iptc, before.xmp, before.icc].every((part) => part && part.length > 0)).toBe(
      true,
    )
    expect(source.toString('latin1').match(/SECRET-\w+/g)).toEqual(
      expect.arrayContaining(['SECRET-iptc', 'SECRET-xmp', 'SECRET-exif']),
    )
    const project = await projectOf({ 'a.jpg': source })
    const values: Values = new Map()
    await push(project, memoryStore(values))
    expect(mediaIn(values)).toHaveLength(5)
    for (const key of mediaIn(values)) {
      const bytes = Buffer.from(values.get(key) ?? '')
      const said = /SECRET|GPS|Photoshop|ns\.adobe|Exif\0/.exec(bytes.toString('latin1'))
      expect(said?.[0], key).toBeUndefined()
      const { exif, iptc, xmp, icc } = await sharp(bytes).metadata()
      expect({ exif, iptc, xmp, icc }, key).toEqual({})
    }
  })
})

describe('A check', () => {
  test('makes nothing, and names the same picture on every machine', async () => {
    const jpeg = await photograph({ width: 330, height: 20 })
    const [one, other] = [await projectOf({ 'a.jpg': jpeg }), await projectOf({ 'a.jpg': jpeg })]
    const pictures = [await contentOf(one), await contentOf(other)].map(({ pictures }) =>
      pictures.get('a.jpg'),
    )
    expect(pictures[0]).toEqual(pictures[1])
    expect(existsSync(join(one.root, MADE_FOLDER))).toBe(false)
  })

  test('refuses a picture that cannot be decoded', async () => {
    const [huge, tall] = [claiming(20_000, 20_000), claiming(2, 66_000)]
    const project = await projectOf({ 'huge.png': huge, 'tall.png': tall })
    const { content, problems } = await checkSources(await readContent(project.root))
    expect(content).toBeNull()
    expect(problems.map(({ path, message }) => `${path} ${message}`)).toEqual([
      'content/images/huge.png must have at most 269 million pixels: found 400 million. Save a smaller one',
      'content/images/tall.png must be at most 65,500 pixels high where it is 2 wide: found 66,000. Crop it',
    ])
  })
})

describe('A push', () => {
  const madeIn = async ({ root }: Project): Promise<string[]> => {
    const files = await readdir(join(root, MADE_FOLDER), { recursive: true, withFileTypes: true })
    const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name))
    return Promise.all(
      paths.sort().map(async (path) => {
        const { ino, mtimeNs } = await stat(path, { bigint: true })
        return `${path.slice(root.length)} ${ino} ${mtimeNs}`
      }),
    )
  }
  const three = async (): Promise<Project> =>
    projectOf({
      'a.jpg': await photograph({ width: 400, height: 30 }),
      'b.png': await cutOut({ width: 50, height: 40 }),
      'c.svg': SVG,
    })

  test('makes each picture once, tells how far it is, and uploads all variants with their types', async () => {
    const project = await three()
    const values: Values = new Map()
    const metadata = new Map<string, unknown>()
    const store = memoryStore(values, async ({ key, metadata: about }) => {
      metadata.set(key, about)
    })
    const { making, phases } = await push(project, store)
    expect(making).toEqual([
      { pictures: 1, of: 2 },
      { pictures: 2, of: 2 },
    ])
    expect(phases).toEqual(['making', 'uploading', 'replacing'])
    expect(
      mediaIn(values)
        .map((key) => key.slice(39))
        .sort(),
    ).toEqual(
      [
        '320.avif',
        '320.webp',
        '400.avif',
        '400.jpg',
        '400.webp',
        '50.avif',
        '50.png',
        '50.webp',
        'original.svg',
      ].sort(),
    )
    for (const key of mediaIn(values)) {
      const ending = key.slice(key.lastIndexOf('.') + 1)
      const type = { jpg: 'image/jpeg', svg: 'image/svg+xml' }[ending] ?? `image/${ending}`
      const bytes = Buffer.byteLength(values.get(key) ?? '')
      expect(metadata.get(key)).toEqual({ type, bytes, written: expect.any(Number) })
    }
  })

  test('makes nothing that the store has, nor anything that is made already', async () => {
    const project = await three()
    const store = memoryStore()
    await push(project, store)
    const before = await madeIn(project)
    expect(before).toHaveLength(8)
    await project.write({ 'articles/more.md': articleFile({ title: 'More', date: '2026-02-17' }) })
    expect((await push(project, store)).making).toEqual([])
    // Another store lacks all of it, and the desk has it.
    const other: Values = new Map()
    expect((await push(project, memoryStore(other))).making).toEqual([])
    expect(mediaIn(other)).toHaveLength(9)
    expect(await madeIn(project)).toEqual(before)
    // What only the desk has lost, the store has still.
    await rm(join(project.root, '.wrangler/dateline'), { recursive: true })
    await project.write({ 'articles/more.md': articleFile({ title: 'More still', date: '2026-02-17' }) })
    expect((await push(project, store)).making).toEqual([])
    expect(existsSync(join(project.root, MADE_FOLDER))).toBe(false)
  })

  test('that dies while it uploads leaves what was made, and a preview uses it', async () => {
    const project = await three()
    const dying = memoryStore(new Map(), async ({ key }) => {
      if (key.startsWith('media/')) throw new Error('The line is dead')
    })
    await expect(push(project, dying)).rejects.toThrow('The line is dead')
    const before = await madeIn(project)
    expect(before).toHaveLength(8)
    const making: Making[] = []
    const note = { author: 'Ann' }
    await preview({
      root: project.root,
      store: memoryStore(),
      time: TIME,
      note,
      onMade: (progress) => making.push(progress),
    })
    expect(making).toEqual([])
    expect(await madeIn(project)).toEqual(before)
  })

  test('goes on where one was stopped while it made pictures', async () => {
    const project = await three()
    const content = await contentOf(project)
    const file = content.pictures.get('a.jpg') as PictureFile
    await content.makePictures([{ file, variant: '320.avif' }])
    expect(await madeIn(project)).toHaveLength(1)
    const [first = ''] = await madeIn(project)
    // A process that was killed in the middle of a write.
    const folder = join(project.root, MADE_FOLDER, variantsOf(file.picture).hash)
    await writeFile(join(folder, `400.jpg.${randomUUID()}`), 'half')
    await writeFile(join(folder, '400.webp'), '')
    const values: Values = new Map()
    const { making } = await push(project, memoryStore(values))
    expect(making.at(-1)).toEqual({ pictures: 2, of: 2 })
    expect(await madeIn(project)).toContain(first)
    for (const key of mediaIn(values))
      expect(Buffer.byteLength(values.get(key) ?? ''), key).toBeGreaterThan(50)
  })

  test('writes nothing where pictures cannot be made, and names all of them', async () => {
    const jpeg = await photograph({ width: 400, height: 300 })
    const torn = jpeg.subarray(0, jpeg.length / 2)
    const project = await projectOf({
      'a.jpg': torn,
      'b.jpg': Buffer.concat([torn, Buffer.from('x')]),
      'c.jpg': jpeg,
    })
    const values: Values = new Map()
    const failed = push(project, memoryStore(values))
    await expect(failed).rejects.toThrow(
      /^content\/images\/a\.jpg:1:1 cannot be converted for readers \(.*\)\. Save it again\ncontent\/images\/b\.jpg:1:1 /,
    )
    expect(values.size).toBe(0)
  })

  test('forgets what was made of pictures that nobody has shown for two weeks', async () => {
    const project = await three()
    const made = join(project.root, MADE_FOLDER)
    const [old, young] = ['0'.repeat(32), '1'.repeat(32)].map((hash) => join(made, hash)) as [string, string]
    for (const folder of [old, young]) {
      await mkdir(folder, { recursive: true })
      await writeFile(join(folder, '1.jpg'), 'x')
    }
    const longAgo = new Date(Date.now() - 15 * 86_400_000)
    await utimes(old, longAgo, longAgo)
    await push(project, memoryStore())
    expect(existsSync(old)).toBe(false)
    expect(existsSync(young)).toBe(true)
    expect(await readFile(join(young, '1.jpg'), 'utf8')).toBe('x')
  })
})
