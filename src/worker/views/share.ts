// Links for sharing an article: plain addresses of other services. No script, and no request to them from the page.
import type { Words } from '../../words/en.ts'
import { type Html, html } from './html.ts'

type Shared = { title: string; url: string }

/** The address for sharing that each service documents. */
const SERVICES: readonly { name: string; address: (shared: Shared) => string }[] = [
  { name: 'WhatsApp', address: ({ title, url }) => `https://wa.me/?text=${encode(`${title} ${url}`)}` },
  {
    name: 'Bluesky',
    address: ({ title, url }) => `https://bsky.app/intent/compose?text=${encode(`${title} ${url}`)}`,
  },
  { name: 'Facebook', address: ({ url }) => `https://www.facebook.com/sharer/sharer.php?u=${encode(url)}` },
  {
    name: 'X',
    address: ({ title, url }) => `https://x.com/intent/post?text=${encode(title)}&url=${encode(url)}`,
  },
]

/** The row of links for an article, at its canonical address. */
export function renderShare(shared: Shared, words: Words): Html {
  const { title, url } = shared
  const mail = `mailto:?subject=${encode(title)}&body=${encode(url)}`
  return html`<nav class="share" aria-label="${words.share}">
<p class="label" aria-hidden="true">${words.share}</p>
<ul>
<li><a href="${mail}">${words.byMail}</a></li>
${SERVICES.map(
  ({
    name,
    address,
  }) => html`<li><a rel="external noopener nofollow" href="${address(shared)}"><bdi>${name}</bdi></a></li>
`,
)}</ul>
</nav>`
}

/** `encodeURIComponent` throws at a lone surrogate, which a headline may contain. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}
