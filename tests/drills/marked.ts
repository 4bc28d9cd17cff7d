// Content of which every page says which edition it is of, in its settings and in every row.
import { articleFile, SITE_FILES } from '../harness/content.ts'
import type { Answer, Files } from '../harness/site.ts'

export const NOW = Date.UTC(2026, 5, 1)
const DAY_MS = 86_400_000
const COUNT = 30

/** Sources whose pages hold a mark; `more` articles than in others are on top of the list. */
export function marked(mark: string, more = 0): Files {
  const files: Files = {
    ...SITE_FILES,
    'site.yaml': `${SITE_FILES['site.yaml']}navigation:\n  - label: Edition ${mark}\n    href: /tags\n`,
  }
  for (let index = 0; index < COUNT + more; index += 1) {
    files[`articles/story-${index}.md`] = articleFile({
      title: `Story ${index} of ${mark}`,
      date: new Date(NOW - (2 * COUNT - index) * DAY_MS).toISOString(),
      // Long enough that one of the tables is in parts.
      aliases: [1, 2, 3, 4].map((old) => `/old/${old}/${index}-${'long-'.repeat(50)}end`),
      tags: ['All', index % 2 ? 'Odd' : 'Even'],
      body: `The text of ${mark}.`,
    })
  }
  return files
}

const MARK = /(?:Edition|of) (edition-[\w-]+)/g

/** The editions that a page is of: one, unless something is very wrong. */
export function marksIn({ body }: Pick<Answer, 'body'>): string[] {
  return [...new Set([...body.matchAll(MARK)].map(([, mark]) => mark ?? ''))]
}
