// Slugs, tags and the one spelling of every address.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { articlePath, canonicalPath, slugOf, tagIdentity, tagPath, tagSlug } from '../src/addresses.ts'

const tagAddress = (name: string): string => tagPath(tagSlug(tagIdentity(name)))

describe('slugOf', () => {
  test.each([
    ['Storm closes the harbour', 'storm-closes-the-harbour'],
    ['  “Storm” – closes, the harbour!  ', 'storm-closes-the-harbour'],
    ['Crème brûlée à la Škoda', 'creme-brulee-a-la-skoda'],
    ['Ångström, Ørsted & Łódź', 'angstrom-ørsted-łodz'],
    ['İstanbul', 'istanbul'],
    ['Straße', 'straße'],
    ['ΑΘΗΝΑ: Ο ΗΛΙΟΣ', 'αθηνα-ο-ηλιος'],
    ['Καλημέρα', 'καλημέρα'],
    ['Новый Йорк, ёлка', 'новый-йорк-ёлка'],
    ['हिन्दी समाचार', 'हिन्दी-समाचार'],
    ['ข่าวด่วนวันนี้', 'ข่าวด่วนวันนี้'],
    ['الوقائع المصرية', 'الوقائع-المصرية'],
    ['新聞 の 歴史', '新聞-の-歴史'],
    ['한국 신문', '한국-신문'],
    ['Ⅳ. ﬁle №2', 'iv-file-no2'],
    ['🌊🌊', ''],
    ['--- ?! ---', ''],
  ])('%s', (text, slug) => {
    expect(slugOf(text)).toBe(slug)
  })

  test('is one slug for all spellings of the same signs', () => {
    for (const text of ['Crème', 'й', '한국', 'ガ', 'Ϊ́', 'ΐ']) {
      expect(slugOf(text.normalize('NFD'))).toBe(slugOf(text.normalize('NFC')))
    }
  })

  test('composes small letters whose capitals have no composed form', () => {
    expect(slugOf('\u03aa\u0301')).toBe('\u0390')
    expect(slugOf('\u0386\u0345')).toBe('\u1fb4')
  })
})

describe('tagIdentity and tagPath', () => {
  test.each([
    ['Night  Ferry', 'night ferry', '/tags/night-ferry'],
    [' C++ ', 'c++', '/tags/c++'],
    ['C#', 'c#', '/tags/c%23'],
    ['AC/DC', 'ac/dc', '/tags/ac%2Fdc'],
    ['AT&T', 'at&t', '/tags/at&t'],
    ['100 %', '100 %', '/tags/100-%25'],
    ['.NET', '.net', '/tags/.net'],
    ['ﬁle ２', 'file 2', '/tags/file-2'],
    ['Škoda', 'škoda', '/tags/%C5%A1koda'],
    ['T\u0308\u0301', '\u1e97\u0301', '/tags/%E1%BA%97%CC%81'],
    ['__proto__', '__proto__', '/tags/__proto__'],
  ])('%s', (name, identity, path) => {
    expect(tagIdentity(name)).toBe(identity)
    expect(tagAddress(name)).toBe(path)
  })
})

describe('canonicalPath', () => {
  test.each([
    ['/', '/'],
    ['', '/'],
    ['//', '/'],
    ['/articles/storm', '/articles/storm'],
    ['/Articles/STORM', '/articles/storm'],
    ['/articles/storm/', '/articles/storm'],
    ['/articles//storm', '/articles/storm'],
    ['/articles/%73torm', '/articles/storm'],
    ['/articles/stra%c3%9fe', '/articles/stra%C3%9Fe'],
    ['/articles/stra\u00dfe', '/articles/stra%C3%9Fe'],
    ['/articles/e%CC%81', '/articles/%C3%A9'],
    ['/articles/%CE%AA%CC%81', '/articles/%CE%90'],
    ['/tags/C%2B%2B', '/tags/c++'],
    ['/tags/c%23', '/tags/c%23'],
    ['/tags/AC%2fDC', '/tags/ac%2Fdc'],
    ['//evil.example', '/evil.example'],
    ['/\\evil.example', '/evil.example'],
    ['\\\\evil.example', '/evil.example'],
    ['/%5Cevil.example', '/%5Cevil.example'],
    ['/%2F%2Fevil.example', '/%2F%2Fevil.example'],
  ])('of %j is %j', (path, expected) => {
    expect(canonicalPath(path)).toBe(expected)
  })

  test.each(['/%zz', '/%', '/articles/%c3', '/%ff', '/%ed%a0%80'])(
    'of %j, which encodes no text, is null',
    (path) => {
      expect(canonicalPath(path)).toBeNull()
    },
  )
})

describe('for any text', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    // Letters and the marks that compose with them, where case and normalization meet.
    fc.string({
      unit: fc.constantFrom(...'AaİıßẞΣςÏΪΆΫTtǅǄﬁйЙ한%2Ff/\\. -+#?\u0301\u0308\u0307\u0345\u0313'),
    }),
  )
  const path = fc.oneof(
    text,
    fc.webPath(),
    fc.array(text).map((parts) => `/${parts.map(encodeURIComponent).join('/')}`),
  )
  const options = { numRuns: 3_000 }

  test('canonicalPath of its own result changes nothing', () => {
    fc.assert(
      fc.property(path, (path) => {
        const canonical = canonicalPath(path)
        if (canonical !== null) expect(canonicalPath(canonical)).toBe(canonical)
      }),
      options,
    )
  })

  test('canonicalPath leads to no other site: one slash first, no backslash, nothing but ASCII', () => {
    fc.assert(
      fc.property(path, (path) => {
        expect(canonicalPath(path) ?? '/').toMatch(/^\/(?:[!-.0-[\]-~][!-[\]-~]*)?$/)
      }),
      options,
    )
  })

  test('a tag has one address, the canonical one', () => {
    fc.assert(
      fc.property(text, (name) => {
        fc.pre(/[\p{L}\p{N}]/u.test(tagIdentity(name)))
        expect(canonicalPath(tagAddress(name))).toBe(tagAddress(name))
        expect(tagIdentity(tagIdentity(name))).toBe(tagIdentity(name))
      }),
      options,
    )
  })

  test('an article has one address, the canonical one, and a slug is its own slug', () => {
    fc.assert(
      fc.property(text, (title) => {
        const slug = slugOf(title)
        fc.pre(slug !== '')
        expect(slugOf(slug)).toBe(slug)
        expect(canonicalPath(articlePath(slug))).toBe(articlePath(slug))
      }),
      options,
    )
  })
})
