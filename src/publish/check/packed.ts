// A sound article or standing page as one line of text: what a thread sends, and what the cache keeps. Whatever was
// found out about a source reaches the check in this form, so that a first run and a later one cannot differ.
import type { Article, Wordless } from '../article.ts'
import type { Place, Problem } from '../sources/problem.ts'
import type { StandingClaims, StandingPage } from '../standing.ts'
import type { Finding } from './finding.ts'

/** A place in the article's own file. */
type Spot = [line: number, column: number]
type PackedArticle = Omit<
  Article,
  'path' | 'slugPlace' | 'tags' | 'aliases' | 'translations' | 'pictures' | 'wordless'
> & {
  slugPlace: Spot
  tags: [name: string, identity: string, ...Spot][]
  aliases: [path: string, ...Spot][]
  translations: [lang: string, slug: string, ...Spot][]
  pictures: [src: string, name: string][]
  wordless?: [name: string, lacks: Wordless['lacks'], ...Spot][] | undefined
}
type Packed = { article: PackedArticle; idPlace: Spot | null; advice: [message: string, ...Spot][] }

/** Standing pages are few, and hold their places as they are. */
type PackedStanding = {
  page: Omit<StandingPage, 'pictures'> & { pictures: [src: string, name: string][] }
  claims: StandingClaims | null
  problems: Problem[]
}

/** The line; null where there is any problem, or neither article nor page. */
export function pack({ article, claims, standing, problems }: Finding): string | null {
  if (problems.some(({ level }) => level === 'problem')) return null
  if (standing?.page) {
    const page = { ...standing.page, pictures: [...standing.page.pictures] }
    const packed: PackedStanding = { page, claims: standing.claims, problems }
    return JSON.stringify({ standing: packed })
  }
  if (!article || !claims) return null
  const { path: _, slugPlace, tags, aliases, translations, pictures, wordless, ...plain } = article
  const packed: Packed = {
    article: {
      ...plain,
      slugPlace: spot(slugPlace),
      tags: tags.map(({ name, identity, place }) => [name, identity, ...spot(place)]),
      aliases: aliases.map(({ path, place }) => [path, ...spot(place)]),
      translations: translations.map(({ lang, slug, place }) => [lang, slug, ...spot(place)]),
      pictures: [...pictures],
      wordless: wordless?.map(({ name, lacks, place }) => [name, lacks, ...spot(place)]),
    },
    idPlace: claims.idPlace && spot(claims.idPlace),
    advice: problems.map((problem) => [problem.message, ...spot(problem)]),
  }
  return JSON.stringify(packed)
}

/** What was packed, of the source at a path. */
export function unpack(path: string, text: string): Finding {
  const line = JSON.parse(text) as Packed | { standing: PackedStanding }
  if ('standing' in line) {
    const { page, claims, problems } = line.standing
    const standing = { page: { ...page, pictures: new Map(page.pictures) }, claims }
    return { article: null, claims: null, standing, problems }
  }
  const { article: packed, idPlace, advice } = line
  const place = (line: number, column: number): Place => ({ path, line, column })
  const tags = packed.tags.map(([name, identity, ...at]) => {
    return { name: shared(name), identity: shared(identity), place: place(...at) }
  })
  const aliases = packed.aliases.map(([alias, ...at]) => ({ path: alias, place: place(...at) }))
  const translations = packed.translations.map(([lang, slug, ...at]) => ({ lang, slug, place: place(...at) }))
  const pictures = packed.pictures.length === 0 ? NO_PICTURES : new Map(packed.pictures)
  const slugPlace = place(...packed.slugPlace)
  const authors = packed.authors.map(shared)
  const wordless = packed.wordless?.map(([name, lacks, ...at]) => ({ name, lacks, place: place(...at) }))
  const lists = { authors, tags, aliases, translations, pictures, wordless }
  const article: Article = { ...packed, path, slugPlace, ...lists }
  const { draft, slug, id } = article
  return {
    article,
    claims: {
      ...{ path, draft, slug, slugPlace, id, idPlace: idPlace && place(...idPlace) },
      ...{ aliases, tags, translations },
    },
    problems: advice.map(([message, ...at]): Problem => ({ ...place(...at), level: 'advice', message })),
  }
}

const spot = ({ line, column }: Place): Spot => [line, column]

/** Most articles show none in their text, and a hundred thousand empty maps take 20 MB. */
const NO_PICTURES: ReadonlyMap<string, string> = new Map()

const names = new Map<string, string>()
const NAMES_KEPT = 100_000

/** One string for all articles that name the same tag or author. */
function shared(name: string): string {
  const known = names.get(name)
  if (known !== undefined) return known
  if (names.size >= NAMES_KEPT) names.clear()
  names.set(name, name)
  return name
}
