// Offers captions and credits from picture files, as lines to paste, for pictures that lack them. Pure.
import type { Article } from '../sources/article.ts'
import type { PictureFile } from '../sources/picture-files.ts'
import type { Words } from '../sources/picture-metadata.ts'
import { type Problem, quote } from '../sources/problem.ts'

/** Advice for every picture of a published article that has no caption or credit while its file has one. */
export function offerWords(
  articles: readonly Article[],
  pictures: ReadonlyMap<string, Pick<PictureFile, 'words'>>,
): Problem[] {
  return articles.flatMap(({ draft, wordless = [] }) =>
    (draft ? [] : wordless).flatMap(({ name, place, lacks }) => {
      const { caption, credit } = pictures.get(name)?.words ?? {}
      const messages = lacks.flatMap((field) => {
        if (field === 'title') return titleOffer(name, pictures.get(name)?.words ?? {})
        const text = field === 'caption' ? caption : credit
        return text === undefined
          ? []
          : [`image has no ${field}, and its file has one: add ${field}: ${quoted(text)}`]
      })
      return messages.map((message): Problem => ({ ...place, level: 'advice', message }))
    }),
  )
}

function titleOffer(name: string, { caption, credit }: Words): string[] {
  if (caption === undefined && credit === undefined) return []
  // The last bar separates caption and credit, so a caption that contains a bar needs another one behind it.
  const bar = credit !== undefined || caption?.includes(' | ') ? ` | ${credit ?? ''}` : ''
  const title = `${caption ?? ''}${bar}`.trim()
  const what = caption === undefined ? 'credit' : 'caption'
  return [`picture ${quote(name)} has no ${what}, and its file has one: add the title ${quoted(title)}`]
}

/** Text in quotes that YAML and Markdown both read. */
function quoted(text: string): string {
  return JSON.stringify(text)
}
