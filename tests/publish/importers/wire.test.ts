// The import of wire texts: each fixture is an agency's file, beside it the article file that it must become.

import { readdirSync } from 'node:fs'
import fc from 'fast-check'
import { Marked } from 'marked'
import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5'
import { describe, expect, test } from 'vitest'
import { parseWire } from '../../../src/publish/importers/wire.ts'
import { DATE, FIXTURES, imported, placed, read, split, wire } from './wire-case.ts'

const cases = readdirSync(FIXTURES).flatMap((name) => (name.endsWith('.txt') ? [name.slice(0, -4)] : []))

describe('a wire text becomes an article file', () => {
  test.each(cases)('%s', (name) => {
    expect(imported(name).text).toBe(read(`${name}.md`))
  })

  test.each(cases)('%s with CRLF and a byte order mark is the same', (name) => {
    const text = read(`${name}.txt`).replace(/^\ufeff/, '')
    const unified = text.replace(/\r\n?/g, '\n')
    expect(wire(`\ufeff${unified.replace(/\n/g, '\r\n')}`)).toEqual(wire(unified))
  })
})

describe('the paragraphs of a wire text', () => {
  test('lines between blank lines are one paragraph, and keep their ends', () => {
    expect(split(wire('H\n\nOne,\ntwo.\n\n\nThree.\n')).body).toBe('\nOne,\ntwo.\n\nThree.\n')
  })

  test('without blank lines each line is a paragraph', () => {
    expect(split(wire('H\nOne.\nTwo:\n“Three.”\n')).body).toBe('\nOne.\n\nTwo:\n\n“Three.”\n')
  })

  test('one block of lines broken by hand is not torn apart', () => {
    const { body } = split(imported('one-wrapped-paragraph'))
    expect(body.trim().split('\n\n')).toHaveLength(2)
  })

  test('lines in a block that each end a sentence are pointed out', () => {
    expect(placed(wire('H\n\nOne.\nTwo.\n\nThree.\n'))).toEqual([
      '3:1 2 lines were taken as one paragraph: separate them if they are several',
    ])
  })

  test('a paragraph that begins with a small letter is pointed out', () => {
    expect(placed(wire('H\n\nOne is,\n\nof course, two.\n\niPhone sales fell.\n'))).toContain(
      '5:1 a paragraph begins with a small letter: does it belong to the line before?',
    )
  })
})

describe('the date and the name of the file', () => {
  test('a date stands as it was given', () => {
    for (const date of ['2026-02-16', '2026-02-16T09:30:00+01:00', 'tomorrow: "no"']) {
      const { front } = split(parseWire('Headline\n\nText.\n', { date, pictures: [] }))
      expect(front).toEqual({ title: 'Headline', date })
    }
  })

  test('without a date the article is a draft', () => {
    expect(split(parseWire('Headline\n\nText.\n', { pictures: [] })).front).toEqual({
      title: 'Headline',
      draft: true,
    })
  })

  test.each([
    ['Storm closes the harbour!', 'storm-closes-the-harbour'],
    ['Café “Über” — 2026', 'cafe-uber-2026'],
    ['样例城', '样例城'],
    [`${'ä'.repeat(150)} ${'漢'.repeat(100)}`, `${'a'.repeat(150)}-${'漢'.repeat(16)}`],
    ['!!!', 'wire'],
  ])('the headline %s names the file', (headline, stem) => {
    expect(wire(`${headline}\n\nText.\n`).stem).toBe(stem)
  })
})

describe('the words of a wire text', () => {
  const marked = new Marked()
  const spaced = (text: string) => text.replace(/\s+/g, ' ').trim()
  const textOf = (node: DefaultTreeAdapterTypes.Node): string => {
    if (node.nodeName === '#text') return (node as DefaultTreeAdapterTypes.TextNode).value
    return 'childNodes' in node ? node.childNodes.map(textOf).join('') : ''
  }
  const paragraphsOf = (body: string) =>
    parseFragment(marked.parse(body, { async: false }))
      .childNodes.map((node) => (node.nodeName === 'p' ? spaced(textOf(node)) : textOf(node).trim()))
      .filter((text) => text !== '')
  const signs = fc.constantFrom(
    ...`*_#+->|<=~\`[]()!&\\.:;"'“”’…{}$^@/ \t`.split(''),
    ...[
      '&lt;',
      '&#42;',
      '1. ',
      '- ',
      '---',
      '```',
      '~~~',
      '**',
      '__',
      '](',
      '<b>',
      '<!--',
      'http://a.b/',
      '{{',
    ],
    ...[
      'word',
      'Word',
      'é',
      'كلمة',
      '新',
      '😀',
      'null',
      'true',
      '12',
      '---',
      '? ',
      ': ',
      ' #',
      '%',
      '@',
      '!x',
      ' ',
    ],
  )
  const line = fc.array(signs, { minLength: 1, maxLength: 20 }).map((parts) => parts.join('').trim())
  const runs = Number(process.env.RUNS ?? 1000)

  test('any paragraphs render to the words as they came', () => {
    const paragraph = fc.array(line.filter(Boolean), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(fc.array(paragraph, { minLength: 1, maxLength: 4 }), (paragraphs) => {
        const texts = ['It began.', ...paragraphs.map((lines) => lines.join('\n')), 'It ended.']
        const { body } = split(wire(`Headline\n\n${texts.join('\n\n')}\n`, []))
        expect(paragraphsOf(body)).toEqual(texts.map(spaced))
      }),
      { numRuns: runs },
    )
  })

  test('any headline, standfirst, caption, credit and tag come back from the front matter', () => {
    const word = line.map((text) => `x ${text}`.trim())
    fc.assert(
      fc.property(word, word, word, word, fc.integer({ min: 0, max: 31 }), (...given) => {
        const control = String.fromCharCode(given[4]).replace(/[\n\r]/, '\u0085')
        const [title, standfirst, caption, credit] = given.slice(0, 4).map((text) => `${text}${control}z`)
        const barred = `${credit}`.replaceAll(' | ', '|')
        const head = `${title}\n\n${standfirst}\n\npress-hall_1 ${caption} | ${barred}\n`
        const tag = barred.length > 60 ? 'a shorter tag' : barred
        const { front } = split(wire(`${head}\nText.\n\nTAGS\n${tag}\nrain\n`, ['press-hall_1.svg']))
        expect(front).toEqual({
          title,
          standfirst,
          date: DATE,
          tags: [tag, 'rain'],
          image: { src: 'press-hall_1.svg', caption, credit: barred },
        })
      }),
      { numRuns: runs },
    )
  })

  test('any caption and credit of a further photo come back from the picture’s title', () => {
    fc.assert(
      fc.property(line, line, (caption, credit) => {
        const text = `x${caption} | ${credit}x`
        const { body } = split(
          wire(`H\npress-hall_1 A.\npress-hall_2 ${text}\nText.\n`, ['press-hall_2.jpg']),
        )
        const [, picture] = parseFragment(marked.parse(body, { async: false }))
          .childNodes.flatMap((node) => ('childNodes' in node ? node.childNodes : []))
          .map((node) => ('attrs' in node ? node.attrs : []))
        const title = picture?.find(({ name }) => name === 'title')?.value
        expect(picture?.find(({ name }) => name === 'src')?.value).toBe('../images/press-hall_2.jpg')
        const bar = text.lastIndexOf(' | ')
        const parts = [text.slice(0, bar).trim(), text.slice(bar + 3).trim()]
        expect(title).toBe(parts.join(' | '))
      }),
      { numRuns: runs },
    )
  })

  test('ordinary copy is byte for byte in the file', () => {
    const text = read('quotes.txt').split('\n\n').slice(1).join('\n\n')
    expect(imported('quotes').text.endsWith(`---\n\n${text}`)).toBe(true)
  })
})
