// The head of a wire text: headline, standfirst, photos, and the start of the text.

import { describe, expect, test } from 'vitest'
import { DATE, imported, placed, split, wire } from './wire-case.ts'

describe('the head of a wire text', () => {
  test('a first paragraph is not a standfirst', () => {
    expect(split(imported('no-standfirst')).front).not.toHaveProperty('standfirst')
    expect(placed(imported('no-standfirst'))).toEqual([])
  })

  test('the first line of a paragraph broken by hand is not a standfirst', () => {
    expect(split(imported('no-standfirst-wrapped')).front).not.toHaveProperty('standfirst')
    expect(placed(imported('no-standfirst-wrapped'))).toEqual([])
  })

  test.each([
    'Is this one?',
    'It is not!',
    'It goes on …',
    'He said: “No.”',
    'She said "no."',
    'Non «plus.»',
    'यह नहीं है।',
    'هذا ليس عنوانا؟',
    'یہ نہیں ہے۔',
    '这不是。',
    '这不是”。',
    '(It is not.)',
  ])('a line that ends as a sentence is not a standfirst: %s', (line) => {
    const { front, body } = split(wire(`Headline\n\n${line}\n\n${'Longer '.repeat(20)}text.\n`))
    expect(front).not.toHaveProperty('standfirst')
    expect(body.trim().split('\n\n')[0]).toBe(line)
  })

  test('a line that ends with a colon is pointed out and stays text', () => {
    const article = wire('Headline\n\nThe warden said:\n\nNothing is missing, and nothing was.\n')
    expect(split(article).front).not.toHaveProperty('standfirst')
    expect(placed(article)).toEqual(['3:1 taken as a paragraph because of its end: is it the standfirst?'])
  })

  test('a long line without a full stop is pointed out and stays text', () => {
    const article = wire(`Headline\n\n${'many words '.repeat(30)}\n\nShort.\n`)
    expect(split(article).front).not.toHaveProperty('standfirst')
    expect(placed(article)[0]).toBe('3:1 taken as a paragraph because of its length: is it the standfirst?')
  })

  test('the only line under the headline is the text, and is pointed out', () => {
    const article = imported('short-body')
    expect(split(article)).toEqual({
      front: { title: 'Sunset at Samplehaven', date: DATE },
      body: '\nThe sun went down\n',
    })
    expect(placed(article)).toEqual(['2:1 taken as the text because nothing follows: is it the standfirst?'])
  })

  test('a headline with a full stop is taken and pointed out', () => {
    expect(placed(wire('It rained.\n\nIt rained.\n'))).toEqual([
      '1:1 the headline ends with a full stop: is the first paragraph taken for it?',
    ])
    expect(placed(wire('Rain in the U.S.\n\nIt rained.\n'))).toEqual([])
  })

  test.each(['', '\ufeff\r\n \u00a0\r\n', 'TAGS\nrain\n'])('no headline is an error: %j', (text) => {
    expect(() => wire(text)).toThrow('1:1 a wire text must begin with a headline: found none')
  })

  test('a photo line in the place of the headline is an error', () => {
    expect(() => wire('\npress-hall-2026 The hall. | Example Wire\n\nText.\n')).toThrow(
      '2:1 a headline must come first: found the photo "press-hall-2026"',
    )
  })

  test.each(['Headline\n', 'Headline\n\nTAGS rain\n'])('a headline alone is an error: %j', (text) => {
    expect(() => wire(text)).toThrow('1:1 a text must stand under the headline: found nothing')
  })

  test('a headline that begins with a hyphenated word and holds a bar is a headline', () => {
    expect(split(wire('Twenty-two Ways to Rain | Opinion\n\nIt rained.\n')).front.title).toBe(
      'Twenty-two Ways to Rain | Opinion',
    )
  })
})

describe('the photo lines of a wire text', () => {
  test('a first paragraph that begins with a hyphenated word is text', () => {
    const article = imported('hyphenated-first-paragraph')
    expect(split(article).front).not.toHaveProperty('image')
    expect(placed(article)).toEqual([])
  })

  test.each([
    'Twenty-two people were hurt.',
    'Vice-President Sample spoke.',
    '19-year-old Anna Sample won.',
    'COVID-19 Cases fell.',
    'long-awaited results came.',
    'long-awaited Results | of the count.',
    'Twenty-two people were hurt | or were they.',
  ])('an ordinary paragraph stays text: %s', (line) => {
    for (const gap of ['\n', '\n\n']) {
      const { front, body } = split(wire(`Headline${gap}${line}${gap}And so it was.\n`))
      expect(front).toEqual({ title: 'Headline', date: DATE })
      expect(body).toBe(`\n${line}\n\nAnd so it was.\n`)
    }
  })

  test.each([
    ['old-hall The hall. | Ona Sample via Example Wire', 'The hall.', 'Ona Sample via Example Wire'],
    ['old-hall the hall | Ona Sample', 'the hall', 'Ona Sample'],
    ['DSC-0142 the hall | Ona Sample via Example Wire', 'the hall', 'Ona Sample via Example Wire'],
    ['old_hall-2 The hall', 'The hall', undefined],
    ['old-hall-2\u00a0The hall. |', 'The hall.', undefined],
    ['old-hall | Ona Sample', undefined, 'Ona Sample'],
  ])('a line with a stem and more that speaks for it is a photo: %s', (line, caption, credit) => {
    const { image } = split(wire(`Headline\n${line}\nText.\n`)).front
    expect(image).toEqual({ ...(caption && { caption }), ...(credit && { credit }) })
  })

  test('a line for which only small letters speak is a photo and is pointed out', () => {
    expect(placed(wire('Headline\n\nold-hall The hall.\n\nText.\n'))[0]).toBe(
      '3:1 taken as the photo "old-hall": is it the first paragraph?',
    )
  })

  test('a photo line within the text stays text and is pointed out', () => {
    expect(placed(imported('close-photo-lines'))).toEqual([
      '2:1 taken as text: is it a photo line for "long-awaited"?',
      '3:1 taken as text: a photo line stands right under the headline or standfirst',
    ])
  })

  test('a stem finds the picture spelt alike, then in other letters, by the order of forms', () => {
    const src = (pictures: string[]) =>
      split(wire('Headline\nold-hall The hall. | Ona Sample\nText.\n', pictures)).front.image
    const words = { caption: 'The hall.', credit: 'Ona Sample' }
    expect(src(['OLD-HALL.jpg', 'old-hall.gif', 'old-hall.webp'])).toEqual({ src: 'old-hall.webp', ...words })
    expect(src(['Old-Hall.PNG', 'old-hall-2.jpg', 'old-hall.txt'])).toEqual({ src: 'Old-Hall.PNG', ...words })
    expect(src(['old-hall.svg', 'old-hall.avif', 'old-hall.jpeg'])).toEqual({
      src: 'old-hall.jpeg',
      ...words,
    })
    expect(src(['hall.jpg'])).toEqual(words)
  })

  test('every photo asks for what it lacks', () => {
    expect(placed(imported('two-photos'))).toEqual([
      '3:1 the picture press-hall-2026.jpg needs an alt text: describe it',
      '4:1 the picture ink-rollers_02.png needs an alt text: describe it',
      '5:1 no picture "old-hall_1999" in content/images: add the file, then name it in the text, out of photos',
    ])
    expect(placed(imported('photo-missing'))).toEqual([
      '3:1 no picture "kite-festival-07" in content/images: add the file, then name it in image.src',
    ])
  })

  test('photos without a paragraph are kept and pointed out', () => {
    expect(placed(imported('headline-alone-with-photo'))).toEqual([
      '1:1 there is no paragraph under the headline',
      '2:1 the picture press-hall-2026.jpg needs an alt text: describe it',
    ])
  })
})
