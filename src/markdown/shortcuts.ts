// Marked's tokenizer with shortcuts past its slow rules. A shortcut must never change a result: it covers only cases
// whose result is certain, and leaves all others to marked's rule.

import { Tokenizer, type Tokens } from 'marked'

// The first character is text, even if it could begin another token: marked has tried all other rules before.
const WORDS = /^[^`~][^\\<![`*~_]*/
// Texts that need marked's own rule, because it finds addresses (http://, ftp://, www., mailto:, xmpp:), references and
// line breaks in them. Both cases are spelled out, because the flag `i` makes the search several times slower.
const NEEDS_MARKED = /[@&]| {2}\n|:\/\/|[wW]{3}\.|[oOpP]:/
// An e-mail address may begin in the text and end behind it.
const MAIL = /[\w.!#$%&'*+/=?`{|}~-]*@/y
const DELIMITER_ROW = /\n {0,3}[|:-]/y
const UNDERLINE = /\n {0,3}[=-]/y
const BLANK_LINE = /\n\s*?\n/y
// Longer blocks are left to marked's rule. Without a limit, each of many short blocks would scan the rest of the text.
const MAX_LINES = 12

/** A tokenizer with shortcuts. Every lexer needs its own, because a tokenizer holds state. */
export class Shortcuts extends Tokenizer {
  override inlineText(source: string): Tokens.Text | undefined {
    const words = this.lexer.state.inRawBlock ? undefined : WORDS.exec(source)?.[0]
    if (words === undefined || NEEDS_MARKED.test(words) || testAt(MAIL, source, words.length))
      return super.inlineText(source)
    return { type: 'text', raw: words, text: words, escaped: false }
  }

  override table(source: string): Tokens.Table | undefined {
    const end = source.indexOf('\n')
    return end !== -1 && testAt(DELIMITER_ROW, source, end) ? super.table(source) : undefined
  }

  override lheading(source: string): Tokens.Heading | undefined {
    return mayHaveUnderline(source) ? super.lheading(source) : undefined
  }
}

/** False if no line before the next blank line begins like a heading's underline. */
function mayHaveUnderline(source: string): boolean {
  let end = -1
  for (let line = 0; line < MAX_LINES; line++) {
    end = source.indexOf('\n', end + 1)
    if (end === -1) return false
    if (testAt(UNDERLINE, source, end)) return true
    if (testAt(BLANK_LINE, source, end)) return false
  }
  return true
}

function testAt(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at
  return pattern.test(text)
}
