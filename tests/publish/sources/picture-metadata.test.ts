// Picture metadata from agencies and photographers, offered where an article has no text of its own.
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkSources } from '../../../src/publish/check-sources.ts'
import { readContent } from '../../../src/publish/sources/content.ts'
import { readPicture } from '../../../src/publish/sources/picture-files.ts'
import { formatProblem } from '../../../src/publish/sources/problem.ts'
import { articleFile } from '../../harness/content.ts'
import {
  cutOut,
  type DataSet,
  IN_UTF_8,
  photograph,
  withWords,
  xmpPacket,
} from '../../harness/picture-files.ts'
import { makeProject, type Project } from '../../harness/project.ts'

let plain: Buffer
beforeAll(async () => {
  plain = await photograph({ width: 12, height: 8 })
})

async function wordsOf(bytes: Buffer): Promise<unknown> {
  const picture = await readPicture({ path: 'content/images/a.jpg', bytes })
  if ('problem' in picture) throw new Error(formatProblem(picture.problem))
  return picture.words ?? null
}
const iptc = (...sets: DataSet[]): Promise<unknown> => wordsOf(withWords(plain, { iptc: sets }))
const xmp = (inner: string): Promise<unknown> => wordsOf(withWords(plain, { xmp: xmpPacket(inner) }))
const text = (number: number, words: string, encoding: BufferEncoding = 'utf8'): DataSet => [
  ...([2, number, Buffer.from(words, encoding)] as const),
]

describe('The words in a picture', () => {
  test('are none where there are none', async () => {
    expect(await wordsOf(plain)).toBeNull()
    expect(await iptc(IN_UTF_8, text(5, 'A title'))).toBeNull()
    expect(await iptc(text(120, '  \n '), text(110, ''))).toBeNull()
  })

  test('are read from IPTC, in Unicode and in the letters of Western Europe', async () => {
    expect(await iptc(IN_UTF_8, text(120, 'Übersee – “Hafen” 東京'), text(110, 'dpa'))).toEqual({
      caption: 'Übersee – “Hafen” 東京',
      credit: 'dpa',
    })
    expect(await iptc(text(120, 'Málaga, fünf Uhr', 'latin1'), text(110, 'Müller', 'latin1'))).toEqual({
      caption: 'Málaga, fünf Uhr',
      credit: 'Müller',
    })
    // Many programs write UTF-8 and do not say so.
    expect(await iptc(text(120, 'Málaga'))).toEqual({ caption: 'Málaga' })
  })

  test('are read from XMP', async () => {
    const alternatives = '<rdf:Alt><rdf:li xml:lang="x-default">The pier &amp; the sea</rdf:li></rdf:Alt>'
    const makers = '<rdf:Seq><rdf:li>Ann</rdf:li><rdf:li>Ben</rdf:li></rdf:Seq>'
    const description = `<dc:description>${alternatives}</dc:description>`
    expect(await xmp(`${description}<dc:creator>${makers}</dc:creator>`)).toEqual({
      caption: 'The pier & the sea',
      credit: 'Ann, Ben',
    })
    expect(await xmp(`<photoshop:Credit>AP</photoshop:Credit><dc:creator>${makers}</dc:creator>`)).toEqual({
      credit: 'AP',
    })
  })

  test('have an order: who is to be credited, who made it, whose it is', async () => {
    const all = [text(116, '© The Agency'), text(80, 'Ann Other'), text(110, 'The Agency')]
    expect(await iptc(...all)).toEqual({ credit: 'The Agency' })
    expect(await iptc(...all.slice(0, 2))).toEqual({ credit: 'Ann Other' })
    expect(await iptc(...all.slice(0, 1))).toEqual({ credit: '© The Agency' })
  })

  test('are one line, and not a book', async () => {
    expect(await iptc(text(120, 'One\r\n  two\tthree\x07\x9bfour'))).toEqual({
      caption: 'One two three four',
    })
    expect(await iptc(text(120, 'x'.repeat(2_001)), text(110, 'y'.repeat(2_000)))).toEqual({
      credit: 'y'.repeat(2_000),
    })
  })

  test('are read from a PNG as well', async () => {
    const png = await cutOut({ width: 5, height: 4 })
    const data = Buffer.from(
      `XML:com.adobe.xmp\0\0\0\0\0${xmpPacket('<dc:description>A plan</dc:description>')}`,
    )
    const named = Buffer.concat([Buffer.from('iTXt'), data])
    const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
    size.writeUInt32BE(data.length)
    sum.writeUInt32BE(crc32(named))
    const chunk = Buffer.concat([size, named, sum])
    expect(await wordsOf(Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]))).toEqual({
      caption: 'A plan',
    })
  })

  test.each([
    ['is cut off', '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF'],
    ['is no XML', 'caption: <<<<&&&&'],
    [
      'grows without end',
      `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>${xmpPacket('<dc:description>&c;</dc:description>')}`,
    ],
    ['is nested for ever', `${'<a>'.repeat(15_000)}`],
  ])('may stand in XMP that %s: the picture is one all the same', async (_, packet) => {
    const started = performance.now()
    await wordsOf(withWords(plain, { xmp: packet }))
    expect(performance.now() - started).toBeLessThan(5_000)
  })

  test('may be anything at all: nothing is thrown', async () => {
    const sets = fc.array(
      fc
        .tuple(fc.nat(3), fc.nat(255), fc.uint8Array({ maxLength: 40 }))
        .map(([record, number, value]): DataSet => [record, number, Buffer.from(value)]),
      { maxLength: 6 },
    )
    const bent = fc.tuple(sets, fc.nat(200), fc.nat(255)).map(([iptc, place, value]) => {
      const bytes = withWords(plain, { iptc, xmp: xmpPacket('<dc:creator>x</dc:creator>') })
      bytes[2 + 4 + (place % 190)] = value
      return bytes
    })
    await fc.assert(
      fc.asyncProperty(bent, async (bytes) => {
        const picture = await readPicture({ path: 'content/images/a.jpg', bytes })
        if ('problem' in picture) expect(picture.problem.message).toContain('must be a picture')
        else for (const value of Object.values(picture.words ?? {})) expect(value).toBeTypeOf('string')
      }),
      { numRuns: 200 },
    )
  })
})

describe('A check', () => {
  let project: Project
  beforeAll(async () => {
    const both = withWords(plain, {
      iptc: [IN_UTF_8, text(120, 'The "pier": at dawn'), text(110, 'Ann Other')],
    })
    project = await makeProject({
      'images/both.jpg': both,
      'images/credit.jpg': withWords(plain, { iptc: [text(80, 'Ben')] }),
      'images/bar.jpg': withWords(plain, { iptc: [text(120, 'This | that')] }),
      'images/none.jpg': plain,
      'articles/a.md': articleFile({ title: 'A', date: '2026-01-01', image: { src: 'both.jpg', alt: 'x' } }),
      'articles/b.md': articleFile({
        title: 'B',
        date: '2026-01-01',
        image: { src: 'both.jpg', alt: 'x', caption: 'Mine', credit: 'Me' },
      }),
      'articles/c.md': articleFile({
        title: 'C',
        date: '2026-01-01',
        image: { src: 'none.jpg', alt: 'x' },
        body: [
          '![a](../images/both.jpg)',
          '![a](both.jpg "Has one")',
          'In a line ![a](both.jpg) of text',
          '![a](credit.jpg)',
          '![a](bar.jpg)',
          '![a][ref]',
          '<img src="both.jpg" alt="a">',
          '[ref]: both.jpg',
        ].join('\n\n'),
      }),
      'articles/d.md': articleFile({ title: 'D', draft: true, image: { src: 'both.jpg', alt: 'x' } }),
    })
  })
  afterAll(() => project.dispose())

  const lines = async (): Promise<string[]> => {
    const { content, problems } = await checkSources(await readContent(project.root))
    expect(content).not.toBeNull()
    return problems.map(formatProblem)
  }
  const title = 'add the title "The \\"pier\\": at dawn | Ann Other"'
  const EXPECTED = [
    'content/articles/a.md:4:8 advice: image has no caption, and its file has one: add caption: "The \\"pier\\": at dawn"',
    'content/articles/a.md:4:8 advice: image has no credit, and its file has one: add credit: "Ann Other"',
    `content/articles/c.md:7:6 advice: picture "both.jpg" has no caption, and its file has one: ${title}`,
    'content/articles/c.md:13:6 advice: picture "credit.jpg" has no credit, and its file has one: add the title "| Ben"',
    'content/articles/c.md:15:6 advice: picture "bar.jpg" has no caption, and its file has one: add the title "This | that |"',
    `content/articles/c.md:21:8 advice: picture "both.jpg" has no caption, and its file has one: ${title}`,
  ]

  test('offers them at the place where they would stand, and not where there are others or none are wanted', async () => {
    expect(await lines()).toEqual(EXPECTED)
  })

  test('offers the same again from what it knows', async () => {
    expect(await lines()).toEqual(EXPECTED)
  })

  test('has nothing more to offer once the lines are there', async () => {
    const image = { src: 'both.jpg', alt: 'x', caption: 'The "pier": at dawn', credit: 'Ann Other' }
    await project.write({
      'articles/a.md': articleFile({ title: 'A', date: '2026-01-01', image }),
      'articles/c.md': articleFile({
        title: 'C',
        date: '2026-01-01',
        body: '![a](both.jpg "The \\"pier\\": at dawn | Ann Other")\n\n![a](credit.jpg "| Ben")\n\n![a](bar.jpg "This | that |")',
      }),
    })
    expect(await lines()).toEqual([])
  })
})
