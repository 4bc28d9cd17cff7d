// What a page without a standfirst tells search engines of itself.
import { expect, test } from 'vitest'
import { renderMarkdown } from '../../../src/markdown.ts'
import { describeText } from '../../../src/worker/views/description.ts'

const describe = (markdown: string): string | undefined =>
  describeText(renderMarkdown(markdown, { origin: 'https://sheet.example', pictures: {} }))?.toString()

test.each([
  ['nothing', '', undefined],
  ['a list alone', '- one\n- two', undefined],
  ['a paragraph', 'The *ferry*\nis [late](https://a.example).', 'The ferry is late.'],
  ['what stands before the first paragraph', '## At sea\n\n---\n\nThe ferry is late.', 'The ferry is late.'],
  ['a note', 'Late[^1] again.\n\n[^1]: By an hour.', 'Late again.'],
  ['marks that mean something in HTML', '"Fish & <b>chips</b>" < 5', '&quot;Fish &amp; chips&quot; &lt; 5'],
  ['a reference by name', 'Caf&eacute; &amp; bar', 'Caf&eacute; &amp; bar'],
  ['lines', 'Roses are red,  \nviolets<br>are blue.', 'Roses are red, violets are blue.'],
  ['references in code', 'Write `&eacute;` twice.', 'Write &amp;eacute; twice.'],
  ['a list with a note', '- one[^1]\n\n[^1]: A note.', undefined],
  ['what stands beside the text', '> [!PULL]\n> Pulled.\n\n> [!NOTE]\n> Noted.\n\nTold.', 'Told.'],
  ['a paragraph in another language', '<p lang="ar">خبر</p>\n\nMore.', 'خبر'],
  ['a tag that is text', 'Write `<meta>` &lt;script&gt;', 'Write &lt;meta&gt; &lt;script&gt;'],
])('describeText of %s', (_, markdown, description) => {
  expect(describe(markdown)).toBe(description)
})

test('describeText ends a long paragraph with a whole word', () => {
  const description = describe('harbour, '.repeat(40)) ?? ''
  expect(description.length).toBeLessThanOrEqual(156)
  expect(description).toMatch(/^(?:harbour, )+harbour…$/)
})

test('describeText cuts where a script has no spaces, and never a character in two', () => {
  expect(describe(`${'港'.repeat(154)}𠮷${'口'.repeat(99)}`)).toBe(`${'港'.repeat(154)}…`)
})
