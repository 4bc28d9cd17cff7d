// `preview`: uploads all that a push would, except `current`, and keeps the edition under a secret address for a week.
// The journal stays, so that a deploy that follows uploads nothing twice.
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { canonicalJson } from '../../canonical.ts'
import { FORMAT, keys, Preview } from '../../records.ts'
import { build } from '../build.ts'
import { type Content, checkSources } from '../check-sources.ts'
import { plural } from '../format.ts'
import { hashText } from '../hash.ts'
import type { Making } from '../pictures/make.ts'
import { type Costed, costOf, FREE_WRITES_PER_DAY, reportCost } from '../plan/cost.ts'
import { lackingKeys } from '../plan/lacking.ts'
import { carriedTakedowns } from '../plan/takedowns.ts'
import { openJournal } from '../push/journal.ts'
import { openMemory } from '../push/last-push.ts'
import { assertClock, beginPush, type Phase, type Progress, type PushNote } from '../push.ts'
import type { Article } from '../sources/article.ts'
import { readContent, readSource, type Sources, type StoredFile } from '../sources/content.ts'
import { isoMinute, parseInstant } from '../sources/instants.ts'
import { readPicture } from '../sources/picture-files.ts'
import { type Problem, quote } from '../sources/problem.ts'
import { parseSite } from '../sources/site.ts'
import { PICTURE_LIMIT_BYTES } from '../sources/source-file.ts'
import { compareTables } from '../stored/reading.ts'
import type { Store } from '../stores/store.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { countProblems, reportProblems } from './publish-report.ts'

export type PreviewCommand = {
  root: string
  store: Store
  isLocal: boolean
  note: PushNote
  drafts: boolean
  /** The moment at which the site is to be read, as an editor writes it. */
  at?: string
}

/** Makes a preview; the exit code. */
export async function runPreview(command: PreviewCommand, terminal: Terminal): Promise<number> {
  const { root, store, isLocal, note, drafts, at } = command
  const moment = at === undefined ? {} : { at: await instantOf(root, at) }
  let progress: ReturnType<Terminal['startProgress']> | undefined
  const end = (): void => progress?.end()
  const show = (reached: Making | Progress): void => progress?.show(reached)
  const onPhase = (): void => {
    end()
    progress = terminal.startProgress()
  }
  const outcome = await terminal
    .interruptible(
      () => {
        end()
        return ['Stopped. There is no preview, and the live site was not changed.']
      },
      () =>
        preview({
          root,
          store,
          time: note.time,
          note,
          drafts,
          ...moment,
          onPlanned: isLocal ? undefined : (planned) => warnOfCost(root, { store, planned, terminal }),
          onPhase,
          onMade: show,
          onProgress: show,
        }),
    )
    .finally(end)
  terminal.print(reportProblems(outcome.problems))
  if (outcome.state === 'problems')
    throw new Error(`There is no preview: ${countProblems(outcome.problems)}.`)
  terminal.print(reportPreview(outcome, { isLocal }))
  return 0
}

/** Says what an upload costs that is more than the free plan has for a day. */
async function warnOfCost(
  root: string,
  { store, planned, terminal }: { store: Store; planned: Costed; terminal: Pick<Terminal, 'print'> },
): Promise<void> {
  const cost = await costOf(planned, openJournal(root, store))
  // costOf counts two values besides what is lacking; a preview writes one.
  const writes = cost.writes - 1
  if (writes > FREE_WRITES_PER_DAY) terminal.print(reportCost({ ...cost, writes }, { limited: true }))
}

/** An instant in the site's zone. */
async function instantOf(root: string, text: string): Promise<number> {
  const path = 'content/site.yaml'
  const site = { path, bytes: await readFile(join(root, path)) }
  const { zone } = parseSite({ site, authors: null, tags: null, problems: [] }).context
  const parsed = parseInstant(text, { zone })
  if ('wrong' in parsed) throw new Error(`--at ${parsed.wrong}: found ${quote(text)}`)
  return parsed.instant
}

export type PreviewOptions = {
  /** The folder that holds `content/`. */
  root: string
  store: Store
  /** Now. Milliseconds since 1970. */
  time: number
  /** The moment at which the site is to be read; the reader's own if not given. Milliseconds since 1970. */
  at?: number
  /** Whether drafts are shown as if they were published. */
  drafts?: boolean
  /** Who makes it; kept beside it. */
  note: Pick<PushNote, 'author'>
  /** Hears of what is going to be uploaded. */
  onPlanned?: (planned: Costed) => Promise<void>
  onPhase?: (phase: Phase) => void
  onMade?: (progress: Making) => void
  onProgress?: (progress: Progress) => void
}

export type PreviewOutcome =
  | { state: 'problems'; problems: Problem[] }
  | {
      state: 'previewed'
      problems: Problem[]
      /** The secret address on the live site, and the one where `npm start` serves the local store. */
      address: string
      localAddress: string
      /** When the store forgets it. Milliseconds since 1970. */
      expires: number
      at?: number
      /** How many drafts it shows. */
      drafts: number
      /** How many values were uploaded, the preview's own among them. */
      written: number
      zone: string
    }

/** A week. */
const EXPIRES_SECONDS = 7 * 86_400
/** 128 bits cannot be guessed. The token is in lower case, as all paths are. */
const TOKEN_BYTES = 16
/** Metadata has 1,024 bytes. */
const AUTHOR_LENGTH = 100

/** Puts a preview into a store. */
export async function preview(options: PreviewOptions): Promise<PreviewOutcome> {
  const { root, store, time, at, drafts = false, note, onPlanned } = options
  const { onPhase, onMade, onProgress } = options
  const sources = await readContent(root)
  const { content, problems } = await checkSources(sources)
  if (!content) return { state: 'problems', problems }
  const shown = drafts ? await publishDrafts(content, sources, at ?? time) : { content, drafts: 0 }
  if ('problems' in shown) return { state: 'problems', problems: [...problems, ...shown.problems] }
  await assertClock(store)
  const desk = { journal: openJournal(root, store), memory: openMemory(root, store) }
  const { live, upload } = await beginPush(store, desk)
  // Counts leave out spans that are over at the instant of the build, so it must not be later than the moment shown.
  const built = build(shown.content, Math.min(time, at ?? time))
  const changes = await compareTables(store, live?.body ?? null, built)
  // A preview holds the edition itself.
  const takedowns = carriedTakedowns(built, { live, restore: [] })
  const lacking = lackingKeys(live, { built, changes, takedowns }).slice(0, -1)
  await onPlanned?.({ built, plan: { lacking } })
  const { values } = await upload({ built, lacking, onPhase, onMade, onProgress })

  const token = randomBytes(TOKEN_BYTES).toString('hex')
  const value = canonicalJson(v.parse(Preview, { format: FORMAT, body: built.body, at }))
  const metadata = { written: Math.floor(Date.now() / 1000), author: note.author.slice(0, AUTHOR_LENGTH) }
  const expires = Date.now() + EXPIRES_SECONDS * 1000
  await store.put([{ key: keys.preview(hashText(token)), value, metadata, expiresAfter: EXPIRES_SECONDS }])
  const { url, zone } = content.site.settings
  const path = `/preview/${token}/`
  return {
    state: 'previewed',
    problems,
    address: url + path,
    localAddress: LOCAL_URL + path,
    expires,
    at,
    drafts: shown.drafts,
    written: values + 1,
    zone,
  }
}

/** Where `npm start` serves. */
const LOCAL_URL = 'http://localhost:8787'

/** The lines on a preview, with its address. */
export function reportPreview(
  outcome: Exclude<PreviewOutcome, { state: 'problems' }>,
  { isLocal }: { isLocal: boolean },
): string[] {
  const { address, localAddress, expires, at, drafts, zone } = outcome
  const when = at === undefined ? 'as it would be now' : `as of ${isoMinute(at, zone)}`
  return [
    `A preview of the whole site, ${when}${drafts > 0 ? `, with ${plural(drafts, 'draft')}` : ''}:`,
    isLocal ? `  ${localAddress} (with npm start)` : `  ${address}`,
    `Anybody with the address can read it until ${isoMinute(expires, zone)}. The live site was not changed.`,
  ]
}

/** Content with its drafts as published articles. A draft without a date gets the instant. What is gone stays away. */
async function publishDrafts(
  content: Content,
  sources: Pick<Sources<StoredFile>, 'pictures'>,
  instant: number,
): Promise<{ content: Content; drafts: number } | { problems: Problem[] }> {
  const gone = new Set(content.site.gone.map(({ slug }) => slug))
  const minute = Math.floor(instant / 60_000) * 60_000
  const isShown = ({ draft, slug }: Article): boolean => draft && !gone.has(slug)
  const drafts = content.articles.filter(isShown)
  const pages = content.staticPages.filter(({ draft }) => draft)
  const pictures = new Map(content.pictures)
  const problems: Problem[] = []
  // The check reads only the pictures of what will be published.
  for (const name of [...drafts, ...pages].flatMap(picturesOf)) {
    const source = pictures.has(name) ? undefined : sources.pictures.get(name)
    if (!source) continue
    const read = readSource(source, PICTURE_LIMIT_BYTES)
    const picture = 'problem' in read ? read : await readPicture(read)
    if ('problem' in picture) problems.push(picture.problem)
    else pictures.set(name, picture)
  }
  if (problems.length > 0) return { problems }
  const articles = content.articles.map((article): Article => {
    if (!isShown(article)) return article
    const shown = { ...article, draft: false }
    return article.date === undefined ? { ...shown, date: minute, undated: true } : shown
  })
  const staticPages = content.staticPages.map((page) => ({ ...page, draft: false }))
  return { content: { ...content, articles, staticPages, pictures }, drafts: drafts.length + pages.length }
}

function picturesOf({
  image,
  pictures,
}: Pick<Article, 'pictures'> & Pick<Partial<Article>, 'image'>): string[] {
  return [...pictures.values(), ...(image?.src === undefined ? [] : [image.src])]
}
