// The one door for markup that is not escaped: what comes through must be ours, or cleaned by markdown.ts.
import { raw } from 'hono/html'

/** Markup as it is. Never hand it a text that an author or a reader wrote. */
export function unsafeHtml(html: string): ReturnType<typeof raw> {
  return raw(html)
}
