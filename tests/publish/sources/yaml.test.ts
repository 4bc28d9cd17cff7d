// Comments are removed from YAML, and all other text is kept.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { withoutComments } from '../../../src/publish/sources/yaml.ts'

test('a text without comments stays as it is', () => {
  const text = 'a:   "x # y"\n\n\nb: |+\n  # z\n\n\nc: [ d#e,  "#f" ]   \n'
  expect(withoutComments(text)).toBe(text)
})

test('a line of a comment goes with the empty lines behind it, and a comment at an end with the blanks before it', () => {
  expect(withoutComments('# x\n\na: 1 \t # y\n\n  # z\nb: # x\n  - 2 # y')).toBe('a: 1\n\nb:\n  - 2')
})

const COMMENT = 'informant'
const comment = fc.constantFrom('', '', ` # ${COMMENT}`, `\t# ${COMMENT} "quoted: [`, ` #${COMMENT}`)
const between = fc.array(fc.constantFrom('', '', `# ${COMMENT}\n`, `  # ${COMMENT}\n`, '\n', '  \n'), {
  maxLength: 3,
})
const lines = between.map((all) => all.join(''))
// Two blanks before it would make it the text of a block scalar.
const topLines = lines.map((all) => all.replaceAll('  #', ' #'))
const words = fc.constantFrom(
  ...[
    'plain',
    'C#',
    'a#b',
    '"# x"',
    "'it''s # y'",
    '"two\n    # lines"',
    '""',
    '"\\"# z"',
    'http://x/#y',
    '2026-02-16',
  ],
)
const scalar = fc.tuple(words, comment).map(([word, end]) => ` ${word}${end}\n`)
const block = fc
  .tuple(fc.constantFrom('|', '|-', '|+', '>', '>-', '>+', '|2+'), comment, fc.constantFrom('', '\n', '\n\n'))
  .map(([header, end, empty]) => ` ${header}${end}\n  One # kept\n  # kept\n\n  'x\n${empty}`)
const list = fc
  .tuple(comment, fc.array(fc.tuple(lines, scalar), { minLength: 1, maxLength: 3 }))
  .map(([end, items]) => `${end}\n${items.map(([before, item]) => `${before}  -${item}`).join('')}`)
const flow = fc
  .tuple(comment, fc.array(fc.tuple(words, comment), { minLength: 1, maxLength: 3 }), comment)
  .map(
    ([end, items, last]) =>
      ` [${end}\n${items.map(([word, after]) => `   ${word},${after}\n`).join('')}  ]${last}\n`,
  )
const map = fc.tuple(comment, lines, scalar).map(([end, before, value]) => `${end}\n${before}  x:${value}`)

test('parses to the same data, and holds no comment', () => {
  const value = fc.oneof(scalar, block, list, flow, map)
  const document = fc.array(fc.tuple(topLines, value), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(document, topLines, (fields, last) => {
      const text = fields.map(([before, value], index) => `${before}f${index}:${value}`).join('') + last
      const stripped = withoutComments(text)
      expect(parse(stripped)).toEqual(parse(text))
      expect(stripped).not.toContain(COMMENT)
      expect(withoutComments(stripped)).toBe(stripped)
    }),
    { numRuns: 2000 },
  )
})
