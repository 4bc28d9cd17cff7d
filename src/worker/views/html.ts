// The template tag of all views, and the one context for markup that it does not escape.
import { raw, html as template } from 'hono/html'

/** Markup of ours: what a template holds and what is put into it, escaped where it is text. */
export type Html = ReturnType<typeof raw>

/** Makes markup. Text is escaped; lists are joined; null, undefined and booleans leave nothing behind. */
export const html = template as (strings: TemplateStringsArray, ...values: unknown[]) => Html

/** A phrase of ours with markup in the place of its one blank. */
export function around(phrase: (blank: string) => string, markup: unknown): Html {
  // No text holds this sign.
  const [before = '', after = ''] = phrase('\0').split('\0')
  return html`${before}${markup}${after}`
}

/** Markup as it is: ours, or cleaned by markdown.ts. Never hand it a text that an author or a reader wrote. */
export function unsafeHtml(markup: string): Html {
  return raw(markup)
}
