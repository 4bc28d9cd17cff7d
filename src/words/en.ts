// The interface's words in English. Every other language is a file of the same shape that words.ts imports.
import { memoize } from '../memoize.ts'

const rules = memoize((lang) => new Intl.PluralRules(lang))

export const EN = {
  skip: 'Skip to content',
  sections: 'Sections',
  everything: 'Everything',
  about: 'About',
  front: 'Front page',
  tags: 'Tags',
  tag: 'Tag',
  mostUsed: 'Most used',
  letters: 'By first letter',
  authors: 'Authors',
  author: 'Author',
  archive: 'Archive',
  by: (names: string): string => `By ${names}`,
  published: 'Published',
  updated: 'Updated',
  reading: (_minutes: number, number: string): string => `${number} min read`,
  credit: 'Picture: ',
  corrections: 'Corrections',
  corrected: (date: string): string => `Corrected ${date}`,
  translations: 'Also in',
  share: 'Share',
  byMail: 'Email',
  older: 'Older',
  newer: 'Newer',
  olderArticle: 'Previous article',
  newerArticle: 'Next article',
  related: 'More on this',
  page: (number: string): string => `Page ${number}`,
  pages: 'Pages',
  months: 'Months',
  articles: (count: number, number: string): string =>
    rules('en').select(count) === 'one' ? `${number} article` : `${number} articles`,
  nothingYet: 'Nothing has been published yet.',
  listEmpty: 'There is nothing in this list yet.',
  nothingLeft: 'Nothing on this page can be read any more.',
  publishedBy: (name: string): string => `Published by ${name}`,
  neighbours: 'Neighbouring articles',
  preview: 'Preview, not published.',
  previewAt: (date: string): string => `The site as it will be on ${date}.`,
  notFound: 'This page is not here',
  notFoundWhy: 'The address may be mistyped, or the page may have moved.',
  perhaps: 'Perhaps you are looking for',
  gone: 'This page is no longer here',
  goneWhy: 'It has expired or was taken away, and it will not come back.',
  unavailable: 'The presses have stopped for a moment',
  unavailableWhy: 'This page cannot be fetched just now. Please try again in half a minute.',
  onward: 'The way on',
  // The words below are used inside articles: see TextWords.
  footnotes: 'Footnotes',
  backToReference: (number: string): string => `Back to reference ${number}`,
  table: 'Table',
  note: 'Note',
  tip: 'Tip',
  important: 'Important',
  warning: 'Warning',
  caution: 'Caution',
  watch: (service: string): string => `Watch the video on ${service}`,
  open: (host: string): string => `Open ${host}`,
}

export type Words = typeof EN

/** The interface's words that are used inside the text of an article. */
export type TextWords = Pick<
  Words,
  | ('credit' | 'footnotes' | 'backToReference' | 'table' | 'watch' | 'open')
  | ('note' | 'tip' | 'important' | 'warning' | 'caution')
>
