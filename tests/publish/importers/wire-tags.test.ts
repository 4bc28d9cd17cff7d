// The end of a wire text: tags, and lines that only look like tags.

import { describe, expect, test } from 'vitest'
import { imported, placed, split, wire } from './wire-case.ts'

describe('the tags of a wire text', () => {
  const tagsOf = (end: string) => split(wire(`Headline\n\nText one.\n\nText two.\n${end}`)).front.tags

  test.each([
    ['TAGS rain, Examplia', ['rain', 'Examplia']],
    ['\nTAGS: rain,Examplia,', ['rain', 'Examplia']],
    ['\nTAGS:\n\nrain\n\n\nheavy rain\n', ['rain', 'heavy rain']],
    ['\nTAGS\nrain, Examplia\n', ['rain', 'Examplia']],
    ['\nTAGS rain\nExamplia\n', ['rain', 'Examplia']],
    ['\nTAGS rain, Rain, RAIN', ['rain']],
    ['\nTAGS U.S., C++', ['U.S.', 'C++']],
    ['\nTAGS طقس، مطر', ['طقس', 'مطر']],
    ['\nTAGS：天气，雨、雪', ['天气', '雨', '雪']],
    ['\nTAGS\n', undefined],
    ['\nTAGS:\n\n', undefined],
  ])('%j', (end, tags) => {
    expect(tagsOf(end)).toEqual(tags)
  })

  test.each([
    'TAGS are printed at night.',
    'They call them TAGS',
    'TAGS on luggage help the airline\n',
    'TAGS\n\nThis is no tag.',
    'Tags: rain',
    'TAGSCHÜTZE',
  ])('a paragraph with the word is text: %j', (line) => {
    const article = wire(`Headline\n\nText one.\n\n${line}\n`)
    expect(split(article).front).not.toHaveProperty('tags')
    expect(article.text).toContain(`\n\n${line.trim()}`)
  })

  test('nothing of the tags is lost in silence', () => {
    expect(placed(imported('tags-below'))).toEqual([
      '8:1 one tag or several? Put each on its own line: found "Samplehaven, Examplia"',
      '9:1 the tag "air travel" is there twice and is kept once: found "Air  Travel"',
      '11:1 a tag without a letter or a digit was left out: found "..."',
    ])
  })
})
