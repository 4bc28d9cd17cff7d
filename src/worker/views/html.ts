// The template tag of all views, which escapes text. Only `unsafeHtml` puts markup in unescaped.
import { raw, html as template } from 'hono/html'

/** Safe markup from a template. */
export type Html = ReturnType<typeof raw>

/** Makes markup: escapes text, joins lists, and renders null, undefined and booleans as nothing. */
export const html = template as (strings: TemplateStringsArray, ...values: unknown[]) => Html

/** Puts markup into the blank of one of the interface's phrases. */
export function fillBlank(phrase: (blank: string) => string, markup: unknown): Html {
  // NUL stands for the blank, because no text contains it.
  const [before = '', after = ''] = phrase('\0').split('\0')
  return html`${before}${markup}${after}`
}

/** Markup that is not escaped: our own, or cleaned by markdown.ts. Never pass a text of an author or a reader. */
export function unsafeHtml(markup: string): Html {
  return raw(markup)
}
