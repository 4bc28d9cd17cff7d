// The places in a wire text that the import reports to the editor, and those that it accepts.

import { describe, expect, test } from 'vitest'
import { imported, placed, wire } from './wire-case.ts'

describe('the doubtful places of a wire text', () => {
  test('each has its place in the file as it came', () => {
    expect(placed(imported('doubtful'))).toEqual([
      '1:1 the headline ends with a full stop: is the first paragraph taken for it?',
      '3:1 2 lines were taken as one paragraph: separate them if they are several',
      '3:14 two words may have run together: found "metOn"',
      '3:23 a doubled space',
      '3:34 a space may be missing after the punctuation mark: found "said,and"',
      '3:49 a space may be missing after the full stop: found "again.Then"',
      '4:15 a space may be missing at the quotation mark: found "late,"said"',
      '4:43 a space may be missing after the quotation mark: found "late”said"',
      '6:103 a space may be missing after the full stop: found "left.Then"',
    ])
  })

  test('a doubled space of no-break spaces has its column after the byte order mark', () => {
    expect(placed(wire('\ufeffA\u00a0 headline\r\n\r\nText.\r\n'))).toEqual(['1:2 a doubled space'])
  })

  test('the headline, the standfirst and captions are looked at, stems are not', () => {
    const text =
      'HeadLine here\nA standfirst  here\npressHall-1_2 A capTion. | Ona  Sample\nA text that is longer.\n'
    expect(placed(wire(text)).filter((doubt) => !doubt.includes('picture'))).toEqual([
      '1:5 two words may have run together: found "HeadLine"',
      '2:13 a doubled space',
      '3:20 two words may have run together: found "capTion"',
      '3:31 a doubled space',
    ])
  })

  test.each([
    'McDonald, MacLeod and FitzSample of YouTube sold an iPhone on eBay to two PhDs and NGOs.',
    'At 10.30 a.m. the U.S.A. bought 1,000.5 tons, e.g. of ore, i.e. of stone, from Dr. A.B. Sample, Ph.D.',
    'See https://www.sample.example/aB?c,d;e.F, sample.example/x.Y, sample.com, mail.sample.co or x.y,Z@sample.example.',
    'The #PressHall of @PressHall runs Node.js and reads map.pdf.',
    'L’eau, rock ’n’ roll, “A”s and 5"x7" prints; צה"ל.',
    '他说：“好。”然后走了，再见。',
    'Wait ... what ...and so on …and on.',
    'R&amp;D',
  ])('ordinary copy has none: %s', (text) => {
    expect(placed(wire(`Headline\n\n${text}\n\nThe end.\n`))).toEqual([])
  })

  test.each([
    ['He left.The end', 'left.The'],
    ['In 2026.The end', '2026.The'],
    ['“Go.”The end', '.”The'],
    ['One,two', 'One,two'],
    ['كلمة،كلمة', 'كلمة،كلمة'],
    ['„Geh“sagte er', 'Geh“sagte'],
    ['said“go', 'said“go'],
    ['theEnd', 'theEnd'],
    ['концаНачало', 'концаНачало'],
    ['no\u0002pe', 'U+0002'],
    ['no\ufffdpe', 'U+FFFD'],
  ])('a doubtful place is pointed out: %s', (text, found) => {
    const doubts = placed(wire(`Headline\n\nSo it is: ${text}.\n\nThe end.\n`))
    expect(doubts).toEqual([expect.stringContaining(found)])
  })
})
