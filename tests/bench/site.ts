// A site of many articles in a temporary folder, published there by the real pipeline.
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { reportProblems } from '../../src/publish/commands/publish-report.ts'
import { publish } from '../../src/publish/publish.ts'
import { readTables } from '../../src/publish/stored/reading.ts'
import { openLocalStore } from '../../src/publish/stores/local.ts'
import { keys } from '../../src/records.ts'
import { AUTHORS, makeArticles } from './articles.ts'

/** An article of the site: its slug, the KV key of its record, and how long its source is. */
export type Published = { slug: string; key: string; characters: number }

/** Writes and publishes so many articles into `root`; `project` lends its wrangler.toml. */
export async function publishSite(
  root: string,
  options: { project: string; articles: number },
): Promise<Published[]> {
  const sources = makeArticles(options.articles)
  const folder = join(root, 'content', 'articles')
  await mkdir(folder, { recursive: true })
  await copyFile(join(options.project, 'wrangler.toml'), join(root, 'wrangler.toml'))
  await writeFile(join(root, 'content', 'site.yaml'), SITE)
  await writeFile(
    join(root, 'content', 'authors.yaml'),
    AUTHORS.map((slug) => `${slug}:\n  name: ${slug}\n`).join(''),
  )
  for (const { slug, text } of sources) await writeFile(join(folder, `${slug}.md`), text)

  const store = await openLocalStore(root)
  try {
    const outcome = await publish({
      root,
      store,
      note: { author: 'bench', message: 'bench', time: Date.now() },
      remove: [],
    })
    if (outcome.state !== 'pushed') {
      throw new Error(
        `The articles were not published: ${outcome.state}\n${reportProblems(outcome.problems).join('\n')}`,
      )
    }
    const { articles } = await readTables(store, outcome.live.body)
    return sources.map(({ slug, text }) => {
      const entry = articles.get(slug)
      if (!entry) throw new Error(`The edition has no article ${slug}`)
      return { slug, key: keys.article(entry.record), characters: text.length }
    })
  } finally {
    await store.close()
  }
}

const SITE = `title: The Bench
tagline: Two thousand stories that nobody wrote
url: https://bench.example
lang: en
timezone: Europe/Berlin
publisher:
  name: The Bench
navigation:
  - label: Front page
    href: /
  - label: All tags
    href: /tags
`
