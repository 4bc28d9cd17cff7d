// The markup of every kind of page, by the rules of the HTML standard. No browser is needed for it.
import { HtmlValidate } from 'html-validate'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { KINDS } from '../harness/kinds.ts'
import { SAMPLE_NAMES } from '../harness/sample-sites.ts'
import { type SharedSample, sharedSample } from '../harness/shared.ts'

// Many pages at a time, on machines that may be slow.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const validate = new HtmlValidate({ extends: ['html-validate:standard'] })

describe.each(SAMPLE_NAMES)('html-validate, on the %s site', (name) => {
  let sample: SharedSample
  beforeAll(async () => {
    sample = await sharedSample(name)
  })

  test.each(KINDS[name].map((kind) => kind.name))('finds no error on the page %s', async (name) => {
    const { path = '', status = 200, wish } = sample.kinds.find((kind) => kind.name === name) ?? {}
    const answer = await sample.site.get(encodeURI(path), wish)
    expect(answer.status).toBe(status)
    const { results } = await validate.validateString(answer.body)
    const found = results.flatMap(({ messages }) =>
      messages.map(({ ruleId, message, selector }) => `${ruleId}: ${message} at ${selector}`),
    )
    expect(found).toEqual([])
  })
})
