// The report beside the plan: the cost of a push, the time until readers see it, and the progress of an upload.
import { describe, expect, test } from 'vitest'
import { REACH_SECONDS, reportReach } from '../../src/publish/commands/publish-report.ts'
import { byteSize, section, yamlWord } from '../../src/publish/format.ts'
import { reportCost } from '../../src/publish/plan/cost.ts'
import { startProgress } from '../../src/publish/terminal/terminal.ts'
import { CURRENT_TTL_SECONDS } from '../../src/records.ts'
import { POLICIES } from '../../src/worker/caching.ts'

describe('the cost of a push', () => {
  const cost = { writes: 14, bytes: 61_234, lists: 1, uploaded: 0 }

  test("is printed with the free plan's limit", () => {
    expect(reportCost(cost, { limited: true })).toEqual([
      '1 list page will be written.',
      'Cost: 14 KV writes (the free plan allows 1,000 a day), about 61 KB.',
    ])
    expect(reportCost({ ...cost, lists: 0 }, { limited: false })).toEqual(['Cost: 14 writes, about 61 KB.'])
  })

  test("warns only above the free plan's limit", () => {
    const warnings = (writes: number, limited = true): string[] =>
      reportCost({ ...cost, writes }, { limited }).filter((line) => /more than the 1,000/.test(line))
    expect(warnings(1_000)).toEqual([])
    expect(warnings(1_001)).toHaveLength(1)
    expect(warnings(1_001, false)).toEqual([])
  })

  test('does not count values that an unfinished upload left in the store', () => {
    expect(reportCost({ ...cost, uploaded: 2_000 }, { limited: true })).toContain(
      '2,000 values are there already, from an upload that did not end.',
    )
  })
})

describe('the time until every reader sees a push', () => {
  test('is the sum of the lifetimes in KV, an isolate and two cache tiers', () => {
    for (const [name, seconds] of Object.entries(REACH_SECONDS)) {
      const { edge, staleWhileRevalidate, browser } = POLICIES[name as 'young' | 'settled']
      expect(seconds).toBe(CURRENT_TTL_SECONDS + 90 + 2 * (edge + staleWhileRevalidate))
      expect(browser).toBe('no-cache')
    }
  })

  test("is given in minutes and in the site's time zone, never too early", () => {
    const line =
      'Every reader sees it within 4 minutes (by 13:05); what changed in articles older than a day, within 14 minutes (by 13:15).'
    expect(reportReach(Date.parse('2026-03-01T12:00:01Z'), 'Europe/Berlin')).toBe(line)
    expect(reportReach(Date.parse('2026-03-01T12:01:00Z'), 'Europe/Berlin')).toBe(line)
  })
})

describe('progress', () => {
  const upload = (isTTY: boolean, steps: [milliseconds: number, values: number][]): string => {
    let text = ''
    let now = 0
    const write = (part: string): true => {
      text += part
      return true
    }
    const { show, end } = startProgress({ isTTY, write } as NodeJS.WriteStream, () => now)
    for (const [at, values] of steps) {
      now = at
      show({ values, bytes: values * 1_000, of: 4_000 })
    }
    end()
    return text
  }

  test.each([
    [true, 999],
    [false, 4_999],
  ])('of an upload that is soon over is not shown (terminal: %s)', (isTTY, soon) => {
    const steps: [number, number][] = [
      [100, 1_000],
      [soon, 4_000],
    ]
    expect(upload(isTTY, steps)).toBe('')
  })

  test('at a terminal is one line that is overwritten and removed at the end', () => {
    const steps: [number, number][] = [
      [500, 1_000],
      [1_500, 2_000],
      [1_600, 3_000],
    ]
    expect(upload(true, steps)).toBe(
      '\rUploading: 2,000 of 4,000 values, 2.0 MB\x1b[K\rUploading: 3,000 of 4,000 values, 3.0 MB\x1b[K\r\x1b[K',
    )
  })

  test('of pictures shows how many are made', () => {
    let text = ''
    let now = 0
    const write = (part: string): true => {
      text += part
      return true
    }
    const stream = { isTTY: true, write }
    const { show, end } = startProgress(stream as NodeJS.WriteStream, () => now)
    for (now of [200, 1_200, 2_400]) show({ pictures: 1 + Math.floor(now / 400), of: 24 })
    end()
    expect(text).toBe('\rMaking pictures: 4 of 24\x1b[K\rMaking pictures: 7 of 24\x1b[K\r\x1b[K')
  })

  test('elsewhere is a few lines', () => {
    const steps = Array.from({ length: 40 }, (_, index): [number, number] => [
      index * 1_000,
      index * 100 + 100,
    ])
    expect(upload(false, steps)).toBe(
      'Uploading: 1,000 of 4,000 values, 1.0 MB\nUploading: 2,000 of 4,000 values, 2.0 MB\nUploading: 3,000 of 4,000 values, 3.0 MB\n',
    )
  })
})

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [1_000, '1 KB'],
  [999_499, '999 KB'],
  [999_500, '1.0 MB'],
  [123_456_789, '123 MB'],
])('%d bytes are said to be %s', (bytes, said) => {
  expect(byteSize(bytes)).toBe(said)
})

test.each([
  ['storm-2', 'storm-2'],
  ['الوقائع', 'الوقائع'],
  ['2026', '"2026"'],
  ['c#', '"c#"'],
  ['true', '"true"'],
  ['null', '"null"'],
])('%s stands in a YAML list as %s', (word, written) => {
  expect(yamlWord(word)).toBe(written)
})

test('a long list ends with the number of omitted lines', () => {
  const lines = Array.from({ length: 1_500 }, (_, index) => `line ${index}`)
  expect(section('Lines', lines).slice(-2)).toEqual(['  line 11', '  and 1,488 more'])
  expect(section('Lines', [])).toEqual([])
})
