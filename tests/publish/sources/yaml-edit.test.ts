// One edit to a YAML file of an editor leaves the rest of the file as it was.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseDocument, stringify } from 'yaml'
import { addToList, setField } from '../../../src/publish/sources/yaml-edit.ts'

const data = (text: string): unknown => parseDocument(text, { schema: 'failsafe' }).toJS()

describe('an item more in a list', () => {
  test.each([
    ['where there is none', 'title: A  # the paper\n', 'title: A  # the paper\ngone:\n  - x\n'],
    ['where the file does not end its last line', 'title: A', 'title: A\ngone:\n  - x\n'],
    ['in an empty file', '', 'gone:\n  - x\n'],
    ['in a file of comments', '# Nothing yet\n', '# Nothing yet\ngone:\n  - x\n'],
    ['under a name alone', 'gone:   # none\ntitle: A\n', 'gone:   # none\n  - x\ntitle: A\n'],
    ['in an empty list on one line', 'gone: []  # none\n', 'gone: [x]  # none\n'],
    ['in a list on one line', 'gone: [ a,  "b" ]  # two\n', 'gone: [ a,  "b", x ]  # two\n'],
    ['in a list with a comma at its end', 'gone: [a,]\n', 'gone: [a, x,]\n'],
    [
      'in a list over several lines',
      'gone: [\n  a, # one\n  b  # two\n]\n',
      'gone: [\n  a, # one\n  b, x  # two\n]\n',
    ],
    [
      'below a list',
      'gone:\n- a   # why\n# end\n\nlang: en\n',
      'gone:\n- a   # why\n- x\n# end\n\nlang: en\n',
    ],
    [
      'below a list that stands far in',
      "gone:\n    -   a\n    -   'b'",
      "gone:\n    -   a\n    -   'b'\n    -   x",
    ],
    [
      'with line ends of Windows',
      'gone:\r\n  - a\r\nlang: en\r\n',
      'gone:\r\n  - a\r\n  - x\r\nlang: en\r\n',
    ],
    ['on one line with line ends of Windows', 'a: b\r\ngone: [a]\r\n', 'a: b\r\ngone: [a, x]\r\n'],
    ['where others hold it', 'navigation:\n  - gone: [a]\n', 'navigation:\n  - gone: [a]\ngone:\n  - x\n'],
  ])('%s', (_, before, after) => {
    expect(addToList(before, 'gone', 'x')).toBe(after)
    expect(addToList(after, 'gone', 'x')).toBe(after)
  })

  test('is the same in whatever letters it is composed', () => {
    const text = `gone: [${'café'.normalize('NFD')}]\n`
    expect(addToList(text, 'gone', 'café')).toBe(text)
    expect(addToList('gone: [a]\n', 'gone', 'الوقائع-المصرية')).toBe('gone: [a, الوقائع-المصرية]\n')
  })

  test('is put in where the whole file stands on one line, comments and all', () => {
    const text = addToList('# The paper\n{ title: A, gone: [a] } # end\n', 'gone', 'x') ?? ''
    expect(data(text)).toEqual({ title: 'A', gone: ['a', 'x'] })
    expect(text).toMatch(/# The paper[\s\S]*# end/)
    expect(data(addToList('{ title: A }', 'gone', 'x') ?? '')).toEqual({ title: 'A', gone: ['x'] })
  })

  test.each([
    ['no YAML', 'title: "A\n'],
    ['a list', '- a\n'],
    ['another kind of value there', 'gone: a\n'],
    ['two documents', 'title: A\n---\ntitle: B\n'],
  ])('is not put into %s', (_, text) => {
    expect(addToList(text, 'gone', 'x')).toBeNull()
  })

  test('leaves all other values as they were', () => {
    const value = fc.oneof(
      fc.string(),
      fc.array(fc.string(), { maxLength: 3 }),
      fc.dictionary(fc.string(), fc.string()),
    )
    const files = fc.record({ title: value, gone: fc.array(fc.stringMatching(/^[a-z]{1,8}$/)), end: value })
    fc.assert(
      fc.property(files, fc.boolean(), (file, flow) => {
        const text = stringify(file, { collectionStyle: flow ? 'flow' : 'any' })
        const before = data(text) as { gone: string[] }
        const after = data(addToList(text, 'gone', 'new-one') ?? '')
        expect(after).toEqual({ ...before, gone: [...before.gone, 'new-one'] })
      }),
    )
  })
})

describe('a field that is set', () => {
  test.each([
    ['title: A # why\ntags: [a]\n', 'title: A # why\ntags: [a]\ndraft: true\n'],
    ['title: A\ndraft: false # for now\ntags: []\n', 'title: A\ndraft: true # for now\ntags: []\n'],
    ['draft: "no"\r\ntitle: A\r\n', 'draft: true\r\ntitle: A\r\n'],
    ['title: A\r\n', 'title: A\r\ndraft: true\r\n'],
    ['title: |\n  A\n\n', 'title: |\n  A\n\ndraft: true\n'],
    ['title: A\ndraft: true\n', 'title: A\ndraft: true\n'],
    ['draft: # perhaps\ntitle: A\n', 'draft: true # perhaps\ntitle: A\n'],
    ['', 'draft: true\n'],
  ])('%j becomes %j', (before, after) => {
    expect(setField(before, 'draft', 'true')).toBe(after)
  })

  test.each(['{ title: A }', 'title: "A', '- a\n', 'draft: [a]\n'])('is left to the editor in %j', (text) => {
    expect(setField(text, 'draft', 'true')).toBeNull()
  })
})
