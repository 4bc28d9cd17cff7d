// Small content for tests that need many sites.

/** A site with one author. */
export const SITE_FILES: Record<string, string> = {
  'site.yaml': `title: The Test Sheet
url: https://sheet.example
lang: en
timezone: Europe/Berlin
publisher:
  name: The testers
`,
  'authors.yaml': 'desk:\n  name: The desk\n',
}

/** An article's file: front matter as given, and a body of one paragraph if none is given. */
export function articleFile({
  body = 'One paragraph.',
  ...fields
}: {
  body?: string
  [field: string]: unknown
}): string {
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  return `---\n${lines.join('\n')}\n---\n\n${body}\n`
}
