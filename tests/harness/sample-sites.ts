// The sample sites of the browser tests: the project's own content and the papers of tests/fixtures/sites, with
// everything that each kind of page needs, and one preview of each.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { preview } from '../../src/publish/commands/preview.ts'
import { articleFile } from './content.ts'
import { drawPictures } from './draw.ts'
import { KINDS, type Kind } from './kinds.ts'
import { type Files, PROJECT, type Site, type SiteOptions, startSite } from './site.ts'

export type SampleName = keyof typeof KINDS
export const SAMPLE_NAMES = Object.keys(KINDS) as SampleName[]

export type Sample = {
  site: Site
  /** Every kind of page of the site, its paths as they are asked for. */
  kinds: readonly Kind[]
}

/** Publishes a sample site, and a preview of it with its drafts, and serves it. */
export async function startSample(
  name: SampleName,
  { url, ...options }: Pick<SiteOptions, 'worker'> & { /** Its `url`, if not its own. */ url?: string } = {},
): Promise<Sample> {
  const { content, images, files } = SOURCES[name]
  const settings = await readFile(join(content, 'site.yaml'), 'utf8')
  const moved = url === undefined ? settings : settings.replace(/^url: .*$/m, `url: ${url}`)
  const site = await startSite({
    ...options,
    content,
    images,
    isolates: 2,
    files: { ...(await files()), ...GONE, 'site.yaml': moved },
  })
  const outcome = await preview({
    root: site.root,
    store: site.store,
    time: Date.now(),
    drafts: true,
    note: { author: 'tests' },
  })
  if (outcome.state === 'problems') throw new Error(JSON.stringify(outcome.problems, null, 2))
  const prefix = new URL(outcome.address).pathname.replace(/\/$/, '')
  const kinds = KINDS[name].map((kind) => ({ ...kind, path: kind.path.replace('{preview}', prefix) }))
  return { site, kinds }
}

/** An article whose time is over. */
const GONE: Files = {
  'articles/gone-for-good.md': articleFile({ title: 'Gone', date: '2020-01-01', expires: '2020-01-02' }),
}

type Source = Pick<SiteOptions, 'images'> & { content: string; files: () => Files | Promise<Files> }

const SITES = join(PROJECT, 'tests/fixtures/sites')
const IMAGES = join(PROJECT, 'content/images')

const SOURCES: Record<SampleName, Source> = {
  english: {
    content: join(PROJECT, 'content'),
    files: () => notices({ title: (number) => `Tide tables, number ${number}`, tag: 'Tables' }),
  },
  arabic: {
    content: join(SITES, 'arabic/content'),
    images: IMAGES,
    files: () => notices({ title: (number) => `جدول المد والجزر، العدد ${number}`, tag: 'جداول' }),
  },
  chinese: {
    content: join(SITES, 'chinese/content'),
    images: IMAGES,
    files: () => notices({ title: (number) => `潮汐时刻表 第${number}期`, tag: '时刻表' }),
  },
  stress: {
    content: join(SITES, 'stress/content'),
    files: async () => ({
      ...(await drawPictures()),
      ...notices({
        title: (number) => Array(3).fill(`Notice number ${number} of the same kind`).join(', '),
        tag: 'Notices',
      }),
      'articles/two-hundred-paragraphs.md': longArticle(200),
    }),
  },
  'many-tags': {
    content: join(SITES, 'stress/content'),
    files: async () => ({ ...(await drawPictures()), ...tagged(5000) }),
  },
}

/** Old notices, so many that lists have full pages behind their newest one. */
function notices({ title, tag }: { title: (number: number) => string; tag: string }): Files {
  const numbers = Array.from({ length: 60 }, (_, index) => index + 1)
  return Object.fromEntries(
    numbers.map((number) => {
      const date = new Date(Date.UTC(2019, 0, 7 * number)).toISOString()
      return [`articles/tables-${number}.md`, articleFile({ title: title(number), date, tags: [tag] })]
    }),
  )
}

/** An article of so many paragraphs. */
function longArticle(paragraphs: number): string {
  const body = Array.from({ length: paragraphs }, (_, index) =>
    index % 20 === 0 ? `## Part ${index / 20 + 1}` : 'It rained, and the parish council met. '.repeat(8),
  )
  return articleFile({ title: 'It goes on', date: '2026-11-05T09:00:00Z', body: body.join('\n\n') })
}

/** Articles that have so many tags between them, some of the tags on many articles, from A to Z and beyond. */
function tagged(count: number): Files {
  const tags = Array.from({ length: count }, (_, index) => {
    const first = TAG_BEGINNINGS[index % TAG_BEGINNINGS.length]
    const number = Math.floor(index / TAG_BEGINNINGS.length)
    return `${first} ${TAG_ENDINGS[number % TAG_ENDINGS.length]} ${Math.floor(number / TAG_ENDINGS.length) || ''}`.trim()
  })
  const each = 50
  return Object.fromEntries(
    Array.from({ length: count / each }, (_, index) => {
      const own = tags.slice(index * each, (index + 1) * each)
      // The first tags are the most used ones.
      const common = tags.slice(0, 40).filter((_, place) => index % (place + 1) === 0)
      const date = new Date(Date.UTC(2026, 0, 1 + index)).toISOString()
      const tagsOfIt = [...new Set([...own, ...common])]
      return [
        `articles/minutes-${index}.md`,
        articleFile({ title: `Minutes, number ${index}`, date, tags: tagsOfIt }),
      ]
    }),
  )
}

const TAG_BEGINNINGS = [
  ...[
    'Abbey',
    'Beacon',
    'Canal',
    'Dyke',
    'Éclair',
    'Ferry',
    'Guild',
    'Harbour',
    'Island',
    'Jetty',
    'Kiln',
    'Łódź',
  ],
  ...[
    'Market',
    'Navvy',
    'Orchard',
    'Parish',
    'Quay',
    'Reservoir',
    'Sluice',
    'Tannery',
    'Útgarður',
    'Viaduct',
    'Weir',
  ],
  ...['Xebec', 'Yard', 'Žižkov', '12th', 'Ω', 'الميناء', '港口'],
]
const TAG_ENDINGS = [
  'bylaws',
  'choir',
  'drainage',
  'fund',
  'history',
  'in winter',
  'lamps',
  'petitions',
  'repairs',
  'walks',
]
