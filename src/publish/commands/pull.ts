// `pull`: writes the sources of the live edition into a folder.
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import * as v from 'valibot'
import { articlePath } from '../../addresses.ts'
import { isDrawing } from '../../pictures.ts'
import {
  ArticleRecord,
  type Current,
  keys,
  type Picture,
  SiteRecord,
  StaticPageRecord,
} from '../../records.ts'
import { plural } from '../format.ts'
import { type Memory, openMemory, readLatest } from '../push/last-push.ts'
import { PULLED_FILE } from '../sources/content.ts'
import { hashPicture, pictureName } from '../sources/picture-files.ts'
import { quote } from '../sources/problem.ts'
import { type PulledPictures, pulledText } from '../sources/pulled.ts'
import { addToList } from '../sources/yaml-edit.ts'
import { readTable } from '../stored/reading.ts'
import { slices } from '../stores/batches.ts'
import type { Store } from '../stores/store.ts'
import type { Terminal } from '../terminal/terminal.ts'

export type PullCommand = {
  /** The project's folder. */
  root: string
  store: Store
  folder: string
  /** The folder that `folder` is named in. */
  from: string
}

/** Pulls; the exit code. */
export async function runPull(
  { root, store, folder, from }: PullCommand,
  terminal: Pick<Terminal, 'print'>,
): Promise<number> {
  const memory = openMemory(root, store)
  terminal.print(reportPull(await pull({ store, folder: resolve(from, folder), memory }), folder))
  return 0
}

export type PullOptions = {
  store: Store
  /** Where `content/` is to be written: an empty or new folder. */
  folder: string
  memory: Memory
}

export type Pulled = {
  /** The push that was pulled. */
  sequence: number
  edition: string
  articles: number
  staticPages: number
  pictures: number
  /** How many pictures are what readers see, and not the editor's file. */
  asSeen: number
  /** Slugs of hidden articles, which were not written. */
  hidden: string[]
}

/** KV answers for at most 100 keys at once. */
const RECORDS_AT_ONCE = 100
/** A picture may have 25 MiB. */
const PICTURES_AT_ONCE = 4

/** Writes the live edition's sources into a folder. */
export async function pull({ store, folder, memory }: PullOptions): Promise<Pulled> {
  await assertEmpty(folder)
  const live = await readLatest(store, memory)
  if (!live) throw new Error(`Nothing was published in ${store.name} yet, so there is nothing to pull`)
  const { body } = live
  const hidden = new Set(live.takedowns.map(({ slug }) => slug))
  const pictures = new Map<string, Picture>()
  const articles = [...(await readTable(store, body, 'articles'))].filter(([slug]) => !hidden.has(slug))
  const articleKeys = articles.map(([, { record }]) => keys.article(record))
  for await (const record of readRecords(store, articleKeys, ArticleRecord)) {
    const { source, photo } = record
    await writeText(folder, record)
    if (source.image !== undefined && photo?.picture) pictures.set(source.image, photo.picture)
    addPictures(pictures, record)
  }
  const staticPages = await readTable(store, body, 'staticPages')
  const staticPageKeys = [...staticPages.values()].map(({ record }) => keys.staticPage(record))
  for await (const record of readRecords(store, staticPageKeys, StaticPageRecord)) {
    await writeText(folder, record)
    addPictures(pictures, record)
  }
  const asSeen = await writePictures(store, folder, pictures)
  await writeSiteFiles(store, folder, live)
  return {
    sequence: live.sequence,
    edition: live.edition,
    articles: articles.length,
    staticPages: staticPages.size,
    pictures: pictures.size,
    asSeen,
    hidden: [...hidden].sort(),
  }
}

/** What a pull came to. */
export function reportPull(
  { sequence, edition, articles, staticPages, pictures, asSeen, hidden }: Pulled,
  folder: string,
): string[] {
  return [
    `Push ${sequence} (edition ${edition.slice(0, 12)}) is in ${join(folder, 'content')}: ` +
      `${plural(articles, 'article')}, ${staticPages > 0 ? `${plural(staticPages, 'static page')}, ` : ''}${plural(pictures, 'picture')}.`,
    ...(asSeen > 0
      ? [
          'Photographs are as readers see them, at most 1,200 pixels wide: the store does not have the originals. ' +
            `Keep content/images/${PULLED_FILE} beside them, so that they stay the same pictures.`,
        ]
      : []),
    'Drafts and YAML comments are missing: they were never published.',
    ...(hidden.length > 0
      ? [`Also missing, because they were taken down or are gone: ${hidden.join(', ')}.`]
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
    `Nothing was pulled: ${folder} must be empty or new, but holds ${quote(first)}. Choose another folder`,
  )
}

/** Records in the order of their keys. Throws where the store lacks one. */
async function* readRecords<T extends v.GenericSchema>(
  store: Pick<Store, 'getMany' | 'name'>,
  wanted: readonly string[],
  schema: T,
): AsyncGenerator<v.InferOutput<T>> {
  for (const slice of slices(wanted, RECORDS_AT_ONCE)) {
    const texts = await store.getMany(slice)
    for (const key of slice) yield v.parse(schema, JSON.parse(texts.get(key) ?? lacking(store, key)))
  }
}

function lacking({ name }: Pick<Store, 'name'>, key: string): never {
  throw new Error(
    `The pull is incomplete: the live edition names ${key}, but ${name} does not have it. Run the command again in a minute`,
  )
}

function writeText(folder: string, { source, body }: ArticleRecord | StaticPageRecord): Promise<void> {
  return writeSource(folder, source.path, `---\n${source.frontMatter}---\n${body}`)
}

async function writeSource(folder: string, path: string, content: string | Uint8Array): Promise<void> {
  // The path came from a store, and must not lead out of the folder.
  if (!path.startsWith('content/') || path.split(/[/\\]/).includes('..'))
    throw new Error(`A source cannot be called ${quote(path)}`)
  const target = join(folder, path)
  await mkdir(dirname(target), { recursive: true })
  await writeFile(target, content)
}

/** Adds the pictures in a text by their file names. */
function addPictures(pictures: Map<string, Picture>, record: Pick<ArticleRecord, 'slug' | 'pictures'>): void {
  for (const [src, picture] of Object.entries(record.pictures)) {
    const name = pictureName(src)
    if (name === null)
      throw new Error(`The page ${record.slug} names a picture with an impossible file name: ${quote(src)}`)
    pictures.set(name, picture)
  }
}

/** Writes pictures by their file names; answers how many are not what an editor supplied. */
async function writePictures(
  store: Store,
  folder: string,
  pictures: ReadonlyMap<string, Picture>,
): Promise<number> {
  const pulled: PulledPictures = {}
  for (const slice of slices([...pictures], PICTURES_AT_ONCE)) {
    await Promise.all(
      slice.map(async ([name, picture]) => {
        const [, , hash = '', variant = ''] = picture.address.split('/')
        const key = keys.media(hash, variant)
        const bytes = (await store.getBytes(key)) ?? lacking(store, key)
        await writeSource(folder, `content/images/${name}`, bytes)
        if (!isDrawing(picture)) pulled[name] = { bytes: hashPicture(bytes), picture }
      }),
    )
  }
  const asSeen = Object.keys(pulled).length
  if (asSeen > 0) await writeSource(folder, `content/images/${PULLED_FILE}`, pulledText(pulled))
  return asSeen
}

/** Writes site.yaml, with what was taken down under `gone`, authors.yaml and tags.yaml. */
async function writeSiteFiles(store: Store, folder: string, { body, takedowns }: Current): Promise<void> {
  const key = keys.site(body.site)
  const files = v.parse(SiteRecord, JSON.parse((await store.get(key)) ?? lacking(store, key)))
  const aliases = await readTable(store, body, 'aliases')
  const hidden = new Set(takedowns.map(({ slug }) => slug))
  let { site } = files
  for (const slug of hidden) {
    const alias = aliases.get(articlePath(slug))
    // This is an old address of an article that was pulled. A slug under `gone` cannot be an alias.
    if (alias && 'article' in alias && !hidden.has(alias.article)) continue
    const added = addToList(site, 'gone', slug)
    if (added === null) throw new Error(`site.yaml has no room for gone: ${slug}. Put it there by hand`)
    site = added
  }
  await writeSource(folder, 'content/site.yaml', site)
  if (files.authors !== undefined) await writeSource(folder, 'content/authors.yaml', files.authors)
  if (files.tags !== undefined) await writeSource(folder, 'content/tags.yaml', files.tags)
}
