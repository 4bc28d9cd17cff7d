// The shortcuts in marked's tokenizer: every text gives the same tokens as with marked alone.
import fc from 'fast-check'
import { Marked } from 'marked'
import { describe, expect, test } from 'vitest'
import { Shortcuts } from '../../src/markdown/shortcuts.ts'
import { ATTACKS, BROKEN, CLEAN, SAMPLES, SCRAPS, WHOLE } from '../harness/markdown-samples.ts'

// Text that the rules of marked have to look at twice.
const TRICKY_TEXT = [
  'a.b+c@x.org',
  'a_b@x.org',
  '_a*b@x.org',
  'mailto:a@b.c',
  'xmpp:a@b.c/d',
  ':mailto:a@b.c',
  'http',
  'https://x.org/a_b*c',
  'FTP://x.org',
  'awww.x.org',
  '(www.x.org)',
  'www.',
  '  \n',
  '   ',
  '\n',
  '\n\n',
  '\n \n',
  '\n===\n',
  '\n   --  \n',
  '\n-\n',
  '\n    ---\n',
  '\n= =\n',
  '\n|-|\n',
  '\n:-|-\n',
  '|a|b',
  'é’ “',
  '\u2028',
  '&amp;',
  '&#42;',
  '`',
  '``',
  '~',
  '~~',
  '*',
  '**',
  '_',
  '__',
  '!',
  '![',
  '[a]',
  '](/b)',
  '<',
  '>',
  '<kbd>',
  '</kbd>',
  '<pre>',
  '</pre>',
  '\\',
  'a',
  'a b ',
  '1. ',
  '- ',
  '#',
  '\t',
]

describe('Shortcuts', () => {
  test('Shortcuts reads every text as marked does without', () => {
    const tokens = (tokenizer: Shortcuts | undefined, text: string) =>
      JSON.stringify(new Marked().lexer(text, { gfm: true, ...(tokenizer && { tokenizer }) }))
    const same = (text: string) => {
      expect(tokens(new Shortcuts(), text)).toBe(tokens(undefined, text))
    }
    for (const text of [...CLEAN, ...ATTACKS, ...WHOLE, ...BROKEN, ...SAMPLES]) same(text)
    same(`${'a\n'.repeat(30)}===\n`)
    const piece = fc.oneof(
      ...[TRICKY_TEXT, TRICKY_TEXT, TRICKY_TEXT, SCRAPS, CLEAN].map((pieces) => fc.constantFrom(...pieces)),
      fc.string({ maxLength: 3 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => same(pieces.join(''))),
      { numRuns: 5000, seed: 19 },
    )
  })
})
