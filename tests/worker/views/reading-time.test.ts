// How many minutes an article is said to take.
import { expect, test } from 'vitest'
import { readingMinutes } from '../../../src/worker/views/reading-time.ts'

test.each([
  ['nothing', '', 1],
  ['one word', 'word', 1],
  ['as many words as a minute has', 'word '.repeat(220), 1],
  ['three minutes of words, on many lines', 'a longer\nword '.repeat(220), 3],
  ['two minutes of Chinese, which has no spaces', '报'.repeat(900), 2],
  ['two minutes of Korean, which has', '신문 '.repeat(440), 2],
  ['both at once', `${'word '.repeat(220)}${'报'.repeat(450)}`, 2],
])('readingMinutes of %s', (_, markdown, minutes) => {
  expect(readingMinutes(markdown)).toBe(minutes)
})
