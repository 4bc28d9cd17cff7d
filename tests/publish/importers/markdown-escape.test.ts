// The escaping of plain text for Markdown, judged by rendering it with marked and reading the text back.

import fc from 'fast-check'
import { Marked } from 'marked'
import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5'
import { describe, expect, test } from 'vitest'
import { footnoteGrammar } from '../../../src/markdown/footnotes.ts'
import { escapeMarkdown, escapeTitle } from '../../../src/publish/importers/markdown-escape.ts'

const marked = new Marked({ extensions: footnoteGrammar })

const HOSTILE = [
  ...[
    '*',
    '**',
    '***',
    '_',
    '__',
    '#',
    '##',
    '1.',
    '1)',
    '10.',
    '01.',
    '+',
    '-',
    '--',
    '---',
    '>',
    '<',
    '=',
    '===',
  ],
  ...[
    '~',
    '~~',
    '~~~',
    '`',
    '``',
    '```',
    '|',
    '|-|',
    ':-:',
    '---|---',
    '![',
    '[',
    ']',
    '](',
    '(',
    ')',
    '[^1]',
    ']:',
  ],
  ...[
    '[a]:',
    '&',
    '&lt;',
    '&copy;',
    '&#42;',
    '&#x2a;',
    '\\',
    '\\\\',
    '!',
    '<!--',
    '-->',
    '<b>',
    '</b>',
    '<?',
    '<!D',
  ],
  ...[
    '<script>',
    '<div',
    '<a@b.example>',
    '<https://x.example>',
    'http://',
    'https://x.example/',
    'www.',
    'ftp://',
  ],
  ...[
    'www.x.example',
    'a_b@x.example',
    'mailto:',
    '"',
    "'",
    '“',
    '’',
    '.',
    ',',
    ';',
    ':',
    '…',
    '–',
    '—',
    '^',
    '$',
    '{',
  ],
  ...[
    'word',
    'Word',
    'a',
    'é',
    'e\u0301',
    'كلمة',
    '新聞',
    '😀',
    '𐐀',
    '1',
    '2026',
    '\t',
    '    ',
    ' ',
    ' ',
    ' ',
    ' ',
    '\n',
    '\n',
  ],
]
const hostile = fc
  .array(fc.constantFrom(...HOSTILE), { minLength: 1, maxLength: 30 })
  .map((parts) => parts.join(''))
  .map((text) =>
    text
      .split('\n')
      .map((line) => line.trimEnd())
      .filter(Boolean)
      .join('\n'),
  )
  .filter((text) => text !== '')

function textOf(node: DefaultTreeAdapterTypes.Node): string {
  if (node.nodeName === '#text') return (node as DefaultTreeAdapterTypes.TextNode).value
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : ''
}

const spaced = (text: string) => text.replace(/\s+/g, ' ').trim()

/** The blocks of a rendered text, each as its tag and its words. */
function blocksOf(markdown: string): [string, string][] {
  const html = marked.parse(markdown, { async: false })
  return parseFragment(html)
    .childNodes.filter((node) => node.nodeName !== '#text' || textOf(node).trim() !== '')
    .map((node) => [node.nodeName, spaced(textOf(node))])
}

describe('escapeMarkdown', () => {
  test('any text renders to one paragraph of the same words', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(blocksOf(escapeMarkdown(text))).toEqual([['p', spaced(text)]])
      }),
      { numRuns: Number(process.env.RUNS ?? 3000) },
    )
  })

  test('several paragraphs do not meet', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 2, maxLength: 5 }), (texts) => {
        const markdown = texts.map(escapeMarkdown).join('\n\n')
        expect(blocksOf(markdown)).toEqual(texts.map((text) => ['p', spaced(text)]))
      }),
      { numRuns: Number(process.env.RUNS ?? 1000) },
    )
  })

  test('only backslashes are added, and only an indent goes', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const bare = (one: string) => one.replaceAll('\\', '').trim()
        expect(bare(escapeMarkdown(text))).toBe(bare(text))
      }),
    )
  })

  test.each([
    ['# One', '\\# One'],
    ['One\n## Two', 'One\n\\## Two'],
    ['1. One', '1\\. One'],
    ['In\n1. One', 'In\n1\\. One'],
    ['- One', '\\- One'],
    ['+', '\\+'],
    ['> One', '\\> One'],
    ['One\n---', 'One\n\\---'],
    ['One\n=', 'One\n\\='],
    ['* * *', '\\* * *'],
    ['a | b\n--|--', 'a | b\n\\--|--'],
    ['~~~', '\\~\\~\\~'],
    ['    One', 'One'],
    ['\tOne\n\tTwo', 'One\n\tTwo'],
    ['*One*', '\\*One*'],
    ['2*3*4', '2\\*3*4'],
    ['_One_', '\\_One_'],
    ['~One~', '\\~One~'],
    ['`One`', '\\`One`'],
    ['[One](two)', '[One\\](two)'],
    ['![One](two)', '![One\\](two)'],
    ['[one]: two', '\\[one]: two'],
    ['[^1]: two', '\\[^1]: two'],
    ['<b>One</b>', '\\<b>One\\</b>'],
    ['<!-- One', '\\<!-- One'],
    ['<one@sample.example>', '\\<one@sample.example>'],
    ['&lt; &#42;', '\\&lt; \\&#42;'],
    ['\\*', '\\\\*'],
    ['One\\\ntwo', 'One\\\\\ntwo'],
    ['https://x.example/~a~b', 'https\\://x.example/\\~a~b'],
  ])('%j becomes %j', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped)
  })

  test.each([
    '#hashtag, No. 1, 1.5, 2026.',
    'In\n2026. One',
    'In\n12) One',
    '*Prices without tax',
    'price* and wage*, x*',
    '5 * 3 * 2 = 30, 5 - 3, 5 + 3, 5 > 3 < 7, a <3 b',
    'snake_case_name, _blank, ~10 and ~20',
    "rock ’n’ roll, 'tis, `tis, “so”",
    'AT&T, R&D, a & b, &c., ?a=1&copy=2',
    '[sic], [1], (a) [b] (c), [a]:b is no definition here'.replace('[a]:b', 'a:b'),
    'C:\\temp, a\\b',
    'https://x.example/a_b_c?x=1*2&y=(z)#a-b, www.x.example/~a, o_n_a@x.example',
    'a | b',
    '– One',
    '-One, +1, -1',
    '   One\n      two',
    '　全角',
  ])('ordinary copy stays as it is: %j', (text) => {
    expect(escapeMarkdown(text)).toBe(text)
    expect(blocksOf(text)).toEqual([['p', spaced(text)]])
  })

  test('a long hostile paragraph takes no long time', () => {
    for (const part of ['*a ', '_a', '`a``', '[a](', '<a', '&', '\\', 'www.', 'http://', '- - ', '|-', '~']) {
      const start = performance.now()
      escapeMarkdown(part.repeat(20_000))
      expect(performance.now() - start, part).toBeLessThan(5000)
    }
  })
})

describe('escapeTitle', () => {
  test('any caption comes back from the title of a picture', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const caption = text.replace(/\s+/g, ' ').trim()
        const html = marked.parse(`![](a.jpg "${escapeTitle(caption)}")`, { async: false })
        const [paragraph] = parseFragment(html).childNodes
        const [picture] = paragraph && 'childNodes' in paragraph ? paragraph.childNodes : []
        const title =
          picture && 'attrs' in picture ? picture.attrs.find(({ name }) => name === 'title') : null
        expect(title?.value ?? '').toBe(caption)
      }),
      { numRuns: Number(process.env.RUNS ?? 1000) },
    )
  })
})
