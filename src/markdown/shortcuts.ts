// Marked's tokenizer, with an early answer where one of its slow rules needs none. Never another answer: every shortcut
// takes a narrower case than the rule, and leaves all else to it.

import { Tokenizer, type Tokens } from 'marked'

// The first character is text even where it could begin something else: the other rules have been tried before.
const WORDS = /^[^`~][^\\<![`*~_]*/
// What the rule for text looks out for beside the characters that end WORDS: the signs of http://, ftp://, www.,
// mailto: and xmpp: among them. References are decoded by it too.
// Without the flag for any case, under which every character costs several times as much.
const TRICKY = /[@&]| {2}\n|:\/\/|[wW]{3}\.|[oOpP]:/
// An address may begin among the words and go on behind them.
const MAIL = /[\w.!#$%&'*+/=?`{|}~-]*@/y
const DELIMITER_ROW = /\n {0,3}[|:-]/y
const UNDERLINE = /\n {0,3}[=-]/y
const BLANK_LINE = /\n\s*?\n/y
// Longer blocks are left to the rule, so that many short blocks without blank lines do not each read all that follows.
const LINES_LOOKED_AT = 12

/** A tokenizer with shortcuts; one for each lexer, since it holds state. */
export class Shortcuts extends Tokenizer {
  override inlineText(source: string): Tokens.Text | undefined {
    const words = this.lexer.state.inRawBlock ? undefined : WORDS.exec(source)?.[0]
    if (words === undefined || TRICKY.test(words) || testAt(MAIL, source, words.length))
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

/** False if no line begins like an underline before the blank line that no heading crosses. */
function mayHaveUnderline(source: string): boolean {
  let end = -1
  for (let line = 0; line < LINES_LOOKED_AT; line++) {
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
