// Writes the live edition's sources as a folder that builds the same pages. Writes nothing anywhere else.
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { articlePath, tagPath } from '../addresses.ts'
import {
  ArticleRecord,
  type Current,
  keys,
  ListRecord,
  type Picture,
  type Row,
  StandingRecord,
} from '../records.ts'
import type { Tables } from './build.ts'
import { readTables } from './live.ts'
import { pulledAuthors, pulledTags } from './pull/subjects.ts'
import { articleText, authorsText, siteText, standingText, tagsText } from './pull/yaml.ts'
import { type Memory, readLatest } from './push/last-push.ts'
import { plural } from './report/lines.ts'
import { hashPicture, pictureName } from './sources/pictures.ts'
import { found } from './sources/problem.ts'
import { PULLED_FILE, type PulledPictures, pulledText } from './sources/pulled.ts'
import { slices } from './stores/batches.ts'
import type { Store } from './stores/store.ts'

export type PullOptions = {
  store: Store
  /** Where `content/` is to be written: a folder that is empty, or not there yet. */
  folder: string
  memory: Memory
}

export type Pulled = {
  /** The push whose edition it is. */
  sequence: number
  edition: string
  articles: number
  standing: number
  pictures: number
  /** How many of them are what readers see, and not what an editor supplied. */
  asSeen: number
  /** Slugs of articles that were taken down, and are not among those written. */
  takenDown: string[]
  /** Slugs of articles of which the live edition has a version that a takedown removed; they are not there either. */
  removed: string[]
}

/** Records are read so many at a time: KV answers for no more at once. */
const RECORDS_AT_ONCE = 100
/** A picture may have 25 MiB. */
const PICTURES_AT_ONCE = 4

/** Writes the live edition's sources into a folder. */
export async function pull({ store, folder, memory }: PullOptions): Promise<Pulled> {
  await assertEmpty(folder)
  const live = await readLatest(store, memory)
  if (!live) throw new Error(`Nothing was published in ${store.name} yet, so there is nothing to pull`)
  const { settings } = live.body
  const tables = await readTables(store, live.body)
  const aside = asideOf(live, tables)
  const aliases = aliasesOf(tables.aliases, aside.paths)
  const leads = await leadsOf(store, live)
  const write = (name: string, content: string | Uint8Array): Promise<void> =>
    writeSource(folder, name, content)

  const authors = new Map<string, string>()
  const tagNames = new Map<string, string>()
  const pictures = openPictures()
  const reading = { store, lacking: (key: string) => lacking(store, key) }
  const wanted = [...tables.articles].filter(
    ([slug]) => !aside.takenDown.has(slug) && !aside.removed.has(slug),
  )
  const written = new Set(wanted.map(([slug]) => slug))
  for (const slice of slices(wanted, RECORDS_AT_ONCE)) {
    const texts = await store.getMany(slice.map(([, { record }]) => keys.article(record)))
    const files = slice.map(([slug, entry]): [string, string] => {
      const key = keys.article(entry.record)
      const record = v.parse(ArticleRecord, JSON.parse(texts.get(key) ?? lacking(store, key)))
      for (const author of record.authors) authors.set(author.slug, author.name)
      for (const tag of record.tags) tagNames.set(tag.slug, tag.name)
      const source = {
        ...{ record, photo: pictures.take(record), aliases: aliases.articles.get(slug) ?? [] },
        ...{ lead: leads.has(slug), draft: aside.gone.has(slug), zone: settings.zone },
        translations: translationsOf(record, written),
      }
      return [`articles/${slug}.md`, articleText(source)]
    })
    await Promise.all(files.map(([name, text]) => write(name, text)))
  }
  const pulled: PulledPictures = {}
  const standing = await readStanding(reading, tables)
  for (const [slug, record] of standing) {
    pictures.take(record)
    const order = (settings.pages ?? []).findIndex((page) => page.slug === slug) + 1
    const source = { order, aliases: aliases.standing.get(slug) ?? [], zone: settings.zone }
    await write(`pages/${slug}.md`, standingText(record, source))
  }
  for (const slice of slices([...pictures.names], PICTURES_AT_ONCE)) {
    await Promise.all(
      slice.map(async ([name, picture]) => {
        const [, , hash = '', variant = ''] = picture.address.split('/')
        const key = keys.media(hash, variant)
        const bytes = (await store.getBytes(key)) ?? lacking(store, key)
        await write(`images/${name}`, bytes)
        if (!variant.startsWith('original.')) pulled[name] = { bytes: hashPicture(bytes), picture }
      }),
    )
  }
  const asSeen = Object.keys(pulled).length
  if (asSeen > 0) await write(`images/${PULLED_FILE}`, pulledText(pulled))
  const tags = await pulledTags(reading, { lists: tables.tags, names: tagNames, aliases: aliases.tags })
  await write('site.yaml', siteText(settings, [...aside.gone].sort()))
  const known = await pulledAuthors(reading, { lists: tables.authors, names: authors })
  if (known.size > 0) await write('authors.yaml', authorsText(known))
  if (tags.length > 0) await write('tags.yaml', tagsText(tags))
  return {
    ...{ sequence: live.sequence, edition: live.edition, articles: wanted.length },
    standing: standing.size,
    ...{ pictures: pictures.names.size, asSeen, takenDown: [...aside.takenDown].sort() },
    removed: [...aside.removed].sort(),
  }
}

/** What a pull came to. */
export function reportPull(
  { sequence, edition, articles, standing, pictures, asSeen, takenDown, removed }: Pulled,
  folder: string,
): string[] {
  return [
    `Push ${sequence} (edition ${edition.slice(0, 12)}) is in ${join(folder, 'content')}: ` +
      `${plural(articles, 'article')}, ${standing > 0 ? `${plural(standing, 'standing page')}, ` : ''}${plural(pictures, 'picture')}.`,
    ...(asSeen > 0
      ? [
          'Photographs are as readers see them, at most 1,200 pixels wide: what they were made from is not in the store. ' +
            `Keep content/images/${PULLED_FILE} beside them, so that they stay the same pictures.`,
        ]
      : []),
    'Drafts, comments, and authors and tags that no article names were never published, and are not there.',
    ...(takenDown.length > 0 ? [`Taken down, and not there either: ${takenDown.join(', ')}.`] : []),
    ...(removed.length > 0
      ? [
          `Not there either, because a takedown removed the version that this edition has: ${removed.join(', ')}.`,
        ]
      : []),
  ]
}

async function assertEmpty(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    if (error.code === 'ENOTDIR')
      throw new Error(`Nothing was pulled: ${folder} is a file, and must be a folder`)
    throw error
  })
  const [first] = names
  if (first === undefined) return
  throw new Error(
    `Nothing was pulled: ${folder} must be empty or not there yet, and holds ${found(first)}. Choose another folder`,
  )
}

function lacking({ name }: Pick<Store, 'name'>, key: string): never {
  throw new Error(`What was pulled is not whole: the live edition names ${key}, and ${name} does not hold it`)
}

async function writeSource(folder: string, name: string, content: string | Uint8Array): Promise<void> {
  const path = join(folder, 'content', name)
  // The name came from a store, and must not lead out of the folder.
  if (name.split(/[/\\]/).includes('..')) throw new Error(`A source cannot be called ${found(name)}`)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content)
}

/** What no reader sees whatever the tables say: slugs, and the paths of their articles. */
function asideOf(
  { takedowns, removed: records = [] }: Current,
  tables: Tables,
): { takenDown: Set<string>; removed: Set<string>; gone: Set<string>; paths: Set<string> } {
  const hidden = takedowns.map(({ slug }) => slug)
  const takenDown = new Set(takedowns.flatMap(({ slug, passing }) => (passing ? [] : [slug])))
  const lost = new Set(records)
  const rows = [...tables.articles].filter(([slug, { record }]) => lost.has(record) && !takenDown.has(slug))
  const removed = new Set(rows.map(([slug]) => slug))
  const all = new Set([...tables.gone.keys(), ...hidden])
  return { takenDown, removed, gone: all, paths: new Set([...all].map(articlePath)) }
}

/** Slugs by language, of what is written beside the article. */
function translationsOf(
  { translations = [] }: ArticleRecord,
  written: ReadonlySet<string>,
): Record<string, string> {
  const there = translations.filter(({ slug }) => written.has(slug))
  return Object.fromEntries(there.map(({ lang, slug }) => [lang, slug]))
}

/** The standing pages' records by slug. */
async function readStanding(
  { store, lacking }: { store: Pick<Store, 'getMany'>; lacking: (key: string) => never },
  { standing }: Pick<Tables, 'standing'>,
): Promise<Map<string, StandingRecord>> {
  if (standing.size === 0) return new Map()
  const texts = await store.getMany([...standing.values()].map(({ record }) => keys.standing(record)))
  return new Map(
    [...standing].map(([slug, { record }]) => {
      const key = keys.standing(record)
      return [slug, v.parse(StandingRecord, JSON.parse(texts.get(key) ?? lacking(key)))]
    }),
  )
}

type OldNames = Record<'articles' | 'tags' | 'standing', Map<string, string[]>>

/** The old paths of each article and standing page, and the other names of each tag, by slug. */
function aliasesOf(aliases: ReadonlyMap<string, Row<'aliases'>>, aside: ReadonlySet<string>): OldNames {
  const names: OldNames = { articles: new Map(), tags: new Map(), standing: new Map() }
  const add = (map: Map<string, string[]>, slug: string, name: string): void => {
    map.set(slug, [...(map.get(slug) ?? []), name])
  }
  for (const [path, to] of aliases) {
    if (aside.has(path)) continue
    if ('article' in to) add(names.articles, to.article, path)
    else if ('standing' in to) add(names.standing, to.standing, path)
    else add(names.tags, to.tag, decodeURIComponent(path.slice(tagPath('').length)))
  }
  return names
}

async function leadsOf(store: Pick<Store, 'get' | 'name'>, { body }: Current): Promise<Set<string>> {
  const key = keys.list(body.front.newest.record)
  const { lead } = v.parse(ListRecord, JSON.parse((await store.get(key)) ?? lacking(store, key)))
  return new Set(lead.map(({ slug }) => slug))
}

/** The pictures of the articles seen so far, by file name: as texts name them, and of photos by their article. */
function openPictures(): {
  names: ReadonlyMap<string, Picture>
  /** Notes an article's pictures; answers how its front matter names its photo's file. */
  take: (record: Pick<ArticleRecord, 'slug' | 'photo' | 'pictures'>) => string | undefined
} {
  const names = new Map<string, Picture>()
  const spelled = new Map<string, string>()
  const take = ({
    slug,
    photo,
    pictures,
  }: Pick<ArticleRecord, 'slug' | 'photo' | 'pictures'>): string | undefined => {
    for (const [src, picture] of Object.entries(pictures)) {
      const name = pictureName(src)
      if (name === null)
        throw new Error(`The article ${slug} names a picture that no file can be: ${found(src)}`)
      names.set(name, picture)
      spelled.set(picture.address, pictureName(name) === name ? name : src)
    }
    const picture = photo?.picture
    if (!picture) return undefined
    const { address } = picture
    const known = spelled.get(address)
    if (known !== undefined) return known
    // With some of its hash in it no text names it by chance.
    const [, , hash = '', variant = ''] = address.split('/')
    const name = `${slug}-${hash.slice(0, 8)}${variant.slice(variant.lastIndexOf('.'))}`
    names.set(name, picture)
    spelled.set(address, name)
    return name
  }
  return { names, take }
}
