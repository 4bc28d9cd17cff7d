// Shared by the tests of the wire import: the fixtures, and a parser for the article files that it writes.

import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { parseWire, type WireArticle } from '../../../src/publish/importers/wire.ts'

export const FIXTURES = new URL('../../fixtures/wire/', import.meta.url)
export const DATE = '2026-02-16'
const PICTURES = ['press-hall-2026.webp', 'press-hall-2026.jpg', 'Harbour-Crane.PNG', 'ink-rollers_02.png']

/** A fixture's text. */
export function read(name: string): string {
  return readFileSync(new URL(name, FIXTURES), 'utf8')
}

export function wire(text: string, pictures: readonly string[] = PICTURES): WireArticle {
  return parseWire(text, { date: DATE, pictures })
}

export function imported(name: string): WireArticle {
  return wire(read(`${name}.txt`))
}

/** The doubts as the command prints them. */
export function placed({ doubts }: WireArticle): string[] {
  return doubts.map(({ line, column, message }) => `${line}:${column} ${message}`)
}

export function split(article: WireArticle): { front: Record<string, unknown>; body: string } {
  const [, front = '', body = ''] = /^---\n(.*?\n)---\n(.*)$/s.exec(article.text) ?? []
  return { front: parse(front), body }
}
