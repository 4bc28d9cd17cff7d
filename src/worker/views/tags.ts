// The tags index: every tag with its count, A to Z in the site's language.
import type { JSX } from 'hono/jsx/jsx-runtime'
import { TAGS_PATH, tagPath } from '../../addresses.ts'
import type { Settings, TagRow } from '../../records.ts'
import { wordsFor } from './language.ts'
import { Layout } from './layout.tsx'

/** All tags of which an article may be seen. */
export function TagsPage({ tags, settings }: { tags: TagRow[]; settings: Settings }): JSX.Element {
  const words = wordsFor(settings.lang)
  return (
    <Layout settings={settings} title={words.tags} path={TAGS_PATH}>
      <h1 class="list-title">{words.tags}</h1>
      {tags.length === 0 && <p>{words.nothingYet}</p>}
      {groupByLetter(tags, settings.lang).map(([letter, rows]) => (
        <section class="letter">
          <h2>
            <bdi>{letter}</bdi>
          </h2>
          <ul>
            {rows.map(({ name, slug, count }) => (
              <li>
                <a href={tagPath(slug)}>
                  <bdi>{name}</bdi>
                </a>{' '}
                <span class="count">{words.articles(count)}</span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </Layout>
  )
}

function groupByLetter(tags: readonly TagRow[], lang: string): [string, TagRow[]][] {
  const collator = new Intl.Collator(lang, { sensitivity: 'base', numeric: true })
  const groups = new Map<string, TagRow[]>()
  for (const tag of [...tags].sort((a, b) => collator.compare(a.name, b.name))) {
    const letter = firstLetter(tag.name, lang)
    const group = groups.get(letter)
    if (group) group.push(tag)
    else groups.set(letter, [tag])
  }
  return [...groups]
}

/** The heading a name stands under: its first letter without accents, `#` for what begins with none. */
function firstLetter(name: string, lang: string): string {
  const letter = name.normalize('NFKD').match(/^[^\p{L}\p{N}]*(\p{L})/u)?.[1]
  return letter?.toLocaleUpperCase(lang) ?? '#'
}
