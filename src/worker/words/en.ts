// The interface's own words in English. Another language is another file of the same shape, named in views/language.ts.

export const EN = {
  skip: 'Skip to content',
  sections: 'Sections',
  front: 'Front page',
  tags: 'Tags',
  allTags: 'All tags',
  by: (names: string): string => `By ${names}`,
  published: 'Published',
  updated: 'Updated',
  credit: 'Picture:',
  corrections: 'Corrections',
  corrected: 'This article has been corrected.',
  older: 'Older',
  newer: 'Newer',
  olderArticle: 'Before this',
  newerArticle: 'After this',
  related: 'More on this',
  latest: 'Latest',
  more: 'More stories',
  page: (number: number): string => `Page ${number}`,
  pages: 'Pages',
  articles: (count: number): string => (count === 1 ? '1 article' : `${count} articles`),
  nothingYet: 'Nothing has been published yet.',
  nothingLeft: 'Nothing on this page can be read any more.',
  publishedBy: (name: string): string => `Published by ${name}`,
  neighbours: 'Neighbouring articles',
}

export type Words = typeof EN
